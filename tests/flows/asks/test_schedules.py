from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.asks.candidates import STOP_ALL, Candidate, CustomerFacts, Rules
from flows.asks.decisions import Decision, Outcome, Reason
from flows.asks.evaluation import can_revive, decide
from flows.asks.planning import plan
from flows.asks.restraint import PastAsk
from flows.asks.triggers import Event
from flows.config import Audience, Config, Limits, Schedule, Trigger
from flows.time.durations import Period, Share
from tests.flows.asks.saying import explain, explain_reason
from tests.flows.rule_strategies import moments, openings, periods, shares, some_periods, zone_names

LANGUAGES = ("en", "ru", "zh")
BERLIN = ZoneInfo("Europe/Berlin")
STARTED = datetime(2026, 5, 1, 9, tzinfo=UTC)
TRIAL = Event("trial_started", STARTED, "e1", Period(days=14), "pro")
SCHEDULE = Schedule(
    id="silent-trial",
    when=Trigger(event="trial_started", after=Share(5000)),
    unless=("support_contacted",),
    audience=Audience(product=("pro",), tags=("eu",)),
    flow="trial_check_in",
    holdout=Share(0),
)
DUE = datetime(2026, 5, 8, 9, tzinfo=UTC)  # a Friday, 11:00 in Berlin
CUSTOMER = CustomerFacts("c-1", time_zone="Europe/Berlin", tags=frozenset({"eu", "vip"}))
RULES = Rules.of(Config(), SCHEDULE, "salt")


def decided(
    customer: CustomerFacts = CUSTOMER,
    schedule: Schedule = SCHEDULE,
    now: datetime = DUE,
    *,
    rules: Rules = RULES,
    reminder: bool = False,
) -> Decision:
    return decide(Candidate(customer, TRIAL, DUE, reminder), schedule, rules, now)


def asked(*days_ago: float, schedule: str = "other") -> tuple[PastAsk, ...]:
    return tuple(PastAsk(DUE - timedelta(days=days), schedule) for days in days_ago)


# Planning


def test_the_silent_half_is_due_in_the_middle_of_the_trial() -> None:
    assert plan(SCHEDULE, TRIAL, STARTED, BERLIN).due_at == DUE


def test_a_share_of_a_month_follows_the_calendar() -> None:
    february = Event("trial_started", datetime(2026, 2, 1, tzinfo=UTC), "e", Period(months=1))
    due = plan(SCHEDULE, february, february.at, ZoneInfo("UTC")).due_at
    assert due == datetime(2026, 2, 15, tzinfo=UTC)


def test_a_period_counts_in_the_customers_days() -> None:
    later = SCHEDULE.model_copy(update={"when": Trigger(event="bought", after=Period(days=1))})
    bought = Event("bought", datetime.fromisoformat("2026-03-28T12:00+01:00"))
    due = plan(later, bought, bought.at, BERLIN).due_at
    assert due == datetime.fromisoformat("2026-03-29T12:00+02:00")


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (replace(TRIAL, type="bought"), "other_event"),
        (replace(TRIAL, period=None), "no_period"),
        (replace(TRIAL, product="basic"), "other_product"),
        (replace(TRIAL, at=STARTED - timedelta(days=10)), "too_late"),
    ],
)
def test_an_event_that_leads_to_no_ask_says_why(event: Event, key: str) -> None:
    planned = plan(SCHEDULE, event, STARTED, BERLIN)
    assert planned.due_at is None
    assert planned.reason.key == key
    for language in LANGUAGES:
        assert explain_reason(planned.reason, language, BERLIN, STARTED)


def test_imported_events_are_asked_about_within_the_grace() -> None:
    assert plan(SCHEDULE, TRIAL, DUE + timedelta(days=2), BERLIN).due_at == DUE
    late = plan(SCHEDULE, TRIAL, DUE + timedelta(days=2, seconds=1), BERLIN)
    assert late.reason == Reason("too_late", {"due": DUE.isoformat()})


