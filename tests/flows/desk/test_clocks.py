"""Clocks of tickets in any history: never negative, never broken twice, never still for good."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flows.config import ClockRule, Clocks, ClockStep, Config, Team, WorkingHours
from flows.desk.clocks import Happened
from flows.desk.terms import terms_of
from flows.desk.tickets import act
from flows.desk.watch import (
    Due,
    DueKind,
    Terms,
    is_paused,
    looked,
    read,
    turned,
    with_served,
    written,
)
from flows.entities import ClockEvent, ClockKind, CustomerId, Ticket, TicketId
from flows.entities.kinds import Tell
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import ENDED
from flows.time.durations import Period, Progress
from flows.time.opening import ClockTime

START = datetime(2026, 10, 23, 9, 30, tzinfo=UTC)
"""A Friday, before the night in which Berlin's clocks go back."""
BORIS = Person(1, "Boris")
FIRST, NEXT, RESOLUTION = ClockKind
TICKET = Ticket(
    TicketId(1), 1, CustomerId(1), 5, "open", START, "support", "Late.", category="delivery"
)
MORNING = WorkingHours(opens=ClockTime.parse("09:00"), closes=ClockTime.parse("12:00"))
AFTERNOON = WorkingHours(opens=ClockTime.parse("14:00"), closes=ClockTime.parse("18:00"))


def config(zone: str = "Europe/Berlin", **more: Any) -> Config:
    team = Team(id="support", time_zone=zone, working_hours=more.pop("hours", (MORNING, AFTERNOON)))
    return Config(teams=(team,), holidays=(date(2026, 10, 26),), **more)


class Desk:
    """One ticket, and all that became of its promises."""

    def __init__(self, made: Config | None = None, ticket: Ticket = TICKET) -> None:
        self.config, self.now = made or config(), START
        self.lines: list[Happened] = []
        self.due: list[Due] = []
        self.ticket = self._note(turned(ticket, ticket, "open", self.now, self.terms))

    @property
    def terms(self) -> Terms:
        return terms_of(self.config, self.ticket if hasattr(self, "ticket") else TICKET)

    def _note(self, found: tuple[Ticket, list[Happened]]) -> Ticket:
        self.lines += found[1]
        return found[0]

    def do(self, trigger: str, text: str = "Sent a new tin.", **more: Any) -> Ticket | Refusal:
        moved = act(self.ticket, trigger, self.now, by=BORIS, text=text, **more)
        if isinstance(moved, Refusal):
            return moved
        found = turned(self.ticket, moved, trigger, self.now, self.terms, by=BORIS.id)
        self.ticket = self._note(found)
        return self.ticket

    def look(self) -> list[Due]:
        """Do what is due until nothing is; gives it."""
        before = len(self.due)
        for _ in range(20):
            if self.ticket.look_at is None or self.ticket.look_at > self.now:
                return self.due[before:]
            self.ticket, lines, due = looked(self.ticket, self.now, self.terms)
            self.lines += lines
            self.due += due
            for each in due:
                if each.kind in (DueKind.LAPSE, DueKind.WAKE, DueKind.RELEASE):
                    assert isinstance(self.do(each.kind.value), Ticket)
        raise AssertionError("it makes itself due again and again")

    def wait(self, **by: float) -> list[Due]:
        self.now += timedelta(**by)
        return self.look()

    def until(self, moment: str) -> list[Due]:
        self.now = datetime.fromisoformat(f"{moment}+00:00")
        return self.look()

    def clock(self, kind: ClockKind) -> Any:
        return read(self.ticket.watch).clock(kind)

    def told(self) -> list[Tell | None]:
        return [each.tell for each in self.due if each.kind is DueKind.STEP]

    def log(self) -> list[tuple[ClockKind, int, ClockEvent]]:
        return [(each.clock.kind, each.clock.round, each.event) for each in self.lines]


def test_a_first_answer_is_due_in_working_time_over_a_weekend_and_a_holiday() -> None:
    desk = Desk()
    assert desk.clock(FIRST).due_at == datetime(2026, 10, 23, 15, 30, tzinfo=UTC)
    late = Desk(ticket=replace(TICKET, opened_at=START))
    late.now = datetime(2026, 10, 23, 14, tzinfo=UTC)
    late.ticket = turned(TICKET, TICKET, "open", late.now, late.terms)[0]
    # Two hours are left on Friday; on Monday is a holiday, and the clocks have gone back.
    assert late.clock(FIRST).due_at == datetime(2026, 10, 27, 10, tzinfo=UTC)


def test_an_answer_in_time_is_met_and_a_late_one_is_broken_and_settled() -> None:
    desk = Desk()
    desk.wait(hours=1)
    desk.do("answer")
    assert desk.log() == [(FIRST, 1, ClockEvent.MET)]
    late = Desk()
    late.wait(days=5)
    late.do("answer")
    assert late.log() == [(FIRST, 1, ClockEvent.BREACHED), (FIRST, 1, ClockEvent.SETTLED_LATE)]
    unseen = Desk()
    unseen.now += timedelta(days=5)  # nobody looked meanwhile
    unseen.do("answer")
    assert unseen.log() == late.log()
    assert [each.at for each in unseen.lines] == [desk_due(unseen), unseen.now]


