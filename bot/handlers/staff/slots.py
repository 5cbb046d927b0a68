"""What staff type and press about the times at which customers come."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from telegram import Message, Update

from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.rich import Rich
from bot.core.work import Keyboard, inline
from bot.desk.speaking import NO_PREVIEW
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.owners import read_day
from bot.handlers.staff.parsing import command_at, reply, say
from bot.identity.erasure import LIST
from bot.recovery import days
from bot.slots import booking as bookings
from bot.slots import screens
from bot.slots.screens import CHOOSING
from bot.slots.views import STAFF, SlotViews, moment_of
from flows.desk.rights import Deed
from flows.entities import Priority, Slot, Ticket
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal

_LATEST_DAY = date(9998, 12, 31).toordinal()
"""A day after which there is another one."""


async def command(update: Update, context: VersoContext) -> None:
    """`/bookings`: who comes today; with a day, on that day."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    zone = ZoneInfo(at.work.services.config.brand.time_zone)
    today = at.work.now.astimezone(zone).date()
    typed = at.text.strip().lower()
    on = read_day(typed, today) if typed else today
    if on is None or not 1 < on.toordinal() <= _LATEST_DAY:
        say(at.work, at.message, "slots.usage")
        return
    text, keyboard = await days.day(at.work, at.group, on)
    reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a day, a slot, or a booking says."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    deed, do = _ACTIONS.get(action, (Deed.READ, None))
    if do is None and action in _FOR_A_CUSTOMER:
        deed, do = Deed.GRANT, _choose
    if not await buttons.may(press, deed):
        return
    if do is None:
        press.answer("desk.unclear", alert=True)
        return
    await do(press, rest)


def _show(press: Press, text: Rich, keyboard: Keyboard) -> None:
    """Show a screen in the place of the one whose button was pressed."""
    message = press.query.message
    if not isinstance(message, Message):
        return
    if message.chat.id != press.group.chat_id or len(text.pages()) > 1:
        # It stayed behind when its group moved; there, its number is another message's.
        reply(press.work, message, text, keyboard=keyboard, subject=LIST)
        return
    params = {**text.params(), **NO_PREVIEW, "message_id": message.message_id}
    press.work.call(
        press.group.chat_id,
        "editMessageText",
        params | {"reply_markup": inline(keyboard)},
        purpose=Purpose.NOTE,
        priority=Priority.REPLY,
    )


# -- a day, a slot --------------------------------------------------------------------------------


async def _day(press: Press, rest: Sequence[str]) -> None:
    ordinal = number(rest[0]) if rest else None
    if ordinal is None or not 1 < ordinal <= _LATEST_DAY:
        press.answer("desk.unclear", alert=True)
        return
    _show(press, *await days.day(press.work, press.group, date.fromordinal(ordinal)))
    press.work.answer(press.query.id)


async def _at(press: Press, rest: Sequence[str]) -> None:
    minute = number(rest[1]) if len(rest) == 2 else None
    starts_at = moment_of(minute) if minute is not None else None
    found = None
    if starts_at is not None:
        found = await days.at(press.work, press.group, rest[0], starts_at)
    await _shown(press, found)


async def _of(press: Press, rest: Sequence[str]) -> None:
    slot_id = number(rest[0]) if rest else None
    await _shown(press, await days.slot(press.work, press.group, slot_id or 0))


async def _shown(press: Press, found: days.Screen | None) -> None:
    if found is None:
        press.answer("slots.refused_gone", alert=True)
        return
    _show(press, *found)
    press.work.answer(press.query.id)


async def _close(press: Press, rest: Sequence[str]) -> None:
    slot_id = (number(rest[0]) if rest else None) or 0
    done = await days.close(press.work, press.group, slot_id, press.by)
    await _done(press, slot_id, done, "ok_closed", 0 if isinstance(done, Refusal) else done)


