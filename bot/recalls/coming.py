"""When and where somebody brings what they have, and when they fetch it: by slots.

A recall has times of its own (a list), or places of the configuration; one without either asks
nobody for a time. Bringing and fetching are two bookings, each with a purpose of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.events import SlotBooked, SlotGivenBack
from bot.core.work import Work
from bot.identity.accounts import Visitor
from bot.slots import asking, keeping
from bot.slots import booking as bookings
from bot.slots.booking import Wanted
from bot.slots.screens import Step
from flows.entities import Booking, Participant, ParticipantId, Recall, Slot
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.recalls.participants import act
from flows.recalls.wording import TITLE

FETCHING = frozenset({"ready", "returning"})
"""Steps in which a time is chosen for fetching, and no longer for bringing."""


def owner_of(recall: Recall) -> str:
    """Whose the slots of a recall are."""
    return f"recall/{recall.number}"


def has_slots(recall: Recall) -> bool:
    """Whether people choose place and time."""
    return recall.own_slots or bool(recall.places)


async def put_up(work: Work, recall: Recall, text: str) -> Sequence[Slot] | Refusal:
    """Take in a list of times for a recall. Raises SlotsError; refused as `keeping.put_up`."""
    if recall.state == "ended":
        return Refusal("is_ended")
    found = await keeping.put_up(work, owner_of(recall), text)
    if not isinstance(found, Refusal):
        work.unit.put(replace(recall, own_slots=True))
    return found


async def choose(work: Work, visitor: Visitor, each: Participant, recall: Recall) -> bool:
    """Show somebody the places and times from which they can choose, or what they chose."""
    booking = await bookings.begin(
        work,
        Wanted(
            owner=owner_of(recall),
            purpose=_purpose(each, fetching=each.step in FETCHING),
            customer_id=each.customer_id,
            chat_id=visitor.telegram_id,
            title={language: parts[TITLE] for language, parts in recall.texts.items()},
            places=recall.places,
        ),
    )
    await work.unit.flush()
    return await asking.pressed(work, visitor, Step("open", booking.id), None)


def _purpose(each: Participant, *, fetching: bool) -> Ref:
    return Ref(RefKind.FETCHING if fetching else RefKind.PARTICIPANT, each.id)


async def _booking(work: Work, each: Participant, *, fetching: bool) -> Booking | None:
    return await work.unit.slots.of_purpose(str(_purpose(each, fetching=fetching)))


async def let_go(work: Work, each: Participant) -> Participant:
    """Give back the time for which somebody was to come, because they will not; them afterwards."""
    booking = await _booking(work, each, fetching=False)
    if booking is not None and booking.slot_id is not None:
        await bookings.give_back(work, booking.id)
    return await work.unit.get(Participant, each.id) or each


async def was_there(work: Work, each: Participant, *, fetching: bool) -> None:
    """Note that somebody came; the slot stays theirs."""
    booking = await _booking(work, each, fetching=fetching)
    if booking is not None:
        await bookings.finish(work, booking.id)


# -- what was chosen ----------------------------------------------------------------------------


async def slot_booked(work: Work, event: SlotBooked) -> None:
    """Note that somebody of a recall has chosen when to come."""
    each, fetching = await _of(work, event.booking)
    if each is None:
        return
    moved = act(each, "choose_return" if fetching else "choose", work.now)
    if not isinstance(moved, Refusal):
        work.unit.put(moved)
    if event.by is not None:
        await asking.tell_moved(work, event.booking, event.slot, event.by.name)


async def slot_given_back(work: Work, event: SlotGivenBack) -> None:
    """Note that somebody of a recall has no time any more."""
    each, _ = await _of(work, event.booking)
    if each is None or event.why == "ended":
        return
    moved = act(each, "give_back", work.now)
    if not isinstance(moved, Refusal):
        work.unit.put(moved)


async def _of(work: Work, booking: Booking) -> tuple[Participant | None, bool]:
    """Whose booking it is, and whether it is for fetching; None: it is of something else."""
    for kind in (RefKind.PARTICIPANT, RefKind.FETCHING):
        number = Ref.number(booking.purpose, kind)
        if number is not None:
            found = await work.unit.get(Participant, ParticipantId(number))
            return found, kind is RefKind.FETCHING
    return None, False