def desk_due(desk: Desk) -> datetime:
    due_at = desk.lines[0].clock.due_at
    assert due_at is not None
    return due_at


def test_each_word_after_an_answer_arms_the_next_one_and_a_second_word_does_not_put_it_off() -> (
    None
):
    desk = Desk()
    desk.do("answer")
    assert desk.clock(NEXT) is None
    desk.do("hear")
    due_at = desk.clock(NEXT).due_at
    desk.wait(hours=1)
    desk.do("hear")
    assert desk.clock(NEXT).due_at == due_at
    desk.do("answer")
    desk.do("hear")
    assert (desk.clock(NEXT).round, desk.clock(NEXT).due_at > due_at) == (2, True)


def test_thanks_need_no_answer() -> None:
    desk = Desk()
    desk.do("answer")
    desk.do("nod")
    assert desk.clock(NEXT) is None
    desk.do("wait")
    desk.do("nod")
    assert (desk.clock(NEXT), desk.ticket.state) == (None, "waiting")


def test_who_was_given_what_they_chose_hears_of_no_delay_until_they_say_something() -> None:
    told = []
    for then in ("", "nod", "hear"):
        desk = Desk()
        desk.ticket = with_served(desk.ticket)
        desk.now += timedelta(minutes=30)
        if then:
            desk.do(then)
        desk.now += timedelta(days=4)
        told.append({each.tell for each in desk.look()})
    silent, thanked, spoken = told
    assert silent == thanked == spoken - {Tell.CUSTOMER}
    assert Tell.CUSTOMER in spoken
    assert Tell.GROUP in silent, "staff hear of it all the same"


def test_thirty_days_after_one_answer_everybody_was_told_once() -> None:
    desk = Desk()
    desk.do("take")
    desk.do("answer")
    desk.do("hear")
    for _ in range(30 * 24):
        desk.wait(hours=1)
    told = Counter(desk.told())
    assert told[Tell.CUSTOMER] == told[Tell.ADMINS] == told[Tell.SENIORS] == 1
    assert told[Tell.OWNER] + told[Tell.SECOND] + told[Tell.GROUP] >= 3
    breaches = [(kind, number) for kind, number, event in desk.log() if event == "breached"]
    assert breaches == [(NEXT, 1), (RESOLUTION, 1)]
    assert desk.ticket.look_at is not None


def test_what_is_left_is_moved_on_when_the_customer_has_the_word() -> None:
    desk = Desk()
    desk.do("answer")
    desk.wait(hours=2)
    left = desk.clock(RESOLUTION).left(desk.now)
    desk.do("wait")
    desk.wait(days=3)
    assert desk.ticket.due_at is None
    assert desk.clock(RESOLUTION).left(desk.now) == left
    desk.do("hear")
    assert desk.clock(RESOLUTION).left(desk.now) == left
    assert desk.clock(NEXT).left(desk.now) == timedelta(hours=8)


def test_a_silent_customer_is_asked_once_and_a_week_later_it_ends() -> None:
    desk = Desk()
    desk.do("answer")
    desk.do("wait")
    assert desk.wait(days=6) == []
    assert desk.wait(days=1, hours=1) == [Due(DueKind.ASK)]
    assert desk.wait(days=6) == []
    assert desk.wait(days=1, hours=1) == [Due(DueKind.LAPSE)]
    assert (desk.ticket.state, desk.ticket.look_at) == ("unanswered", None)
    desk.do("hear")
    assert (desk.ticket.state, desk.clock(RESOLUTION).round) == ("reopened", 2)
    assert desk.clock(NEXT) is not None
    assert [event for _, _, event in desk.log()] == ["met"], "nobody kept it, nobody broke it"


def test_a_word_of_the_customer_s_ends_the_snooze_and_so_does_its_day() -> None:
    desk = Desk()
    desk.do("answer")
    desk.do("snooze", until=desk.now + timedelta(days=2))
    assert desk.ticket.due_at is None
    desk.do("hear")
    assert desk.ticket.snoozed_until is None
    assert desk.ticket.due_at is not None
    desk.do("answer")
    desk.do("snooze", until=desk.now + timedelta(days=2))
    assert desk.wait(days=2) == [Due(DueKind.WAKE)]
    assert desk.ticket.snoozed_until is None


def test_an_owner_who_is_silent_while_the_customer_waits_loses_it() -> None:
    desk = Desk()
    desk.do("take")
    desk.do("answer")
    desk.wait(days=4)
    assert desk.ticket.owner_id == BORIS.id, "nobody waits for a word"
    desk.do("hear")
    desk.wait(days=2)
    assert (desk.ticket.owner_id, desk.ticket.state) == (None, "open")
    assert [each.kind for each in desk.due].count(DueKind.RELEASE) == 1


