"""What pictures show: counts of a month or of some weeks, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.time.calendars import Calendar
from flows.time.days import beginning_of

DOTS_BELOW = 30
"""People asked below which each is a dot, and nothing is compared with last month."""
TINTED_FROM = 20
"""Complaints below which all cells of a map have one tint."""
MONTHS = 12
_CLASSES = (2, 4, 7, 10)
"""The most complaints of each tint of a map but the last, in a month of at most _LARGE of them."""
_LARGE = 100


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar; `number` counts them from the year 0."""

    number: int

    @classmethod
    def of(cls, moment: datetime, zone: str) -> Month:
        """The month of a moment by a clock."""
        local = moment.astimezone(ZoneInfo(zone))
        return cls(local.year * MONTHS + local.month - 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.number // MONTHS, self.number % MONTHS + 1, 1)

    @property
    def before(self) -> Month:
        """The month before."""
        return Month(self.number - 1)

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """When it begins, and when the next one does, by a clock (UTC)."""
        place = ZoneInfo(zone)
        return beginning_of(self.first, place), beginning_of(Month(self.number + 1).first, place)


class Step(StrEnum):
    """How far somebody has come, from being asked to a fix that helped; the order is theirs."""

    ASKED = "asked"
    ANSWERED = "answered"
    COMPLAINED = "complained"
    REPLIED = "replied"
    """A person has answered their complaint."""
    CHANGED = "changed"
    """Something works differently because of it."""
    TOLD = "told"
    """They were told what."""
    HELPED = "helped"
    """They say that it helped."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """People by how far they came, each once in each figure.

    Asked and answered are those who were asked in the time; all others are those who complained in
    it, asked or not.
    """

    people: Mapping[Step, int] = field(default_factory=dict)
    unasked: int = 0
    """They complained without being asked."""
    unanswered: int = 0
    """A complaint of theirs is open, and no person has answered it."""
    in_work: int = 0
    """Something is being changed because of them."""
    declined: int = 0
    """They were told that nothing will be, and why."""
    not_helped: int = 0
    silent: int = 0
    """They were asked whether it helped, and have not answered."""

    def at(self, step: Step) -> int:
        """How many came so far."""
        return self.people.get(step, 0)

    @property
    def untold(self) -> int:
        """Something changed because of them, and they do not know it yet."""
        return max(0, self.at(Step.CHANGED) - self.at(Step.TOLD))

    @property
    def is_empty(self) -> bool:
        """Whether nobody was asked and nobody complained."""
        return not any(self.people.values())


@dataclass(frozen=True, slots=True)
class StageAsked:
    """People who were asked by one schedule and are at one stage of their journey."""

    schedule: str
    stage: str
    people: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Complaints of one kind at one stage of the journey; either may be empty: it was not said."""

    stage: str
    category: str
    complaints: int


@dataclass(frozen=True, slots=True)
class Promises:
    """What became of the promises of one clock in a time."""

    clock: str
    kept: int = 0
    broken: int = 0

    @property
    def ended(self) -> int:
        """Those of which it is known what became of them."""
        return self.kept + self.broken


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise that was kept or broken, as it is in the log."""

    team_id: str
    kept: bool
    at: datetime
    """When it was kept; of a broken one, when it was due."""
    due_at: datetime | None
    """None: nobody knows by now, because its clock was paused."""
    target: timedelta
    """What was promised, in working time."""
    settled_at: datetime | None
    """When a broken one was settled after all; None: it is not."""

    def used(self, calendar: Calendar, now: datetime) -> float | None:
        """How much of the promised working time it took, as a part of it; None: nobody knows."""
        if self.due_at is None or not self.target:
            return None
        if self.kept:
            return max(0.0, 1 - calendar.elapsed(self.at, self.due_at) / self.target)
        return 1 + calendar.elapsed(self.due_at, self.settled_at or now) / self.target


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a goal is, in people."""

    reached: int
    goal: int

    @property
    def is_met(self) -> bool:
        """Whether it is reached."""
        return self.reached >= self.goal

    @property
    def per_dot(self) -> int:
        """People for whom one dot stands: one, or as many as leave 40 dots at most."""
        most = max(self.reached, self.goal)
        per = 1
        while most > MOST_DOTS * per:
            per *= 10
        return per


MOST_DOTS = 40
"""Dots of one goal."""


def tint(complaints: int, total: int) -> int:
    """Which of six tints a cell of a map has, from 0 (none) to 5; of few complaints, one.

    `total`: complaints of the whole map; in a large one the steps are as much larger.
    """
    if not complaints:
        return 0
    if total < TINTED_FROM:
        return 1
    scale = max(1.0, total / _LARGE)
    return 1 + sum(complaints > most * scale for most in _CLASSES)


def by_stage(asked: Iterable[StageAsked], own: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many were asked at each stage; those of whom it is not known have an empty one.

    `own`: the stages at which a schedule asks, of those that say it; one alone is where whoever it
    asks is, as a complaint that says no stage has it, too.
    """
    found: dict[str, int] = {}
    for each in asked:
        named = own.get(each.schedule, ())
        stage = named[0] if len(named) == 1 else each.stage
        found[stage] = found.get(stage, 0) + each.people
    return found
