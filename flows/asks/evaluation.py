"""What becomes of a candidate when its moment has come: asked, looked at later, or not asked.

Everything may have changed since it was planned, so every check of `flows.asks.checks` is made
anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.asks.candidates import Candidate, CustomerFacts, Rules
from flows.asks.checks import CHECKS, Case
from flows.asks.decisions import Decision, Outcome
from flows.asks.pacing import UNLIMITED
from flows.config import Schedule
from flows.entities.replaced import replaced
from flows.time.durations import as_utc
from flows.time.places import Place, place_of

MOST_LOOKS_AHEAD = 10
_ENDS_UNKNOWN = frozenset(
    {
        Outcome.OPEN_TICKET,
        Outcome.IN_CONVERSATION,
        Outcome.PAUSED,
        Outcome.OUTRANKED,
        Outcome.BACKLOG,
    }
)


def decide(candidate: Candidate, schedule: Schedule, rules: Rules, now: datetime) -> Decision:
    """Whether to send now, later or not at all, and why.

    A deferred decision says when to look again (`until`, inside the hours for asking). Obstacles
    defer only while that moment lies within the schedule's patience after the candidate was due;
    after that the outcome is final. The hour always defers.
    """
    case = _case(candidate, schedule, rules, now)
    for check in CHECKS:
        decision = check(case)
        if decision is not None:
            return decision
    return case.final(Outcome.SEND, "send")


@dataclass(frozen=True, slots=True)
class Step:
    """One check that was made: its name, and what it decided, if it objected.

    The last step of a reasoning always has the decision; one named `send` says that no check
    objected.
    """

    check: str
    decision: Decision


def reasoning(
    candidate: Candidate, schedule: Schedule, rules: Rules, now: datetime
) -> tuple[Step, ...]:
    """Every check that is made, in order, up to the one that decides."""
    case = _case(candidate, schedule, rules, now)
    send = case.final(Outcome.SEND, "send")
    steps = []
    for check in CHECKS:
        name = check.__name__.removeprefix("_")
        decision = check(case)
        steps.append(Step(name, decision or send))
        if decision is not None:
            return tuple(steps)
    return (*steps, Step("send", send))


def _case(candidate: Candidate, schedule: Schedule, rules: Rules, now: datetime) -> Case:
    return Case(candidate, schedule, rules, as_utc(now), _place(candidate.customer, rules, now))


def _place(customer: CustomerFacts, rules: Rules, now: datetime) -> Place:
    told, possible = customer.time_zone, customer.possible_zones
    return place_of(told, possible, rules.brand_zone, rules.opening, now)


def foresee(candidate: Candidate, schedule: Schedule, rules: Rules, decision: Decision) -> Decision:
    """What a decision leads to when nothing new happens: looked at again whenever it is due.

    An obstacle whose end nobody knows (an open ticket, a paused schedule) is given as it is.
    """
    # Whoever waits in line has a place in it: what is free then is not known now.
    later = replaced(rules, pace=UNLIMITED)
    for _ in range(MOST_LOOKS_AHEAD):
        if decision.until is None or decision.outcome in _ENDS_UNKNOWN:
            return decision
        decision = decide(candidate, schedule, later, max(decision.until, decision.at))
    return decision


def can_revive(outcome: Outcome, due_at: datetime, schedule: Schedule, now: datetime) -> bool:
    """Whether a final outcome may be looked at again because the customer has linked or agreed."""
    waiting = outcome in {Outcome.NOT_LINKED, Outcome.NO_CONSENT, Outcome.BLOCKED}
    return waiting and as_utc(now) <= schedule.patience.after(due_at)
