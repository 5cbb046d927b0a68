"""When a schedule is due because of an event; whether it asks is decided at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.asks.audience import product_fits
from flows.asks.decisions import Reason
from flows.asks.triggers import Event, awaited, due_after
from flows.config import Schedule, Trigger
from flows.time.durations import as_utc


@dataclass(frozen=True, slots=True)
class Plan:
    """When a schedule asks because of an event, or why it does not."""

    due_at: datetime | None
    reason: Reason


def plan(schedule: Schedule, event: Event, now: datetime, zone: ZoneInfo) -> Plan:
    """When (UTC) this schedule is due after this event.

    Without a due moment the reason is `withdrawn`, `other_event`, `fixed_times` (it waits for no
    event at all), `no_period` or `no_end` (the event has no period), `other_product` or `too_late`
    (due longer ago than the schedule's grace, as with old events that are imported). Pausing and
    everything about the customer is left to `flows.asks.evaluation`, which looks at the moment of
    sending.
    """
    when = schedule.when
    if event.withdrawn:
        return Plan(None, Reason("withdrawn"))
    if event.type != awaited(when):
        return Plan(None, _other(when))
    if event.product is not None and not product_fits(schedule.audience, event.product):
        return Plan(None, Reason("other_product", {"product": event.product}))
    due = due_after(when, event, zone)
    if due is None:
        share = Reason("no_period", {"share": str(when.after)})
        return Plan(None, Reason("no_end") if when.before_end is not None else share)
    if schedule.grace.after(due, zone) < as_utc(now):
        return Plan(None, Reason("too_late", {"due": due.isoformat()}))
    return Plan(due, Reason("planned", {"due": due.isoformat()}))


def _other(when: Trigger) -> Reason:
    if when.cron is not None:
        return Reason("fixed_times")
    return Reason("other_event", {"event": awaited(when)})
