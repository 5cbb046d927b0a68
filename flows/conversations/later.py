"""When "later" is, for a person in a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.conversations.values import LaterChoice, require_aware

EVENING = time(19)
MORNING = time(10)
EVENING_BEGINS = time(18)
LAST_EVENING_START = time(20)
"""An hour later it is 21:00, after which nobody is asked anything."""


def later_until(choice: LaterChoice, now: datetime, zone: str) -> datetime:
    """The moment (UTC) to ask again, on the clock of the customer's time zone.

    Tonight is 19:00; after 18:00 it is in one hour, or 10:00 tomorrow when that would be past
    21:00. Tomorrow and next week are at 10:00. Raises ``ValueError`` for a naive ``now``.
    """
    require_aware(now, "now")
    local = now.astimezone(ZoneInfo(zone))
    if choice == "tonight" and local.time() <= EVENING_BEGINS:
        return _at(local.date(), EVENING, zone)
    if choice == "tonight" and local.time() <= LAST_EVENING_START:
        return (now + timedelta(hours=1)).astimezone(UTC)
    days = 7 if choice == "next_week" else 1
    return _at(local.date() + timedelta(days=days), MORNING, zone)


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
