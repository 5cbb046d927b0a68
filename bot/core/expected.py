"""What a batch of updates, or of messages on their way out, is about, told before it is handled.

Each subject reads with the batch what will be looked for (`Subject.load`); what is not read here is
found all the same, by a question of its own.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.core.work import Work
from flows.entities import CustomerId, OutboxId, TicketId


@dataclass(slots=True)
class Expected:
    """What will be looked for; a subject that finds more of it adds it for those that follow."""

    accounts: set[int] = field(default_factory=set)
    """Telegram ids of those who wrote or pressed something."""
    chats: set[int] = field(default_factory=set)
    """Private chats in which somebody wrote or pressed something."""
    links: set[str] = field(default_factory=set)
    """Tokens of links that were opened."""
    staff: set[tuple[int, int, str]] = field(default_factory=set)
    """Chat, Telegram id and handle (or "") of those who wrote or pressed something in groups."""
    topics: set[tuple[int, int]] = field(default_factory=set)
    """Group and number of topics in which something was written or pressed."""
    messages: set[tuple[int, int]] = field(default_factory=set)
    """Group and number of messages that were answered, or whose buttons were pressed."""
    said: set[tuple[int, int]] = field(default_factory=set)
    """Chat and number of the messages themselves."""
    customers: set[CustomerId] = field(default_factory=set)
    tickets: set[TicketId] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    participants: set[int] = field(default_factory=set)
    """Those whom recalls concern."""
    groups: set[int] = field(default_factory=set)
    """Groups that something is sent to."""
    methods: set[str] = field(default_factory=set)
    """The calls by which messages are sent."""
    rows: set[OutboxId] = field(default_factory=set)
    """Messages on their way out."""


Loader = Callable[[Work, Expected], Awaitable[None]]
"""Reads what a subject will be asked for."""
