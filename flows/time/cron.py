"""Fixed times, written as in a crontab: `minute hours days months weekdays`.

A small and strict part of what cron knows, and only what it and APScheduler's
`CronTrigger.from_crontab` mean alike: weekdays by name, because cron counts them from Sunday and
APScheduler from Monday; days of the month or weekdays but not both, because cron asks whenever
one of them fits and APScheduler when both do; one minute, because nobody is asked twice in an hour.

The wall clock of a time zone decides. A time that the zone skips comes the same distance after the
gap (RFC 5545); one that it repeats comes once, the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from flows.time.durations import as_utc
from flows.time.opening import DAY_NAMES

CRON_EXPECTED = (
    'a fixed time such as "0 10 1 * *" (minute, hours, days of the month, months, weekdays)'
)
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_LONGEST = 100
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_PART = re.compile(r"(\*|[a-z0-9]{1,3}(?:-[a-z0-9]{1,3})?)(?:/(\d{1,2}))?", re.ASCII)
_MOST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY = timedelta(days=1)
_SLACK = 2
"""Days around a wall clock's date that a jump over the date line may lead to."""
_FARTHEST = 366 * 9
"""29 February comes again after eight years at most."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Moments that come again and again. Equal when they are written alike."""

    text: str
    minute: int = field(compare=False)
    hours: tuple[int, ...] = field(compare=False)
    days: frozenset[int] = field(compare=False)
    months: frozenset[int] = field(compare=False)
    weekdays: frozenset[int] = field(compare=False)
    """Monday is 0."""

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read `0 10 1 * *` or `30 9,18 * * mon-fri`. Raises ValueError saying what is expected."""
        parts = text.lower().split()
        if len(parts) != 5 or len(text) > _LONGEST:
            raise ValueError(CRON_EXPECTED)
        minute, hours, days, months, weekdays = parts
        if not _NUMBER.fullmatch(minute) or int(minute) > 59:
            raise ValueError(f"{CRON_EXPECTED}, with one minute from 0 to 59")
        if days != "*" and weekdays != "*":
            raise ValueError(f'{CRON_EXPECTED}, with "*" for the days or for the weekdays')
        cron = cls(
            " ".join(parts),
            int(minute),
            tuple(sorted(_numbers(hours, 0, 23, "hours from 0 to 23"))),
            _numbers(days, 1, 31, "days from 1 to 31"),
            _numbers(months, 1, 12, "months from 1 to 12 or jan to dec", MONTH_NAMES),
            _weekdays(weekdays),
        )
        if not any(min(cron.days) <= _MOST_DAYS[month - 1] for month in cron.months):
            raise ValueError(f"{CRON_EXPECTED}, on a day that these months have")
        return cron

    def __str__(self) -> str:
        return self.text

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first of the moments (UTC) after this one, by the wall clock of `zone`."""
        start = as_utc(moment)
        first = start.astimezone(zone).date() - _SLACK * _DAY
        found: list[datetime] = []
        days_left = _FARTHEST
        for number in range(_FARTHEST):
            found += [each for each in self._on(first + number * _DAY, zone) if each > start]
            if found:
                days_left = min(days_left, number + _SLACK)
            if number >= days_left:
                break
        return min(found)

    def latest(self, since: datetime, until: datetime, zone: tzinfo) -> datetime | None:
        """The last of the moments (UTC) from `since` to `until`, both included; None: there is
        none."""
        start, end = as_utc(since), as_utc(until)
        day = end.astimezone(zone).date() + _SLACK * _DAY
        while day >= start.astimezone(zone).date() - _SLACK * _DAY:
            found = [each for each in self._on(day, zone) if start <= each <= end]
            if found:
                return max(found)
            day -= _DAY
        return None

    def between(self, start: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
        """The moments (UTC) after `start` until `end`, that included, in order."""
        moment = self.after(start, zone)
        while moment <= as_utc(end):
            yield moment
            moment = self.after(moment, zone)

    def _on(self, day: date, zone: tzinfo) -> Iterator[datetime]:
        if day.month not in self.months or day.day not in self.days:
            return
        if day.weekday() in self.weekdays:
            for hour in self.hours:
                wall = datetime(day.year, day.month, day.day, hour, self.minute, tzinfo=zone)
                yield as_utc(wall)


def _numbers(
    text: str, least: int, most: int, what: str, names: tuple[str, ...] = ()
) -> frozenset[int]:
    """What one field names: `*`, `*/2`, `3`, `1-5`, `1-5/2`, and lists of those."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{CRON_EXPECTED}, with {what}")
        span, step = match[1], int(match[2]) if match[2] else 1
        first, dash, last = span.partition("-")
        start = least if span == "*" else _number(first, names)
        end = most if span == "*" else _number(last if dash else first, names)
        single = span != "*" and not dash
        named = first in names or last in names
        if not least <= start <= end <= most or (match[2] and (single or named)):
            raise ValueError(f"{CRON_EXPECTED}, with {what}")
        if match[2] and not 1 <= step <= end - start:
            raise ValueError(f"{CRON_EXPECTED}, with steps that fit {what}")
        found.update(range(start, end + 1, step))
    return frozenset(found)


def _number(text: str, names: tuple[str, ...]) -> int:
    """A number, or the place of a name counted from 1; -1 for anything else."""
    if text in names:
        return names.index(text) + 1
    return int(text) if _NUMBER.fullmatch(text) else -1


def _weekdays(text: str) -> frozenset[int]:
    """`*`, or names and ranges of names that do not run over the end of the week."""
    sentence = f"{CRON_EXPECTED}, with weekdays by name such as mon-fri or sat,sun"
    if text == "*":
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in DAY_NAMES or (dash and last not in DAY_NAMES):
            raise ValueError(sentence)
        start, end = DAY_NAMES.index(first), DAY_NAMES.index(last if dash else first)
        if start > end:
            raise ValueError(sentence)
        found.update(range(start, end + 1))
    return frozenset(found)
