"""What sets a schedule off, and what events say against asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from flows.asks.candidates import Candidate, CustomerFacts, Rules
from flows.asks.decisions import Decision, Outcome
from flows.asks.evaluation import decide
from flows.asks.planning import plan
from flows.asks.triggers import Event, occasion
from flows.config import Config, ConfigError, Schedule, Trigger, load_config
from flows.time.durations import THE_BEGINNING, Period, Share
from tests.flows.asks.saying import explain
from tests.flows.rule_strategies import moments, periods, zones

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def schedule(unless: tuple[str, ...] = (), **when: Any) -> Schedule:
    return Schedule(id="s", when=Trigger(**when), unless=unless, flow="f", holdout=Share(0))


def event(name: str, days: float, **more: Any) -> Event:
    """An event so many days after noon of that Monday."""
    return Event(name, NOON + days * DAY, f"{name}@{days}", **more)


def looked(
    rule: Schedule, trigger: Event, now: datetime, *events: Event, about: tuple[Event, ...] = (),
    reminder: bool = False,
) -> Decision:  # fmt: skip
    """What is decided about a customer against whom nothing else speaks."""
    customer = CustomerFacts("c", events=events, asked_about=about)
    case = Candidate(customer, trigger, now, reminder)
    decision = decide(case, rule, Rules.of(Config(), rule, "salt"), now)
    for language in ("en", "ru", "zh"):
        assert explain(decision, language)
    return decision


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{after: P3D}", "one of event, silence and cron"),
        ("{event: a, silence: b, after: P3D}", "one of event, silence and cron"),
        ('{event: a, cron: "0 9 * * *"}', "one of event, silence and cron"),
        ("{event: a, before_end: P3D, after: P1D}", 'without "after"'),
        ("{silence: a, after: P3D, before_end: P3D}", "with an event"),
        ('{cron: "0 9 * * *", after: P1D}', 'without "after"'),
        ('{cron: "0 9 * * *", gap: P1D}', "with an event"),
        ("{silence: a}", "the length of the silence"),
        ("{silence: a, after: 50%}", "the length of the silence"),
        ("{silence: a, after: PT0S}", "the length of the silence"),
    ],
)
def test_what_contradicts_itself_is_refused_where_it_stands(when: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(f"schedules:\n  - id: s\n    flow: check_in\n    when: {when}")
    [problem] = caught.value.problems
    assert (problem.line, problem.key) == (4, "schedules[0].when")
    assert said in problem.expected


# Before the end


TRIAL = event("trial", 0, period=Period(days=14))
BEFORE_END = schedule(event="trial", before_end=Period(days=3))


def test_before_the_end_of_a_period() -> None:
    assert plan(BEFORE_END, TRIAL, NOON, BERLIN).due_at == NOON + 11 * DAY
    assert looked(BEFORE_END, TRIAL, NOON + 11 * DAY).outcome is Outcome.SEND


def test_before_the_end_of_a_period_that_is_shorter_is_at_once() -> None:
    short = replace(TRIAL, period=Period(days=1))
    assert plan(BEFORE_END, short, NOON, BERLIN).due_at == NOON


def test_before_the_end_is_never_after_it() -> None:
    decision = looked(BEFORE_END, TRIAL, NOON + 14 * DAY)
    assert (decision.outcome, decision.reason.key) == (Outcome.TOO_LATE, "ended")


def test_without_a_period_there_is_no_end() -> None:
    assert plan(BEFORE_END, replace(TRIAL, period=None), NOON, BERLIN).reason.key == "no_end"


@given(moments, periods, zones)
@settings(max_examples=60)
def test_before_is_no_later_and_keeps_the_clock(
    moment: datetime, period: Period, zone: ZoneInfo
) -> None:
    earlier = period.before(moment, zone)
    assert earlier >= THE_BEGINNING
    # An hour that the zone skips or repeats may move the clock by as much.
    assert earlier <= moment + timedelta(hours=1)
    if period.is_exact:
        assert moment - earlier == period.exact


def test_before_follows_the_calendar() -> None:
    end = datetime.fromisoformat("2026-03-31T12:00+02:00")
    earlier = Period(months=1).before(end, BERLIN)
    assert earlier == datetime.fromisoformat("2026-02-28T12:00+01:00")
    assert Period(years=100).before(datetime(50, 1, 1, tzinfo=UTC)) == THE_BEGINNING


# Silence


QUIET = schedule(silence="order", after=Period(days=30))


@pytest.mark.parametrize("told", list(permutations([event("order", d) for d in (0, 0.5, 20)])))
def test_only_the_last_event_begins_a_silence_in_whatever_order_they_are_told(
    told: tuple[Event, ...],
) -> None:
    outcomes = {each.id: looked(QUIET, each, NOON + 50 * DAY, *told).outcome for each in told}
    assert outcomes == {
        "order@0": Outcome.UNLESS_EVENT,
        "order@0.5": Outcome.UNLESS_EVENT,
        "order@20": Outcome.SEND,
    }


def test_of_two_at_one_moment_exactly_one_is_the_last() -> None:
    first, second = event("order", 0), replace(event("order", 0), id="z")
    outcomes = [looked(QUIET, each, NOON + 30 * DAY, first, second).outcome
                for each in (first, second)]  # fmt: skip
    assert outcomes == [Outcome.UNLESS_EVENT, Outcome.SEND]


def test_a_silence_is_not_broken_by_others_or_by_what_was_withdrawn() -> None:
    trigger = event("order", 0)
    others = event("visit", 3), event("order", 4, withdrawn=True)
    assert looked(QUIET, trigger, NOON + 30 * DAY, *others).outcome is Outcome.SEND


# Gaps


GAP = schedule(event="buy", after=Period(days=3), gap=Period(days=30))


@pytest.mark.parametrize(
    ("other", "outcome"),
    [(20, Outcome.TOO_SOON), (29.99, Outcome.TOO_SOON), (30, Outcome.SEND), (-10, Outcome.TOO_SOON),
     (-30, Outcome.SEND), (-60, Outcome.SEND)],
)  # fmt: skip
def test_events_nearer_than_the_gap_are_not_asked_about(other: float, outcome: Outcome) -> None:
    about = (event("buy", other),)
    assert looked(GAP, event("buy", 0), NOON + 3 * DAY, about=about).outcome is outcome


def test_what_was_withdrawn_leaves_no_gap() -> None:
    about = (event("buy", -10, withdrawn=True),)
    assert looked(GAP, event("buy", 0), NOON + 3 * DAY, about=about).outcome is Outcome.SEND


def test_a_reminder_is_of_an_ask_and_no_second_one() -> None:
    about = (event("buy", -10),)
    decision = looked(GAP, event("buy", 0), NOON + 6 * DAY, about=about, reminder=True)
    assert decision.outcome is Outcome.SEND


# Contact, withdrawal, fixed times


def test_contact_says_so_in_its_own_words() -> None:
    rule = schedule(("contact",), event="trial", after=Period(days=1))
    before, after = event("contact", -0.1), event("contact", 0.5)
    assert looked(rule, TRIAL, NOON + DAY, before).outcome is Outcome.SEND
    decision = looked(rule, TRIAL, NOON + DAY, before, after)
    assert (decision.outcome, decision.reason.key) == (Outcome.UNLESS_EVENT, "contact")


def test_a_withdrawn_trigger_leads_to_nothing() -> None:
    gone = replace(TRIAL, withdrawn=True)
    assert plan(BEFORE_END, gone, NOON, BERLIN).reason.key == "withdrawn"
    assert looked(BEFORE_END, gone, NOON + 11 * DAY).outcome is Outcome.WITHDRAWN
    reminded = looked(BEFORE_END, gone, NOON + 11 * DAY, reminder=True)
    assert reminded.outcome is Outcome.WITHDRAWN


def test_a_withdrawn_event_prevents_nothing() -> None:
    rule = schedule(("cancelled",), event="trial", after=Period(days=1))
    gone = event("cancelled", 0.5, withdrawn=True)
    assert looked(rule, TRIAL, NOON + DAY, gone).outcome is Outcome.SEND


def test_a_fixed_time_is_due_when_it_comes_and_for_no_other_schedule() -> None:
    monthly = schedule(cron="0 10 1 * *")
    assert plan(monthly, occasion(NOON), NOON, BERLIN).due_at == NOON
    assert plan(monthly, TRIAL, NOON, BERLIN).reason.key == "fixed_times"
    assert plan(BEFORE_END, occasion(NOON), NOON, BERLIN).reason.key == "other_event"
    assert plan(monthly, occasion(NOON - 3 * DAY), NOON, BERLIN).reason.key == "too_late"
