"""Who would be asked: the next days of a schedule, as it is or as somebody would have it.

What would become of each candidate is found out by the rules that decide in the end, on a sample
when there are many. So a preview costs the same for a thousand and for a million, agrees with
`/why`, and says when it is an estimate. Nothing is written.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from bot.asks.evaluation import Trace, load_background, services_with
from bot.asks.happened import rule_event
from bot.core.services import Services
from bot.core.words import language_of
from bot.core.work import Work
from bot.identity.accounts import OWN
from bot.identity.time_zones import whereabouts
from flows.asks.audience import begins, zone_fits
from flows.asks.chains import at_step, numbers
from flows.asks.decisions import Outcome
from flows.asks.pacing import UNLIMITED
from flows.asks.triggers import Event, awaited, due_after
from flows.config import Audience, Config, Schedule
from flows.entities import Candidate, CandidateId, Customer, CustomerId
from flows.time.days import beginning_of

SAMPLE = 600
"""Candidates that are looked at one by one; the shares of more are within some four percent."""
AT_ONCE = 50
"""Candidates that are weighed one after the other before others have their turn."""
NEWEST = 100
"""Events whose periods tell how far back those lie that fall due."""
MEMBERS = 1000
"""Customers among whom one of the audience's time zone is looked for."""
TICKETS = 1000
"""Newest tickets whose owners count as members of staff."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be asked on the next days, of what is known today."""

    days: Sequence[tuple[date, int]]
    """Asks on each day of the brand's calendar, today first."""
    total: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Outcomes of those who would not be asked in these days."""
    estimated: bool = False
    """Whether it was counted on a sample, or shares a daily budget with other schedules."""


@dataclass(frozen=True, slots=True)
class _Pool:
    """Candidates to look at, each of which stands for so many."""

    candidates: Sequence[Candidate] = ()
    weight: float = 1.0


async def preview(work: Work, schedule: Schedule, days: int = 7) -> Preview:
    """Who would be asked by a schedule, which need not be saved, on the next days.

    As if it were switched on. New events are not foreseen, nor what customers and staff will do.
    """
    wanted = schedule.model_copy(update={"enabled": True})
    services = services_with(work.services, [wanted])
    zone = _brand_zone(services, work.now)
    first = work.now.astimezone(zone).date()
    end = beginning_of(first + timedelta(days=days), zone)
    counts: defaultdict[date, float] = defaultdict(float)
    reasons: defaultdict[str, float] = defaultdict(float)
    estimated = False
    for pool in await _pools(work, services, wanted, end):
        background = await load_background(work.unit, services, pool.candidates, work.now)
        background.restraint.pace = UNLIMITED
        estimated = estimated or pool.weight > 1
        for position, candidate in enumerate(pool.candidates):
            if position % AT_ONCE == 0:
                await asyncio.sleep(0)
            weighed = background.weigh(candidate, wanted)
            _count(weighed, end, zone, counts, reasons, pool.weight)
    every = [first + timedelta(days=day) for day in range(days)]
    daily = services.config.limits.daily
    if daily is not None:
        share = await _share(work, services.config, wanted, end, sum(counts.values()))
        _keep_to(every, counts, reasons, daily * share)
        estimated = True
    shown = [(day, round(counts[day])) for day in every]
    most = sorted(reasons.items(), key=lambda pair: -pair[1])
    left = {name: round(count) for name, count in most if round(count)}
    return Preview(shown, sum(count for _, count in shown), left, estimated)


def _count(
    weighed: Trace,
    end: datetime,
    zone: ZoneInfo,
    counts: defaultdict[date, float],
    reasons: defaultdict[str, float],
    weight: float,
) -> None:
    """Add what becomes of a candidate; one that is due after the end is nobody's business yet."""
    planned = weighed.planned
    if planned.again is None and planned.outcome == Outcome.TOO_LATE:
        return
    if planned.again is not None and planned.due_at >= end:
        return
    decision = weighed.foreseen
    if decision is None:
        reasons[planned.outcome] += weight
    elif decision.outcome is not Outcome.SEND:
        reasons[decision.outcome.value] += weight
    elif (at := max(decision.at, weighed.at)) < end:
        counts[at.astimezone(zone).date()] += weight
    else:
        waits_for = weighed.steps[-1].decision.outcome.value
        reasons[waits_for] += weight


