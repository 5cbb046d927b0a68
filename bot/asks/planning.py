"""Planning: from events to candidates, and from a changed configuration to new plans.

What is done when a candidate's moment has come is in `bot.asks.delivery`, fixed times are in
`bot.asks.fixed_times`, events told otherwise in `bot.asks.corrections`, the guardrail in
`bot.asks.guardrail`, and the reasons in words in `bot.asks.explanation`; their doors are
named here too, so that planning can be used from one place.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.asks.capacity import watch_backlog
from bot.asks.corrections import FOLLOW_FROM_EVENTS, replan_corrected
from bot.asks.delivery import COMPOSERS, REPORTERS, consider, reconcile, tick
from bot.asks.evaluation import PLANNED, Look, first_due, new_candidate
from bot.asks.explanation import explain
from bot.asks.fixed_times import arrange, fan_out, strike
from bot.asks.guardrail import guard, resume
from bot.asks.happened import rule_event
from bot.asks.requeue import look_again, revive
from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.subject import TimerAction
from bot.core.work import Work
from bot.identity.time_zones import zone_name
from flows.asks.chains import numbers
from flows.asks.decisions import Outcome
from flows.asks.triggers import awaited
from flows.config import Config, ConfigError, Schedule, dump_config, load_config
from flows.entities import Candidate, Customer, CustomerId, Event, Timer
from flows.entities.facts import PLANNED_CONFIG, PLANNED_VERSION, VERSION
from flows.entities.kinds import TimerKind
from flows.entities.replaced import replaced

BATCH = 250
"""Events looked at in one transaction then."""
AT_ONCE = 25
"""Events that are looked at while nothing else is done: they take some 5 ms."""
ONCE_MORE = timedelta(seconds=5)
"""So long after the events that came before they are looked at once more: one that was being taken
in meanwhile, by the configuration of before, here or in another process, is stored by then."""

_MAY_BE_DUE_AFTER_ALL = FOLLOW_FROM_EVENTS | {Outcome.PAUSED.value}
"""Final outcomes that follow from the schedule, so that a changed one may change them."""


async def plan_events(
    unit: Unit,
    services: Services,
    events: Sequence[Event],
    customers: Mapping[CustomerId, Customer],
    now: datetime,
) -> None:
    """Make candidates of new events, for every schedule that is on and waits for such an event.

    An event for which there is no moment to ask (too old, of another product, without the period
    that the schedule takes a share of) is a candidate too, with that as its final outcome. Asks
    the database nothing; the unit is not committed.
    """
    waiting = _by_event(services.config.schedules)
    for event in events:
        for schedule in waiting.get(event.type, ()):
            zone = zone_name(services, customers[event.customer_id], now)
            told = rule_event(event, services.config)
            for step in numbers(schedule):
                look = first_due(schedule, told, now, services, zone, step)
                unit.add(new_candidate(unit, schedule, event, look, now, step=step))


def _by_event(schedules: Iterable[Schedule]) -> dict[str, list[Schedule]]:
    found: dict[str, list[Schedule]] = {}
    for schedule in schedules:
        if schedule.enabled:
            found.setdefault(awaited(schedule.when), []).append(schedule)
    return found


async def catch_up(work: Work) -> bool:
    """Plan anew when the configuration has changed since planning last looked at it.

    However it was changed: by an admin in Telegram, by `verso apply`, by a file at the start.
    `work.services` must hold the configuration in force. Tells whether there was a change.
    """
    facts = work.unit.facts
    version = await facts.get(VERSION) or "0"
    if version == await facts.get(PLANNED_VERSION):
        return False
    text = await facts.get(PLANNED_CONFIG)
    await replan(work.unit, work.services, _read(text, work), work.services.config, work.now)
    await facts.set(PLANNED_CONFIG, dump_config(work.services.config))
    await facts.set(PLANNED_VERSION, version)
    return True


def _read(text: str | None, work: Work) -> Config:
    """The configuration that was planned with; one that cannot be read any more counts as none."""
    try:
        return load_config(text or "", flows=work.services.flows.for_schedules(), kept=True)
    except ConfigError:
        return Config()


async def replan(unit: Unit, services: Services, old: Config, new: Config, now: datetime) -> None:
    """Have everything looked at again that a changed configuration may concern.

    Candidates that wait are looked at now: they get new due moments, or, when their schedule is
    switched off or gone, are paused. Schedules that are new, changed or switched on look at the
    events that came before, or wait for the next of their fixed times. `services` is what a caller
    has at hand; the unit is not committed.
    """
    schedules = {schedule.id: schedule for schedule in (*old.schedules, *new.schedules)}
    changed = [name for name in schedules if old.schedule(name) != new.schedule(name)]
    general = _general(old) != _general(new)
    await unit.schedules.look_again(list(schedules) if general else changed, now)
    await arrange(unit, old, new, now)
    for name in changed:
        schedule = new.schedule(name)
        if schedule is not None and schedule.enabled and schedule.when.cron is None:
            unit.set_timer(Timer(TimerKind.BACKFILL, name, now, {"after": 0, "again": True}))


def _general(config: Config) -> tuple[object, ...]:
    """What concerns every schedule."""
    return config.limits, config.window, config.holidays, config.brand.time_zone


async def backfill(work: Work, timer: Timer) -> None:
    """Have a new or changed schedule look at events that came before, some at a time."""
    schedule = work.services.config.schedule(timer.subject)
    if schedule is None or not schedule.enabled:
        return
    unit, after = work.unit, int(timer.data.get("after", 0))
    events = await unit.schedules.events_of_type(awaited(schedule.when), after, BATCH)
    known = await unit.schedules.of_events(schedule.id, [event.id for event in events])
    people = await unit.customers.by_ids({event.customer_id for event in events})
    for position, event in enumerate(events):
        if position % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        zone = zone_name(work.services, people[event.customer_id], work.now)
        told = rule_event(event, work.services.config)
        for step in numbers(schedule):
            look = first_due(schedule, told, work.now, work.services, zone, step)
            if look.outcome == PLANNED:
                _plan_after_all(work, schedule, event, look, known.get((event.id, step)), step)
    if len(events) == BATCH:
        unit.set_timer(replaced(timer, data={**timer.data, "after": events[-1].id}))
    elif timer.data.get("again"):
        unit.set_timer(Timer(TimerKind.BACKFILL, schedule.id, work.now + ONCE_MORE, {"after": 0}))


def _plan_after_all(
    work: Work, schedule: Schedule, event: Event, look: Look, known: Candidate | None, step: int
) -> None:
    if known is None:
        work.unit.add(new_candidate(work.unit, schedule, event, look, work.now, step=step))
    elif known.look_at is None and known.outcome in _MAY_BE_DUE_AFTER_ALL:
        look_again(work, known, look.due_at)


TIMERS: dict[str, TimerAction] = {
    TimerKind.BACKFILL: backfill,
    TimerKind.CRON: strike,
    TimerKind.FAN_OUT: fan_out,
}

__all__ = [
    "COMPOSERS",
    "REPORTERS",
    "TIMERS",
    "backfill",
    "catch_up",
    "consider",
    "explain",
    "guard",
    "plan_events",
    "reconcile",
    "replan",
    "replan_corrected",
    "resume",
    "revive",
    "tick",
    "watch_backlog",
]
