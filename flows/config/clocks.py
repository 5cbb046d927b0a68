"""What is promised about tickets, as the configuration says it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import model_validator

from flows.config.fields import (
    Id,
    Passed,
    Percent,
    Severity,
    SomeLength,
    Told,
    WorkingLength,
    expected,
)
from flows.config.parts import OneOrMany, Part, Some
from flows.entities.kinds import Tell
from flows.time.durations import Period, Progress, Share


class Promise(Part):
    """The older names of what `clocks` says; they go on working."""

    first_response: WorkingLength | None = None
    escalate_at: Annotated[tuple[Percent, ...], Some] | None = None


class ClockStep(Part):
    """Who is told when so much of a promised time has passed."""

    at: Passed
    tell: Told


class ClockRule(Part):
    """Other times for some tickets: those that fit all that is named here."""

    team: Annotated[tuple[Id, ...], Some] = ()
    category: Annotated[tuple[Id, ...], Some] = ()
    severity: Annotated[tuple[Severity, ...], Some] = ()
    first_response: WorkingLength | None = None
    next_response: WorkingLength | None = None
    resolution: WorkingLength | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ClockRule:
        if not (self.team or self.category or self.severity):
            raise expected("team, category or severity, so that it is known whom it is for")
        if self.first_response is self.next_response is self.resolution is None:
            raise expected("first_response, next_response or resolution with another time")
        return self


class Clocks(Part):
    """The times that are promised, in working time, and who is told before and after."""

    first_response: WorkingLength = Period(hours=4)
    next_response: WorkingLength = Period(hours=8)
    resolution: WorkingLength = Period(hours=40)
    rules: Annotated[tuple[ClockRule, ...], OneOrMany] = ()
    steps: Annotated[tuple[ClockStep, ...], OneOrMany] = (
        ClockStep(at=Progress(50), tell=Tell.OWNER),
        ClockStep(at=Progress(75), tell=Tell.SECOND),
        ClockStep(at=Progress(90), tell=Tell.CUSTOMER),
        ClockStep(at=Progress(100), tell=Tell.GROUP),
        ClockStep(at=Progress(150), tell=Tell.SENIORS),
        ClockStep(at=Progress(200), tell=Tell.ADMINS),
    )
    ask_after: SomeLength = Period(days=7)
    """A customer who has the word and is silent for so long is asked once."""
    unanswered_after: SomeLength = Period(days=7)
    """So long after that the ticket ends."""
    owner_silent: WorkingLength = Period(hours=8)
    """Whoever has a ticket and says nothing for so long, while somebody waits, loses it."""
    news_every: SomeLength = Period(days=7)
    """How often a customer hears where a long repair is."""


_ONCE_USUAL = (Share(5000), Share(10_000))
"""What every configuration of an earlier version says that was written back."""


def taken_over(older: Promise, clocks: Clocks) -> Clocks:
    """The clocks with what the older names say, where `clocks` itself does not say it."""
    said: dict[str, Any] = {}
    if older.first_response is not None and "first_response" not in clocks.model_fields_set:
        said["first_response"] = older.first_response
    if older.escalate_at not in (None, _ONCE_USUAL) and "steps" not in clocks.model_fields_set:
        reminders = (
            ClockStep(at=Progress(max(1, round(share.fraction * 100))), tell=Tell.OWNER)
            for share in older.escalate_at or ()
            if share < Share(10_000)
        )
        kept = (step for step in clocks.steps if step.tell not in (Tell.OWNER, Tell.SECOND))
        said["steps"] = tuple(sorted([*reminders, *kept], key=lambda step: step.at))
    return clocks.model_copy(update=said) if said else clocks
