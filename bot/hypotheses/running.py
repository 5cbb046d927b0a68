"""Hypotheses from their beginning to their end: begun, assigned, looked at, stopped, ended.

    begin ──▶ timer ──▶ 500 people assigned ──▶ 500 … ──▶ once an hour: who is new, does it stop

Functions that may refuse return a `Refusal`; nothing is written then. Every act is in the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.configuration import changes
from bot.configuration.changes import Unchanged
from bot.core.admin_notices import notify_admins
from bot.core.events import HypothesisAssigned, HypothesisStopped
from bot.core.journal import note
from bot.core.subject import CountedTimer
from bot.core.work import Work
from bot.hypotheses import standing
from bot.hypotheses.standing import Figures, Standing
from bot.hypotheses.views import HypothesisViews
from bot.identity.erasure import ERASED
from flows.config import HypothesisPlan
from flows.entities import (
    Assignment,
    AssignmentId,
    CustomerId,
    Hypothesis,
    HypothesisId,
    Timer,
)
from flows.entities.kinds import TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.hypotheses import judging, writing
from flows.hypotheses.judging import Why
from flows.time.durations import Share

LOT = 500
"""People who are assigned in one transaction; others are let in between."""
LOOK_EVERY = timedelta(hours=1)
LONGEST_LESSON = 1000


@dataclass(frozen=True, slots=True)
class TooFew:
    """There are too few people for a hypothesis to be concluded from."""

    people: int
    needed: int
    months: int | None
    """None: there never will be enough, as nobody new comes."""


async def too_few(work: Work, plan: HypothesisPlan) -> TooFew | None:
    """Say how far a plan is from enough people; None: there are enough."""
    return await too_few_of(work, standing.segment_of(work, plan.segment) or {}, plan.control)


async def too_few_of(work: Work, segment: Mapping[str, Any], control: Share) -> TooFew | None:
    """The same of a segment, of which such a share is compared with the others."""
    enough = judging.needed(control)
    people, new = await standing.size(work, segment, enough)
    months = judging.months(people, new, control)
    return None if months == 0 else TooFew(people, enough, months)


async def write_down(work: Work, draft: Mapping[str, str], admin: int) -> HypothesisPlan:
    """Put a hypothesis with these answers into the configuration, under an id that none had.

    The same once more, as by a second press, is the one that waits to begin already. Raises
    ConfigError when the whole does not pass.
    """
    config = await changes.stored(work)
    begun = {each.name for each in await work.unit.hypotheses.every()}
    plan = writing.plan_of(writing.free_name(config, begun), draft)
    waiting = (each for each in config.hypotheses if each.id not in begun)
    for each in waiting:
        if each == plan.model_copy(update={"id": each.id}):
            return each
    new = config.model_copy(update={"hypotheses": (*config.hypotheses, plan)})
    await changes.change(work, new, f"admin:{admin}")
    return plan


async def drop(work: Work, name: str, admin: int) -> Refusal | None:
    """Take one that has not begun out of the configuration."""
    if await work.unit.hypotheses.by_name(name) is not None:
        return Refusal("begun")
    config = await changes.stored(work)
    left = tuple(each for each in config.hypotheses if each.id != name)
    try:
        await changes.change(work, config.model_copy(update={"hypotheses": left}), f"admin:{admin}")
    except Unchanged:
        return Refusal("gone")
    return None


async def begin(work: Work, name: str, by: Person) -> Hypothesis | Refusal:
    """Begin to assign people; from now on what was written down counts, and is not edited."""
    if await work.unit.hypotheses.by_name(name) is not None:
        return Refusal("begun")
    plan = (await changes.stored(work)).hypothesis(name)
    if plan is None:
        return Refusal("gone")
    whom = standing.segment_of(work, plan.segment)
    why = await _why_not(work, plan)
    if why is not None or whom is None:
        return why or Refusal("no_segment")
    begun = Hypothesis(
        id=HypothesisId(work.unit.new_id()),
        name=name,
        began_at=work.now,
        state="running",
        plan=standing.written(plan),
        whom=whom,
        author_id=by.id,
        author_name=by.name,
    )
    work.unit.add(begun)
    work.unit.set_timer(Timer(TimerKind.HYPOTHESIS, str(begun.id), work.now))
    _note(work, begun, by, "begun")
    return begun


async def _why_not(work: Work, plan: HypothesisPlan) -> Refusal | None:
    """Why a plan cannot begin, as things are now."""
    if plan.look is not None and plan.look <= standing.today_of(work):
        return Refusal("over")
    for event in filter(None, (plan.event, plan.stop_if)):
        if not await work.unit.audiences.has_come(event):
            return Refusal("no_event")
    whom = standing.segment_of(work, plan.segment)
    if whom is None:
        return Refusal("no_segment")
    return None if await standing.holds_anybody(work, whom) else Refusal("nobody")


async def stop(work: Work, name: str, by: Person) -> Hypothesis | Refusal:
    """Have nobody assigned any more, because a person says so."""
    begun = await work.unit.hypotheses.by_name(name)
    if begun is None:
        return Refusal("not_begun")
    stopped = await _stopped(work, begun, Why.PERSON)
    if not isinstance(stopped, Refusal):
        _note(work, stopped, by, "stopped")
    return stopped


async def _stopped(work: Work, begun: Hypothesis, why: Why) -> Hypothesis | Refusal:
    stopped = judging.act(begun, "stop", work.now, why=why)
    if not isinstance(stopped, Refusal):
        work.unit.put(stopped)
        await work.emit(HypothesisStopped(stopped))
    return stopped


async def end(work: Work, name: str, learned: str, by: Person) -> Hypothesis | Refusal:
    """End it with what was learned, also that it failed."""
    begun = await work.unit.hypotheses.by_name(name)
    if begun is None:
        return Refusal("not_begun")
    words = learned.strip()
    if not 0 < len(words) <= LONGEST_LESSON:
        return Refusal("learned")
    if begun.state == "running":
        stopped = await _stopped(work, begun, Why.PERSON)
        if isinstance(stopped, Refusal):
            return stopped
        begun = stopped
    ended = judging.act(begun, "end", work.now, learned=words)
    if not isinstance(ended, Refusal):
        work.unit.put(ended)
        _note(work, ended, by, "ended")
    return ended


def _note(work: Work, begun: Hypothesis, by: Person, what: str) -> None:
    about = Ref(RefKind.HYPOTHESIS, begun.name)
    note(work, f"admin:{by.id}", f"hypothesis_{what}", about)


# -- assigning and looking ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What is counted over many rows before it is acted upon."""

    figures: Figures | None
    """None: people are being assigned, and it is looked whether it has to stop afterwards."""
    people: Sequence[CustomerId] = ()
    """Who is not assigned yet, some of them, by their ids."""


