"""The life of a hypothesis, who gets the change, and what the counts allow one to say. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from flows.asks.holdout import position
from flows.config import HypothesisPlan
from flows.entities import Hypothesis
from flows.entities.lifecycle import Edge, Lifecycle, Refusal, Walk
from flows.insight import sequential
from flows.insight.stats import ENOUGH_TO_CONCLUDE, Evidence, Interval, evidence
from flows.time.durations import Share

STATES = ("running", "stopped", "ended")
EDGES = (
    Edge("stop", ("running",), "stopped", "Nobody is assigned any more, and why is said."),
    Edge("end", ("running", "stopped"), "ended", "A person writes down what was learned."),
)
LIFECYCLE = Lifecycle("hypothesis", STATES, "running", EDGES)


class Why(StrEnum):
    """Why a hypothesis stopped."""

    WORSE = "worse"
    """The change plainly does the opposite of what was expected."""
    HARM = "harm"
    """What must not happen to more people plainly does."""
    OVER = "over"
    """The day has come on which it is looked at."""
    PERSON = "person"


class Verdict(StrEnum):
    """What can be said of the effect."""

    TOO_FEW = "too_few"
    HINT = "hint"
    OPEN = "open"
    """There are enough people, and it may be chance."""
    AS_EXPECTED = "as_expected"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class GroupOf:
    """People of one group for whom the time is over, and to how many of them what happened."""

    people: int = 0
    hits: int = 0
    harmed: int = 0


def is_treated(salt: str, hypothesis: str, ref: str, control: Share) -> bool:
    """Whether somebody gets the change; always the same for one hypothesis."""
    return position(salt, "hypothesis", hypothesis, ref) >= control.fraction


def act(
    hypothesis: Hypothesis, trigger: str, now: datetime, *, why: str = "", learned: str = ""
) -> Hypothesis | Refusal:
    """Stop it for a reason, or end it with what was learned.

    The reason of a refusal by its state is `is_` with that state.
    """
    walk = Walk(hypothesis.state, hypothesis)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or f"is_{hypothesis.state}")
    moved = replace(hypothesis, state=walk.state)
    if trigger == "stop":
        return replace(moved, stopped_at=now, stopped_why=why)
    return replace(moved, ended_at=now, learned=learned)


def effect(treated: GroupOf, control: GroupOf) -> Interval | None:
    """The difference of the shares, with an interval that may be looked at every day."""
    return sequential.difference(treated.hits, treated.people, control.hits, control.people)


def verdict(treated: GroupOf, control: GroupOf, expect: float) -> Verdict:
    """What can be said of the effect, of which so many points were expected."""
    cases = evidence(min(treated.people, control.people))
    found = effect(treated, control)
    if found is None or cases is Evidence.NOT_ENOUGH:
        return Verdict.TOO_FEW
    if cases is Evidence.HINT:
        return Verdict.HINT
    if not found.excludes_zero():
        return Verdict.OPEN
    return Verdict.AS_EXPECTED if (found.estimate > 0) == (expect > 0) else Verdict.WORSE


def why_to_stop(
    plan: HypothesisPlan, treated: GroupOf, control: GroupOf, today: date
) -> Why | None:
    """Why it has to stop now by its own rule; None: it goes on."""
    if verdict(treated, control, plan.expect) is Verdict.WORSE:
        return Why.WORSE
    harm = verdict(
        replace(treated, hits=treated.harmed), replace(control, hits=control.harmed), 1.0
    )
    if plan.stop_if is not None and harm is Verdict.AS_EXPECTED:
        return Why.HARM
    return Why.OVER if plan.look is not None and today >= plan.look else None


def needed(control: Share) -> int:
    """How many people it takes, so that the smaller group can be concluded from."""
    smaller = min(control.hundredths, 10_000 - control.hundredths)
    return ceil(ENOUGH_TO_CONCLUDE * 10_000 / smaller)


def months(people: int, a_month: int, control: Share) -> int | None:
    """In how many months there will be enough people, if so many more come each month.

    0: there are; None: there never will be.
    """
    missing = needed(control) - people
    if missing <= 0:
        return 0
    return ceil(missing / a_month) if a_month > 0 else None
