"""Trials of which much is known already, in every state, and texts that were compared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.core.work import Work
from bot.hypotheses.standing import written
from flows.config import HypothesisPlan
from flows.config.goals import Goal
from flows.entities import (
    Assignment,
    AssignmentId,
    Candidate,
    CandidateId,
    Customer,
    CustomerId,
    Event,
    EventId,
    Hypothesis,
    HypothesisId,
)
from storage.ids import new_id
from tests.bot.stage import Stage

EACH = 160
"""People of each group and of each text."""


def plan(name: str, expect: float, change: str) -> HypothesisPlan:
    """Ended by its day long ago."""
    given = {"id": name, "change": change, "event": "renewed", "expect": expect}
    return HypothesisPlan.model_validate(given | {"look": "2026-04-20", "stage": "first_use"})


async def try_out(stage: Stage) -> None:
    """A hypothesis that runs, one that stopped, one that failed; two texts with their answers."""
    config = stage.services.config
    goals = (Goal(id="told", count="told", people=25, by=date(2026, 12, 31)),)
    stage.services.config = config.model_copy(update={"goals": goals})
    await stage.use(_add)


async def _add(work: Work) -> None:
    guide = plan("guide", 20, "A short guide in the box")
    mug, tin = plan("mug", 3, "A mug as a present"), plan("tin", -5, "Another tin")
    whom: dict[str, Any] = {}
    began = work.now - timedelta(days=60)
    running, stopped, ended = (
        Hypothesis(HypothesisId(new_id()), each.id, began, state, written(each), whom, 900, "Ada")
        for each, state in ((guide, "running"), (mug, "stopped"), (tin, "ended"))
    )
    stopped = replace(stopped, stopped_at=work.now, stopped_why="over")
    ended = replace(ended, stopped_why="worse", ended_at=work.now, learned="Nobody saw the tin.")
    for each in (running, stopped, ended):
        work.unit.add(each)
    for customer in _people(work, 2 * EACH):
        number = int(customer.ref.partition("-")[2])
        treated = number % 2 == 0
        _assign(work, running, customer, treated=treated)
        if number < 60:
            _assign(work, stopped, customer, treated=treated)
        if number < 200:
            _assign(work, ended, customer, treated=treated)
        if number % (3 if treated else 9) == 0:
            at = began + timedelta(days=3)
            work.unit.add(Event(EventId(new_id()), f"r-{number}", customer.id, "renewed", at, at))
        _ask(work, customer, number)


def _people(work: Work, count: int) -> Iterator[Customer]:
    for number in range(count):
        made = Customer(CustomerId(new_id()), f"T-{number}", work.now - timedelta(days=90))
        work.unit.add(made)
        yield made


def _assign(work: Work, begun: Hypothesis, customer: Customer, *, treated: bool) -> None:
    made = Assignment(AssignmentId(new_id()), begun.id, customer.id, treated, begun.began_at)
    work.unit.add(made)


def _ask(work: Work, customer: Customer, number: int) -> None:
    """Every other one was asked in other words, and answers more often."""
    at, news = work.now - timedelta(days=40), number % 2 == 0
    answered = number % (3 if news else 9) == 0
    ask = Candidate(
        CandidateId(new_id()), "silent-trial", customer.id, None, at, at, outcome="send",
        occasion=str(number), asked_at=at, delivered_at=at, compared_at=at, held_out=False,
        holdout_share=1000, variant="news" if news else "plain",
        answered_at=at if answered else None,
    )  # fmt: skip
    work.unit.add(ask)
