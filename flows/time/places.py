"""Where a customer is, as far as one can tell, and when it is not night there.

The business tells the time zone; else the phone number's country does; else the brand's counts.
Some countries have many zones. Their customers are asked when it is open in all of them, as far
as that leaves at least TOGETHER a day; the outermost zones are left out for it, the ones farthest
from the middle first. With a window from 10:00 to 20:00 a Russian mobile is written to between
10:00 and 12:00 in Moscow, which is 18:00 to 20:00 in Magadan: Kaliningrad and Kamchatka are an
hour outside, everybody else is inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.time.durations import as_utc
from flows.time.opening import Opening, known_zones, next_allowed

TOGETHER = timedelta(hours=2)
"""Least time a day in which it is open in every zone that counts."""
_MOST_STEPS = 1000
"""From one zone's opening to the next one's; days on which they never meet are rare."""


class Source(StrEnum):
    """How it is known where a customer is."""

    TOLD = "told"
    PHONE = "phone"
    BRAND = "brand"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer is or may be."""

    zone: ZoneInfo
    """By whose calendar days are counted and moments are shown."""
    source: Source
    zones: tuple[ZoneInfo, ...]
    """Those in which it has to be open; `zone` is among them."""

    def next_open(self, moment: datetime, opening: Opening) -> datetime:
        """The first moment (UTC) from `moment` on at which it is open in every zone."""
        at = as_utc(moment)
        for _ in range(_MOST_STEPS):
            latest = max(next_allowed(at, opening, zone) for zone in self.zones)
            if latest == at:
                return at
            at = latest
        return next_allowed(moment, opening, self.zone)


def place_of(
    told: str | None, possible: tuple[str, ...], brand_zone: str, opening: Opening, now: datetime
) -> Place:
    """Where a customer is: `told` by the business, else in one of `possible`, else at the brand's.

    Names that no time zone has are passed over.
    """
    if told and told in known_zones():
        return _single(told, Source.TOLD)
    if possible:
        open_for = opening.closes.minutes - opening.opens.minutes
        found = _among(possible, open_for, as_utc(now).date())
        if found is not None:
            return found
    return _single(brand_zone, Source.BRAND)


@lru_cache(maxsize=1024)
def _single(name: str, source: Source) -> Place:
    zone = ZoneInfo(name)
    return Place(zone, source, (zone,))


@lru_cache(maxsize=1024)
def _among(names: tuple[str, ...], open_for: int, day: date) -> Place | None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    zones = _different([ZoneInfo(name) for name in names if name in known_zones()], at)
    if not zones:
        return None
    longest = max(timedelta(minutes=open_for) - TOGETHER, timedelta(0))
    offsets = [_offset(zone, at) for zone in zones]
    middle = offsets[len(offsets) // 2]
    first, last = 0, len(zones) - 1
    while offsets[last] - offsets[first] > longest:
        if offsets[last] - middle >= middle - offsets[first]:
            last -= 1
        else:
            first += 1
    kept = tuple(zones[first : last + 1])
    return Place(kept[len(kept) // 2], Source.PHONE, kept)


def _different(zones: list[ZoneInfo], at: datetime) -> list[ZoneInfo]:
    """One of each group whose clocks agree all year, from west to east."""
    found: dict[tuple[timedelta, ...], ZoneInfo] = {}
    seasons = [at, *(datetime(at.year, month, 15, tzinfo=UTC) for month in (1, 4, 7, 10))]
    for zone in zones:
        found.setdefault(tuple(_offset(zone, season) for season in seasons), zone)
    return [found[key] for key in sorted(found)]


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
