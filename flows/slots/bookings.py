"""The life of a booking: its customer chooses, has a time, and comes; or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flows.entities import Booking, Slot
from flows.entities.lifecycle import Edge, Lifecycle, Refusal, Walk
from flows.slots.times import why_not

STATES = ("choosing", "booked", "done", "ended")
OPEN = frozenset({"choosing", "booked"})
"""States in which a time can be chosen."""
BEFORE = timedelta(days=1)
"""So long before it a customer is reminded who wants to be."""

EDGES = (
    Edge(
        "book",
        ("choosing", "booked"),
        "booked",
        "A time is chosen, or another one: the new one is taken before the old one is given back, "
        "in one transaction.",
    ),
    Edge("give_back", ("booked",), "choosing", "The customer gives the time back."),
    Edge("close", ("booked",), "choosing", "Staff close the slot; the customer chooses anew."),
    Edge("finish", ("choosing", "booked"), "done", "They were there, or it is done otherwise."),
    Edge("end", ("choosing", "booked"), "ended", "What it was for is taken back."),
)
LIFECYCLE = Lifecycle("booking", STATES, "choosing", EDGES)
_LOSES_ITS_SLOT = frozenset({"give_back", "close", "end"})


def act(booking: Booking, trigger: str) -> Booking | Refusal:
    """Let something happen to a booking. Refused where it is over: `is_` with its state."""
    walk = Walk(booking.state, booking)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(f"is_{booking.state}")
    slot_id = None if trigger in _LOSES_ITS_SLOT else booking.slot_id
    return replace(booking, state=walk.state, slot_id=slot_id)


def took(booking: Booking, slot: Slot, now: datetime) -> tuple[Booking, Slot] | Refusal:
    """A booking with a slot, and the slot with one more; why it cannot have it otherwise.

    The reasons are those of `flows.slots.times.why_not`, `same`, and `is_` with a state.
    """
    if booking.state not in OPEN:
        return Refusal(f"is_{booking.state}")
    if booking.slot_id == slot.id:
        return Refusal("same")
    reason = why_not(slot, now)
    if reason is not None:
        return Refusal(reason)
    booked = act(booking, "book")
    assert not isinstance(booked, Refusal), "what is open can be booked"  # noqa: S101
    return replace(booked, slot_id=slot.id), replace(slot, booked=slot.booked + 1)


def freed(slot: Slot) -> Slot:
    """A slot with one booking less."""
    return replace(slot, booked=slot.booked - 1)


def widened(slot: Slot, capacity: int) -> Slot | Refusal:
    """A slot with another capacity, which staff say.

    Refused: `booked` when more have it than that, `none` for less than one.
    """
    if capacity < 1:
        return Refusal("none")
    if capacity < slot.booked:
        return Refusal("booked")
    return replace(slot, capacity=capacity, by_hand=True)


def reminds_at(slot: Slot, now: datetime) -> datetime | None:
    """When a customer is reminded of a slot; None: it is too near for that."""
    at = slot.starts_at - BEFORE
    return at if at > now else None
