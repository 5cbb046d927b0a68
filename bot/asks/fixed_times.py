"""Fixed times: schedules that ask a whole audience by a cron expression.

    timer "cron" ──(a) due──▶ timer "fan_out" of this occasion, "cron" set for the next one
    timer "fan_out" ──(b) due──▶ 1,000 candidates; set again until nobody is left

(a) Of several occasions that passed while Verso was down only the last counts, and only within the
schedule's grace. A fact (`OCCASION`) remembers it, so that no clock that is set back and
no changed configuration brings it twice. (b) By customer id, from where the last batch ended. Each
step is one transaction: a kill leaves it as it was before or after, never between. Customers who
are plainly outside the audience become no candidates: product, tags, stage and value decide when
the time comes, and once more, with everything else, when somebody is about to be asked.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.asks.evaluation import Look, first_due, new_candidate
from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.identity.time_zones import zone_name
from flows.asks.triggers import occasion
from flows.config import Config, Schedule
from flows.entities import Timer
from flows.entities.facts import OCCASION
from flows.entities.kinds import TimerKind
from flows.entities.replaced import replaced
from flows.time.cron import Cron

BATCH = 1000
"""Customers planned in one transaction."""


async def arrange(unit: Unit, old: Config, new: Config, now: datetime) -> None:
    """Set the next fixed time of every schedule whose fixed times have changed."""
    names = {schedule.id for schedule in (*old.schedules, *new.schedules)}
    for name in sorted(names):
        before, after = _times(old, name), _times(new, name)
        if before == after:
            continue
        if after is not None:
            _set(unit, name, *after, now)
        else:
            timer = await unit.timers.pending(TimerKind.CRON, name)
            if timer is not None:
                unit.delete(timer)


def _times(config: Config, name: str) -> tuple[Cron, ZoneInfo] | None:
    """The fixed times of a schedule that is on, and by whose clock."""
    schedule = config.schedule(name)
    if schedule is None or not schedule.enabled or schedule.when.cron is None:
        return None
    return schedule.when.cron, ZoneInfo(config.brand.time_zone)


def _set(unit: Unit, name: str, cron: Cron, zone: ZoneInfo, now: datetime) -> None:
    at = cron.after(now, zone)
    unit.set_timer(Timer(TimerKind.CRON, name, at, {"at": at.isoformat()}))


async def strike(work: Work, timer: Timer) -> None:
    """Begin with the last fixed time that has come, and set the next one."""
    config, name = work.services.config, timer.subject
    times, schedule = _times(config, name), config.schedule(name)
    if times is None or schedule is None:
        return
    cron, zone = times
    _set(work.unit, name, cron, zone, work.now)
    planned = datetime.fromisoformat(timer.data["at"])
    earliest = max(planned, schedule.grace.before(work.now, zone))
    at = cron.latest(earliest, work.now, zone)
    last = await work.unit.facts.get(OCCASION.of(name))
    if at is None or (last is not None and datetime.fromisoformat(last) >= at):
        return
    await work.unit.facts.set(OCCASION.of(name), at.isoformat())
    work.unit.set_timer(
        Timer(TimerKind.FAN_OUT, f"{name}@{at.isoformat()}", work.now, {"after": 0})
    )


async def fan_out(work: Work, timer: Timer) -> None:
    """Make candidates of linked customers, some at a time, and go on with the next ones later.

    Only of those whom the audience may take.

    A schedule that has been switched off meanwhile goes on, so that nobody is missing when it is
    switched on again; one that is gone, or waits for an event now, does not.
    """
    name, _, moment = timer.subject.partition("@")
    schedule = work.services.config.schedule(name)
    if schedule is None or schedule.when.cron is None:
        return
    after = int(timer.data["after"])
    ids = await work.unit.customers.linked_after(after, BATCH)
    audience = work.services.config.called_by_events(schedule.audience)
    fitting = await work.unit.audiences.fitting(audience, ids)
    known = await work.unit.schedules.of_occasion(name, moment, fitting)
    people = await work.unit.customers.by_ids(set(fitting) - known)
    for customer in people.values():
        zone = zone_name(work.services, customer, work.now)
        look = _look(work.services, schedule, moment, zone, work.now)
        work.unit.add(new_candidate(work.unit, schedule, customer, look, work.now, occasion=moment))
    if len(ids) == BATCH:
        work.unit.set_timer(replaced(timer, data={"after": ids[-1]}))


def _look(services: Services, schedule: Schedule, moment: str, zone: str, now: datetime) -> Look:
    trigger = occasion(datetime.fromisoformat(moment))
    return first_due(schedule, trigger, now, services, zone)