def _keep_to(
    days: Sequence[date],
    counts: defaultdict[date, float],
    reasons: defaultdict[str, float],
    daily: float,
) -> None:
    """Move what a day's budget does not hold to the next day, and the rest to the reasons."""
    rest = 0.0
    for day in days:
        wanted = counts[day] + rest
        counts[day] = min(wanted, daily)
        rest = wanted - counts[day]
    if round(rest):
        reasons[Outcome.OVER_BUDGET.value] += rest


async def _share(
    work: Work, config: Config, schedule: Schedule, end: datetime, wanted: float
) -> float:
    """The part of the daily budget that falls to a schedule: as large as its part of all asks."""
    others = [each.id for each in config.schedules if each.enabled and each.id != schedule.id]
    planned = await work.unit.audiences.count_planned(others, end)
    return wanted / (wanted + planned) if wanted else 1.0


# -- whom to look at ----------------------------------------------------------------------------


async def _pools(
    work: Work, services: Services, schedule: Schedule, end: datetime
) -> Sequence[_Pool]:
    current = work.services.config.schedule(schedule.id)
    planned = current is not None and current.enabled and _when(current) == _when(schedule)
    if schedule.when.cron is not None:
        pools = [await _planned(work, schedule, end)] if planned else []
        return [*pools, *await _occasions(work, services, schedule, end)]
    if planned and current is not None and current.audience.product == schedule.audience.product:
        return [await _planned(work, schedule, end)]
    return [
        await _because_of_events(work, services, schedule, end, step) for step in numbers(schedule)
    ]


def _when(schedule: Schedule) -> object:
    """What decides about when somebody is due."""
    return schedule.when, [step.after for step in schedule.steps]


def _step(count: int) -> int:
    """Every how many-th is looked at: an odd number, so that ids are sampled evenly."""
    return ceil(count / SAMPLE) | 1


async def _planned(work: Work, schedule: Schedule, end: datetime) -> _Pool:
    """Candidates that there are."""
    count = await work.unit.audiences.count_planned([schedule.id], end)
    step = _step(count)
    ids = await work.unit.audiences.sample_planned(schedule.id, end, step)
    found = list((await work.unit.schedules.by_ids(ids)).values())
    return _Pool(found, count / len(found) if found else 1.0)


async def _occasions(
    work: Work, services: Services, schedule: Schedule, end: datetime
) -> list[_Pool]:
    """Everybody who is linked, at each of the fixed times to come."""
    if schedule.when.cron is None:
        return []
    zone = _brand_zone(services, work.now)
    times = list(schedule.when.cron.between(work.now, end, zone))[:SAMPLE]
    count = await work.unit.audiences.count_linked() if times else 0
    step = _step(count * len(times))
    ids = await work.unit.audiences.sample_linked(step) if times else []
    found = [
        replace(_imagined(schedule, customer_id, work.now), occasion=at.isoformat(), due_at=at)
        for customer_id in ids
        for at in times
    ]
    return [_Pool(found, count / len(ids))] if ids else []


