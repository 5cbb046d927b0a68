"""When something is open: times of day, weekdays, and the real spans they make in a time zone.

Everything rests on one step: time is cut where the zone's offset changes, and inside such a piece
a wall clock is plain arithmetic. So an hour that the zone skips is not there, and an hour that it
repeats is there twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from itertools import groupby
from math import floor
from zoneinfo import ZoneInfo, available_timezones

from flows.time.durations import as_utc

CLOCK_EXPECTED = 'a time of day such as "09:00", from 00:00 to 24:00'
DAYS_EXPECTED = "weekdays such as mon-fri or mon,wed,sat"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DAY = 24 * 60
_STEP = timedelta(days=1)
"""No zone in the IANA database ever changed its offset twice within three days."""


@dataclass(frozen=True, slots=True, order=True)
class ClockTime:
    """A time of day in whole minutes since midnight; 24:00 is the end of the day."""

    minutes: int

    def __post_init__(self) -> None:
        if not 0 <= self.minutes <= _DAY:
            raise ValueError(CLOCK_EXPECTED)

    @classmethod
    def parse(cls, text: str) -> ClockTime:
        """Read `9:00` or `09:00`. Raises ValueError saying what is expected."""
        match = _CLOCK.fullmatch(text)
        if match is None or int(match[2]) > 59:
            raise ValueError(CLOCK_EXPECTED)
        return cls(int(match[1]) * 60 + int(match[2]))

    def on(self, day: date) -> datetime:
        """The wall-clock reading on that day, without a zone."""
        return datetime(day.year, day.month, day.day) + timedelta(minutes=self.minutes)  # noqa: DTZ001

    def __str__(self) -> str:
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, Monday being 0; at least one."""

    days: frozenset[int]

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError(DAYS_EXPECTED)

    @classmethod
    def parse(cls, text: str) -> Weekdays:
        """Read `mon-fri`, `mon,wed`, `mon-thu,sat` or `fri-mon`. Raises ValueError."""
        days: set[int] = set()
        for part in text.lower().replace(" ", "").split(","):
            first, _, last = part.partition("-")
            if first not in DAY_NAMES or (last or first) not in DAY_NAMES or part.endswith("-"):
                raise ValueError(DAYS_EXPECTED)
            start, end = DAY_NAMES.index(first), DAY_NAMES.index(last or first)
            days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
        return cls(frozenset(days))

    def __contains__(self, day: int) -> bool:
        return day in self.days

    def __str__(self) -> str:
        runs = groupby(enumerate(sorted(self.days)), key=lambda pair: pair[1] - pair[0])
        return ",".join(_run([day for _, day in pairs]) for _, pairs in runs)


EVERY_DAY = Weekdays(frozenset(range(7)))


def _run(days: list[int]) -> str:
    if len(days) < 3:
        return ",".join(DAY_NAMES[day] for day in days)
    return f"{DAY_NAMES[days[0]]}-{DAY_NAMES[days[-1]]}"


@dataclass(frozen=True, slots=True)
class Opening:
    """Open from `opens` to `closes` (exclusive) on `days`, except on `holidays`."""

    opens: ClockTime
    closes: ClockTime
    days: Weekdays = EVERY_DAY
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError("It must open before it closes, on the same day.")

    def is_open(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether the wall clock in `zone` reads an open time at this moment."""
        local = as_utc(moment).astimezone(zone).replace(tzinfo=None, fold=0)
        day = local.date()
        return self._open_on(day) and self.opens.on(day) <= local < self.closes.on(day)

    def spans(self, start: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """The open spans in UTC from `start` on, in order, without end."""
        for piece in steady_spans(as_utc(start), zone):
            yield from self._within(*piece)

    def _within(
        self, first: datetime, last: datetime, offset: timedelta
    ) -> Iterator[tuple[datetime, datetime]]:
        """The open spans inside a piece of time (UTC) with one offset."""
        wall_first, wall_last = _wall(first, offset), _wall(last, offset)
        for day in {wall_first.date(): None, wall_last.date(): None}:
            if not self._open_on(day):
                continue
            opens = max(wall_first, self.opens.on(day))
            closes = min(wall_last, self.closes.on(day))
            if opens < closes:
                yield _moment(opens, offset), _moment(closes, offset)

    def _open_on(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.holidays


@dataclass(frozen=True, slots=True)
class Openings:
    """Open whenever one of several windows is; they may overlap. At least one."""

    windows: tuple[Opening, ...]

    def __post_init__(self) -> None:
        if not self.windows:
            raise ValueError("What is never open has no hours.")

    def is_open(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether the wall clock in `zone` reads an open time at this moment."""
        return any(window.is_open(moment, zone) for window in self.windows)

    def spans(self, start: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """The open spans in UTC from `start` on, in order, without end; no two overlap."""
        for piece in steady_spans(as_utc(start), zone):
            spans = sorted(span for window in self.windows for span in window._within(*piece))
            yield from _merged(spans)


def _merged(
    spans: Iterable[tuple[datetime, datetime]],
) -> Iterator[tuple[datetime, datetime]]:
    """Spans in order, those that overlap or touch made one."""
    current: tuple[datetime, datetime] | None = None
    for opens, closes in spans:
        if current is not None and opens <= current[1]:
            current = current[0], max(current[1], closes)
            continue
        if current is not None:
            yield current
        current = opens, closes
    if current is not None:
        yield current


def steady_spans(start: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Pieces of time from `start` (UTC) on, within each of which the zone's offset is the same."""
    while True:
        end = start + _STEP
        before, after = _offset(start, zone), _offset(end, zone)
        if before == after:
            yield start, end, before
        else:
            change = _change(start, end, zone)
            if start < change:
                yield start, change, before
            yield change, end, after
        start = end


def _change(start: datetime, end: datetime, zone: tzinfo) -> datetime:
    """The whole second at which the offset becomes the one at `end`."""
    low, high = floor(start.timestamp()), floor(end.timestamp()) + 1
    after = _offset(end, zone)
    while low + 1 < high:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, UTC), zone) == after:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


def _moment(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)


@cache
def known_zones() -> frozenset[str]:
    """Every IANA time zone name that this machine's database knows.

    What only says something of the machine (`localtime`, `Factory`) is no name of a zone.
    """
    return frozenset(available_timezones() - {"localtime", "Factory"})


def zone_for(customer_zone: str | None, brand_zone: str) -> ZoneInfo:
    """The customer's zone when it names one, else the brand's."""
    known = customer_zone is not None and customer_zone in known_zones()
    return ZoneInfo(customer_zone if known and customer_zone else brand_zone)


def next_allowed(now: datetime, opening: Opening, zone: tzinfo) -> datetime:
    """The first moment from `now` on at which the wall clock in `zone` reads an open time.

    `now` itself when it is open. An opening that a day skips (daylight saving, a jump over the
    date line) is passed over; one that a day repeats counts both times.
    """
    start = as_utc(now)
    if opening.is_open(start, zone):
        return start
    return next(opens for opens, _ in opening.spans(start, zone))
