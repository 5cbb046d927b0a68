"""A clock: a promise of working time that runs, is paused, and ends kept or broken.

Pure: every function takes a clock and gives the clock that it becomes. What was promised, and the
calendar by which it is reckoned, are those of the moment at which it started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flows.entities import ClockEvent, ClockKind
from flows.entities.kinds import Tell
from flows.entities.making import made_at_once
from flows.entities.replaced import replaced
from flows.time.calendars import Calendar
from flows.time.durations import Progress
from flows.time.opening import ClockTime, Opening, Openings

ROUND_THE_CLOCK = Calendar(Openings((Opening(ClockTime(0), ClockTime(24 * 60)),)), "UTC")
"""Every hour of every day."""


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody is told when so much of the promised time has passed."""

    at: Progress
    tell: Tell


@made_at_once
@dataclass(frozen=True, slots=True)
class Clock:
    """One promise about one ticket."""

    kind: ClockKind
    round: int
    """Counts how often this kind of clock of the ticket has been started, from 1."""
    target: timedelta
    """The working time that was promised."""
    calendar: Calendar
    started_at: datetime
    since: datetime | None
    """When it began to run last; None: it is paused."""
    due_at: datetime | None
    """None: it is paused. A broken promise keeps the moment at which it was due."""
    spent: timedelta = timedelta(0)
    """The working time that had passed when it began to run last."""
    breached: bool = False
    steps: tuple[Step, ...] = ()
    """The steps that are still to be taken, in order."""
    latest: datetime | None = None
    """By when it is due whatever working time says: its customer leaves soon after."""

    def passed(self, now: datetime) -> timedelta:
        """How much working time has passed on it."""
        if self.since is None:
            return self.spent
        return self.spent + self.calendar.elapsed(self.since, now)

    def left(self, now: datetime) -> timedelta:
        """How much of the promised working time is left; never less than nothing."""
        return timedelta(0) if self.breached else max(timedelta(0), self.target - self.passed(now))

    def reaches(self, progress: Progress) -> datetime | None:
        """When so much of the promised time will have passed, if nothing stops it.

        None: it is paused. A moment before it began to run last is that of its beginning.
        """
        if self.since is None:
            return None
        missing = max(timedelta(0), progress.of(self.target) - self.spent)
        return self.calendar.add(self.since, missing)


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of a promise: a line for the log."""

    clock: Clock
    event: ClockEvent
    at: datetime


def started(
    kind: ClockKind,
    number: int,
    target: timedelta,
    calendar: Calendar,
    now: datetime,
    steps: tuple[Step, ...] = (),
    latest: datetime | None = None,
) -> Clock:
    """A clock that starts now, for the `number`-th time."""
    due_at = calendar.add(now, target)
    clock = Clock(kind, number, target, calendar, now, now, due_at, steps=steps, latest=latest)
    return _in_time(clock, now)


def _in_time(clock: Clock, now: datetime) -> Clock:
    """A clock that began to run now, which ends before its customer leaves if it can.

    What would be due later by working hours is due by the wall clock.
    """
    latest, due_at = clock.latest, clock.due_at
    if latest is None or due_at is None or clock.breached or not now < latest < due_at:
        return clock
    target = clock.spent + (latest - now)
    return replaced(clock, target=target, calendar=ROUND_THE_CLOCK, due_at=latest)


def noted(clock: Clock, now: datetime) -> tuple[Clock, list[Happened]]:
    """Note that a promise was broken, if it is; once."""
    if clock.breached or clock.due_at is None or now < clock.due_at:
        return clock, []
    broken = replaced(clock, breached=True)
    return broken, [Happened(broken, ClockEvent.BREACHED, clock.due_at)]


def paused(clock: Clock, now: datetime) -> Clock:
    """Stop a clock for a while; what is left of the promise is moved on.

    Whether it is broken already has to be noted before.
    """
    if clock.since is None:
        return clock
    due_at = clock.due_at if clock.breached else None
    return replaced(clock, spent=clock.passed(now), since=None, due_at=due_at)


def resumed(clock: Clock, now: datetime) -> Clock:
    """Let a paused clock run on."""
    if clock.since is not None:
        return clock
    due_at = clock.due_at if clock.breached else clock.calendar.add(now, clock.left(now))
    return _in_time(replaced(clock, since=now, due_at=due_at), now)


def settled(clock: Clock, now: datetime) -> list[Happened]:
    """What became of a promise when what was promised has happened. At its very moment it is
    kept, unless it was noted as broken before."""
    late = clock.due_at is not None and now > clock.due_at
    if not (clock.breached or late):
        return [Happened(clock, ClockEvent.MET, now)]
    _, breach = noted(clock, now)
    return [*breach, Happened(clock, ClockEvent.SETTLED_LATE, now)]


# -- as JSON takes it --------------------------------------------------------------------------


def written(clock: Clock) -> dict[str, Any]:
    """A clock as JSON takes it; `read` makes the same of it again."""
    return {
        "kind": clock.kind.value,
        "round": clock.round,
        "target": _seconds(clock.target),
        "calendar": clock.calendar.written(),
        "started_at": moment_written(clock.started_at),
        "since": moment_written(clock.since),
        "due_at": moment_written(clock.due_at),
        "spent": _seconds(clock.spent),
        "breached": clock.breached,
        "steps": [[step.at.percent, step.tell.value] for step in clock.steps],
        **({"latest": moment_written(clock.latest)} if clock.latest is not None else {}),
    }


def read(told: Mapping[str, Any]) -> Clock:
    """What `written` wrote. Raises ValueError or KeyError for anything else."""
    started_at = moment_read(told["started_at"])
    if started_at is None:
        raise ValueError("A clock has started at some moment.")
    return Clock(
        kind=ClockKind(told["kind"]),
        round=int(told["round"]),
        target=timedelta(seconds=told["target"]),
        calendar=Calendar.read(told["calendar"]),
        started_at=started_at,
        since=moment_read(told["since"]),
        due_at=moment_read(told["due_at"]),
        spent=timedelta(seconds=told["spent"]),
        breached=bool(told["breached"]),
        steps=tuple(_step(at, tell) for at, tell in told["steps"]),
        latest=moment_read(told.get("latest")),
    )


@lru_cache(maxsize=256)
def _step(percent: int, tell: str) -> Step:
    """A business has few different steps, and reads them with every ticket."""
    return Step(Progress(int(percent)), Tell(tell))


def _seconds(length: timedelta) -> float:
    return length.total_seconds()


def moment_written(moment: datetime | None) -> str | None:
    """A moment as JSON takes it."""
    return None if moment is None else moment.isoformat()


def moment_read(told: str | None) -> datetime | None:
    """What `moment_written` wrote."""
    return None if told is None else datetime.fromisoformat(told)
