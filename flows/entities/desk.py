"""Complaints as staff work on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.entities.ids import (
    CandidateId,
    ChangeId,
    ConversationId,
    CustomerId,
    OutboxId,
    ThemeId,
    TicketId,
)
from flows.entities.kinds import MemberStatus
from flows.entities.making import made_at_once


@dataclass(frozen=True, slots=True)
class Ticket:
    """The work record of one complaint: what was said, who answers, what was done."""

    id: TicketId
    number: int
    customer_id: CustomerId
    chat_id: int
    """The customer's private chat, where answers go; 0 once the customer was erased."""
    state: str
    opened_at: datetime
    team_id: str
    words: str = ""
    """The customer's own words, exactly as typed, messages joined by line breaks."""
    stage: str = ""
    category: str = ""
    severity: int = 0
    """1 (small) to 5 (bad); 0: not said."""
    wish: str = ""
    partial: bool = False
    """Filed from an unfinished conversation."""
    urgent: bool = False
    """To be looked at before others: a second failure, or a promise that was broken."""
    failed_again: bool = False
    """A second failure: of the same kind for the same person, or a fix that did not help."""
    conversation_id: ConversationId | None = None
    candidate_id: CandidateId | None = None
    owner_id: int | None = None
    owner_name: str = ""
    response_due_at: datetime | None = None
    """When the first answer was promised, as the customer was told."""
    due_at: datetime | None = None
    """When the promise is due that runs now, the one that ends first; None: none runs."""
    look_at: datetime | None = None
    """When something about it has to be looked at by itself; None: it is done."""
    snoozed_until: datetime | None = None
    watch: Mapping[str, Any] = field(default_factory=dict)
    """The clocks and pauses behind those moments, as `flows.desk.watch` writes them."""
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    resolution: str = ""
    verified_at: datetime | None = None
    reopened: int = 0
    change_id: ChangeId | None = None
    group_chat_id: int | None = None
    topic_id: int | None = None
    card_message_id: int | None = None
    formatting: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Entities of `words`, `wish` and `resolution`, by these names; left out where none are."""
    route: str | None = None
    """The ids of the routes that brought it to its team or owner; None: its category did."""
    theme_id: ThemeId | None = None
    alike: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """What it is most like, the most alike first: ids of `tickets`, `themes` and `changes`."""
    compared_at: datetime | None = None
    """When it was last compared with the others; None: it is to be, because it is new, or belongs
    to another theme or change than before."""
    entrance: str | None = None
    """The id of the entrance at which its customer came in to say it; None: none."""
    topic_shows: str = ""
    """What a topic of it showed last, as `flows.desk.topics` writes it; empty: unknown."""
    tags: tuple[str, ...] = ()
    """Words of staff's own by which they sort it (`flows.desk.tags`)."""
    as_before: bool = False
    """Staff say that after a second failure it is as it was before."""
    made_up: bool = False
    """Staff say that it is made up for."""
    gesture: str = ""
    """What became of a gesture after a second failure: a `Gesture`; empty: nobody was asked yet."""


class ClockKind(StrEnum):
    """What a clock of a ticket counts the time to."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class ClockEvent(StrEnum):
    """What became of a promise; a broken one may be settled late afterwards."""

    MET = "met"
    BREACHED = "breached"
    SETTLED_LATE = "settled_late"


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line of the log of promises, which only grows; each is there once."""

    ticket_id: TicketId
    clock: ClockKind
    round: int
    """Counts how often this clock of the ticket has been started, from 1."""
    event: ClockEvent
    at: datetime
    """When it happened; of a breach, when it was due."""
    due_at: datetime | None
    """None: the clock was paused."""
    target: int
    """What was promised, in seconds of working time."""


class Side(StrEnum):
    """Who stands behind an entry of a ticket."""

    CUSTOMER = "customer"
    STAFF = "staff"
    VERSO = "verso"


@made_at_once
@dataclass(frozen=True, slots=True)
class Entry:
    """One line in a ticket's history: a message of either side, or something that happened."""

    id: int
    ticket_id: TicketId
    at: datetime
    side: Side
    kind: str
    """One of `EntryKind`."""
    text: str = ""
    author_id: int | None = None
    author_name: str = ""
    chat_id: int | None = None
    message_id: int | None = None
    album: str = ""
    """Telegram's media_group_id: messages with the same one are shown together."""
    file: Mapping[str, Any] = field(default_factory=dict)
    outbox_id: OutboxId | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A Telegram group bound to a team of the business."""

    chat_id: int
    team_id: str
    title: str
    forum: bool
    bound_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of somebody in a group of staff; how they are called stands elsewhere."""

    chat_id: int
    telegram_id: int
    status: MemberStatus = MemberStatus.UNKNOWN
    since: datetime | None = None
    """When they came, as far as was seen; None: they were there before anybody looked."""
    asked_at: datetime | None = None
    """When Telegram was asked for their status last."""