@given(moments, periods, shares)
def test_a_share_falls_within_its_period(start: datetime, period: Period, share: Share) -> None:
    schedule = Schedule(id="s", when=Trigger(event="e", after=share), flow="f")
    due = plan(schedule, Event("e", start, period=period), start, BERLIN).due_at
    assert due is not None
    assert start <= due <= period.after(start, BERLIN)


# Deciding


def test_a_schedule_may_mean_those_who_get_the_change_of_a_hypothesis() -> None:
    audience = SCHEDULE.audience.model_copy(update={"hypothesis": "guide"})
    tried = SCHEDULE.model_copy(update={"audience": audience})
    assert decided(replace(CUSTOMER, treated=frozenset({"guide"})), tried).outcome == Outcome.SEND
    other = decided(replace(CUSTOMER, treated=frozenset({"other"})), tried)
    assert other.outcome == Outcome.NOT_IN_AUDIENCE
    assert other.reason == Reason("not_treated", {"hypothesis": "guide"})


def test_whom_no_schedule_asks_is_asked_by_none_and_reads_of_changes() -> None:
    config = Config(lift=Config().lift.model_copy(update={"holdout": Share(5000)}))
    people = [replace(CUSTOMER, ref=f"c-{number}") for number in range(40)]
    rules = Rules.of(config, SCHEDULE, "salt")
    found = [decided(each, rules=rules).reason.key for each in people]
    assert 8 < found.count("held_out_of_all") < 32
    assert {decided(each, rules=rules, reminder=True).outcome for each in people} == {Outcome.SEND}
    news = SCHEDULE.model_copy(update={"id": "change:1/2"})
    assert Rules.of(config, news, "salt").of_all == Share(0)


def test_nothing_speaks_against_it() -> None:
    decision = decided()
    assert (decision.outcome, decision.final) == (Outcome.SEND, True)


@pytest.mark.parametrize(
    ("facts", "outcome", "key"),
    [
        ({"stopped": frozenset({STOP_ALL})}, Outcome.STOPPED, "stopped_all"),
        ({"stopped": frozenset({"silent-trial"})}, Outcome.STOPPED, "stopped_kind"),
        ({"stopped": frozenset({"trial_check_in"})}, Outcome.STOPPED, "stopped_kind"),
        ({"consent": False}, Outcome.NO_CONSENT, "consent_refused"),
        ({"consent": None}, Outcome.NO_CONSENT, "consent_not_given"),
        ({"linked": False, "consent": None}, Outcome.NOT_LINKED, "not_linked"),
        ({"blocked": True}, Outcome.BLOCKED, "blocked"),
        ({"barred": True}, Outcome.BLOCKED, "barred"),
        (
            {"events": (Event("support_contacted", STARTED),)},
            Outcome.UNLESS_EVENT,
            "unless_event",
        ),
        ({"tags": frozenset({"us"})}, Outcome.NOT_IN_AUDIENCE, "other_tags"),
    ],
)
def test_some_reasons_are_final(facts: dict[str, object], outcome: Outcome, key: str) -> None:
    decision = decided(replace(CUSTOMER, **facts))  # type: ignore[arg-type]
    assert (decision.outcome, decision.reason.key, decision.final) == (outcome, key, True)


def test_unless_looks_only_at_what_came_since() -> None:
    before = Event("support_contacted", STARTED - timedelta(seconds=1), "e0")
    since = Event("support_contacted", STARTED, "e2")
    other = Event("rated", STARTED + timedelta(days=1), "e3")
    assert decided(replace(CUSTOMER, events=(before, other, TRIAL))).outcome is Outcome.SEND
    called_off = decided(replace(CUSTOMER, events=(before, other, since)))
    assert called_off.outcome is Outcome.UNLESS_EVENT


