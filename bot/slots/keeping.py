"""What staff do with slots: close one, widen one, put a list of them up, see who comes on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.work import Work
from bot.slots import asking
from bot.slots import booking as bookings
from flows.entities import PLACES, Booking, Slot
from flows.entities.lifecycle import Person, Refusal
from flows.slots import times
from flows.slots.bookings import freed, widened
from flows.slots.lists import read_slots
from flows.time.days import beginning_of, next_day


async def close(work: Work, slot_id: int, by: Person) -> tuple[Slot, Sequence[Booking]] | Refusal:
    """Close a slot: nobody books it any more, and those who had it hear so and choose anew.

    Gives it with those who had it. Refused: `gone`, `over` when it has begun, `closed` already.
    """
    found = await work.unit.slots.with_bookings(slot_id)
    if found is None:
        return Refusal("gone")
    slot, having = found
    if slot.starts_at <= work.now:
        return Refusal("over")
    if slot.closed_at is not None:
        return Refusal("closed")
    closed = replace(slot, closed_at=work.now)
    work.unit.put(closed)
    told = []
    for held in having:
        moved = await bookings.close_for(work, held.booking, slot, by)
        if not isinstance(moved, Refusal):
            closed = freed(closed)
            work.unit.put(closed)
            await asking.tell_closed(work, moved, slot)
            told.append(moved)
    return closed, told


async def reopen(work: Work, slot_id: int) -> Slot | Refusal:
    """Let a slot that was closed be booked again. Refused: `gone`, `over`, `open`."""
    found = await work.unit.slots.with_bookings(slot_id)
    if found is None:
        return Refusal("gone")
    slot, _ = found
    if slot.starts_at <= work.now:
        return Refusal("over")
    if slot.closed_at is None:
        return Refusal("open")
    work.unit.put(opened := replace(slot, closed_at=None))
    return opened


async def widen(work: Work, slot_id: int, by: int) -> Slot | Refusal:
    """Make room for so many more in a slot, or less. Refused: `gone`, `over`, `booked` when more
    have it than there would be room for, `none` when there would be none."""
    found = await work.unit.slots.with_bookings(slot_id)
    if found is None:
        return Refusal("gone")
    slot, _ = found
    if slot.starts_at <= work.now:
        return Refusal("over")
    changed = widened(slot, slot.capacity + by)
    if not isinstance(changed, Refusal):
        work.unit.put(changed)
    return changed


async def put_up(work: Work, owner: str, text: str) -> Sequence[Slot] | Refusal:
    """Take in a list of slots for an owner's bookings (`flows.slots.lists` says how it looks).

    A slot that is there already gets the capacity, length and place that the list says. Raises
    SlotsError for a list that cannot be taken. Refused: `booked` when more have a slot than the
    list has room for. Nothing is written then.
    """
    wanted = read_slots(text, owner, work.services.config, work.now)
    kept = await work.unit.slots.keep(wanted)
    changed = []
    for each in wanted:
        row = kept[each.key]
        if each.capacity < row.booked:
            return Refusal("booked")
        changed.append(replace(each, id=row.id, booked=row.booked, closed_at=row.closed_at))
    for each in changed:
        work.unit.put(each)
    return changed


# -- a day ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfDay:
    """A slot of a day, with the bookings that were asked for."""

    slot: Slot
    bookings: Sequence[Booking]


async def bookings_of_day(work: Work, day: date, owner: str | None = None) -> Sequence[OfDay]:
    """Who comes on a day, by the clock of each place, in the order of places and times.

    With `owner` (`recall/12`) its bookings alone; without it everybody's, with slots that have a
    row and nobody.
    """
    widest = timedelta(hours=15)
    zone = ZoneInfo("UTC")
    began = beginning_of(day, zone)
    found = await work.unit.slots.of_day(began - widest, next_day(began, zone) + widest, owner)
    return [OfDay(slot, mine) for slot, mine in found if _day_of(slot) == day]


def _day_of(slot: Slot) -> date:
    return slot.starts_at.astimezone(ZoneInfo(slot.zone)).date()


async def with_bookings(work: Work, slot_id: int) -> OfDay | None:
    """One slot with all that have it; None: there is none."""
    slot = await work.unit.slots.shown(slot_id)
    if slot is None:
        return None
    return OfDay(slot, await work.unit.slots.having(slot_id))


async def slots_of_day(work: Work, day: date) -> Sequence[OfDay]:
    """All slots of a day with who comes, and those of places that nobody has touched yet."""
    known = await bookings_of_day(work, day)
    keys = {each.slot.key for each in known}
    places = [each.id for each in work.services.config.places]
    untouched = [
        OfDay(each, ())
        for each in times.configured(work.services.config, places, work.now)
        if _day_of(each) == day and each.key not in keys
    ]
    everything = [*known, *untouched]
    return sorted(everything, key=lambda one: (one.slot.place, one.slot.starts_at))


async def touched(work: Work, place: str, starts_at: datetime) -> Slot | None:
    """The row of a slot of a place, made if the configuration makes such a slot; None: it does
    not, and there is none."""
    known = await work.unit.slots.at(PLACES, place, starts_at)
    if known is not None:
        return known
    planned = times.configured(work.services.config, [place], work.now)
    wanted = next((each for each in planned if each.starts_at == starts_at), None)
    if wanted is None:
        return None
    row = (await work.unit.slots.keep([wanted]))[wanted.key]
    return times.refreshed(row, wanted)