async def count(work: Work, timer: Timer) -> Look | None:
    """Count what became of either group, and find some who are not assigned yet; it only reads.

    None: it does not run any more.
    """
    begun = await work.unit.get(Hypothesis, HypothesisId(int(timer.subject)))
    if begun is None or begun.state != "running":
        return None
    after = _after(timer)
    whom = await standing.people_of(work, begun.whom)
    found = await work.unit.hypotheses.unassigned(begun.id, whom, ERASED, after, LOT)
    return Look(
        None if after else await standing.figures(work, begun), [each.customer_id for each in found]
    )


async def look(work: Work, timer: Timer, seen: Look | None) -> None:
    """Stop it if it has to; else assign who is not assigned yet, some at a time."""
    begun = await work.unit.get(Hypothesis, HypothesisId(int(timer.subject)))
    if seen is None or begun is None or begun.state != "running":
        return
    plan = standing.plan_of(begun)
    why = _why_to_stop(work, plan, seen.figures) if seen.figures is not None else None
    if why is not None and seen.figures is not None:
        await _stop_by_rule(work, begun, why, seen.figures)
        return
    await _assign(work, begun, plan, seen.people)
    more = len(seen.people) == LOT
    at = work.now if more else work.now + LOOK_EVERY
    data = {"after": seen.people[-1] if more else 0}
    work.unit.set_timer(Timer(TimerKind.HYPOTHESIS, timer.subject, at, data))


def _after(timer: Timer) -> int:
    """The id up to which people are assigned; 0: they all are, or nobody is."""
    return int(timer.data.get("after", 0))


def _why_to_stop(work: Work, plan: HypothesisPlan, counted: Figures) -> Why | None:
    today = standing.today_of(work)
    return judging.why_to_stop(plan, counted.over, counted.over_control, today)


async def _assign(
    work: Work, begun: Hypothesis, plan: HypothesisPlan, ids: Sequence[CustomerId]
) -> None:
    """Assign those of some people who are there and still not assigned."""
    for person in await work.unit.hypotheses.unassigned_of(begun.id, ids, ERASED):
        treated = judging.is_treated(work.services.salt, begun.name, person.drawn_as, plan.control)
        assignment = Assignment(
            AssignmentId(work.unit.new_id()), begun.id, person.customer_id, treated, work.now
        )
        work.unit.add(assignment)
        await work.emit(HypothesisAssigned(begun, assignment, person.ref))


async def _stop_by_rule(work: Work, begun: Hypothesis, why: Why, counted: Figures) -> None:
    stopped = await _stopped(work, begun, why)
    if isinstance(stopped, Refusal):
        return
    note(work, "verso", "hypothesis_stopped", Ref(RefKind.HYPOTHESIS, begun.name))
    found = Standing(standing.plan_of(stopped), stopped, counted)
    await notify_admins(
        work,
        lambda language: HypothesisViews(work.services, language).stopped(found),
        lambda language: HypothesisViews(work.services, language).to_one(begun.name),
    )


COUNTED_TIMERS: dict[str, CountedTimer[Any]] = {TimerKind.HYPOTHESIS: CountedTimer(count, look)}
"""What to do when a timer of this kind fires."""