def test_a_schedule_may_be_called_off_by_a_newer_event_of_its_own_kind() -> None:
    schedule = SCHEDULE.model_copy(update={"unless": ("trial_started",)})
    newer = replace(TRIAL, id="e2", at=STARTED + timedelta(days=1))
    assert decided(replace(CUSTOMER, events=(TRIAL,)), schedule).outcome is Outcome.SEND
    called_off = decided(replace(CUSTOMER, events=(TRIAL, newer)), schedule)
    assert called_off.outcome is Outcome.UNLESS_EVENT


def test_stopping_something_else_stops_nothing_here() -> None:
    assert decided(replace(CUSTOMER, stopped=frozenset({"x"}))).outcome is Outcome.SEND


def test_the_audience_asks_for_product_and_language_too() -> None:
    basic = SCHEDULE.model_copy(update={"audience": Audience(product=("basic",))})
    assert decided(schedule=basic).reason == Reason("other_product", {"product": "pro"})
    russian = SCHEDULE.model_copy(update={"audience": Audience(language=("ru",))})
    assert decided(schedule=russian).reason.key == "other_language"
    speaks = replace(CUSTOMER, language="ru")
    assert decided(speaks, schedule=russian).outcome is Outcome.SEND


def test_an_open_ticket_and_a_conversation_defer_while_patience_lasts() -> None:
    for busy, outcome in (
        (replace(CUSTOMER, open_ticket=True), Outcome.OPEN_TICKET),
        (replace(CUSTOMER, in_conversation=True), Outcome.IN_CONVERSATION),
    ):
        soon, late = decided(busy), decided(busy, now=DUE + timedelta(days=7))
        assert soon.outcome is late.outcome is outcome
        assert soon.until is not None
        assert soon.until > DUE
        assert late.final


def test_after_a_second_failure_nobody_is_asked_for_a_time() -> None:
    failed = replace(CUSTOMER, failed_again_at=DUE - timedelta(days=27))
    silenced = decided(failed)
    assert silenced.outcome is Outcome.AFTER_FAILURE
    assert silenced.reason.key == "after_failure"
    assert silenced.until is not None
    assert timedelta(days=3) <= silenced.until - DUE < timedelta(days=4)
    assert decided(failed, rules=replace(RULES, silence=Period(days=27))).outcome is Outcome.SEND
    # Beyond the schedule's patience it is final, as every obstacle is.
    assert decided(replace(CUSTOMER, failed_again_at=DUE)).final


def test_a_switched_off_schedule_waits_and_the_guardrail_says_so() -> None:
    off = decided(schedule=SCHEDULE.model_copy(update={"enabled": False}))
    assert (off.outcome, off.reason.key, off.final) == (Outcome.PAUSED, "paused", False)
    tripped = decided(rules=replace(RULES, paused=True))
    assert tripped.reason.key == "paused_by_guardrail"


def test_a_cooldown_defers_to_its_end() -> None:
    decision = decided(replace(CUSTOMER, asks=asked(3)))
    assert (decision.outcome, decision.reason.key) == (Outcome.COOLING_DOWN, "cooldown")
    assert decision.until == DUE + timedelta(days=4)


def test_whoever_has_just_agreed_is_not_asked_at_once() -> None:
    agreed = replace(CUSTOMER, consent_at=DUE - timedelta(hours=1))
    decision = decided(agreed)
    assert (decision.outcome, decision.reason.key) == (Outcome.COOLING_DOWN, "just_agreed")
    assert decision.until == DUE + timedelta(hours=3)
    assert decided(agreed, now=DUE + timedelta(hours=3)).outcome is Outcome.SEND
    assert decided(agreed, reminder=True).outcome is Outcome.SEND
    at_once = replace(RULES, limits=Limits(after_consent=Period()))
    assert decided(agreed, rules=at_once).outcome is Outcome.SEND
    assert decided(replace(CUSTOMER, consent_at=None)).outcome is Outcome.SEND
    for language in LANGUAGES:
        assert "4" in explain(decision, language)


