"""How hypotheses stand: what is written down, who it is for, and what became of either group."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.asks.segments import everybody_of
from bot.configuration.changes import stored
from bot.core.ports import Unit, Whom
from bot.core.work import Work
from bot.identity.erasure import ERASED
from flows.config import HypothesisPlan, Segment
from flows.entities import Customer, Hypothesis
from flows.hypotheses import judging
from flows.hypotheses.judging import GroupOf, Verdict
from flows.insight.stats import Interval

A_MONTH = timedelta(days=30)
KNOWN_EVENTS = 200
"""Types of events that a hypothesis may be about."""
EVERYBODY = "everybody"
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be counted of a hypothesis that has begun."""

    treated: int
    control: int
    """People who are assigned."""
    over: GroupOf
    over_control: GroupOf
    """Of those the ones for whom the time is over."""
    expect: float

    @property
    def verdict(self) -> Verdict:
        """What can be said of the effect."""
        return judging.verdict(self.over, self.over_control, self.expect)

    @property
    def effect(self) -> Interval | None:
        """The difference; None as long as there are too few people to speak of shares."""
        few = self.verdict is Verdict.TOO_FEW
        return None if few else judging.effect(self.over, self.over_control)


@dataclass(frozen=True, slots=True)
class Standing:
    """One hypothesis as it counts: as it began, else as it is written now."""

    plan: HypothesisPlan
    begun: Hypothesis | None = None
    figures: Figures | None = None
    rewritten: bool = False
    """The configuration says something else by now, which does not count."""


def today_of(work: Work) -> date:
    """The day by the brand's clock."""
    return work.now.astimezone(ZoneInfo(work.services.config.brand.time_zone)).date()


def plan_of(hypothesis: Hypothesis) -> HypothesisPlan:
    """What was written down before a hypothesis began."""
    return HypothesisPlan.model_validate(dict(hypothesis.plan))


def written(plan: HypothesisPlan) -> dict[str, Any]:
    """A plan as it is kept."""
    return plan.model_dump(mode="json", exclude_defaults=True)


async def known_events(work: Work) -> list[str]:
    """The types of which events have come."""
    return await work.unit.audiences.event_types(KNOWN_EVENTS)


async def people_of(work: Work, segment: Mapping[str, Any]) -> Whom:
    """Everybody of a segment as it is kept; empty: of all customers."""
    found = Segment.model_validate(dict(segment) or {"id": EVERYBODY})
    return await everybody_of(work, found)


async def size(work: Work, segment: Mapping[str, Any], most: int) -> tuple[int, int]:
    """How many belong to a segment, and how many of them came within a month.

    They are counted up to `most`: whether there are enough is known before a million are counted.
    """
    whom = await people_of(work, segment)
    return await work.unit.hypotheses.count_of(whom, work.now - A_MONTH, ERASED, most)


async def holds_anybody(work: Work, segment: Mapping[str, Any]) -> bool:
    """Whether anybody belongs to a segment."""
    people, _ = await size(work, segment, 1)
    return people > 0


def segment_of(work: Work, name: str | None) -> dict[str, Any] | None:
    """A segment of the configuration as it is kept; None: there is none with this name."""
    if not name:
        return {}
    found = work.services.config.segment_called(name)
    return None if found is None else found.model_dump(mode="json", by_alias=True)


async def every(work: Work) -> list[Standing]:
    """All hypotheses, without figures: first those that have not begun, then the latest."""
    begun = await work.unit.hypotheses.every()
    config = await stored(work)
    names = {each.name for each in begun}
    drafts = [Standing(plan) for plan in config.hypotheses if plan.id not in names]
    return [*drafts, *(_standing(each, config.hypothesis(each.name)) for each in begun)]


async def one(work: Work, name: str) -> Standing | None:
    """One hypothesis, without figures; None: there is none."""
    begun = await work.unit.hypotheses.by_name(name)
    plan = (await stored(work)).hypothesis(name)
    if begun is None:
        return None if plan is None else Standing(plan)
    return _standing(begun, plan)


async def counted(work: Work, name: str) -> Standing | None:
    """One hypothesis with its figures, which are counted over many rows; None: there is none."""
    found = await one(work, name)
    if found is None or found.begun is None:
        return found
    return replace(found, figures=await figures(work, found.begun))


def _standing(begun: Hypothesis, now: HypothesisPlan | None) -> Standing:
    plan = plan_of(begun)
    return Standing(plan, begun, rewritten=now is not None and written(now) != written(plan))


async def figures(work: Work, begun: Hypothesis) -> Figures:
    """Count what became of either group."""
    plan = plan_of(begun)
    within = plan.within.approximate()
    until = _counted_until(begun, work.now) - within
    found = await work.unit.hypotheses.outcomes(
        begun, until, within // _MICROSECOND, plan.event, plan.stop_if or ""
    )
    (treated, *over), (control, *over_control) = found[True], found[False]
    return Figures(treated, control, GroupOf(*over), GroupOf(*over_control), plan.expect)


def _counted_until(begun: Hypothesis, now: datetime) -> datetime:
    """What has ended is counted as it was then, as far as it is kept."""
    return begun.ended_at or now


async def group_of(unit: Unit, begun: Hypothesis, customer: Customer) -> bool | None:
    """Whether a customer gets the change; None: they belong to neither group."""
    found = await unit.hypotheses.assigned(begun.id, customer.id)
    return None if found is None else found.treated
