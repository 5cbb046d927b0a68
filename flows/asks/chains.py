"""Chains: several messages after one event, one after the other, until an event ends them.

To the rules each message is a schedule of its own that is due after its own time (`at_step`).
Messages of one run, the chain of one person because of one event, do not keep one another waiting:
the limits count them for everything else. Whoever could not be told a message before the next one
is due is not told it any more, so that nobody reads them late, or out of order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from flows.config import Schedule


def numbers(schedule: Schedule) -> Sequence[int]:
    """The messages of a schedule because of one event; what is no chain has one."""
    return range(len(schedule.steps) or 1)


def at_step(schedule: Schedule, number: int) -> Schedule | None:
    """The schedule as it is for one of its messages; None when it has none with this number."""
    if number not in numbers(schedule):
        return None
    if not schedule.steps:
        return schedule
    step = schedule.steps[number]
    when = schedule.when.model_copy(update={"after": step.after})
    return schedule.model_copy(update={"when": when, "text": step.text})


def overtaken_at(schedule: Schedule, number: int, began: datetime, zone: tzinfo) -> datetime | None:
    """When (UTC) the next message of a chain takes the place of this one; None: none does.

    `began` is when the event happened.
    """
    following = schedule.steps[number + 1 : number + 2]
    return following[0].after.after(began, zone) if following else None


def run_of(schedule_id: str, reason: object) -> str:
    """What the messages of one person have in common that belong together.

    `reason` is what made the schedule consider them: the event's id, or the moment of a fixed time.
    """
    return f"{schedule_id}/{reason}"