def test_a_schedules_own_cooldown_is_longer_and_final_beyond_patience() -> None:
    decision = decided(replace(CUSTOMER, asks=asked(10, schedule="silent-trial")))
    assert (decision.reason.key, decision.final) == ("schedule_cooldown", True)
    nearly = decided(replace(CUSTOMER, asks=asked(25, schedule="silent-trial")))
    assert nearly.until == DUE + timedelta(days=5)


def test_at_most_two_asks_in_thirty_days() -> None:
    decision = decided(replace(CUSTOMER, asks=asked(27, 10)))
    assert decision.outcome is Outcome.CAPPED
    assert decision.until == DUE + timedelta(days=3)
    assert decided(replace(CUSTOMER, asks=asked(31, 10))).outcome is Outcome.SEND


def test_a_reminder_is_no_new_ask() -> None:
    customer = replace(CUSTOMER, asks=asked(3, schedule="silent-trial"))
    everybody_out = SCHEDULE.model_copy(update={"holdout": Share(10_000)})
    assert decided(customer, everybody_out, reminder=True).outcome is Outcome.SEND
    stopped = replace(customer, stopped=frozenset({STOP_ALL}))
    assert decided(stopped, reminder=True).outcome is Outcome.STOPPED


def test_quiet_hours_always_defer_even_past_patience() -> None:
    night = datetime(2026, 5, 15, 20, tzinfo=UTC)  # 22:00 in Berlin, patience is over
    decision = decided(now=night)
    assert decision.outcome is Outcome.QUIET_HOURS
    assert decision.until == datetime(2026, 5, 16, 8, tzinfo=UTC)
    assert decided(now=decision.until).outcome is Outcome.SEND


def test_the_hour_is_the_customers_own() -> None:
    now = datetime(2026, 5, 8, 18, 30, tzinfo=UTC)
    new_york = replace(CUSTOMER, time_zone="America/New_York")
    assert decided(new_york, now=now).outcome is Outcome.SEND
    assert decided(now=now).outcome is Outcome.QUIET_HOURS


def test_after_a_long_silence_of_the_bot_nobody_is_asked_about_old_things() -> None:
    decision = decided(now=DUE + timedelta(days=30))
    assert (decision.outcome, decision.final) == (Outcome.TOO_LATE, True)


def test_only_those_who_would_be_asked_are_held_out() -> None:
    all_out = SCHEDULE.model_copy(update={"holdout": Share(10_000)})
    assert decided(schedule=all_out).outcome is Outcome.HELD_OUT
    night = datetime(2026, 5, 8, 20, tzinfo=UTC)
    assert decided(schedule=all_out, now=night).outcome is Outcome.QUIET_HOURS


def test_linking_or_agreeing_within_patience_revives_a_candidate() -> None:
    assert can_revive(Outcome.NOT_LINKED, DUE, SCHEDULE, DUE + timedelta(days=7))
    assert not can_revive(Outcome.NOT_LINKED, DUE, SCHEDULE, DUE + timedelta(days=8))
    assert not can_revive(Outcome.STOPPED, DUE, SCHEDULE, DUE)


@st.composite
def facts(draw: st.DrawFn) -> CustomerFacts:
    ago = st.integers(0, 60 * 24 * 60).map(lambda minutes: DUE - timedelta(minutes=minutes))
    past = st.builds(PastAsk, ago, st.sampled_from(["silent-trial", "other"]))
    return CustomerFacts(
        ref=draw(st.text(min_size=1, max_size=5)),
        linked=draw(st.booleans()),
        blocked=draw(st.booleans()),
        consent=draw(st.sampled_from([True, True, False, None])),
        consent_at=draw(st.none() | ago),
        stopped=draw(st.frozensets(st.sampled_from([STOP_ALL, "silent-trial", "x"]), max_size=1)),
        time_zone=draw(st.none() | zone_names | st.text(max_size=5)),
        tags=draw(st.frozensets(st.sampled_from(["eu", "us"]))),
        asks=tuple(draw(st.lists(past, max_size=4))),
        open_ticket=draw(st.booleans()),
        failed_again_at=draw(st.none() | ago),
        in_conversation=draw(st.booleans()),
        events=tuple(draw(st.lists(st.just(Event("support_contacted", DUE)), max_size=1))),
    )


