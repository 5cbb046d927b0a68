"""What sets a schedule off, and what about the events themselves speaks against asking.

A schedule waits for an event, for the silence after one, or for a fixed time. The event that
decides about one candidate is its trigger; for a fixed time it is made up by `occasion`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flows.asks.decisions import Outcome, Reason
from flows.config import COMPLAINT, Schedule, Trigger
from flows.entities.making import made_at_once
from flows.time.durations import Period, as_utc

CONTACT = "contact"
"""In `unless`, and the type of the event that stands for it: the customer wrote to the bot."""
OCCASION = "@occasion"
"""The type of a trigger that is a fixed time; no event of the business can have it."""


_OWN_WORDS = {CONTACT: "contact", COMPLAINT: "complained"}
"""The reasons that are told of events that only stand for something."""

MORE = "more"
"""In an event's data: how many other things an order has besides the product."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Event:
    """Something the business told about a customer."""

    type: str
    at: datetime
    id: str = ""
    period: Period | None = None
    product: str | None = None
    withdrawn: bool = False
    """The business took it back: it counts for nothing."""
    more: int = 0
    """How many other things an order has besides the product."""

    def __post_init__(self) -> None:
        as_utc(self.at)

    @property
    def order(self) -> tuple[datetime, str]:
        """Events of the same moment have an order too, the same whenever they are told."""
        return as_utc(self.at), self.id


def occasion(at: datetime, product: str | None = None) -> Event:
    """The trigger of a schedule that asks at fixed times."""
    return Event(OCCASION, at, product=product)


def awaited(when: Trigger) -> str:
    """The type of the triggers that a schedule waits for."""
    return when.event or when.silence or OCCASION


def due_after(when: Trigger, event: Event, zone: tzinfo) -> datetime | None:
    """When (UTC) a trigger makes a schedule due; None when the event lacks the period for it.

    "Three days before the end" of a period that is shorter than that is at once.
    """
    if when.before_end is not None:
        end = end_of(event, zone)
        return None if end is None else max(when.before_end.before(end, zone), as_utc(event.at))
    if isinstance(when.after, Period):
        return when.after.after(event.at, zone)
    end = end_of(event, zone)
    if end is None:
        return None
    start = as_utc(event.at)
    return start + when.after.of(end - start)


def end_of(event: Event, zone: tzinfo) -> datetime | None:
    """When (UTC) what began with an event ends; None for an event without a period."""
    return None if event.period is None else event.period.after(event.at, zone)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a trigger leads to no ask, for good."""

    outcome: Outcome
    reason: Reason


@dataclass(frozen=True, slots=True)
class Told:
    """What is known about a customer's events when a candidate is looked at."""

    events: tuple[Event, ...] = ()
    """Those since the trigger; earlier ones and withdrawn ones do no harm."""
    asked_about: tuple[Event, ...] = ()
    """The triggers of the asks of the same schedule, also of those left out for comparison."""


def objection(
    schedule: Schedule, trigger: Event, told: Told, zone: tzinfo, now: datetime
) -> Objection | None:
    """What the events say against asking because of this trigger; None: nothing."""
    if trigger.withdrawn:
        return Objection(Outcome.WITHDRAWN, Reason("withdrawn"))
    prevents = prevented_by(schedule, trigger, told.events)
    if prevents is not None:
        return _because_of(prevents)
    again = happened_again(schedule, trigger, told.events)
    if again is not None:
        return Objection(Outcome.UNLESS_EVENT, Reason("not_silent", _named(again)))
    near = too_near(schedule, trigger, told.asked_about, zone)
    if near is not None:
        gap = {"gap": str(schedule.when.gap)}
        return Objection(Outcome.TOO_SOON, Reason("too_soon", _named(near) | gap))
    return _ended(schedule, trigger, zone, now)


def prevented_by(schedule: Schedule, trigger: Event, events: Iterable[Event]) -> Event | None:
    """The first event since the trigger that ends it for somebody, itself not counted."""
    since, types = as_utc(trigger.at), schedule.needs_silence_of
    prevents = (
        event
        for event in events
        if event.type in types
        and not event.withdrawn
        and event != trigger
        and as_utc(event.at) >= since
    )
    return min(prevents, key=lambda event: event.order, default=None)


def happened_again(schedule: Schedule, trigger: Event, events: Iterable[Event]) -> Event | None:
    """The last event that broke the silence which began with the trigger."""
    name = schedule.when.silence
    later = (
        event
        for event in events
        if name is not None
        and event.type == name
        and not event.withdrawn
        and event.order > trigger.order
    )
    return max(later, key=lambda event: event.order, default=None)


def too_near(
    schedule: Schedule, trigger: Event, asked_about: Iterable[Event], zone: tzinfo
) -> Event | None:
    """The trigger of another ask of this schedule that lies nearer than its gap.

    It may be later than this one: what arrives out of order is treated as if it had not.
    """
    gap = schedule.when.gap
    for other in asked_about if gap is not None else ():
        if other.withdrawn or other.order == trigger.order:
            continue
        first, second = sorted((trigger.at, other.at), key=as_utc)
        if gap is not None and gap.after(first, zone) > as_utc(second):
            return other
    return None


def _ended(schedule: Schedule, trigger: Event, zone: tzinfo, now: datetime) -> Objection | None:
    """Nobody is asked "before the end" after it."""
    end = end_of(trigger, zone) if schedule.when.before_end is not None else None
    if end is None or as_utc(now) < end:
        return None
    return Objection(Outcome.TOO_LATE, Reason("ended", {"at": end.isoformat()}))


def _because_of(event: Event) -> Objection:
    if event.type in _OWN_WORDS:
        at = {"at": as_utc(event.at).isoformat()}
        return Objection(Outcome.UNLESS_EVENT, Reason(_OWN_WORDS[event.type], at))
    return Objection(Outcome.UNLESS_EVENT, Reason("unless_event", _named(event)))


def _named(event: Event) -> dict[str, str | int]:
    return {"event": event.type, "at": as_utc(event.at).isoformat()}
