"""Events that the business has corrected or withdrawn: what was planned because of them is redone.

Whoever waits is looked at again at once. What was refused because of an event may become due after
all, within the schedule's grace, as with an event that arrives late. Asks that went out stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.asks.evaluation import NO_PERIOD, PLANNED, first_due, new_candidate
from bot.asks.happened import rule_event
from bot.asks.requeue import planned_again
from bot.core.ports import Unit
from bot.core.services import Services
from bot.identity.time_zones import zone_name
from flows.asks.chains import numbers
from flows.asks.decisions import Outcome
from flows.asks.triggers import Event as Trigger
from flows.asks.triggers import occasion
from flows.config import Config, Schedule
from flows.entities import Candidate, Customer, CustomerId, Event, EventId

FOLLOW_FROM_EVENTS = frozenset(
    {
        Outcome.NOT_IN_AUDIENCE.value,
        Outcome.UNLESS_EVENT.value,
        Outcome.TOO_LATE.value,
        Outcome.TOO_SOON.value,
        Outcome.WITHDRAWN.value,
        NO_PERIOD,
    }
)
"""Final outcomes that other events, or the same one told otherwise, may change."""


async def replan_corrected(
    unit: Unit,
    services: Services,
    corrected: Sequence[Event],
    customers: Mapping[CustomerId, Customer],
    now: datetime,
) -> None:
    """Plan anew what these events, as they are now, may concern. The unit is not committed.

    It takes as many queries for one event as for many.
    """
    found = await unit.schedules.candidates_of({event.customer_id for event in corrected})
    candidates = [candidate for each in found.values() for candidate in each]
    events = await unit.schedules.events_by_ids(
        {each.event_id for each in candidates if each.event_id is not None}
    )
    for candidate in candidates:
        zone = zone_name(services, customers[candidate.customer_id], now)
        trigger = _trigger(candidate, events, services.config)
        _reconsider(unit, services, candidate, trigger, zone, now)
    known = {(each.schedule_id, each.event_id, each.step) for each in candidates}
    for event in corrected:
        told = rule_event(event, services.config)
        for schedule in waiting_for(services.config.schedules, event.type):
            for step in numbers(schedule):
                if (schedule.id, event.id, step) not in known:
                    zone = zone_name(services, customers[event.customer_id], now)
                    look = first_due(schedule, told, now, services, zone, step)
                    unit.add(new_candidate(unit, schedule, event, look, now, step=step))


def waiting_for(schedules: Sequence[Schedule], name: str) -> list[Schedule]:
    """The schedules that are on and set off by events of this type."""
    return [
        each for each in schedules if each.enabled and name in {each.when.event, each.when.silence}
    ]


def _trigger(candidate: Candidate, events: Mapping[EventId, Event], config: Config) -> Trigger:
    if candidate.event_id is None:
        return occasion(datetime.fromisoformat(candidate.occasion))
    return rule_event(events[candidate.event_id], config)


def _reconsider(
    unit: Unit,
    services: Services,
    candidate: Candidate,
    trigger: Trigger,
    zone: str,
    now: datetime,
) -> None:
    schedule = services.config.schedule(candidate.schedule_id)
    if schedule is None or candidate.asked_at is not None:
        return
    if candidate.look_at is not None:
        unit.put(replace(candidate, look_at=now))
    elif candidate.outcome in FOLLOW_FROM_EVENTS:
        look = first_due(schedule, trigger, now, services, zone, candidate.step)
        if look.outcome == PLANNED:
            unit.put(planned_again(candidate, look.due_at, now))
        elif look.outcome == Outcome.WITHDRAWN:
            record = dict(candidate.reason) | look.to_json(now)
            unit.put(replace(candidate, outcome=look.outcome, reason=record, decided_at=now))
