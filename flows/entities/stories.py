"""Pages of the book that others may read, once the author has said yes, and their posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.entities.ids import ChangeId, CustomerId, StoryId, StoryPostId, TicketId


@dataclass(frozen=True, slots=True)
class Story:
    """Both sides of one complaint as others are to read them.

    Nobody but staff and the author reads a word of it before the author has said yes to exactly
    these words (`flows.book.consent`).
    """

    id: StoryId
    number: int
    """Its page's; it says nothing of the complaint's own number."""
    ticket_id: TicketId
    customer_id: CustomerId
    group_chat_id: int
    created_at: datetime
    told_at: datetime
    """When the customer complained."""
    state: str = "draft"
    """`draft`, `asked`, `published`, `refused` (the author said no), `withdrawn`."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language: what the customer `said`, and what we `did`."""
    language: str = ""
    """That in which the customer wrote."""
    category: str = ""
    stage: str = ""
    team_id: str = ""
    owner_name: str = ""
    """Who saw to it, as it is printed; empty: the team alone is named."""
    since: datetime | None = None
    """Since when it is in force."""
    declined: bool = False
    """We did not do it, and say why."""
    change_id: ChangeId | None = None
    name: str = ""
    """The name under which the author may have it printed; empty: none is known."""
    named: bool = False
    """Whether it is printed."""
    asked_for: str = ""
    """The fingerprint of the words to which the author was asked to say yes; empty: not asked."""
    agreed_to: str = ""
    """The fingerprint of the words to which the author has said yes; empty: to none."""
    published_at: datetime | None = None
    author_id: int | None = None
    """Who of staff began the page."""


@dataclass(frozen=True, slots=True)
class StoryPost:
    """A story in one language in a channel, on its way there, or taken out of it."""

    id: StoryPostId
    story_id: StoryId | None
    """None: its author was forgotten, and the story with them."""
    chat_id: int
    """The channel's."""
    language: str
    created_at: datetime
    by_id: int | None
    """Who of staff has pressed."""
    state: str = "waiting"
    """`waiting`, `posted`, `failed`, `doubt` (it may stand there, and nobody knows where),
    `leaving` (it is being taken out), `out`, `stuck` (the channel does not let us)."""
    message_id: int | None = None
