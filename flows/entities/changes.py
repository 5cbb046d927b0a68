"""What was done so that it does not happen again, and who was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.entities.ids import CampaignId, ChangeId, CustomerId, DraftId, NoticeId, TicketId


@dataclass(frozen=True, slots=True)
class Change:
    """What was done so that it does not happen again; many tickets lead to one change."""

    id: ChangeId
    number: int
    title: str
    """Written by staff and read by customers, or empty; never taken from a complaint."""
    created_at: datetime
    state: str
    text: str = ""
    """What we did, as the customer reads it."""
    author_id: int | None = None
    author_name: str = ""
    shipped_at: datetime | None = None
    group_chat_id: int | None = None
    card_message_id: int | None = None
    """The message in the group that shows the change and how many have been told."""
    entities: tuple[Mapping[str, Any], ...] = ()
    """The formatting of `text`."""
    language: str = ""
    """That in which title and text are written; empty: that of the staff, not said before."""
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The same in other languages (`flows.changes.wording`), by language."""
    owner_id: int | None = None
    owner_name: str = ""
    """Who sees to it; they hear when it does not help."""
    planned_for: datetime | None = None
    """The day by which it is to work."""
    place: str = ""
    """Where it takes effect, for staff."""
    root_cause: str = ""
    """Why it went wrong, for staff; known when the change is verified."""
    round: int = 1
    """How often it has been tried: one that did not help is shipped, and told, once more."""
    judged_at: datetime | None = None
    """When it was found to have helped, or not to have."""
    held: Mapping[str, Any] = field(default_factory=dict)
    """What is to be told in a moment and can still be called off (`flows.changes.telling`); empty:
    nothing."""


@dataclass(frozen=True, slots=True)
class Notice:
    """How one person was told of the end of one ticket: by a change's closure notice ("you said,
    we changed"), or in the words in which staff resolved it."""

    id: NoticeId
    change_id: ChangeId | None
    """None: staff resolved it by itself."""
    ticket_id: TicketId
    customer_id: CustomerId
    chat_id: int
    queued_at: datetime
    delivered_at: datetime | None = None
    """When they read it; where staff resolved it by itself, this is noted when they are asked."""
    verdict: str = ""
    """`yes`, `no`, `partly`; empty: unverified."""
    answered_at: datetime | None = None
    round: int = 1
    """Which round of the change it tells of."""
    asked_at: datetime | None = None
    """When the person was asked whether it helped."""
    setback_queued_at: datetime | None = None
    setback_at: datetime | None = None
    """When the person was to be told, and was told, that the change has not helped."""
    language: str = ""
    """That in which they read it; empty: they have not, or it was before this was kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """How the notice to one person differs from that to all others, before anybody is told."""

    id: DraftId
    change_id: ChangeId
    customer_id: CustomerId
    round: int
    """The round of the change that it is for."""
    left_out: bool = False
    """They are not told."""
    text: str = ""
    """What we did, as they alone read it; empty: as all others."""
    entities: tuple[Mapping[str, Any], ...] = ()
    """The formatting of `text`."""
    language: str = ""
    """That of `text`."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """Telling people who did not complain of a change: those who have its products, once."""

    id: CampaignId
    change_id: ChangeId
    created_at: datetime
    products: tuple[str, ...]
    """Ids, or the names by which events call what the configuration does not know."""
    holdout: int
    """The share that is left out for comparison, in hundredths of a percent."""
    author_id: int | None = None
    author_name: str = ""
    begins_at: datetime | None = None
    """When it begins, unless it is called off before."""
    planned_at: datetime | None = None
    """When everybody had been considered; None: it goes on."""
    called_off_at: datetime | None = None
