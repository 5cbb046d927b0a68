"""Any history of one customer: what the rules promise is kept, and nobody is forgotten.

A planner in memory stands for the real one (which `tests/bot/asks/test_histories.py` shows in
a small form): it plans by `plan`, looks by `decide`, and sends at once. Every ask and every refusal
is then judged by plain arithmetic over what has happened, apart from the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asks.candidates import Candidate, CustomerFacts, Rules
from flows.asks.decisions import Outcome
from flows.asks.evaluation import decide
from flows.asks.holdout import in_holdout
from flows.asks.planning import plan
from flows.asks.restraint import PastAsk
from flows.asks.triggers import Event, occasion
from flows.config import Schedule, load_config
from flows.time.durations import Period

CONFIG = load_config("""
brand: {time_zone: Europe/Berlin}
limits: {cooldown: P4D, asks: 3, per: P20D}
holidays: [2026-03-30]
schedules:
  - {id: half, when: {event: trial, after: 50%}, unless: [help, contact], flow: check_in}
  - {id: end, when: {event: trial, before_end: P2D}, flow: check_in, cooldown: P3D}
  - {id: each, when: {event: buy, after: P1D, gap: P6D}, unless: [help], flow: check_in,
     cooldown: PT0S, holdout: 40%}
  - {id: quiet, when: {silence: buy, after: P5D}, flow: check_in, cooldown: P5D}
  - {id: weekly, when: {cron: "30 2 * * sun"}, flow: check_in, cooldown: P1D, patience: P2D}
