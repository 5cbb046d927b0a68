"""Which slots there are: what the configuration's hours make, and what has a row already.

By the wall clock of the place: a time that its zone skips is not there, and one that it repeats is
there once, the first time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.config import Config, Place, SlotHours
from flows.entities import PLACES, Slot, SlotId
from flows.time.opening import ClockTime

NOBODYS = SlotId(0)
"""The id of a slot that has no row yet."""


def configured(config: Config, places: Collection[str], now: datetime) -> Iterator[Slot]:
    """The slots that may be chosen at these places of the configuration from now on, in order of
    places and time."""
    for place in config.places:
        if place.id in places:
            yield from _of_place(config, place, now)


def until(config: Config, places: Collection[str], now: datetime) -> datetime:
    """Up to when slots of these places may be chosen; of none, now."""
    ends = (each.ahead.after(now, _zone(config, each)) for each in config.places
            if each.id in places)  # fmt: skip
    return max(ends, default=now)


def _of_place(config: Config, place: Place, now: datetime) -> Iterator[Slot]:
    zone = _zone(config, place)
    earliest, latest = place.notice.after(now, zone), place.ahead.after(now, zone)
    day, last = earliest.astimezone(zone).date(), latest.astimezone(zone).date()
    about = (place.id, tuple(place.title.items()), place.address or "")
    while day <= last:
        if day not in config.holidays:
            made = _made(about, place.slots, zone, day)
            yield from (each for each in made if earliest <= each.starts_at <= latest)
        day += timedelta(days=1)


def _zone(config: Config, place: Place) -> ZoneInfo:
    return ZoneInfo(place.time_zone or config.brand.time_zone)


@lru_cache(maxsize=4096)
def _made(
    about: tuple[str, tuple[tuple[str, str], ...], str],
    hours: Sequence[SlotHours],
    zone: ZoneInfo,
    day: date,
) -> tuple[Slot, ...]:
    """The slots of a place on one day; `about`: its id, title and address.

    They are kept: whoever looks is offered hundreds of them, and everybody the same.
    """
    place, title, address = about
    return tuple(
        Slot(
            id=NOBODYS,
            owner=PLACES,
            place=place,
            starts_at=starts_at,
            minutes=minutes,
            capacity=capacity,
            title=dict(title),
            zone=zone.key,
            address=address,
        )
        for starts_at, minutes, capacity in _of_day(hours, zone, day)
    )


def _of_day(
    hours: Sequence[SlotHours], zone: ZoneInfo, day: date
) -> tuple[tuple[datetime, int, int], ...]:
    """Start, minutes and capacity of each slot of a day; of two that begin together the first."""
    found: dict[datetime, tuple[datetime, int, int]] = {}
    for each in hours:
        if day.weekday() in each.days:
            for minute in range(
                each.opens.minutes, each.closes.minutes - each.minutes + 1, each.minutes
            ):
                starts_at = _moment(day, minute, zone)
                if starts_at is not None:
                    found.setdefault(starts_at, (starts_at, each.minutes, each.capacity))
    return tuple(found[at] for at in sorted(found))


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """A minute of a day as a moment; None: the zone skips it."""
    wall = ClockTime(minute).on(day)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None


# -- together with what has a row -----------------------------------------------------------------


def offered(planned: Iterable[Slot], stored: Iterable[Slot], now: datetime) -> list[Slot]:
    """The slots that can be booked, the earliest first.

    What has a row is as the row says. A row of a place whose hours have changed since is offered
    no longer; whoever has it keeps it.
    """
    rows = {each.key: each for each in stored}
    found = []
    for each in planned:
        row = rows.pop(each.key, None)
        found.append(each if row is None else refreshed(row, each))
    found += [each for each in rows.values() if each.owner != PLACES]
    fits = (each for each in found if why_not(each, now) is None)
    return sorted(fits, key=lambda each: (each.starts_at, each.place))


def refreshed(row: Slot, planned: Slot) -> Slot:
    """A row with what the configuration says of it now; nobody who has it loses it.

    A capacity that somebody has said stays.
    """
    if planned.owner != PLACES:
        return row
    capacity = row.capacity if row.by_hand else max(planned.capacity, row.booked)
    return replace(
        row,
        minutes=planned.minutes,
        capacity=capacity,
        title=planned.title,
        zone=planned.zone,
        address=planned.address,
    )


def why_not(slot: Slot, now: datetime) -> str | None:
    """Why a slot cannot be booked: `over`, `closed` or `full`; None: it can."""
    if slot.starts_at <= now:
        return "over"
    if slot.closed_at is not None:
        return "closed"
    return "full" if slot.booked >= slot.capacity else None
