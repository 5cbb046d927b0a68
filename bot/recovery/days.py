"""Who comes on a day, as a group of staff sees it: of others' complaints it knows the number of
bookings, and nobody's name."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.core import journal
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.desk.speaking import customer_names
from bot.slots import keeping
from bot.slots.day_views import DayViews
from bot.slots.keeping import OfDay
from flows.entities import BookingId, Group, Slot, Ticket
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind

Screen = tuple[Rich, Keyboard]


def views_at(work: Work, group: Group) -> DayViews:
    """Views for a group, by the brand's clock."""
    language, zone = work.services.language_at(group), work.services.config.brand.time_zone
    return DayViews(work.services, language, zone, work.now)


async def day(work: Work, group: Group, on: date) -> Screen:
    """A day's slots with who comes."""
    slots = await keeping.slots_of_day(work, on)
    return views_at(work, group).day(on, slots, await _names(work, group, slots))


async def slot(work: Work, group: Group, slot_id: int) -> Screen | None:
    """One slot with who comes; None: there is none."""
    found = await keeping.with_bookings(work, slot_id)
    if found is None:
        return None
    return views_at(work, group).slot(found, await _names(work, group, [found]))


async def at(work: Work, group: Group, place: str, starts_at: datetime) -> Screen | None:
    """A slot of the configuration, which gets a row by that; None: there is none."""
    found = await keeping.touched(work, place, starts_at)
    return await slot(work, group, found.id) if found is not None else None


async def _names(work: Work, group: Group, slots: Sequence[OfDay]) -> dict[BookingId, str]:
    """How the readers of a group know those who come, by booking: number and name."""
    theirs = {
        each.id: each.ticket_id
        for one in slots
        for each in one.bookings
        if each.ticket_id is not None
    }
    found = await work.unit.get_all(Ticket, theirs.values(), lock=False)
    here = [each for each in found.values() if each.group_chat_id == group.chat_id]
    names = await customer_names(work, here)
    known = {each.id: f"#{each.number} {names[each.customer_id]}" for each in here}
    return {booking: known[ticket] for booking, ticket in theirs.items() if ticket in known}


# -- what is done with a slot ---------------------------------------------------------------------


async def close(work: Work, group: Group, slot_id: int, by: Person) -> int | Refusal:
    """Close a slot; gives how many customers choose anew."""
    done = await keeping.close(work, slot_id, by)
    if isinstance(done, Refusal):
        return done
    closed, told = done
    _note(work, group, by, "slot_closed", closed)
    return len(told)


async def reopen(work: Work, group: Group, slot_id: int, by: Person) -> Slot | Refusal:
    """Offer a slot again that was closed."""
    done = await keeping.reopen(work, slot_id)
    if not isinstance(done, Refusal):
        _note(work, group, by, "slot_reopened", done)
    return done


async def widen(work: Work, group: Group, slot_id: int, step: int, by: Person) -> Slot | Refusal:
    """Make room for one more or one less."""
    done = await keeping.widen(work, slot_id, step)
    if not isinstance(done, Refusal):
        _note(work, group, by, "slot_widened", done)
    return done


def _note(work: Work, group: Group, by: Person, kind: str, slot: Slot) -> None:
    views = views_at(work, group)
    said = f"{views.when(slot)}, {views.named(slot)}"
    journal.note(work, f"staff:{by.id}", kind, Ref(RefKind.GROUP, group.chat_id), to=said)
