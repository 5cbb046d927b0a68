"""How slots are offered: places, days and times, a page of each at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from flows.entities import Slot

PLACES_SHOWN, DAYS_SHOWN, TIMES_SHOWN = 8, 10, 24
"""Buttons of a page: more would not be read."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of what can be chosen."""

    shown: Sequence[T]
    number: int
    """Counted from 0."""
    more: bool
    """Whether another page follows."""


def page_of(everything: Sequence[T], number: int, size: int) -> Page[T]:
    """A page by its number; beyond the last one the last one."""
    last = max(0, (len(everything) - 1) // size)
    at = min(max(0, number), last)
    return Page(everything[at * size : (at + 1) * size], at, at < last)


def places_of(slots: Iterable[Slot], order: Sequence[str] = ()) -> list[Slot]:
    """The first slot of each place: places in this order, then others, the soonest first."""
    found: dict[str, Slot] = {}
    for each in slots:
        found.setdefault(each.place, each)
    ranks = {place: rank for rank, place in enumerate(order)}
    return sorted(found.values(), key=lambda each: ranks.get(each.place, len(ranks)))


def days_of(slots: Iterable[Slot], place: str) -> list[date]:
    """The days of a place on which something is free, by its clock."""
    return list(dict.fromkeys(day_of(each) for each in slots if each.place == place))


def times_of(slots: Iterable[Slot], place: str, day: date) -> list[Slot]:
    """What is free at a place on a day."""
    return [each for each in slots if each.place == place and day_of(each) == day]


def day_of(slot: Slot) -> date:
    """The day of a slot by the clock of its place."""
    return slot.starts_at.astimezone(ZoneInfo(slot.zone)).date()


def clocks_differ(at: datetime, one: str, other: str) -> bool:
    """Whether the clocks of two time zones show different times at a moment."""
    first, second = (at.astimezone(ZoneInfo(zone)).utcoffset() for zone in (one, other))
    return first != second
