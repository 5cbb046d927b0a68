"""What makes a complaint right, and the ledger of what was granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flows.entities.ids import BookingId, CustomerId, RemedyId, TicketId
from flows.money import Money


class RemedyKind(StrEnum):
    """What is done to make it right."""

    REPAIR = "repair"
    REPLACEMENT = "replacement"
    CODE = "code"
    REFUND = "refund"
    CREDIT = "credit"
    CALL_BACK = "call_back"
    PICK_UP = "pick_up"
    OTHER = "other"


class Proof(StrEnum):
    """What shows that a guarantee's failure has happened."""

    PHOTO = "photo"
    """A photo or a file."""
    RECEIPT = "receipt"
    """The number of a receipt."""
    NONE = "none"
    """The customer's word."""


class Fund(StrEnum):
    """What something is given for; the two are never mixed."""

    COMPENSATION = "compensation"
    """For harm."""
    THANKS = "thanks"
    """For telling."""


class Gesture(StrEnum):
    """How far it is with the gesture that a senior chooses after a second failure."""

    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"


class LineKind(StrEnum):
    """What a line of the ledger does."""

    GRANT = "grant"
    REVERSAL = "reversal"


class Dimension(StrEnum):
    """Of what the ledger keeps sums, so that limits need not add up lines."""

    PERSON = "person"
    """A member of staff, by Telegram id, and a month."""
    TEAM = "team"
    """A team and a month."""
    PLACE = "place"
    """A place and a day."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What makes one complaint right, from the moment at which it may be chosen."""

    id: RemedyId
    number: int
    ticket_id: TicketId
    customer_id: CustomerId
    created_at: datetime
    state: str = "offered"
    """As in `flows.recovery.remedies`."""
    option: str = ""
    """Its id in the configuration; empty: nothing was chosen yet."""
    kind: str = ""
    """A `RemedyKind`."""
    title: Mapping[str, str] = field(default_factory=dict)
    """By language, as the configuration had it when it was chosen."""
    pool: str = ""
    """Of codes; empty: it is no code."""
    code: str = ""
    """What was drawn from it; for the customer's eyes alone."""
    fund: Fund = Fund.COMPENSATION
    amount: int = 0
    """Minor units; 0: it has no value in money."""
    currency: str = ""
    reason: str = ""
    """Why, in staff's words."""
    team_id: str = ""
    by_customer: bool = False
    """Whether the customer is asked to choose."""
    promise: int = 0
    """Seconds of working time within which it will have happened; 0: nothing is promised."""
    asked_by: int | None = None
    """Who of staff grants it, or wants it granted; None: Verso by itself."""
    asked_by_name: str = ""
    decided_by: int | None = None
    """Who allowed, refused or took back what went beyond a limit, or was granted."""
    decided_by_name: str = ""
    reader_team: str = ""
    """The team that reads what the customer said; empty: none beside the ticket's own."""
    read_by: int | None = None
    read_by_name: str = ""
    read_at: datetime | None = None
    granted_at: datetime | None = None
    due_at: datetime | None = None
    """Until when it will have happened, as the customer was told."""
    reminded_at: datetime | None = None
    done_at: datetime | None = None
    guarantee: str = ""
    """The id of the guarantee that it was claimed by; empty: by none."""
    place: str = ""
    """Where it was claimed, as entrances name places."""
    above: str = ""
    """Why a guarantee was not granted at once (`flows.recovery.guarantees.Above`)."""
    cause: str | None = None
    """For what a rule thanks, which it does once; None: it makes up for harm."""
    booking_id: BookingId | None = None
    """With what its customer chooses when and where they come; None: they need not come."""
    slot_at: datetime | None = None
    """When they come, as they chose it; None: they have not chosen yet."""
    slot_zone: str = ""
    """The time zone of the place."""
    slot_place: str = ""
    """The id of the place."""
    slot_where: Mapping[str, str] = field(default_factory=dict)
    """What the place is called, by language, with its address."""

    @property
    def money(self) -> Money | None:
        """Its value; None: it has none in money."""
        return Money(self.currency, self.amount) if self.currency else None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger, which only grows: something was granted, or taken back."""

    id: int
    key: str
    """What it is of, so that nothing is granted or taken back twice."""
    kind: LineKind
    remedy_id: RemedyId
    ticket_id: TicketId
    customer_id: CustomerId
    at: datetime
    day: str
    """The day for whose limits it counts, by the brand's clock: `2026-05-04`. A reversal counts
    for that of its grant."""
    fund: Fund
    amount: int
    """Minor units; of a reversal less than zero."""
    currency: str
    """Empty: what was granted has no value in money."""
    team_id: str
    option: str
    staff_id: int | None = None
    """Who granted it, or took it back; None: Verso by itself."""
    staff_name: str = ""
    granter_id: int | None = None
    """For whose limit it counts; a reversal frees that of whoever granted."""
    approver_id: int | None = None
    """Who allowed what went beyond a limit."""
    approver_name: str = ""
    place: str = ""
    guarantee: str = ""
    """The id of the guarantee by which it was granted; empty: by none."""

    @property
    def month(self) -> str:
        """The month for whose limits it counts: `2026-05`."""
        return self.day[:7]


@dataclass(frozen=True, slots=True)
class LedgerSum:
    """What was granted, less what was taken back, of one dimension in a period."""

    dimension: Dimension
    who: str
    """Whose: a Telegram id, a team's id, a place's."""
    period: str
    """A month or a day."""
    fund: Fund
    currency: str
    amount: int = 0
    grants: int = 0
    """How many stand."""
