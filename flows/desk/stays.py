"""Customers who are with the business for a time: until when, and what is due before they leave.

Pure. A hotel tells it with one event, `{type: stay, at: arrival, data: {until: departure}}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from flows.config.periods import CustomerPeriod
from flows.entities import Event
from flows.time.durations import Period

WHERE_LENGTH = 40
"""Characters that are shown of where somebody is found."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A period that a customer is inside of."""

    period: str
    """Its id in the configuration."""
    ends: datetime
    by: datetime
    """When everything about them is to be done, if there is time enough until then."""
    where: str = ""

    def latest(self, now: datetime) -> datetime | None:
        """Until when a promise that begins now is to be kept; None: the period is over.

        Whoever complains shortly before they leave leaves half of the time for a cushion.
        """
        return max(self.by, now + (self.ends - now) / 2) if now < self.ends else None


def stay_at(
    periods: Iterable[CustomerPeriod], events: Sequence[Event], now: datetime, zone: tzinfo
) -> Stay | None:
    """The period that a customer is inside of now; of several, the one that ends first.

    `events` are the customer's, in the order in which they happened, without withdrawn ones.
    """
    found = (_inside(period, events, now, zone) for period in periods)
    return min((stay for stay in found if stay is not None), key=lambda s: s.ends, default=None)


def _inside(
    period: CustomerPeriod, events: Sequence[Event], now: datetime, zone: tzinfo
) -> Stay | None:
    begun = [each for each in events if each.type == period.event and each.at <= now]
    if not begun:
        return None
    last = begun[-1]
    ends = end_of(period, last, zone)
    over = any(each.type in period.ended_by and last.at <= each.at <= now for each in events)
    if ends is None or over or not last.at < ends or now >= ends:
        return None
    where = last.data.get(period.where) if period.where is not None else None
    shown = str(where)[:WHERE_LENGTH] if isinstance(where, str | int) else ""
    return Stay(period.id, ends, max(last.at, period.cushion.before(ends, zone)), shown)


def end_of(period: CustomerPeriod, event: Event, zone: tzinfo) -> datetime | None:
    """When the period that an event begins is to end (UTC); None: that is not told."""
    told = event.data.get(period.until)
    if isinstance(told, str):
        return _moment(period, told.strip(), zone)
    return Period.parse(event.period).after(event.at, zone) if event.period else None


def _moment(period: CustomerPeriod, told: str, zone: tzinfo) -> datetime | None:
    try:
        if len(told) <= len("2026-12-03"):
            moment = period.hour.on(date.fromisoformat(told))
        else:
            moment = datetime.fromisoformat(told)
        zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def objection(periods: Iterable[CustomerPeriod], event: Event, zone: tzinfo) -> str | None:
    """What is wrong with an event that begins a period, as it completes a list; None: nothing."""
    for period in periods:
        if period.event != event.type:
            continue
        told, ends = event.data.get(period.until), end_of(period, event, zone)
        name = f"data.{period.until}"
        if told is not None and ends is None:
            return f"{name}: expected the day or moment of its end, such as 2026-12-03"
        if ends is not None and ends <= event.at:
            place = name if told is not None else "period"
            return f"{place}: expected an end after {event.at.isoformat()}, when it begins"
    return None


# -- as a ticket keeps it ---------------------------------------------------------------------


def written(stay: Stay) -> dict[str, Any]:
    """What a ticket keeps of a stay, as JSON takes it; where somebody is found is not kept."""
    return {"period": stay.period, "ends": stay.ends.isoformat(), "by": stay.by.isoformat()}


def read(told: Mapping[str, Any] | None) -> Stay | None:
    """What `written` wrote."""
    if not told:
        return None
    ends, by = datetime.fromisoformat(told["ends"]), datetime.fromisoformat(told["by"])
    return Stay(str(told["period"]), ends, by)
