"""Candidates that were done with and may be asked after all."""

from dataclasses import replace
from datetime import datetime

from bot.asks.evaluation import PLANNED
from bot.core.events import ChatBack, ConsentGiven, CustomerLinked
from bot.core.work import Work
from flows.asks.decisions import Outcome
from flows.asks.evaluation import can_revive
from flows.entities import Candidate

_OUTCOMES = {outcome.value for outcome in Outcome}


async def revive(work: Work, changed: CustomerLinked | ConsentGiven | ChatBack) -> None:
    """Look again at a customer's candidates that failed for want of a link or an agreement.

    They may be asked after all once a customer opens the link, agrees to be asked, or comes back.
    """
    customer_id = changed.customer_id
    found = await work.unit.schedules.candidates_of([customer_id])
    for candidate in found.get(customer_id, ()):
        if _may_revive(work, candidate):
            look_again(work, candidate, candidate.due_at)


def _may_revive(work: Work, candidate: Candidate) -> bool:
    schedule = work.services.config.schedule(candidate.schedule_id)
    done = candidate.look_at is None and candidate.asked_at is None
    if schedule is None or not done or candidate.outcome not in _OUTCOMES:
        return False
    return can_revive(Outcome(candidate.outcome), candidate.due_at, schedule, work.now)


def look_again(work: Work, candidate: Candidate, due_at: datetime) -> None:
    """Have a candidate looked at when it is due, or now when that is past."""
    work.unit.put(planned_again(candidate, due_at, work.now))


def planned_again(candidate: Candidate, due_at: datetime, now: datetime) -> Candidate:
    """A candidate that is looked at when it is due, or now when that is past."""
    return replace(candidate, outcome=PLANNED, look_at=max(due_at, now), due_at=due_at)
