"""Remedies for which customers come somewhere: when and where is theirs to choose.

What was chosen is copied into the remedy in the same unit, so that cards, pages and other systems
say it without asking anything more.
"""

from dataclasses import replace

from bot.core.events import RemedyBooked, SlotBooked, SlotGivenBack
from bot.core.names import display_safe, staff_name
from bot.core.slot_names import where_by_language
from bot.core.work import Work
from bot.desk import cards, merging
from bot.desk.speaking import record
from bot.recovery import saying
from bot.slots import asking
from bot.slots import booking as bookings
from bot.slots.booking import Wanted
from bot.slots.views import SlotViews
from flows.entities import Booking, Fund, Remedy, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.refs import Ref, RefKind

OWNER = "remedy/"
"""Begins the owner of a booking for a remedy; its id in the configuration follows."""


async def begin(work: Work, remedy: Remedy, ticket: Ticket) -> Remedy:
    """Give a remedy that is being granted a booking, if its customer is to come for it."""
    is_thanks = remedy.fund is Fund.THANKS  # its option is another list's
    option = None if is_thanks else work.services.config.remedy(remedy.option)
    if option is None or not option.places:
        return remedy
    wanted = Wanted(
        owner=f"{OWNER}{option.id}",
        purpose=Ref(RefKind.REMEDY, remedy.id),
        customer_id=remedy.customer_id,
        chat_id=ticket.chat_id,
        title=remedy.title,
        places=option.places,
        ticket_id=remedy.ticket_id,
    )
    made = await bookings.begin(work, wanted)
    return replace(remedy, booking_id=made.id)


async def ask(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Have the customer choose; staff hear when there is nothing to choose."""
    if remedy.booking_id is None:
        return
    booking = await work.unit.get(Booking, remedy.booking_id)
    if booking is not None and not await asking.ask(work, booking):
        keyboard = saying.to_move(work, remedy, ticket)
        saying.to_staff(work, remedy, ticket, "no_slot", keyboard=keyboard)


async def over(work: Work, remedy: Remedy, *, done: bool) -> None:
    """End the booking of a remedy that is done, or taken back; then its slot is free again."""
    if remedy.booking_id is not None:
        await (bookings.finish if done else bookings.end)(work, remedy.booking_id)


# -- what was chosen ------------------------------------------------------------------------------


async def slot_booked(work: Work, event: SlotBooked) -> None:
    """Write into a remedy when and where its customer comes, and tell staff."""
    found = await _of(work, event.booking)
    if found is None:
        return
    remedy, ticket = found
    slot = event.slot
    coming = replace(
        remedy,
        slot_at=slot.starts_at,
        slot_zone=slot.zone,
        slot_place=slot.place,
        slot_where=where_by_language(slot),
    )
    work.unit.put(coming)
    record(work, ticket, EntryKind.REMEDY_BOOKED, by=event.by, text=f"R{remedy.number}")
    key = "booked" if event.before is None else "booked_again"
    name = ""
    if event.by is not None:
        key, name = "moved", display_safe(event.by.name)
        told = staff_name(event.by.name, event.by.id)
        await asking.tell_moved(work, event.booking, slot, told)
    views = _views(work, ticket)
    before = views.when(event.before) if event.before is not None else ""
    when, where = views.when(slot), views.where(slot)
    saying.to_staff(work, coming, ticket, key, when=when, where=where, before=before, name=name)
    await cards.update_card(work, ticket)
    await work.emit(RemedyBooked(coming))


async def slot_given_back(work: Work, event: SlotGivenBack) -> None:
    """Take out of a remedy when its customer comes; of one that is taken back all else is said."""
    found = await _of(work, event.booking)
    if found is None:
        return
    remedy, ticket = found
    free = replace(remedy, slot_at=None, slot_zone="", slot_place="", slot_where={})
    work.unit.put(free)
    if event.why == "ended":
        return
    record(work, ticket, EntryKind.REMEDY_UNBOOKED, by=event.by, text=f"R{remedy.number}")
    key = "slot_closed" if event.why == "closed" else "given_back"
    views = _views(work, ticket)
    when, where = views.when(event.slot), views.where(event.slot)
    saying.to_staff(work, free, ticket, key, when=when, where=where)
    await cards.update_card(work, ticket)
    await work.emit(RemedyBooked(free))


def _views(work: Work, ticket: Ticket) -> SlotViews:
    language, zone = work.services.language_at(ticket), cards.staff_zone(work, ticket)
    return SlotViews(work.services, language, zone, work.now)


async def _of(work: Work, booking: Booking) -> tuple[Remedy, Ticket] | None:
    """The remedy of a booking, and the complaint that goes on for it; None: it is of another."""
    remedy_id = Ref.number(booking.purpose, RefKind.REMEDY)
    remedy = await work.unit.remedies.by_id(remedy_id) if remedy_id is not None else None
    ticket = await work.unit.get(Ticket, remedy.ticket_id) if remedy is not None else None
    if remedy is None or ticket is None:
        return None
    return remedy, await merging.standing(work, ticket)
