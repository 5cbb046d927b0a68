"""What one schedule is good for: its texts against one another, the asked against the held out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.work import Work
from flows.config import Schedule
from flows.insight import sequential
from flows.insight.measures import GroupCounts, ToldCounts, VariantCounts
from flows.insight.stats import (
    SPLIT_IS_OFF,
    Evidence,
    Interval,
    enough_at,
    evidence,
    split_probability,
)
from flows.time.durations import Period, Share

COMPLAINTS = "complaints"
"""The key of the lift in complaints voiced; the others are types of events."""

TOLD_LATELY = timedelta(days=90)
"""What schedules told is counted for so long."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two shares: `hits` of `cases`, and those of the group that they are compared with."""

    key: str
    hits: int
    cases: int
    other_hits: int
    other_cases: int
    enough_at: datetime | None = None
    """When there will be enough cases to say more; None: there are, or nobody can tell."""

    @property
    def smaller(self) -> int:
        """Cases of the smaller group, by which it is judged how much can be said."""
        return min(self.cases, self.other_cases)

    @property
    def evidence(self) -> Evidence:
        """How much can be said."""
        return evidence(self.smaller)

    @property
    def interval(self) -> Interval | None:
        """The difference with an interval for looking daily; None when a group is empty."""
        return sequential.difference(self.hits, self.cases, self.other_hits, self.other_cases)


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """One variant of a text: what became of its asks, and how they differ from the first one's."""

    name: str
    counts: VariantCounts
    differences: tuple[Difference, ...]
    """By `delivered`, `answered`, `voiced`, `lost`; none for the first, which is compared with."""


@dataclass(frozen=True, slots=True)
class Split:
    """How many customers were asked and held out, and how probable such a split is."""

    asked: int
    held: int
    probability: float | None
    """None: too few to tell."""

    @property
    def is_off(self) -> bool:
        """Whether something but chance sorted people, so that nothing can be concluded."""
        return self.probability is not None and self.probability < SPLIT_IS_OFF


@dataclass(frozen=True, slots=True)
class Report:
    """All that can be said of one schedule's effect."""

    schedule: Schedule
    since: datetime | None
    """From when on variants are compared: since all of them are there. None: nobody was asked."""
    variants: tuple[VariantFigures, ...]
    split: Split | None
    """None: nobody is held out, so there is nothing to compare with."""
    within: Period
    """How long after the moment of the decision something counts."""
    lifts: tuple[Difference, ...]
    """Asked against held out: complaints first, then each type of event; none when the split is
    off."""
    told: ToldCounts | None = None
    """Of a schedule that informs: whom it told something lately."""
    told_within: Period | None = None
    """How long after such a message counts what people do."""

    @property
    def share(self) -> Share:
        """The share of customers who are left unasked."""
        return self.schedule.holdout


@dataclass(frozen=True, slots=True)
class ReportOfAll:
    """What asking at all is good for: whom any schedule asks against those whom none does."""

    share: Share
    split: Split | None
    """None: nobody is held out of all schedules."""
    within: Period
    lifts: tuple[Difference, ...]


async def compare(work: Work, schedule: Schedule) -> Report:
    """Report on a schedule, over everything that is kept."""
    since, variants = await _variants(work, schedule)
    split = await _split(work, schedule)
    within = work.services.config.lift.within
    lifts = () if split is None or split.is_off else await _lifts(work, schedule, since)
    soon = work.services.config.guardrail.within
    told = await _told(work, schedule, soon) if schedule.informs else None
    return Report(schedule, since, variants, split, within, lifts, told, soon)


async def _told(work: Work, schedule: Schedule, within: Period) -> ToldCounts:
    length = within.approximate() // _MICROSECOND
    return await work.unit.comparisons.told(schedule.id, work.now - TOLD_LATELY, length)