""")
SALT = "salt"
START = datetime(2026, 3, 20, 9, tzinfo=UTC)
"""Daylight saving begins in New York before, in Berlin on the 29th."""
ZONES = (None, "America/New_York", "Asia/Kathmandu", "Pacific/Apia")
HOUR = timedelta(hours=1)
PASSING = {
    Outcome.COOLING_DOWN, Outcome.CAPPED, Outcome.OPEN_TICKET, Outcome.IN_CONVERSATION,
}  # fmt: skip
WAITING = {None, Outcome.QUIET_HOURS} | PASSING
FINAL = set(Outcome) - {Outcome.QUIET_HOURS}

_days_ago = st.sampled_from([0.0, 0.1, 1.0, 2.5, 7.0, 12.0])
_periods = st.sampled_from([None, Period(days=1), Period(days=6), Period(days=14)])
_number = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 13, 24, 50, 200])),
    st.tuples(st.just("tell"), st.sampled_from(["trial", "buy", "help"]), _days_ago, _periods),
    st.tuples(st.just("tell"), st.sampled_from(["trial", "buy"]), _days_ago, _periods),
    st.tuples(st.just("correct"), _number, _days_ago, _periods),
    st.tuples(st.just("withdraw"), _number, st.booleans()),
    st.tuples(st.just("move"), st.sampled_from(ZONES)),
    st.tuples(st.just("clock_back"), st.sampled_from([1, 30])),
    st.tuples(st.sampled_from(["stop", "ticket", "close", "talk_over", "contact", "block"])),
)


@dataclass
class Case:
    """A schedule and a trigger, and what became of them."""

    schedule: Schedule
    trigger: str
    due_at: datetime
    look_at: datetime | None
    outcome: Outcome | None = None
    asked_at: datetime | None = None


@dataclass
class Life:
    """One customer, all that happened, and the planner."""

    ref: str
    now: datetime = START
    zone: str | None = None
    events: dict[str, Event] = field(default_factory=dict)
    contacts: list[datetime] = field(default_factory=list)
    cases: dict[tuple[str, str], Case] = field(default_factory=dict)
    asks: list[Case] = field(default_factory=list)
    stopped: bool = False
    blocked: bool = False
    ticket: bool = False
    talking: bool = False
    numbers: int = 0

    # -- what happens ------------------------------------------------------------------------------

    def tell(self, name: str, days_ago: float, period: Period | None) -> None:
        self.numbers += 1
        event = Event(name, self.now - timedelta(days=days_ago), f"e{self.numbers}", period)
        self.events[event.id] = event
        self.plan_for(event)

    def correct(self, number: int, days_ago: float, period: Period | None) -> None:
        self.change(number, lambda event: replace(
            event, at=self.now - timedelta(days=days_ago), period=period
        ))  # fmt: skip

    def withdraw(self, number: int, gone: bool) -> None:
        self.change(number, lambda event: replace(event, withdrawn=gone))

    def change(self, number: int, by: Callable[[Event], Event]) -> None:
        name = f"e{number}"
        if name in self.events:
            self.events[name] = by(self.events[name])
            self.plan_for(self.events[name])
            self.look_at_all_again()

    def move(self, zone: str | None) -> None:
        self.zone = zone

    def clock_back(self, hours: int) -> None:
        self.now -= hours * HOUR

    def stop(self) -> None:
        self.stopped = True

    def ticket_(self) -> None:
        self.ticket = True

    def close(self) -> None:
        self.ticket = False

    def talk_over(self) -> None:
        self.talking = False

    def contact(self) -> None:
        self.contacts.append(self.now)

    def block(self) -> None:
        self.blocked = True

    def wait(self, hours: int) -> None:
        for _ in range(hours):
            self.weekly()
            self.now += HOUR
            self.tick()

    # -- the planner -------------------------------------------------------------------------------

    def weekly(self) -> None:
        """A fixed time within the coming hour."""
        schedule = CONFIG.schedule("weekly")
        assert schedule is not None
        assert schedule.when.cron is not None
        zone = ZoneInfo(CONFIG.brand.time_zone)
        for at in schedule.when.cron.between(self.now, self.now + HOUR, zone):
            key = ("weekly", at.isoformat())
            self.cases.setdefault(key, Case(schedule, at.isoformat(), at, at))

    def plan_for(self, event: Event) -> None:
        for schedule in CONFIG.schedules:
            if event.type not in (schedule.when.event, schedule.when.silence):
                continue
            planned = plan(schedule, event, self.now, self.place)
            case = Case(schedule, event.id, event.at, None, _OUTCOME.get(planned.reason.key))
            if planned.due_at is not None:
                case = Case(schedule, event.id, planned.due_at, planned.due_at)
            self.cases.setdefault((schedule.id, event.id), case)

    def look_at_all_again(self) -> None:
        for case in self.cases.values():
            if case.asked_at is not None:
                continue
            planned = plan(case.schedule, self.trigger(case), self.now, self.place)
            if case.look_at is not None:
                case.look_at = self.now
            elif case.outcome in _FROM_EVENTS and planned.due_at is not None:
                case.due_at, case.outcome = planned.due_at, None
                case.look_at = max(planned.due_at, self.now)
            elif case.outcome in _FROM_EVENTS and planned.reason.key == "withdrawn":
                case.outcome = Outcome.WITHDRAWN

    def tick(self) -> None:
        while due := [c for c in self.cases.values() if c.look_at and c.look_at <= self.now]:
            self.look(min(due, key=lambda case: case.look_at or self.now))

    def look(self, case: Case) -> None:
        trigger = self.trigger(case)
        planned = plan(case.schedule, trigger, self.now, self.place)
        if planned.due_at is None and planned.reason.key != "too_late":
            case.look_at, case.outcome = None, _OUTCOME[planned.reason.key]
            self.judge_refusal(case, None)
            return
        due = planned.due_at or datetime.fromisoformat(str(planned.reason.args["due"]))
        case.due_at = due
        if due > self.now:
            case.look_at = due
            return
        rules = Rules.of(CONFIG, case.schedule, SALT)
        decision = decide(Candidate(self.facts(case), trigger, due), case.schedule, rules, self.now)
        case.look_at, case.outcome = decision.until, decision.outcome
        if decision.outcome is Outcome.SEND:
            self.judge_ask(case, trigger)
            case.asked_at, self.talking = self.now, True
            self.asks.append(case)
        elif decision.final:
            self.judge_refusal(case, trigger)
        else:
            assert decision.until is not None
            assert decision.until > self.now

    def facts(self, case: Case) -> CustomerFacts:
        told = list(self.events.values())
        told += [Event("contact", at) for at in self.contacts]
        about = [each for each in self.cases.values()
                 if each.schedule is case.schedule and each is not case
                 and each.outcome in (Outcome.SEND, Outcome.HELD_OUT)
                 and each.trigger in self.events]  # fmt: skip
        return CustomerFacts(
            self.ref,
            blocked=self.blocked,
            stopped=frozenset("*" if self.stopped else ""),
            time_zone=self.zone,
            asks=tuple(PastAsk(each.asked_at or self.now, each.schedule.id) for each in self.asks),
            open_ticket=self.ticket,
            in_conversation=self.talking,
            events=tuple(told),
            asked_about=tuple(self.events[each.trigger] for each in about),
        )

    def trigger(self, case: Case) -> Event:
        if case.trigger in self.events:
            return self.events[case.trigger]
        return occasion(datetime.fromisoformat(case.trigger))

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone or CONFIG.brand.time_zone)

    # -- what must hold ----------------------------------------------------------------------------

    def judge_ask(self, case: Case, trigger: Event) -> None:
        schedule, now = case.schedule, self.now
        assert not any((self.stopped, self.blocked, self.ticket, self.talking))
        assert not trigger.withdrawn
        local = now.astimezone(self.place)
        assert 10 <= local.hour < 20
        assert local.date() not in CONFIG.holidays
        assert not in_holdout(SALT, schedule.id, self.ref, schedule.holdout)
        earlier = [each.asked_at or now for each in self.asks]
        # Days follow the calendar, and an hour may be skipped between two noons.
        assert all(now - at >= timedelta(days=4) - HOUR for at in earlier)
        assert sum(now - at < timedelta(days=20) - HOUR for at in earlier) < 3
        own = [each.asked_at or now for each in self.asks if each.schedule is schedule]
        cooldown = schedule.cooldown.approximate() - HOUR
        assert all(now - at >= cooldown for at in own)
        assert not self.prevents(case, trigger)
        if schedule.when.before_end is not None and trigger.period is not None:
            assert now < trigger.at + trigger.period.approximate() + 26 * HOUR
        if schedule.when.gap is not None:
            asked_about = [self.events[each.trigger] for each in self.asks
                           if each.schedule is schedule]  # fmt: skip
            assert all(abs(trigger.at - other.at) >= timedelta(days=6) - HOUR
                       for other in asked_about if not other.withdrawn)  # fmt: skip

    def prevents(self, case: Case, trigger: Event) -> list[Event]:
        """What has happened since that was to stay absent."""
        told = [event for event in self.events.values() if not event.withdrawn]
        told += [Event("contact", at) for at in self.contacts]
        since = [each for each in told if each.id != trigger.id and each.at >= trigger.at]
        return [each for each in since if each.type in case.schedule.unless] + [
            each for each in since if each.type == case.schedule.when.silence
            and (each.at, each.id) > (trigger.at, trigger.id)
        ]  # fmt: skip

    def judge_refusal(self, case: Case, trigger: Event | None) -> None:
        """Nobody is refused without the reason that is given."""
        outcome, schedule = case.outcome, case.schedule
        assert outcome is not None
        if outcome is Outcome.STOPPED:
            assert self.stopped
        elif outcome is Outcome.BLOCKED:
            assert self.blocked
        elif outcome is Outcome.UNLESS_EVENT:
            assert trigger is not None
            assert self.prevents(case, trigger)
        elif outcome is Outcome.TOO_SOON:
            assert schedule.when.gap is not None
            assert any(each.schedule is schedule and each is not case
                       and each.outcome in (Outcome.SEND, Outcome.HELD_OUT)
                       for each in self.cases.values())  # fmt: skip
        elif outcome is Outcome.HELD_OUT:
            assert in_holdout(SALT, schedule.id, self.ref, schedule.holdout)
        elif outcome is Outcome.WITHDRAWN:
            assert self.trigger(case).withdrawn
        elif outcome is Outcome.TOO_LATE:
            assert self.now - case.due_at >= timedelta(days=1) - HOUR
        elif outcome is Outcome.NOT_IN_AUDIENCE:  # here: the event has lost its period
            assert self.trigger(case).period is None
        else:
            # What passes is waited for: as long as the schedule's patience lasts.
            assert outcome in PASSING
            farthest = timedelta(days=20) + 24 * HOUR
            assert self.now + farthest > case.due_at + schedule.patience.approximate() - HOUR


_OUTCOME = {
    "withdrawn": Outcome.WITHDRAWN,
    "too_late": Outcome.TOO_LATE,
    "no_period": Outcome.NOT_IN_AUDIENCE,
    "no_end": Outcome.NOT_IN_AUDIENCE,
}
_FROM_EVENTS = {
    Outcome.WITHDRAWN, Outcome.TOO_LATE, Outcome.NOT_IN_AUDIENCE, Outcome.UNLESS_EVENT,
    Outcome.TOO_SOON,
}  # fmt: skip


@given(st.integers(0, 5), st.sampled_from(ZONES), st.lists(steps, min_size=2, max_size=16))
@settings(max_examples=40)
def test_what_the_rules_promise_is_kept_in_every_history(
    who: int, zone: str | None, history: list[tuple[object, ...]]
) -> None:
    life = Life(f"c-{who}", zone=zone)
    for name, *arguments in history:
        getattr(life, "ticket_" if name == "ticket" else str(name))(*arguments)
        life.tick()
        for case in life.cases.values():
            waits = case.look_at is not None
            assert (case.outcome in WAITING) if waits else (case.outcome in FINAL)
    life.close()
    # Obstacles end, and time passes: everything comes to its end.
    last = set(life.cases)
    for _ in range(30):
        life.talking = False
        life.wait(24)
    assert all(life.cases[key].look_at is None for key in last)
    assert all(life.cases[key].outcome is not None for key in last)
    moments = sorted(each.asked_at or START for each in life.asks)
    assert all(second - first >= timedelta(days=4) - HOUR for first, second in pairwise(moments))


def test_a_customer_whom_nothing_speaks_against_is_asked() -> None:
    life = Life("c-1")
    life.tell("trial", 0.0, Period(days=14))
    life.wait(24)
    assert life.asks == []
    life.wait(24 * 7)
    asked_or_left_out = {case.schedule.id: case.outcome for case in life.cases.values()}
    assert asked_or_left_out["weekly"] in {Outcome.SEND, Outcome.HELD_OUT}
    life.talk_over()
    life.wait(24 * 30)
    assert {case.outcome for case in life.cases.values() if case.trigger == "e1"} <= {
        Outcome.SEND, Outcome.HELD_OUT, Outcome.IN_CONVERSATION, Outcome.TOO_LATE,
    }  # fmt: skip
