"""The figures of `/stats`: each with what was counted and of how many."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.asks.evaluation import NO_PERIOD
from bot.asks.segments import everybody_of
from bot.core.ports import Figures
from bot.core.work import Work
from bot.hypotheses import standing
from flows.asks.decisions import Outcome
from flows.config import Segment
from flows.entities import ClockEvent
from flows.insight.measures import EntranceCounts, GuaranteeCounts, TicketTimes
from flows.insight.waiting import time_by_which

CONTACTS = ("support_contacted",)
"""Events by which a customer is known to have contacted the business by themselves."""

_NOT_MEANT = frozenset({Outcome.UNLESS_EVENT, Outcome.NOT_IN_AUDIENCE, Outcome.HELD_OUT, NO_PERIOD})
"""Candidates with these outcomes were not to be asked at all: no part of the reach."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: `hits` of `cases`."""

    key: str
    hits: int
    cases: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: median and 90th percentile, None where too few have come to an end."""

    key: str
    median: timedelta | None
    p90: timedelta | None
    finished: int
    running: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that can be measured now, over what happened since."""

    since: datetime
    asking: tuple[Rate, ...]
    not_reached: tuple[tuple[str, int], ...]
    """Outcomes of those who were to be asked and were not, the most frequent first."""
    times: tuple[Duration, ...]
    tickets: tuple[Rate, ...]
    verifying: tuple[Rate, ...]
    entrances: tuple[EntranceCounts, ...] = ()
    guarantees: tuple[GuaranteeCounts, ...] = ()
    is_empty: bool = False
    """Whether nobody belongs now to the segment that was asked for, and nothing was counted."""


async def measure(work: Work, days: int, segment: Segment | None = None) -> Statistics:
    """Measure the last `days` days, of all customers or of those who belong to a segment now."""
    since = work.now - timedelta(days=days)
    promised = {
        each.id: each.guarantee for each in work.services.config.entrances if each.guarantee
    }
    figures = work.unit.figures
    if segment is not None:
        figures = figures.of(await everybody_of(work, segment))
    outcomes = await figures.outcomes(since, work.now)
    tickets, promises = await figures.tickets(since), await figures.promises(since)
    # Of ten thousand complaints it takes a tenth of a second, which nobody else is to wait for.
    times, rates = await asyncio.to_thread(_of_tickets, tickets, promises, work.now)
    found = Statistics(
        since,
        (_reach(outcomes), *await _asking(work, figures, since)),
        _not_reached(outcomes),
        times,
        rates,
        tuple(_verifying(await figures.verdicts(since))),
        tuple(await figures.entrances(since)),
        tuple(await figures.guarantees(since, promised)),
    )
    counted = any(rate.cases for rate in (*found.asking, *found.tickets, *found.verifying))
    if segment is None or counted:
        return found
    there = await standing.holds_anybody(work, segment.model_dump(mode="json", by_alias=True))
    return replace(found, is_empty=not there)


def _meant(outcomes: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in outcomes.items() if name not in _NOT_MEANT}


def _reach(outcomes: Mapping[str, int]) -> Rate:
    meant = _meant(outcomes)
    return Rate("reach", meant.get("delivered", 0), sum(meant.values()))


def _not_reached(outcomes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    rest = {name: count for name, count in _meant(outcomes).items() if name != "delivered"}
    return tuple(sorted(rest.items(), key=lambda pair: (-pair[1], pair[0])))


async def _asking(work: Work, figures: Figures, since: datetime) -> Iterable[Rate]:
    within = work.services.config.guardrail.within.approximate()
    asks = await figures.asks(since, within // timedelta(microseconds=1), list(CONTACTS))
    started, finished = await figures.conversations(since)
    return (
        Rate("voicing", asks.people_voiced, asks.delivered),
        Rate("hunting", asks.silent_complaints, asks.silent),
        Rate("completion", finished, started),
        Rate("lost", asks.lost, asks.delivered),
    )


def _of_tickets(
    tickets: Sequence[TicketTimes], promises: Mapping[str, int], now: datetime
) -> tuple[tuple[Duration, ...], tuple[Rate, ...]]:
    return tuple(_times(tickets, now)), tuple(_ticket_rates(tickets, promises, now))


def _times(tickets: Sequence[TicketTimes], now: datetime) -> Iterable[Duration]:
    yield _duration("to_response", tickets, now, lambda ticket: ticket.first_response_at)
    yield _duration("to_resolution", tickets, now, lambda ticket: ticket.resolved_at)
    yield _duration("to_verified", tickets, now, lambda ticket: ticket.verified_at)


def _duration(
    key: str,
    tickets: Sequence[TicketTimes],
    now: datetime,
    end: Callable[[TicketTimes], datetime | None],
) -> Duration:
    """Open tickets count as still running, for as long as they are open now.

    Those whose customers fell silent run no more, and did not come to this end.
    """
    finished = [at - ticket.opened_at for ticket in tickets if (at := end(ticket)) is not None]
    open_ones = [each for each in tickets if end(each) is None and not each.unanswered]
    running = [now - each.opened_at for each in open_ones]
    median, p90 = (time_by_which(finished, running, share) for share in (0.5, 0.9))
    return Duration(key, median, p90, len(finished), len(running))


def _ticket_rates(
    tickets: Sequence[TicketTimes], promises: Mapping[str, int], now: datetime
) -> Iterable[Rate]:
    promised = [each for each in tickets if each.response_due_at and each.response_due_at <= now]
    resolved = [each for each in tickets if each.resolved_at or each.reopened]
    yield Rate("closed_loop", sum(each.told for each in promised), len(promised))
    kept, broken = promises.get(ClockEvent.MET, 0), promises.get(ClockEvent.BREACHED, 0)
    yield Rate("promise_kept", kept, kept + broken)
    yield Rate("reopened", sum(each.reopened > 0 for each in resolved), len(resolved))
    yield Rate("double_deviation", sum(each.failed_again for each in tickets), len(tickets))
    yield Rate("change_yield", sum(each.changed for each in tickets), len(tickets))


def _verifying(verdicts: Mapping[str, int]) -> Iterable[Rate]:
    """Partly is not yes: whoever says so is not content yet."""
    answered = sum(count for verdict, count in verdicts.items() if verdict)
    yield Rate("verified_fix", verdicts.get("yes", 0), answered)
    yield Rate("verification_reply", answered, sum(verdicts.values()))
