"""Times at places that people choose among: slots, and the bookings of those who come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.entities.ids import BookingId, CustomerId, SlotId, TicketId

PLACES = "places"
"""The owner of slots that the configuration's places have; whoever may choose a place may choose
them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at a place for so many people.

    A time of a place of the configuration has a row only since somebody booked, closed or widened
    it; until then it is made anew from the configuration (`flows.slots.times`).
    """

    id: SlotId
    """0: it has no row yet."""
    owner: str
    """For whom it is: `PLACES`, or the owner of the bookings that may have it and no others."""
    place: str
    """The id of its place; of one that is not in the configuration made from its name."""
    starts_at: datetime
    minutes: int
    """How long it is."""
    capacity: int
    """For how many bookings there is room."""
    title: Mapping[str, str]
    """What the place is called, by language."""
    zone: str
    """The place's time zone, by whose clock the time is said."""
    address: str = ""
    booked: int = 0
    """How many bookings have it; never more than its capacity."""
    by_hand: bool = False
    """Whether its capacity was said by staff or by a list, and not by the configuration."""
    closed_at: datetime | None = None
    """Since when nobody may book it any more."""

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What tells it from all others."""
        return self.owner, self.place, self.starts_at

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Booking:
    """What a customer may choose, or has chosen, a time for. There is one for each purpose."""

    id: BookingId
    owner: str
    """Whose it is: `remedy/ID` of the configuration, `recall/12`."""
    purpose: str
    """The `Ref` of what it is for."""
    customer_id: CustomerId
    chat_id: int
    created_at: datetime
    title: Mapping[str, str]
    """What it is for, by language, as its customer reads it."""
    places: tuple[str, ...] = ()
    """The places of the configuration that may be chosen, beside the slots of its owner."""
    ticket_id: TicketId | None = None
    """The complaint that it belongs to, if there is one."""
    state: str = "choosing"
    """As in `flows.slots.bookings`."""
    slot_id: SlotId | None = None
    """The slot that is theirs, while it is booked or done."""
    reminder: bool = False
    """Whether its customer wants to be reminded the day before."""