@st.composite
def all_rules(draw: st.DrawFn) -> Rules:
    limits = Limits(
        cooldown=draw(periods),
        asks=draw(st.integers(1, 3)),
        per=draw(some_periods),
        after_consent=draw(periods),
    )
    return Rules(limits, draw(openings()), draw(zone_names), "salt", draw(st.booleans()))


late = st.timedeltas(timedelta(0), timedelta(days=20))


@given(facts(), all_rules(), late, shares)
def test_a_decision_ends_or_says_when_to_look_again(
    customer: CustomerFacts, rules: Rules, passed: timedelta, holdout: Share
) -> None:
    schedule = SCHEDULE.model_copy(update={"holdout": holdout})
    decision = decided(customer, schedule, DUE + passed, rules=rules)
    assert decision.final is (decision.until is None)
    assert Decision.from_json(decision.to_json()) == decision
    assert all(explain(decision, language).startswith(SCHEDULE.id) for language in LANGUAGES)
    if decision.until is not None:
        assert decision.until > DUE + passed
        assert rules.opening.is_open(decision.until, ZoneInfo(decision.zone))


@given(facts(), all_rules(), late)
def test_who_said_no_is_never_asked(
    customer: CustomerFacts, rules: Rules, passed: timedelta
) -> None:
    outcome = decided(customer, now=DUE + passed, rules=rules).outcome
    if STOP_ALL in customer.stopped or "silent-trial" in customer.stopped:
        assert outcome is Outcome.STOPPED
    elif customer.consent is False:
        assert outcome is Outcome.NO_CONSENT
    else:
        assert outcome not in {Outcome.STOPPED}


@given(facts(), all_rules(), late)
def test_waiting_comes_to_an_end(customer: CustomerFacts, rules: Rules, passed: timedelta) -> None:
    now = DUE + passed
    for _ in range(200):
        decision = decided(customer, now=now, rules=rules)
        if decision.until is None:
            return
        now = decision.until
    pytest.fail("It was looked at again and again.")


@given(facts(), all_rules(), late)
def test_an_ask_goes_out_only_when_every_rule_allows_it(
    customer: CustomerFacts, rules: Rules, passed: timedelta
) -> None:
    now = DUE + passed
    decision = decided(customer, now=now, rules=rules)
    if decision.outcome is not Outcome.SEND:
        return
    zone = ZoneInfo(decision.zone)
    assert (customer.linked, customer.consent, customer.blocked) == (True, True, False)
    assert (customer.open_ticket, customer.in_conversation, customer.events) == (False, False, ())
    assert rules.opening.is_open(now, zone)
    assert all(rules.limits.cooldown.after(ask.at, zone) <= now for ask in customer.asks)
    if customer.consent_at is not None:
        assert rules.limits.after_consent.after(customer.consent_at, zone) <= now
    if customer.failed_again_at is not None:
        assert rules.silence.after(customer.failed_again_at, zone) <= now
    running = [ask for ask in customer.asks if rules.limits.per.after(ask.at, zone) > now]
    assert len(running) < rules.limits.asks


def test_moments_without_a_zone_are_refused_at_the_door() -> None:
    naive = datetime(2026, 5, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        Event("e", naive)
    with pytest.raises(ValueError, match="time zone"):
        PastAsk(naive, "s")
    with pytest.raises(ValueError, match="time zone"):
        Candidate(CUSTOMER, TRIAL, naive)
    with pytest.raises(ValueError, match="time zone"):
        decided(now=naive)


def test_a_decision_is_final_or_has_a_moment() -> None:
    with pytest.raises(ValueError, match="final"):
        Decision("s", Outcome.SEND, Reason("send"), DUE, True, DUE, "UTC")
