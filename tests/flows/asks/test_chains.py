"""Chains: in order, nothing after their end, nothing twice, and restraint towards all else.

A planner in memory stands for the real one; what was told is then judged by plain arithmetic over
what has happened, apart from the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from flows.asks.candidates import Candidate, CustomerFacts, Rules
from flows.asks.chains import at_step, numbers, run_of
from flows.asks.decisions import Decision, Outcome
from flows.asks.evaluation import decide
from flows.asks.planning import plan
from flows.asks.restraint import PastAsk, counted
from flows.asks.triggers import Event
from flows.config import COMPLAINT, INFORM, Schedule, load_config

CONFIG = load_config("""
brand: {languages: [en], time_zone: Europe/Berlin}
limits: {cooldown: P3D, asks: 3, per: P10D}
schedules:
  - id: wait
    kind: inform
    when: {event: ordered}
    until: [delivered, refund]
    holdout: 0%
    cooldown: PT0S
    steps:
      - {after: PT1H, text: {en: We have it}}
      - {after: P2D, text: {en: On its way}}
      - {after: P3D, text: {en: Still on its way}}
  - {id: visit, when: {event: visited}, flow: check_in, holdout: 0%, cooldown: PT0S}
""")
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 26, 9, tzinfo=UTC)
"""Daylight saving begins three days later."""
HOUR = timedelta(hours=1)
ENDS = ("delivered", "refund", COMPLAINT)
happenings = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 7, 26, 60])),
    st.tuples(st.just("down"), st.sampled_from([5, 30, 80])),
    st.tuples(st.just("tell"), st.sampled_from(["ordered", "visited", "ordered", *ENDS])),
    st.tuples(st.sampled_from(["stop", "again"])),
)


@dataclass
class Planned:
    schedule: Schedule
    trigger: Event
    step: int
    look_at: datetime | None
    asked_at: datetime | None = None

    @property
    def run(self) -> str:
        return run_of(self.schedule.id, self.trigger.id)

    @property
    def due_at(self) -> datetime:
        own = at_step(self.schedule, self.step)
        assert own is not None
        due = plan(own, self.trigger, self.trigger.at, BERLIN).due_at
        assert due is not None
        return due


@dataclass
class Life:
    """One customer: what happens to them, and what they are told and asked."""

    now: datetime = START
    events: list[Event] = field(default_factory=list)
    planned: dict[tuple[str, str, int], Planned] = field(default_factory=dict)
    asked: list[Planned] = field(default_factory=list)
    stopped_at: datetime | None = None

    def tell(self, name: str) -> None:
        self.events.append(Event(name, self.now, f"e{len(self.events)}"))
        self.again()

    def again(self) -> None:
        """Everything is planned once more, as after a restart or a changed configuration."""
        for event in self.events:
            for schedule in CONFIG.schedules:
                for step in numbers(schedule) if event.type == schedule.when.event else ():
                    made = Planned(schedule, event, step, None)
                    made.look_at = made.due_at
                    self.planned.setdefault((schedule.id, event.id, step), made)

    def stop(self) -> None:
        self.stopped_at = self.stopped_at or self.now

    def wait(self, hours: int) -> None:
        for _ in range(hours):
            self.now += HOUR
            for each in sorted(self.planned.values(), key=lambda one: one.due_at):
                if each.look_at is not None and each.look_at <= self.now:
                    self.look(each)

    def down(self, hours: int) -> None:
        self.now += hours * HOUR

    def look(self, each: Planned) -> None:
        decision = self.decision(each)
        each.look_at = decision.until
        if decision.outcome is Outcome.SEND:
            each.asked_at = self.now
            self.asked.append(each)

    def decision(self, each: Planned) -> Decision:
        asks = (PastAsk(one.asked_at or START, one.schedule.id, one.run) for one in self.asked)
        customer = CustomerFacts(
            "C-1",
            stopped=frozenset({INFORM} if self.stopped_at else ()),
            asks=tuple(asks),
            events=tuple(self.events),
        )
        case = Candidate(customer, each.trigger, each.due_at, step=each.step, run=each.run)
        return decide(case, each.schedule, Rules.of(CONFIG, each.schedule, "salt"), self.now)


@given(st.lists(happenings, max_size=14))
def test_any_history_of_a_chain(history: list[tuple[str, ...]]) -> None:
    life = Life()
    for name, *args in history:
        getattr(life, name)(*args)
    life.wait(24 * 7)
    told = [each for each in life.asked if each.schedule.informs]
    assert len({(each.run, each.step) for each in told}) == len(told), "nothing twice"
    for each in told:
        at = each.asked_at
        assert at is not None
        assert 10 <= at.astimezone(BERLIN).hour < 20
        assert at >= each.due_at
        following = life.planned.get((each.schedule.id, each.trigger.id, each.step + 1))
        assert following is None or at < following.due_at, "nobody reads an old message late"
        ends = [one.at for one in life.events if one.type in ENDS and one.at >= each.trigger.at]
        ends += [life.stopped_at] if life.stopped_at else []
        assert all(at <= end for end in ends), "nothing after its end"
    for run in {each.run for each in told}:
        steps = [each.step for each in told if each.run == run]
        assert steps == sorted(steps), "in order"
    for before, after in pairwise(life.asked):
        # Messages of one chain do not wait for one another; everything else waits for them.
        if before.run != after.run and before.asked_at and after.asked_at:
            assert after.asked_at - before.asked_at >= timedelta(days=3) - HOUR


def test_a_run_counts_once_for_all_else_as_of_its_last_message() -> None:
    asks = [PastAsk(START + n * HOUR, "wait", "wait/e0") for n in (2, 9, 5)]
    asks += [PastAsk(START, "visit", "visit/e1"), PastAsk(START, "change:1")]
    assert [(one.at, one.schedule) for one in counted(asks)] == [
        (START, "change:1"), (START + 9 * HOUR, "wait"), (START, "visit"),
    ]  # fmt: skip
    assert [one.schedule for one in counted(asks, "wait/e0")] == ["change:1", "visit"]


def told_alone(offset: timedelta) -> list[int]:
    life = Life(now=START)
    life.tell("ordered")
    life.wait(int(offset / HOUR))
    return [each.step for each in life.asked]


def test_a_chain_is_told_whole_although_it_is_quicker_than_the_cooldown() -> None:
    assert told_alone(timedelta(days=4)) == [0, 1, 2]


def test_who_was_away_from_the_first_hears_the_next_and_why_is_said() -> None:
    life = Life(now=START)
    life.tell("ordered")
    life.down(49)
    first = life.planned["wait", "e0", 0]
    assert (life.decision(first).outcome, life.decision(first).reason.key) == (
        Outcome.TOO_LATE,
        "overtaken",
    )
    life.wait(48)
    assert [each.step for each in life.asked] == [1, 2]


def test_a_complaint_ends_it_and_is_the_reason() -> None:
    life = Life(now=START)
    life.tell("ordered")
    life.wait(3)
    life.tell(COMPLAINT)
    reason = life.decision(life.planned["wait", "e0", 1]).reason
    assert reason.key == "complained"
    life.wait(24 * 6)
    assert [each.step for each in life.asked] == [0]


def test_a_chain_has_no_message_beyond_its_last() -> None:
    [chain, single] = CONFIG.schedules
    assert [at_step(chain, number) is not None for number in (-1, 0, 2, 3)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert (at_step(single, 0), at_step(single, 1)) == (single, None)
