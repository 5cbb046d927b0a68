"""Trials: hypotheses from draft to what was learned, texts compared, the asked and the held out."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.asks.views.settings import called
from bot.configuration.changes import stored
from bot.console.web.ahead import Counted, Counting
from bot.console.web.drawing import Drawn, difference, progress
from bot.core.admin_view import AdminView
from bot.core.names import moment
from bot.core.numbers import points
from bot.core.work import Work
from bot.hypotheses import standing
from bot.hypotheses.standing import Figures, Standing
from bot.hypotheses.views import HypothesisViews
from bot.insight.experiments import Difference, Report
from bot.insight.views.comparison import comparison, how_it_stands, lift_name
from flows.config import Schedule
from flows.entities import Hypothesis
from flows.hypotheses.judging import GroupOf, Verdict
from flows.insight.stats import ENOUGH_FOR_A_HINT, Evidence
from flows.languages import tongue

SHOWN = 30
"""Hypotheses, and schedules, that are shown; the table has all hypotheses."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that is asked once more before it is done, as it is not taken back."""

    label: str
    deed: str
    about: str
    sure: str
    yes: str
    words: bool = False
    """Whether something has to be written."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two groups beside each other."""

    name: str
    groups: Sequence[tuple[str, str]]
    sentence: str
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial."""

    name: str
    state: str
    plan: Sequence[str]
    """What was written down before."""
    notes: Sequence[str]
    compared: Sequence[Compared]
    counted: bool
    """Whether its figures are known yet."""
    acts: Sequence[Asked] = ()
    figures: str = ""
    """All figures as text, where the pictures show some of them."""
    schedule: str = ""
    """The schedule whose texts they are."""
    runs: bool = False
    """Whether more figures come."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What the screen shows."""

    going_on: Sequence[Trial]
    drafts: Sequence[Trial]
    texts: Sequence[Trial]
    ended: Sequence[Trial]
    more: int
    """Hypotheses that only the table has."""

    @property
    def running(self) -> int:
        """Trials of which more figures come."""
        return sum(each.runs for each in (*self.going_on, *self.texts))


async def trials(work: Work, language: str, counting: Counting) -> Trials:
    """All trials as they stand; what takes long is counted beside."""
    every = await standing.every(work)
    shown = {each.plan.id: each for each in every[:SHOWN]}
    config = await stored(work)
    compared = {each.id: each for each in config.schedules if _is_compared(each)}
    compared = dict(list(compared.items())[:SHOWN])
    counted, reports = await asyncio.gather(
        counting.hypotheses.find_all(shown), counting.reports.find_all(compared)
    )
    look = _Look(work, language)
    by_state: dict[str, list[Trial]] = {}
    for name, each in shown.items():
        trial = look.hypothesis(each, counted.get(name))
        by_state.setdefault(each.begun.state if each.begun else "draft", []).append(trial)
    return Trials(
        [*by_state.get("stopped", ()), *by_state.get("running", ())],
        by_state.get("draft", ()),
        [look.schedule(each, reports.get(each.id)) for each in compared.values()],
        by_state.get("ended", ()),
        len(every) - len(shown),
    )


def _is_compared(schedule: Schedule) -> bool:
    if schedule.archived:
        return False
    return len(schedule.variants) > 1 or bool(schedule.holdout.hundredths)


_ACTS: Mapping[str, Sequence[str]] = {
    "draft": ("begin", "drop"),
    "running": ("stop", "end"),
    "stopped": ("end",),
}
"""What can be done with a hypothesis, by how it stands."""


