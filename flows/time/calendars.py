"""A calendar of working time that can be kept: hours, holidays and time zone as they were once.

What is promised by it is reckoned by it for good, whatever the configuration says later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from flows.time.opening import ClockTime, Opening, Openings, Weekdays, zone_for
from flows.time.working_time import add_working_time, elapsed_working_time

_ZONE_THAT_STAYS = "UTC"
"""What a calendar goes by when its time zone is not known any more."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When work is done, by the wall clock of a time zone."""

    hours: Openings
    zone: str
    _hash: int = field(init=False, repr=False, compare=False)
    """Reckoned once: the same calendar is looked up with every moment of every clock."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.hours, self.zone)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Calendar) or self._hash != other._hash:
            return False
        return (self.hours, self.zone) == (other.hours, other.zone)

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The moment (UTC) at which so much working time has passed since `start`.

        Raises ValueError for a naive start or a negative length.
        """
        return _add(self, start, length)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; zero when `end` is not after `start`."""
        return elapsed_working_time(start, end, self.hours, self.place)

    def is_open(self, moment: datetime) -> bool:
        """Whether it is working time."""
        return self.hours.is_open(moment, self.place)

    def opens_at(self, moment: datetime) -> datetime:
        """The moment itself if it is working time, else when work begins next (UTC)."""
        return next(iter(self.hours.spans(moment, self.place)))[0]

    @property
    def place(self) -> tzinfo:
        """The time zone; UTC, when it is not known any more."""
        return zone_for(self.zone, _ZONE_THAT_STAYS)

    def written(self) -> dict[str, Any]:
        """As JSON takes it; `Calendar.read` makes the same of it again."""
        return dict(_written(self))

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Calendar:
        """What `written` wrote. Raises ValueError or KeyError for anything else."""
        return _read(str(written["zone"]), tuple(written["hours"]), tuple(written["holidays"]))


@lru_cache(maxsize=4096)
def _add(calendar: Calendar, start: datetime, length: timedelta) -> datetime:
    """The same moments are asked for again and again while one ticket is looked at."""
    return add_working_time(
        start, length, calendar.hours, zone_for(calendar.zone, _ZONE_THAT_STAYS)
    )


@lru_cache(maxsize=256)
def _written(calendar: Calendar) -> Mapping[str, Any]:
    """It is written down with every clock that goes by it."""
    windows = calendar.hours.windows
    holidays = sorted({each for window in windows for each in window.holidays})
    return {
        "zone": calendar.zone,
        "hours": [f"{each.days} {each.opens} {each.closes}" for each in windows],
        "holidays": [each.isoformat() for each in holidays],
    }


@lru_cache(maxsize=256)
def _read(zone: str, hours: tuple[str, ...], days: tuple[str, ...]) -> Calendar:
    """A business has few different calendars, and reads them with every ticket."""
    holidays = frozenset(map(date.fromisoformat, days))
    return Calendar(Openings(tuple(_window(each, holidays) for each in hours)), zone)


def _window(written: str, holidays: frozenset[date]) -> Opening:
    days, opens, closes = written.split(" ")
    return Opening(ClockTime.parse(opens), ClockTime.parse(closes), Weekdays.parse(days), holidays)
