"""The questions by which a time is chosen, one after the other, for customers and for staff.

What a button carries is read here for both: it comes from outside, and may be anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.callbacks import number
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.slots import booking as bookings
from bot.slots.views import SlotViews, moment_of
from flows.entities import Booking, Slot
from flows.entities.lifecycle import Refusal

Screen = tuple[Rich, Keyboard]
CHOOSING = frozenset({"open", "days", "times", "sure"})
"""Steps that only ask; `book` is the one that does it."""
_LATEST_DAY = date.max.toordinal()
_LONGEST_PLACE = 32


@dataclass(frozen=True, slots=True)
class Step:
    """What a button of a booking says."""

    action: str
    booking_id: int
    place: str = ""
    day: date | None = None
    at: datetime | None = None
    number: int = 0
    """The page; of `remind` 1 or 0."""


def read(parts: Sequence[str]) -> Step | None:
    """Read what a button carries after its area; None: it says nothing."""
    action, booking, *rest = (*parts, "", "")[: max(2, len(parts))]
    booking_id = number(booking)
    if not action or booking_id is None:
        return None
    if action in ("days", "times", "sure", "book"):
        return _at_a_place(action, booking_id, rest)
    page = number(rest[0]) if rest else 0
    return Step(action, booking_id, number=page) if page is not None else None


def _at_a_place(action: str, booking_id: int, rest: Sequence[str]) -> Step | None:
    place, *numbers = rest or [""]
    found = [each for part in numbers if (each := number(part)) is not None]
    wanted = 2 if action == "times" else 1
    if not 0 < len(place) <= _LONGEST_PLACE or len(found) != len(numbers) or len(found) != wanted:
        return None
    if action == "days":
        return Step(action, booking_id, place, number=found[0])
    if action == "times":
        known = 1 <= found[0] <= _LATEST_DAY
        day = date.fromordinal(found[0]) if known else None
        return Step(action, booking_id, place, day, number=found[1]) if day is not None else None
    at = moment_of(found[0])
    return Step(action, booking_id, place, at=at) if at is not None else None


async def choosing(
    work: Work, views: SlotViews, booking: Booking, slot: Slot | None, step: Step
) -> Screen:
    """The question that a step leads to, with what is free at this moment."""
    free = await bookings.offered(work, booking)
    if step.action == "days":
        return views.days(booking, slot, free, step.place, step.number)
    if step.action == "times" and step.day is not None:
        return views.times(booking, slot, free, step.place, step.day, step.number)
    if step.action == "sure":
        key = (step.place, step.at)
        wanted = next((each for each in free if (each.place, each.starts_at) == key), None)
        if wanted is not None:
            return views.sure(booking, slot, wanted)
        return await instead(work, views, booking, slot, step, Refusal("gone"))
    return views.choose(booking, slot, free, step.number)


async def instead(
    work: Work, views: SlotViews, booking: Booking, slot: Slot | None, step: Step, why: Refusal
) -> Screen:
    """Why a slot cannot be had, and what is still free, beginning with its day."""
    free = await bookings.offered(work, booking)
    first = views.say(f"told_refused_{why.reason}")
    near = next((each for each in free if each.place == step.place), None)
    if near is None or step.at is None:
        rich, keyboard = views.choose(booking, slot, free)
        return Rich() + first + "\n" + rich, keyboard
    day = step.at.astimezone(ZoneInfo(near.zone)).date()
    return views.times(booking, slot, free, step.place, day, first=first)
