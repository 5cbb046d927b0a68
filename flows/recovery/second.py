"""What follows a second failure: who has it, the two boxes, the gesture some days afterwards.

Pure. First it is to be as it was before; what makes up for it comes after that, and from a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.config import SecondFailure
from flows.entities import Gesture, Ticket
from flows.entities.lifecycle import Person, Refusal

_DONE = frozenset({"resolved", "verified"})


class Box(StrEnum):
    """What staff tick on the card of a second failure."""

    AS_BEFORE = "as_before"
    MADE_UP = "made_up"


def tick(ticket: Ticket, box: Box, *, ticked: bool) -> Ticket | Refusal:
    """A ticket with a box as somebody wants it; `as_it_is`: it is so already."""
    if not ticket.failed_again:
        return Refusal("no_second_failure")
    before = ticket.as_before if box is Box.AS_BEFORE else ticket.made_up
    if before is ticked:
        return Refusal("as_it_is")
    if box is Box.AS_BEFORE:
        return replace(ticket, as_before=ticked)
    return replace(ticket, made_up=ticked)


def whose(ticket: Ticket, seniors: Sequence[Person]) -> Person | None:
    """Which senior has a second failure: whoever of them has it already, else each in turn."""
    if not seniors:
        return None
    own = next((each for each in seniors if each.id == ticket.owner_id), None)
    return own or seniors[ticket.number % len(seniors)]


def wants_gesture(ticket: Ticket) -> bool:
    """Whether a gesture may still be chosen: it is done, and nobody has decided about one."""
    is_open = ticket.gesture in ("", Gesture.ASKED)
    return ticket.failed_again and ticket.state in _DONE and bool(ticket.chat_id) and is_open


def asks_at(rules: SecondFailure, resolved_at: datetime, zone: ZoneInfo) -> datetime:
    """When a senior is asked to choose one."""
    return rules.gesture_after.after(resolved_at, zone)