class _Look:
    """Says in one language how trials stand."""

    def __init__(self, work: Work, language: str) -> None:
        self._work, self._language = work, language
        self._say = partial(work.services.words.say, language)
        self._views = HypothesisViews(work.services, language)
        self._view = AdminView(work.services, language, work.now)
        self._zone = work.services.config.brand.time_zone

    def _tell(self, key: str, **values: object) -> str:
        return self._say(f"console.{key}", **values)

    def _together(self, *parts: str) -> str:
        return tongue(self._language).marks.semicolon.join(each.rstrip(".。") for each in parts)

    # -- hypotheses ------------------------------------------------------------------------------

    def hypothesis(self, found: Standing, counted: Counted | None) -> Trial:
        """One hypothesis."""
        figures = counted.figures if counted is not None else None
        few = counted.few if counted is not None else None
        begun = found.begun
        notes = [
            *([self._began(begun)] if begun else []),
            *([self._views.say("rewritten")] if found.rewritten else []),
            *([self._views.too_few(few.people, few.needed, few.months)] if few else []),
        ]
        acts = _ACTS.get(begun.state if begun else "draft", ())
        name = self._views.name(found.plan)
        return Trial(
            name,
            self._views.state(found),
            self._views.plan(found.plan),
            notes,
            [self._of_groups(name, figures)] if figures is not None else [],
            counted is not None,
            [self._asked(each, found.plan.id) for each in acts],
            runs=begun is not None and begun.state == "running",
        )

    def _began(self, begun: Hypothesis) -> str:
        when = moment(begun.began_at, self._zone, self._language)
        return self._tell("trial_began", when=when)

    def _asked(self, act: str, name: str) -> Asked:
        words = act == "end"
        say = self._views.say
        return Asked(
            say(f"b_{act}"),
            f"trial_{act}",
            name,
            say("ask_learned" if words else f"sure_{act}"),
            self._tell("trial_end_yes") if words else say(f"b_{act}_yes"),
            words,
        )

    def _of_groups(self, name: str, found: Figures) -> Compared:
        groups = [
            (self._tell("with_change"), self._happened(found.over)),
            (self._tell("control"), self._happened(found.over_control)),
        ]
        assigned = self._views.say("f_assigned", treated=found.treated, control=found.control)
        expected = self._tell("expected", points=points(found.expect / 100, self._language))
        verdict, effect = self._views.verdict(found), found.effect
        said = [f"{label}: {counts}" for label, counts in groups]
        if effect is None:
            smaller = min(found.over.people, found.over_control.people)
            drawn = self._too_few(self._together(name, assigned, *said, verdict), smaller)
        else:
            parts = (name, assigned, *said, self._views.effect(found), expected, verdict)
            tone = {Verdict.AS_EXPECTED: "good", Verdict.WORSE: "bad"}.get(found.verdict, "open")
            drawn = difference(
                effect,
                self._together(*parts),
                self._tell("no_difference"),
                tone=tone,
                expected=found.expect / 100,
            )
            groups.append((self._tell("expected_mark"), expected))
        told = [assigned, self._views.effect(found), verdict]
        return Compared("", groups, "\n".join(each for each in told if each), drawn)

    def _happened(self, group: GroupOf) -> str:
        return self._tell("of", hits=group.hits, n=group.people)

    def _too_few(self, alt: str, smaller: int) -> Drawn:
        until = self._tell("needed", n=ENOUGH_FOR_A_HINT)
        whole = self._together(alt, self._tell("smaller_group", n=smaller))
        return progress(smaller, ENOUGH_FOR_A_HINT, whole, until)

    # -- schedules -------------------------------------------------------------------------------

    def schedule(self, schedule: Schedule, report: Report | None) -> Trial:
        """The texts of a schedule against one another, and the asked against the held out."""
        config = self._work.services.config
        several = len(schedule.variants) > 1
        compared = [*self._texts(report), *self._lifts(report)] if report is not None else []
        nothing = report is not None and not compared
        return Trial(
            called(config, schedule.id, self._language),
            self._tell("texts_compared" if several else "held_compared"),
            (),
            [self._tell("nothing_compared")] if nothing else (),
            compared,
            report is not None,
            figures=comparison(self._view, report, config).text if report is not None else "",
            schedule=schedule.id if several else "",
            runs=schedule.enabled,
        )

    def _texts(self, report: Report) -> list[Compared]:
        """Each other text against the first, by the share that tells most of it."""
        key = "delivered" if report.schedule.informs else "answered"
        shown = self._say(f"compare.{key}")
        found = []
        for variant in report.variants:
            for each in variant.differences:
                if each.key == key:
                    first = self._say("compare.variant", name=report.variants[0].name)
                    own = self._say("compare.variant", name=variant.name)
                    against = self._say("compare.against", name=report.variants[0].name)
                    found.append(self._compared(shown, (own, first), each, against))
        return found

    def _lifts(self, report: Report) -> list[Compared]:
        groups = (self._tell("asked"), self._tell("held_out"))
        against = self._say("compare.against_held")
        return [
            self._compared(lift_name(self._view, each), groups, each, against)
            for each in report.lifts
            if each.cases or each.other_cases
        ]

    def _compared(
        self, name: str, groups: tuple[str, str], found: Difference, against: str
    ) -> Compared:
        counts = [
            (groups[0], self._tell("of", hits=found.hits, n=found.cases)),
            (groups[1], self._tell("of", hits=found.other_hits, n=found.other_cases)),
        ]
        sentence = how_it_stands(self._view, found, against, self._zone)
        alt = self._together(name, *(f"{label}: {count}" for label, count in counts), sentence)
        interval = found.interval
        if interval is None or found.evidence is Evidence.NOT_ENOUGH:
            return Compared(name, counts, sentence, self._too_few(alt, found.smaller))
        plain = found.evidence is Evidence.ENOUGH and interval.excludes_zero()
        tone = ("good" if interval.estimate > 0 else "bad") if plain else "open"
        drawn = difference(interval, alt, self._tell("no_difference"), tone=tone)
        return Compared(name, counts, sentence, drawn)