async def _split(work: Work, schedule: Schedule) -> Split | None:
    share = schedule.holdout
    if not share.hundredths:
        return None
    asked, held = await work.unit.comparisons.split(schedule.id, share.hundredths)
    return Split(asked, held, split_probability(held, asked, share.fraction))


async def _variants(
    work: Work, schedule: Schedule
) -> tuple[datetime | None, tuple[VariantFigures, ...]]:
    """Variants are compared over the time in which people were divided between all of them."""
    names = [variant.id for variant in schedule.variants] or [""]
    used = await work.unit.comparisons.first_asks(schedule.id)
    since = max((used[name] for name in names if name in used), default=None)
    if since is None:
        return None, ()
    within = work.services.config.guardrail.within.approximate()
    found = await work.unit.comparisons.variants(schedule.id, since, within // _MICROSECOND)
    nothing = VariantCounts(0, 0, 0, 0, 0)
    counted = [(name, found.get(name, nothing)) for name in names]
    first, began = shares(counted[0][1]), since

    def against(counts: VariantCounts) -> tuple[Difference, ...]:
        return tuple(
            Difference(*here, *there[1:], enough_at(min(here[2], there[2]), began, work.now))
            for here, there in zip(shares(counts), first, strict=True)
        )

    return since, tuple(
        VariantFigures(name, counts, against(counts) if name != names[0] else ())
        for name, counts in counted
    )


def shares(counts: VariantCounts) -> tuple[tuple[str, int, int], ...]:
    """What is shown of a variant: the name of each share, its hits and its cases."""
    return (
        ("delivered", counts.delivered, counts.asked),
        ("answered", counts.answered, counts.delivered),
        ("voiced", counts.voiced, counts.delivered),
        ("lost", counts.lost, counts.delivered),
    )


async def _lifts(work: Work, schedule: Schedule, since: datetime | None) -> tuple[Difference, ...]:
    """Of customers for whom the time is over; the others would count as if nothing came of it."""
    lift = work.services.config.lift
    within = lift.within.approximate()
    groups = await work.unit.comparisons.groups(
        schedule.id,
        schedule.holdout.hundredths,
        work.now - within,
        within // _MICROSECOND,
        lift.events,
    )
    return _differences(work, groups, since)


def _differences(
    work: Work, groups: tuple[GroupCounts, GroupCounts], since: datetime | None
) -> tuple[Difference, ...]:
    """Those who were asked against those who were not: complaints first, then events."""
    lift, (asked, held) = work.services.config.lift, groups
    smaller = min(asked.people, held.people)
    begun = None if since is None else since + lift.within.approximate()
    enough = None if begun is None else enough_at(smaller, begun, work.now)

    def difference(key: str, hits: int, other_hits: int) -> Difference:
        return Difference(key, hits, asked.people, other_hits, held.people, enough)

    return (
        difference(COMPLAINTS, asked.complained, held.complained),
        *(
            difference(name, asked.events.get(name, 0), held.events.get(name, 0))
            for name in lift.events
        ),
    )


async def compare_all(work: Work) -> ReportOfAll:
    """Report on all schedules together, since the share held out of all is what it is."""
    config = work.services.config
    share, within = config.lift.holdout, config.lift.within
    if not share.hundredths:
        return ReportOfAll(share, None, within, ())
    ids = [each.id for each in config.schedules]
    rows = work.unit.comparisons
    since = await rows.held_out_of_all_since(ids, share.hundredths)
    if since is None:
        return ReportOfAll(share, Split(0, 0, None), within, ())
    asked, held = await rows.split_of_all(ids, share.hundredths, since)
    split = Split(asked, held, split_probability(held, asked, share.fraction))
    if split.is_off:
        return ReportOfAll(share, split, within, ())
    length = within.approximate()
    groups = await rows.groups_of_all(
        ids,
        share.hundredths,
        since,
        work.now - length,
        length // _MICROSECOND,
        config.lift.events,
    )
    return ReportOfAll(share, split, within, _differences(work, groups, since))
