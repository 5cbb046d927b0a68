"""Schedules that inform: messages that ask nothing, alone or in a chain that an event ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from flows.config.ask_texts import values_named
from flows.config.fields import InformTexts, Length
from flows.config.parts import Part
from flows.entities.kinds import ScheduleKind
from flows.time.durations import Period

if TYPE_CHECKING:
    from flows.config.schedules import Schedule

INFORM = "inform"
"""What customers stop when they do not want to be told anything unasked any more."""
COMPLAINT = "complaint"
"""The type of the event that stands for it: the customer complained. It ends all informing that
began before: nobody reads cheerful words while something is wrong."""
MOST_STEPS = 8
"""Messages of one chain; more would hardly be read."""


class ChainStep(Part):
    """One message of a chain: how long after the event it is due, and its words."""

    after: Length = Period()
    text: InformTexts


def flaw_of(schedule: Schedule) -> str:
    """What is expected instead, in English, of a schedule that neither asks nor informs rightly.

    Empty: nothing is wrong with it.
    """
    flaws = _of_asking if schedule.kind is ScheduleKind.ASK else _of_informing
    return next(flaws(schedule), "")


def _of_asking(schedule: Schedule) -> Iterator[str]:
    if schedule.flow is None:
        yield 'a "flow" that it begins, or "kind: inform" for what asks nothing'
    if schedule.until or schedule.steps:
        yield '"until" and "steps" with "kind: inform" only'
    for text in schedule.texts:
        for name in values_named(text):
            yield f"{{event.{name}}} with kind: inform only"


def _of_informing(schedule: Schedule) -> Iterator[str]:
    if schedule.flow is not None:
        yield 'no "flow" with "kind: inform": what informs asks nothing'
    if schedule.unless:
        yield '"until" with the events that end it, in place of "unless", with "kind: inform"'
    if schedule.steps:
        yield from _of_chain(schedule)
    elif schedule.text is None and not schedule.variants:
        yield 'a "text", or "steps" with a text each, of what is told'


def _of_chain(schedule: Schedule) -> Iterator[str]:
    when = schedule.when
    if schedule.text is not None or schedule.variants:
        yield 'either "text" or "steps"'
    if when.event is None or when.after or when.before_end is not None:
        yield '"steps" after an "event"; how long after it stands in each step'
    if not schedule.until:
        yield '"until" with the events that end the chain, such as [order_delivered]'
    if len(schedule.steps) > MOST_STEPS:
        yield f"at most {MOST_STEPS} steps"
    offsets = [step.after.approximate() for step in schedule.steps]
    if any(later <= earlier for earlier, later in pairwise(offsets)):
        yield 'steps in their order, each with a longer "after" than the one before'
