"""What candidates share at one moment: room to ask, and other schedules that want their customers.

The daily budget and the backlog of staff are counted once for a batch of candidates; what is
decided in the batch is counted at once. Where the lines reach (`flows.asks.pacing`) is kept in a
fact.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from bot.core.admin_notices import notify_admins_of
from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.work import Work
from flows.asks.audience import begins
from flows.asks.candidates import STOP_ALL, Rival
from flows.asks.decisions import Outcome, Reason
from flows.asks.holdout import in_holdout, in_holdout_of_all
from flows.asks.pacing import UNLIMITED, Brake, Budget, Pace, slowed, spacing_of
from flows.config import Config, Schedule
from flows.entities import Candidate, Customer, CustomerId
from flows.entities.facts import BEHIND, LINES
from flows.time.days import day_began
from flows.time.places import place_of

QUEUED = frozenset({Outcome.OVER_BUDGET.value, Outcome.BACKLOG.value})
"""Outcomes of candidates that wait in line."""
LATELY = timedelta(days=7)
"""Without a daily budget the usual pace is what was asked a day in this time."""
_ENOUGH = 0.9
"""Staff have caught up when so much of the limit waits, so that admins do not hear of every
ticket that goes to and fro."""


@dataclass(slots=True)
class Restraint:
    """What limits asking in one batch of candidates."""

    pace: Pace = UNLIMITED
    complaints: Mapping[CustomerId, Sequence[datetime]] = field(default_factory=dict)
    waiting: Mapping[CustomerId, list[Candidate]] = field(default_factory=dict)
    """Candidates of these customers that wait and whose schedules go before others."""
    before: Mapping[int, datetime] = field(default_factory=dict)
    """The lines as they were read."""

    def note(self, candidate: Candidate, decided: Candidate, reason: Reason, level: int) -> None:
        """Count what was decided about a candidate of this priority."""
        if decided.outcome == Outcome.SEND:
            self.pace = self.pace.after_ask(decided.decided_at or decided.created_at)
        elif decided.outcome in QUEUED and "free" in reason.args:
            until = datetime.fromisoformat(str(reason.args["free"]))
            queued = candidate.outcome in QUEUED
            self.pace = self.pace.after_wait(level, until, queued=queued)
        others = self.waiting.get(candidate.customer_id)
        if others is not None:
            others[:] = [decided if each.id == decided.id else each for each in others]

    def rivals(
        self,
        services: Services,
        candidate: Candidate,
        customer: Customer,
        paused: Collection[str],
    ) -> tuple[Rival, ...]:
        """The other candidates of a customer who may still be asked because of them."""
        found = []
        for other in self.waiting.get(customer.id, ()):
            schedule = services.config.schedule(other.schedule_id)
            if schedule is None or other.id == candidate.id or other.look_at is None:
                continue
            if other.asked_at is None and _may_ask(services, schedule, customer, paused):
                found.append(Rival(schedule.id, schedule.priority, other.look_at))
        return tuple(found)

    async def keep(self, unit: Unit, daily: int | None) -> None:
        """Write down where the lines reach, if that has changed."""
        if daily is not None and self.pace.lines != self.before:
            ends = {str(level): end.isoformat() for level, end in self.pace.lines.items()}
            await unit.facts.set(LINES, orjson.dumps({"daily": daily, "ends": ends}).decode())


def _may_ask(
    services: Services, schedule: Schedule, customer: Customer, paused: Collection[str]
) -> bool:
    """Whether nothing that is known beforehand keeps a schedule from asking a customer."""
    stopped = {STOP_ALL, schedule.id, schedule.stopped_as} & set(customer.stopped)
    held = in_holdout(services.salt, schedule.id, customer.drawn_as, schedule.holdout)
    of_all = in_holdout_of_all(services.salt, customer.drawn_as, services.config.lift.holdout)
    kept = stopped or held or of_all
    return schedule.enabled and schedule.id not in paused and not kept


async def load_restraint(
    unit: Unit, services: Services, candidates: Sequence[Candidate], now: datetime
) -> Restraint:
    """Load what limits asking these candidates; nothing where nothing limits it."""
    config = services.config
    ids = {candidate.customer_id for candidate in candidates}
    # Those who were asked already have had their place: it is their row that is looked at again.
    fresh = any(candidate.asked_at is None for candidate in candidates)
    lines = await _lines(unit, config, now) if fresh else {}
    return Restraint(
        pace=await _pace(unit, config, now, lines) if fresh else UNLIMITED,
        complaints=await _complaints(unit, config, ids, now),
        waiting=await unit.schedules.waiting_of(ids, _going_first(config, candidates)),
        before=lines,
    )


def _going_first(config: Config, candidates: Sequence[Candidate]) -> set[str]:
    """Schedules that go before one of the candidates' own."""
    own = (config.schedule(name) for name in {each.schedule_id for each in candidates})
    least = min((schedule.priority for schedule in own if schedule), default=100)
    return {each.id for each in config.schedules if each.enabled and each.priority > least}


