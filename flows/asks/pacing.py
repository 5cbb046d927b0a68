"""How many may be asked by now over all schedules: the daily budget, and what staff can answer.

A budget is spread over the brand's open hours: its k-th ask may leave at the k-th of as many
evenly spaced moments, a few of them (the burst) as soon as the day opens. Whoever finds none left
waits in line for the next free moment, so that a hundred thousand who are due at once are looked
at once each, not every second. People of a schedule with a higher priority wait in a line before
the others'.

When more tickets wait for their first answer than the limit, the pace falls in proportion, and at
twice the limit nobody is asked. What the pace is a share of is the budget, else what has been
asked a day lately.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.entities.replaced import replaced
from flows.time.days import day_began, next_day
from flows.time.durations import as_utc
from flows.time.opening import Opening

BURST = 20
"""One in so many asks of a day may leave as soon as the day opens."""
CALM = timedelta(minutes=1)
"""Asks that a slowed pace did not use for longer than this are not made up for."""
LOOK_AGAIN_BACKLOG = timedelta(hours=1)
SPREAD_BACKLOG = timedelta(hours=3)
"""While staff are behind, everybody is looked at again after one to four hours at the latest."""
_MOST_DAYS = 400
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """There is no room now."""

    key: str
    """`over_budget` or `backlog`."""
    until: datetime
    """The next free moment; the line ends there when somebody waits for it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """So many asks a day, spread over the open hours of one clock."""

    daily: int
    opening: Opening
    zone: ZoneInfo

    @property
    def burst(self) -> int:
        """How many of a day's asks may leave as soon as it opens."""
        return max(1, self.daily // BURST)

    def allowed(self, now: datetime) -> int:
        """How many asks may have gone out since the day began; none on a day without hours."""
        spans = self._spans(day_began(now, self.zone))
        length, passed = _length(spans), _length(spans, as_utc(now))
        if not passed:
            return 0
        return min(self.daily, self.daily * passed // length + self.burst)

    def free_after(self, moment: datetime) -> datetime:
        """The first of the evenly spaced moments that is later than this one."""
        at, day = as_utc(moment), day_began(moment, self.zone)
        for _ in range(_MOST_DAYS):
            spans = self._spans(day)
            if spans and self._moment(self.daily, spans) > at:
                return self._first_after(at, spans)
            day = next_day(day, self.zone)
        return day

    def _first_after(self, at: datetime, spans: list[tuple[datetime, datetime]]) -> datetime:
        low, high = 1, self.daily
        while low < high:
            middle = (low + high) // 2
            if self._moment(middle, spans) > at:
                high = middle
            else:
                low = middle + 1
        return self._moment(low, spans)

    def _moment(self, number: int, spans: list[tuple[datetime, datetime]]) -> datetime:
        """When the ask of this number, from 1, may leave on the day of these spans."""
        if number <= self.burst:
            return spans[0][0] + number * _MICROSECOND
        part = -(-(number - self.burst) * _length(spans) // self.daily)
        for opens, closes in spans:
            length = (closes - opens) // _MICROSECOND
            if part <= length:
                return opens + part * _MICROSECOND
            part -= length
        return spans[-1][1]

    def _spans(self, midnight: datetime) -> list[tuple[datetime, datetime]]:
        end = next_day(midnight, self.zone)
        day = midnight.astimezone(self.zone).date()
        if day.weekday() not in self.opening.days or day in self.opening.holidays:
            return []
        found = []
        for opens, closes in self.opening.spans(midnight, self.zone):
            if opens >= end:
                break
            found.append((opens, min(closes, end)))
        return found


@dataclass(frozen=True, slots=True)
class Brake:
    """The pace while staff are behind."""

    share: float
    """Of the usual pace, from 0 (nobody) to below 1."""
    spacing: timedelta
    """Between two asks at the usual pace."""
    last: datetime | None
    """When somebody was asked last."""

    def room(self, now: datetime) -> int:
        """How many may be asked now."""
        if self.share <= 0:
            return 0
        if self.last is None:
            return 1
        slow = self.spacing / self.share
        passed = min(as_utc(now) - self.last, max(CALM, slow))
        return max(0, passed // slow)

    def free_after(self, moment: datetime) -> datetime:
        """The next moment at which somebody may be asked after this one."""
        if self.share <= 0:
            return as_utc(moment) + LOOK_AGAIN_BACKLOG
        return as_utc(moment) + min(self.spacing / self.share, LOOK_AGAIN_BACKLOG)

    def after_ask(self, now: datetime) -> Brake:
        """The same after an ask, which uses up its part of the time that has passed."""
        at = as_utc(now)
        if self.last is None or self.share <= 0:
            return replaced(self, last=at)
        slow = self.spacing / self.share
        return replaced(self, last=max(self.last, at - max(CALM, slow)) + slow)


@dataclass(frozen=True, slots=True)
class Pace:
    """What limits asking at one moment, and who waits already."""

    budget: Budget | None = None
    asked: int = 0
    """Asks since the day of the budget began."""
    brake: Brake | None = None
    """None: staff are not behind."""
    lines: Mapping[int, datetime] = field(default_factory=dict)
    """Until when each priority's line reaches."""
    turned_away: datetime | None = None
    """The free moment given last to somebody who had waited and found no room all the same."""

    def wait(self, priority: int, now: datetime, *, queued: bool) -> Wait | None:
        """Whether somebody of a schedule of this priority has to wait; None: they may be asked.

        `queued` are those who have waited in line before. They take the last free place; others
        leave it to them while there is a line.
        """
        if self.brake is not None and self.brake.room(now) < 1:
            until = self.brake.free_after(self._behind(priority, now, queued=queued))
            return Wait("backlog", until)
        if self.budget is None:
            return None
        room = self.budget.allowed(now) - self.asked
        behind = self._behind(priority, now, queued=queued)
        if room >= 2 or (room == 1 and (queued or behind <= as_utc(now))):
            return None
        return Wait("over_budget", self.budget.free_after(behind))

    def _behind(self, priority: int, now: datetime, *, queued: bool) -> datetime:
        """After which moment the next free one is to be looked for."""
        at = as_utc(now)
        if queued:
            return max(at, self.turned_away or at)
        return max([at, *(end for level, end in self.lines.items() if level >= priority)])

    def after_ask(self, now: datetime) -> Pace:
        """The same after one more ask."""
        brake = self.brake.after_ask(now) if self.brake else None
        return replaced(self, asked=self.asked + 1, brake=brake)

    def after_wait(self, priority: int, until: datetime, *, queued: bool) -> Pace:
        """The same after somebody was told to wait until this free moment."""
        if queued:
            return replaced(self, turned_away=until)
        return replaced(self, lines=dict(self.lines) | {priority: until})


UNLIMITED = Pace()
"""Nobody waits for others."""


def slowed(waiting: int, limit: int | None) -> float:
    """The share of the usual pace while so many tickets wait for their first answer.

    1 up to the limit, 0 from twice the limit on.
    """
    if limit is None or waiting <= limit:
        return 1.0
    return max(0.0, 2 - waiting / limit)


def spacing_of(asks_a_day: int, opening: Opening) -> timedelta:
    """The time between two asks when so many are spread over the open hours of a day."""
    return timedelta(minutes=opening.closes.minutes - opening.opens.minutes) / max(1, asks_a_day)


def latest_look(now: datetime, deadline: datetime, position: float) -> datetime:
    """When to look for the last times at somebody whose turn does not come in time.

    In the second half of what is left before the deadline, at a `position` (0 to 1) that differs
    from one to another, so that they do not all come at once.
    """
    return now + (deadline - now) * (0.5 + position / 2)


def spread(now: datetime, position: float) -> datetime:
    """When to look again at the latest while staff are behind."""
    return now + LOOK_AGAIN_BACKLOG + SPREAD_BACKLOG * position


def _length(spans: list[tuple[datetime, datetime]], until: datetime | None = None) -> int:
    """Microseconds of these spans, up to a moment."""
    ends = ((opens, closes if until is None else min(closes, until)) for opens, closes in spans)
    return sum(max(0, (closes - opens) // _MICROSECOND) for opens, closes in ends)
