"""What a team should know when its day begins: what is open, who waits longest, what is promised.

Pure: it takes the open tickets of a group and the day, and gives what is worth a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.desk.tickets import is_overdue
from flows.desk.watch import RESPONSES, read
from flows.entities import Ticket
from flows.time.calendars import Calendar
from flows.time.opening import ClockTime

LATEST = timedelta(hours=3)
"""So long after the day has begun it is still said; later it would be no morning."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What is said of a group's open tickets; `total` counts all of them."""

    total: int
    overdue: int
    free: int
    """Those that nobody has."""
    oldest: Ticket | None
    """The one whose customer has waited longest for an answer."""
    since: datetime | None
    """Since when they have."""
    due: Sequence[Ticket]
    """Those with a promise that ends today, the first first."""
    back: Sequence[Ticket]
    """Those that were put off until today."""


def begun_at(calendar: Calendar, at: ClockTime | None, now: datetime) -> datetime | None:
    """When the team's morning of today was: `at`, or when its work begins; None: it is none.

    A day on which it does not work has no morning, and one that is over for LATEST counts no more.
    """
    local = now.astimezone(calendar.place)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    opens = calendar.opens_at(midnight)
    if opens.astimezone(calendar.place).date() != local.date():
        return None
    if at is not None:
        opens = local.replace(hour=at.minutes // 60, minute=at.minutes % 60, second=0)
        opens = opens.replace(microsecond=0)
    return opens if opens <= now < opens + LATEST else None


def end_of(calendar: Calendar, now: datetime) -> datetime:
    """When the day ends for a team: midnight by its clock."""
    tomorrow = now.astimezone(calendar.place).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=calendar.place)


def morning(tickets: Iterable[Ticket], now: datetime, end: datetime) -> Morning | None:
    """What a group reads on a day that ends at `end`; None: nothing is open."""
    known = sorted(tickets, key=lambda each: each.number)
    if not known:
        return None
    waiting = [(at, each) for each in known if (at := _waits_since(each)) is not None]
    since, oldest = min(waiting, key=lambda each: (each[0], each[1].number), default=(None, None))
    today = [each for each in known if each.due_at is not None and now < each.due_at < end]
    return Morning(
        total=len(known),
        overdue=sum(is_overdue(each, now) for each in known),
        free=sum(not each.owner_name for each in known),
        oldest=oldest,
        since=since,
        due=sorted(today, key=lambda each: (each.due_at or now, each.number)),
        back=[each for each in known if each.snoozed_until and now < each.snoozed_until < end],
    )


def _waits_since(ticket: Ticket) -> datetime | None:
    """Since when the customer has waited for an answer; None: none is owed."""
    clock = read(ticket.watch).clock(*RESPONSES)
    return clock.started_at if clock is not None else None
