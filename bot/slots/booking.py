"""Bookings: begun, chosen, changed, given back. Who presses at once, and whatever is killed: a
slot has never more bookings than room, and nobody is without the slot that they were told.

What may refuse gives why, and nothing is written then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.events import SlotBooked, SlotGivenBack
from bot.core.work import Work
from flows.entities import Booking, BookingId, CustomerId, Slot, TicketId, Timer
from flows.entities.kinds import TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref
from flows.slots import times
from flows.slots.bookings import act, freed, reminds_at, took


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is to choose a time for."""

    owner: str
    """Whose it is: `remedy/ID`, `recall/12`. Slots of a list with this owner may be chosen."""
    purpose: Ref
    """What it is for; there is one booking for each."""
    customer_id: CustomerId
    chat_id: int
    """The private chat in which the customer is asked."""
    title: Mapping[str, str]
    """What it is for, by language, as the customer reads it."""
    places: tuple[str, ...] = ()
    """The places of the configuration that may be chosen besides."""
    ticket_id: TicketId | None = None
    """The complaint that it belongs to, which is locked before anything of the booking is."""


async def begin(work: Work, wanted: Wanted) -> Booking:
    """The booking for something, made if there is none yet. It says nothing to anybody."""
    found = await work.unit.slots.of_purpose(str(wanted.purpose))
    if found is not None:
        return found
    made = Booking(
        id=BookingId(work.unit.new_id()),
        owner=wanted.owner,
        purpose=str(wanted.purpose),
        customer_id=wanted.customer_id,
        chat_id=wanted.chat_id,
        created_at=work.now,
        title=dict(wanted.title),
        places=wanted.places,
        ticket_id=wanted.ticket_id,
    )
    work.unit.add(made)
    return made


async def offered(work: Work, booking: Booking) -> list[Slot]:
    """The slots that can be chosen for a booking now, the earliest first, without its own."""
    config = work.services.config
    planned = times.configured(config, booking.places, work.now)
    until = times.until(config, booking.places, work.now)
    stored = await work.unit.slots.stored(booking.owner, booking.places, work.now, until)
    free = times.offered(planned, stored, work.now)
    return [each for each in free if booking.slot_id is None or each.id != booking.slot_id]


async def book(
    work: Work, booking_id: int, place: str, starts_at: datetime, by: Person | None = None
) -> tuple[Booking, Slot] | Refusal:
    """Give a booking a slot; the one that it had is given back once it has the new one.

    Refused: `gone` (it is not on offer, or there is no such booking), `full`, `closed`, `over`,
    `same`, and `is_` with the state of a booking that is over.
    """
    shown = await work.unit.slots.booking_shown(booking_id)
    if shown is None:
        return Refusal("gone")
    booking, slot = shown
    if slot is not None and (slot.place, slot.starts_at) == (place, starts_at):
        return Refusal("same")
    planned = await _wanted(work, booking, place, starts_at)
    held = await work.unit.slots.held(booking_id, planned) if planned is not None else None
    if planned is None or held is None or held.wanted is None:
        return Refusal("gone")
    done = took(held.booking, times.refreshed(held.wanted, planned), work.now)
    if isinstance(done, Refusal):
        return done
    booked, taken = done
    work.unit.put(taken)
    if held.slot is not None:
        work.unit.put(freed(held.slot))
    work.unit.put(booked)
    _remind_of(work, booked, taken)
    await work.emit(SlotBooked(booked, taken, held.slot, by))
    return booked, taken


async def _wanted(work: Work, booking: Booking, place: str, starts_at: datetime) -> Slot | None:
    """The slot at a place and a moment, if it is one for this booking, full or not."""
    here = {place}.intersection(booking.places)
    for each in times.configured(work.services.config, here, work.now):
        if each.starts_at == starts_at:
            return each
    return await work.unit.slots.at(booking.owner, place, starts_at)


async def give_back(work: Work, booking_id: int) -> Booking | Refusal:
    """The customer gives their slot back, and may choose again. Refused: `gone`, `over` when it
    has begun, `is_` with a state in which there is none."""
    held = await work.unit.slots.held(booking_id)
    if held is None:
        return Refusal("gone")
    if held.slot is not None and held.slot.starts_at <= work.now:
        return Refusal("over")
    return await _let_go(work, held.booking, held.slot, "give_back", "customer")


async def finish(work: Work, booking_id: int) -> Booking | Refusal:
    """Note that they were there. The slot stays theirs. Refused: `gone`, `is_` with a state."""
    held = await work.unit.slots.held(booking_id)
    if held is None:
        return Refusal("gone")
    done = act(held.booking, "finish")
    if not isinstance(done, Refusal):
        work.unit.put(done)
    return done


async def end(work: Work, booking_id: int) -> Booking | Refusal:
    """End a booking, because there is nothing to come for any more; its slot is free again.

    Refused: `gone`, `is_` with the state of one that is over. The customer is told by whoever
    ends it.
    """
    held = await work.unit.slots.held(booking_id)
    if held is None:
        return Refusal("gone")
    return await _let_go(work, held.booking, held.slot, "end", "ended")


async def close_for(work: Work, booking: Booking, slot: Slot, by: Person) -> Booking | Refusal:
    """Take a slot that is closed from a booking whose row is locked; it may choose again.

    The slot's own row is its caller's to write.
    """
    moved = act(booking, "close")
    if not isinstance(moved, Refusal):
        work.unit.put(moved)
        await work.emit(SlotGivenBack(moved, slot, "closed", by))
    return moved


async def _let_go(
    work: Work, booking: Booking, slot: Slot | None, trigger: str, why: str
) -> Booking | Refusal:
    moved = act(booking, trigger)
    if isinstance(moved, Refusal):
        return moved
    work.unit.put(moved)
    if slot is not None:
        work.unit.put(freed(slot))
        await work.emit(SlotGivenBack(moved, slot, why))
    return moved


# -- reminders ------------------------------------------------------------------------------------


async def set_reminder(work: Work, booking_id: int, *, wanted: bool) -> Booking | Refusal:
    """Remind the customer the day before, or do not. Refused: `gone`, `over` when it is too late
    for that, `is_` with a state in which there is nothing to be reminded of."""
    held = await work.unit.slots.held(booking_id)
    if held is None:
        return Refusal("gone")
    if held.booking.state != "booked" or held.slot is None:
        return Refusal(f"is_{held.booking.state}")
    if wanted and reminds_at(held.slot, work.now) is None:
        return Refusal("over")
    changed = replace(held.booking, reminder=wanted)
    work.unit.put(changed)
    _remind_of(work, changed, held.slot)
    return changed


def _remind_of(work: Work, booking: Booking, slot: Slot) -> None:
    """Set the moment of the reminder, if one is wanted; it looks again whether it still is."""
    at = reminds_at(slot, work.now)
    if booking.reminder and at is not None:
        data = {"customer": str(booking.customer_id)}
        work.unit.set_timer(Timer(TimerKind.SLOT_REMINDER, str(booking.id), at, data))
