"""Customers choose when and where they come, change it, and give it back, by buttons."""

from dataclasses import replace
from datetime import datetime

from bot.core.rich import Rich
from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.identity import accounts
from bot.identity.accounts import Visitor
from bot.identity.time_zones import open_from, zone_name
from bot.slots import booking as bookings
from bot.slots import screens
from bot.slots.screens import CHOOSING, Step
from bot.slots.views import SlotViews
from flows.entities import Account, Booking, Customer, Priority, Slot, Ticket, Timer
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.slots.bookings import BEFORE


async def views_for(work: Work, booking: Booking) -> SlotViews:
    """The views in the language and by the clock of a booking's customer."""
    customer = await work.unit.get(Customer, booking.customer_id, lock=False)
    account = await work.unit.customers.account(booking.chat_id)
    return _views(work, customer, account)


def _views(work: Work, customer: Customer | None, account: Account | None) -> SlotViews:
    language = work.services.language(customer, account)
    return SlotViews(
        work.services, language, zone_name(work.services, customer, work.now), work.now
    )


# -- unasked --------------------------------------------------------------------------------------


async def ask(work: Work, booking: Booking, *, not_before: datetime | None = None) -> bool:
    """Ask a customer where and when they want to come, once. False: nothing is free just now,
    which they read, with a button to look again."""
    views = await views_for(work, booking)
    free = await bookings.offered(work, booking)
    await _tell(
        work, booking, views.choose(booking, None, free), f"booking:{booking.id}", not_before
    )
    return bool(free)


async def tell_closed(work: Work, booking: Booking, slot: Slot) -> None:
    """Tell a customer that the slot that they had is not there any more, and what is free."""
    views = await views_for(work, booking)
    free = await bookings.offered(work, booking)
    first = views.say("told_closed", when=views.when(slot), where=views.where(slot))
    if any(each.place == slot.place for each in free):
        screen = views.days(booking, None, free, slot.place, first=first)
    else:
        rich, keyboard = views.choose(booking, None, free)
        screen = Rich() + first + "\n" + rich, keyboard
    await _tell(work, booking, screen)


async def tell_moved(work: Work, booking: Booking, slot: Slot, name: str) -> None:
    """Tell a customer that `name` of staff has chosen another time for them."""
    views = await views_for(work, booking)
    await _tell(work, booking, views.booked(booking, slot, views.say("told_moved", name=name)))


async def _tell(
    work: Work,
    booking: Booking,
    screen: tuple[Rich, Keyboard],
    dedupe: str | None = None,
    not_before: datetime | None = None,
) -> None:
    text, keyboard = screen
    ticket_id = booking.ticket_id
    ticket = await work.unit.get(Ticket, ticket_id) if ticket_id is not None else None
    work.say(
        booking.chat_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.TOLD,
        priority=Priority.RELAY,  # below what staff say about it, which goes so, too
        customer_id=booking.customer_id,
        ticket=ticket,
        dedupe=dedupe,
        not_before=not_before,
    )


async def remind(work: Work, timer: Timer) -> None:
    """Remind a customer of their slot the day before, if they still have it and still want it.

    What would come in their quiet hours waits, and is looked at again then.
    """
    found = await work.unit.slots.booking_shown(int(timer.subject))
    if found is None:
        return
    booking, slot = found
    if booking.state != "booked" or not booking.reminder or slot is None:
        return
    customer = await work.unit.get(Customer, booking.customer_id, lock=False)
    if customer is None or not work.now < slot.starts_at <= work.now + BEFORE:
        return
    allowed = open_from(work.services, customer, work.now)
    if allowed > work.now:
        work.unit.set_timer(replace(timer, due_at=allowed))
    else:
        views = await views_for(work, booking)
        screen = views.booked(booking, slot, views.say("told_reminder"))
        await _tell(work, booking, screen, f"remind:{booking.id}:{slot.id}")


# -- pressed --------------------------------------------------------------------------------------


async def pressed(work: Work, visitor: Visitor, step: Step, over: int | None) -> bool:
    """Do what a customer's button says, and show what is so then. False: it is none of theirs."""
    person = await accounts.known(work, visitor.telegram_id)
    found = await work.unit.slots.booking_shown(step.booking_id)
    if person is None or found is None or found[0].customer_id != person[1].id:
        return False
    views = _views(work, person[1], person[0])
    screen = await _answered(work, views, *found, step)
    if screen is None:
        return False
    text, keyboard = screen
    show(work, visitor.telegram_id, text, keyboard, over=over, customer_id=person[1].id)
    return True


async def _answered(
    work: Work, views: SlotViews, booking: Booking, slot: Slot | None, step: Step
) -> screens.Screen | None:
    """What is shown in answer to a step; None: there is no such step."""
    if step.action not in _KNOWN:
        return None
    stands = _stands(views, work.now, booking, slot)
    if stands is not None:
        return stands
    if step.action in CHOOSING:
        return await screens.choosing(work, views, booking, slot, step)
    if step.action == "book" and step.at is not None:
        return await _book(work, views, booking, slot, step)
    if slot is None:
        return await screens.choosing(work, views, booking, slot, step)
    if step.action == "drop":
        return views.drop(booking, slot)
    if step.action == "give":
        return await _give_back(work, views, booking, slot)
    if step.action == "remind":
        return await _remind(work, views, booking, slot, wanted=step.number == 1)
    return views.booked(booking, slot)


_KNOWN = CHOOSING | {"book", "show", "drop", "give", "remind"}


def _stands(
    views: SlotViews, now: datetime, booking: Booking, slot: Slot | None
) -> screens.Screen | None:
    """What is said of a booking about which nothing can be done any more; None: something can."""
    if booking.state in ("done", "ended"):
        return views.said(booking, f"told_is_{booking.state}"), []
    if slot is not None and slot.starts_at <= now:
        return views.booked(booking, slot, views.say("told_past"))
    return None


async def _book(
    work: Work, views: SlotViews, booking: Booking, slot: Slot | None, step: Step
) -> screens.Screen:
    assert step.at is not None  # noqa: S101  looked at by who calls
    done = await bookings.book(work, booking.id, step.place, step.at)
    if not isinstance(done, Refusal):
        return views.booked(*done)
    if done.reason == "same" and slot is not None:
        return views.booked(booking, slot)
    return await screens.instead(work, views, booking, slot, step, done)


async def _give_back(work: Work, views: SlotViews, booking: Booking, slot: Slot) -> screens.Screen:
    done = await bookings.give_back(work, booking.id)
    if isinstance(done, Refusal):
        return views.booked(booking, slot, views.say(f"told_refused_{done.reason}"))
    gone = views.say("told_given_back", when=views.when(slot), where=views.where(slot))
    return views.again(done, gone)


async def _remind(
    work: Work, views: SlotViews, booking: Booking, slot: Slot, *, wanted: bool
) -> screens.Screen:
    done = await bookings.set_reminder(work, booking.id, wanted=wanted)
    if isinstance(done, Refusal):
        return views.booked(booking, slot, views.say("told_remind_late"))
    return views.booked(done, slot)