async def _complaints(
    unit: Unit, config: Config, ids: Collection[CustomerId], now: datetime
) -> Mapping[CustomerId, Sequence[datetime]]:
    rules = [each.audience.complaints for each in config.schedules]
    since = [begins(rule.within, now) for rule in rules if rule is not None]
    return await unit.tickets.opened_since(ids, min(since)) if since else {}


async def _pace(unit: Unit, config: Config, now: datetime, lines: Mapping[int, datetime]) -> Pace:
    brake = await _brake(unit, config, now)
    daily = config.limits.daily
    if daily is None:
        return Pace(brake=brake) if brake else UNLIMITED
    place = place_of(None, (), config.brand.time_zone, config.window.opening(), now)
    budget = Budget(daily, config.window.opening(config.holidays), place.zone)
    asked = await unit.schedules.count_asked(day_began(now, place.zone))
    return Pace(budget, asked, brake, lines)


async def _lines(unit: Unit, config: Config, now: datetime) -> dict[int, datetime]:
    """Read until when the lines reach; those for another budget are over."""
    kept = await unit.facts.get(LINES) if config.limits.daily is not None else None
    known = orjson.loads(kept) if kept else {}
    if not known or known["daily"] != config.limits.daily:
        return {}
    ends = {int(key): datetime.fromisoformat(end) for key, end in known["ends"].items()}
    return {level: end for level, end in ends.items() if end > now}


async def _brake(unit: Unit, config: Config, now: datetime) -> Brake | None:
    limits = config.limits
    if limits.backlog is None:
        return None
    share = slowed(await unit.tickets.count_unanswered(), limits.backlog)
    if share >= 1:
        return None
    usual = limits.daily or await _asked_a_day(unit, now)
    spacing = spacing_of(max(usual, 1), config.window.opening())
    return Brake(share, spacing, await unit.schedules.last_asked())


async def _asked_a_day(unit: Unit, now: datetime) -> int:
    return await unit.schedules.count_asked(now - LATELY) // LATELY.days


async def watch_backlog(work: Work) -> None:
    """Tell admins once when staff fall behind, and once when they have caught up."""
    limit = work.services.config.limits.backlog
    behind = await work.unit.facts.get(BEHIND) is not None
    if limit is None:
        if behind:
            await work.unit.facts.drop(BEHIND)
        return
    waiting = await work.unit.tickets.count_unanswered()
    if waiting > limit and not behind:
        await work.unit.facts.set(BEHIND, work.now.isoformat())
        await notify_admins_of(work, "restraint.backlog_began", waiting=waiting, limit=limit)
    elif behind and waiting <= limit * _ENOUGH:
        await work.unit.facts.drop(BEHIND)
        await notify_admins_of(work, "restraint.backlog_ended", waiting=waiting, limit=limit)


@dataclass(frozen=True, slots=True)
class AskCapacity:
    """How much is asked today, and how far staff keep up."""

    asked: int
    daily: int | None
    unanswered: int
    backlog: int | None

    @property
    def share(self) -> float:
        """The share of the usual pace, 1 while staff keep up."""
        return slowed(self.unanswered, self.backlog)


async def ask_capacity(unit: Unit, config: Config, now: datetime) -> AskCapacity:
    """Count what was asked today by the brand's clock, and what waits for staff."""
    place = place_of(None, (), config.brand.time_zone, config.window.opening(), now)
    return AskCapacity(
        asked=await unit.schedules.count_asked(day_began(now, place.zone)),
        daily=config.limits.daily,
        unanswered=await unit.tickets.count_unanswered(),
        backlog=config.limits.backlog,
    )