async def _reopen(press: Press, rest: Sequence[str]) -> None:
    slot_id = (number(rest[0]) if rest else None) or 0
    done = await days.reopen(press.work, press.group, slot_id, press.by)
    await _done(press, slot_id, done, "ok_reopened")


async def _wider(press: Press, rest: Sequence[str]) -> None:
    await _widen(press, rest, 1)


async def _narrower(press: Press, rest: Sequence[str]) -> None:
    await _widen(press, rest, -1)


async def _widen(press: Press, rest: Sequence[str], step: int) -> None:
    slot_id = (number(rest[0]) if rest else None) or 0
    done = await days.widen(press.work, press.group, slot_id, step, press.by)
    await _done(press, slot_id, done, "ok_wider", done.capacity if isinstance(done, Slot) else 0)


async def _done(press: Press, slot_id: int, done: object, key: str, n: int = 0) -> None:
    """Say what was done and show the slot as it is then, or say why not."""
    if isinstance(done, Refusal):
        press.answer(f"slots.refused_{done.reason}", alert=True)
    else:
        press.answer(f"slots.{key}", n=n)
    found = await days.slot(press.work, press.group, slot_id)
    if found is not None:
        _show(press, *found)


# -- choosing for a customer ----------------------------------------------------------------------


async def _choose(press: Press, rest: Sequence[str]) -> None:
    """Choose another time for a customer of this group's, with the same questions."""
    work, step = press.work, screens.read(press.arguments)
    found = await work.unit.slots.booking_shown(step.booking_id) if step is not None else None
    if step is None or found is None or not await _is_ours(press, found[0].ticket_id):
        press.answer("desk.forged", alert=True)
        return
    booking, slot = found
    views = _views(press)
    if booking.state in ("done", "ended"):
        press.answer(f"slots.refused_is_{booking.state}", alert=True)
    elif slot is not None and slot.starts_at <= work.now:
        press.answer("slots.refused_over", alert=True)
    elif step.action == "show" and slot is not None:
        _show(press, views.booked(booking, slot, views.say("is_theirs"))[0], [])
        work.answer(press.query.id)
    elif step.action != "book" or step.at is None:
        _ask(press, step, *await screens.choosing(work, views, booking, slot, step))
        work.answer(press.query.id)
    else:
        done = await bookings.book(work, booking.id, step.place, step.at, press.by)
        if not isinstance(done, Refusal):
            _show(press, views.said(booking, "moved"), [])
            press.answer("slots.moved")
        elif done.reason == "same":
            press.answer("slots.is_theirs", alert=True)
        else:
            _show(press, *await screens.instead(work, views, booking, slot, step, done))
            press.answer(f"slots.refused_{done.reason}", alert=True)


def _ask(press: Press, step: screens.Step, text: Rich, keyboard: Keyboard) -> None:
    """The first question stands below the message whose button asked for it; others in place."""
    message = press.query.message
    if step.action == "move" and isinstance(message, Message):
        reply(press.work, message, text, keyboard=keyboard, subject=LIST)
    else:
        _show(press, text, keyboard)


async def _is_ours(press: Press, ticket_id: int | None) -> bool:
    ticket = await press.work.unit.get(Ticket, ticket_id) if ticket_id is not None else None
    return ticket is not None and ticket.group_chat_id == press.group.chat_id


def _views(press: Press) -> SlotViews:
    services = press.work.services
    language, zone = services.language_at(press.group), services.config.brand.time_zone
    return SlotViews(services, language, zone, press.work.now, area=STAFF)


_FOR_A_CUSTOMER = CHOOSING | {"move", "show", "book"}
_ACTIONS: dict[str, tuple[Deed, Callable[[Press, Sequence[str]], Awaitable[None]]]] = {
    "day": (Deed.READ, _day),
    "at": (Deed.READ, _at),
    "of": (Deed.READ, _of),
    "close": (Deed.GRANT, _close),
    "reopen": (Deed.GRANT, _reopen),
    "wider": (Deed.GRANT, _wider),
    "narrower": (Deed.GRANT, _narrower),
}