async def _because_of_events(
    work: Work, services: Services, schedule: Schedule, end: datetime, step: int
) -> _Pool:
    """Those whom a schedule would make of the events that fall due in this time.

    `step`: which message of a chain they would read.
    """
    name, own = awaited(schedule.when), at_step(schedule, step) or schedule
    offsets = await _offsets(work, own, name, _brand_zone(services, work.now))
    if not offsets:
        return _Pool()
    earliest = schedule.grace.before(work.now)
    since, until = earliest - max(offsets), end - min(offsets)
    among = _imagined(schedule, CustomerId(0), work.now, step)
    count = await work.unit.audiences.count_events(name, since, until)
    step = _step(count)
    ids = await work.unit.audiences.sample_events(name, since, until, step)
    events = await work.unit.schedules.events_by_ids(ids)
    known = await work.unit.schedules.of_events(schedule.id, list(events))
    found = [
        known.get((event.id, step))
        or replace(among, customer_id=event.customer_id, event_id=event.id)
        for event in events.values()
    ]
    weight = count / len(events) if events else 1.0
    return _Pool([each for each in found if each.asked_at is None], weight)


async def _offsets(work: Work, schedule: Schedule, name: str, zone: ZoneInfo) -> list[timedelta]:
    """How long after its event a schedule is due, for periods that events of the type have."""
    newest = await work.unit.audiences.newest_events(name, NEWEST)
    found = [rule_event(event, work.services.config) for event in newest]
    plain = Event(name, work.now)
    return [
        due - event.at
        for event in [*found, plain]
        if (due := due_after(schedule.when, event, zone)) is not None
    ]


def _imagined(
    schedule: Schedule, customer_id: CustomerId, now: datetime, step: int = 0
) -> Candidate:
    return Candidate(CandidateId(0), schedule.id, customer_id, None, now, now, step=step)


def _brand_zone(services: Services, now: datetime) -> ZoneInfo:
    return whereabouts(services, None, now).zone


# -- the audience -------------------------------------------------------------------------------


async def audience_size(work: Work, schedule: Schedule) -> int:
    """Count the customers of an audience who can be reached, by all products of their events."""
    places = await work.unit.audiences.sizes(
        work.services.config.called_by_events(schedule.audience),
        _speaks(work, schedule),
        _since(work, schedule),
    )
    somebody = Customer(CustomerId(0), "", work.now)
    return sum(
        place.count
        for place in places
        if _is_there(
            work, schedule, replace(somebody, time_zone=place.time_zone, phone=place.phone)
        )
    )


async def meaning_nobody(work: Work, config: Config) -> list[Schedule]:
    """The schedules that are on and mean nobody who can be reached, if anybody can be."""
    narrowed = [
        each
        for each in config.schedules
        if each.enabled and not each.archived and each.audience != Audience()
    ]
    if not narrowed or not await audience_size(
        work, narrowed[0].model_copy(update={"audience": Audience()})
    ):
        return []
    return [each for each in narrowed if not await audience_size(work, each)]


async def sample_candidate(work: Work, schedule: Schedule) -> Customer | None:
    """A real customer of a schedule's audience; None: nobody was found in it.

    Rather one whom the business knows than one who came by themselves, and rather anybody than an
    admin or a member of staff.
    """
    team = work.services.admins | await work.unit.tickets.recent_owners(TICKETS)
    for apart_from, refs in ((team, OWN), (team, ""), ((), "")):
        found = await work.unit.audiences.members(
            work.services.config.called_by_events(schedule.audience),
            _speaks(work, schedule),
            _since(work, schedule),
            MEMBERS if schedule.audience.time_zone else 1,
            apart_from=apart_from,
            apart_from_refs=refs,
        )
        for each in found:
            if _is_there(work, schedule, each):
                return each
    return None


def _speaks(work: Work, schedule: Schedule) -> Callable[[str, str], bool]:
    default = work.services.config.brand.default_language
    wanted = schedule.audience.language
    return lambda own, code: language_of(own, code, default=default) in wanted


def _is_there(work: Work, schedule: Schedule, customer: Customer) -> bool:
    """Whether an audience takes somebody's time zone."""
    if not schedule.audience.time_zone:
        return True
    zone = whereabouts(work.services, customer, work.now, schedule).zone.key
    return zone_fits(schedule.audience.time_zone, zone)


def _since(work: Work, schedule: Schedule) -> datetime:
    rule = schedule.audience.complaints
    return begins(rule.within, work.now) if rule else work.now