def test_a_change_that_ships_settles_the_resolution_and_no_answer() -> None:
    desk = Desk()
    desk.do("ship")
    assert desk.log() == [(RESOLUTION, 1, ClockEvent.MET)]
    desk.do("hear")
    assert (desk.clock(FIRST).round, desk.clock(NEXT)) == (2, None)


def test_a_later_configuration_moves_nothing_that_runs() -> None:
    desk = Desk()
    due_at = desk.clock(FIRST).due_at
    desk.config = config(
        "Asia/Shanghai", hours=(MORNING,), clocks=Clocks(first_response=Period(hours=1))
    )
    desk.wait(minutes=90)
    assert desk.clock(FIRST).due_at == due_at
    desk.do("answer")
    desk.do("hear")
    assert desk.clock(NEXT).calendar.zone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("ticket", "hours"),
    [
        (TICKET, 4),
        (replace(TICKET, severity=5), 1),
        (replace(TICKET, severity=5, category="taste"), 2),
        (replace(TICKET, team_id="other"), 4),
    ],
)
def test_times_go_by_team_category_and_severity(ticket: Ticket, hours: int) -> None:
    rules = (
        ClockRule(category=("taste",), severity=(5,), first_response=Period(hours=2)),
        ClockRule(team=("support",), severity=(5,), resolution=Period(hours=9)),
        ClockRule(severity=(4, 5), first_response=Period(hours=1)),
    )
    terms = terms_of(config(clocks=Clocks(rules=rules)), ticket)
    assert terms.targets[FIRST] == timedelta(hours=hours)
    assert terms.targets[RESOLUTION] == timedelta(hours=9 if ticket.severity == 5 else 40)


def test_steps_are_those_of_the_configuration() -> None:
    steps = (
        ClockStep(at=Progress(25), tell=Tell.OWNER),
        ClockStep(at=Progress(300), tell=Tell.ADMINS),
    )
    desk = Desk(config(clocks=Clocks(steps=steps)))
    desk.wait(hours=3, minutes=1)  # two of them are the break
    assert desk.told() == [Tell.OWNER]
    desk.until("2026-10-28T10:00")
    assert Counter(desk.told())[Tell.ADMINS] == 1
    assert set(desk.told()) == {Tell.OWNER, Tell.ADMINS}


class ClockLife(RuleBasedStateMachine):
    """Anything that people, time, configurations and restarts may do to one ticket."""

    @initialize(zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "UTC"]))
    def begin(self, zone: str) -> None:
        self.desk = Desk(config(zone))
        self.seen = self.desk.now

    @rule(
        trigger=st.sampled_from(
            ["take", "answer", "hear", "nod", "wait", "resolve", "ship", "reopen"]
        )
    )
    def happens(self, trigger: str) -> None:
        self.desk.do(trigger)

    @rule(verdict=st.sampled_from(["no", "partly"]))
    def did_not_help(self, verdict: str) -> None:
        self.desk.do("fail", verdict)

    @rule(days=st.integers(1, 20))
    def snooze(self, days: int) -> None:
        self.desk.do("snooze", until=self.desk.now + timedelta(days=days))

    @rule(hours=st.integers(0, 200))
    def time_passes(self, hours: int) -> None:
        self.desk.wait(hours=hours)

    @rule(hours=st.integers(0, 400))
    def nobody_looks(self, hours: int) -> None:
        self.desk.now += timedelta(hours=hours)

    @rule(zone=st.sampled_from(["America/New_York", "Asia/Shanghai"]), hours=st.integers(1, 90))
    def configuration_changes(self, zone: str, hours: int) -> None:
        clocks = Clocks(resolution=Period(hours=hours), next_response=Period(minutes=hours))
        self.desk.config = config(zone, clocks=clocks)

    @rule()
    def restart(self) -> None:
        """What is written is all that is known."""
        self.desk.ticket = replace(self.desk.ticket, watch=written(read(self.desk.ticket.watch)))

    @invariant()
    def nothing_is_negative(self) -> None:
        for clock in read(self.desk.ticket.watch).clocks:
            assert clock.left(self.desk.now) >= timedelta(0)
            assert clock.spent >= timedelta(0)
            assert clock.due_at is None or clock.due_at >= clock.started_at

    @invariant()
    def each_promise_ends_once(self) -> None:
        log = Counter(self.desk.log())
        assert not log or max(log.values()) == 1
        for kind, number, event in log:
            if event == ClockEvent.MET:
                assert (kind, number, ClockEvent.BREACHED) not in log
            if event == ClockEvent.SETTLED_LATE:
                assert (kind, number, ClockEvent.BREACHED) in log

    @invariant()
    def an_open_ticket_never_stands_still(self) -> None:
        ticket = self.desk.ticket
        if ticket.state in ENDED:
            assert ticket.look_at is None
            assert not read(ticket.watch).clocks
            return
        assert ticket.look_at is not None
        running = [clock for clock in read(ticket.watch).clocks if clock.since is not None]
        assert bool(running) is not is_paused(ticket)
        assert self.desk.clock(RESOLUTION) is not None
        if ticket.first_response_at is None:
            assert self.desk.clock(FIRST) is not None


ClockLife.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestClockLife = ClockLife.TestCase
