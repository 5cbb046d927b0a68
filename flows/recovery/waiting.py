"""What waits for a yes is not forgotten: seniors are reminded once, and then admins.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.entities import Remedy
from flows.entities.kinds import Role
from flows.time.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Reminder:
    """Who is reminded that something waits for a yes, and when."""

    whom: Role
    at: datetime


def reminders(remedy: Remedy, after: timedelta, calendar: Calendar) -> Sequence[Reminder]:
    """Who is reminded of a remedy that waits: seniors after so much working time, and admins when
    as much again is over."""
    asked = remedy.asked_at
    if remedy.state != "awaiting" or asked is None:
        return ()
    return (
        Reminder(Role.SENIOR, calendar.add(asked, after)),
        Reminder(Role.ADMIN, calendar.add(asked, 2 * after)),
    )


def due(remedy: Remedy, known: Sequence[Reminder], now: datetime) -> list[Role]:
    """Who is to be reminded now, each once."""
    told = remedy.reminded_at
    return [each.whom for each in known if each.at <= now and (told is None or told < each.at)]


def next_at(known: Sequence[Reminder], now: datetime) -> datetime | None:
    """When somebody is reminded next; None: everybody was."""
    return min((each.at for each in known if each.at > now), default=None)
