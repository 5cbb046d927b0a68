"""The life of a ticket and of a change, walked at random."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows import lifecycles
from flows.changes import changes
from flows.desk import tickets
from flows.desk.tickets import STATES, act, failed_before, is_overdue
from flows.entities import Change, ChangeId, CustomerId, Ticket, TicketId
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import ENDED

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
TICKET = Ticket(TicketId(1), 1, CustomerId(1), 501, "open", NOW, "support")
PEOPLE = [Person(1, "Boris"), Person(2, "Clara"), Person(None, "@dan")]
CHANGE = Change(ChangeId(1), 1, "Lids", NOW, "proposed")


class TicketLife(RuleBasedStateMachine):
    """Whatever happens in whatever order, the promises about a ticket hold."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket, self.now = TICKET, NOW
        self.first: datetime | None = None

    @rule(
        trigger=st.sampled_from(sorted(tickets.LIFECYCLE.machine.events)),
        by=st.sampled_from(PEOPLE),
        text=st.sampled_from(["", "  \n", "Sent a new one."]),
        minutes=st.integers(0, 500),
    )
    def happen(self, trigger: str, by: Person, text: str, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        before = self.ticket
        outcome = act(before, trigger, self.now, by=by, text=text)
        if isinstance(outcome, Refusal):
            assert outcome.reason
            return
        self.ticket = outcome
        self._check(before, outcome, trigger, text)

    def _check(self, before: Ticket, after: Ticket, trigger: str, text: str) -> None:
        assert after.reopened >= before.reopened
        assert before.urgent <= after.urgent
        if self.first is None and after.first_response_at is not None:
            self.first = after.first_response_at
        if after.state == "resolved" != before.state:
            assert trigger in ("resolve", "ship")
            assert text.strip()
        if after.state == "declined" != before.state:
            assert trigger == "decline"
            assert text.strip()
        if after.state == "unanswered" != before.state:
            assert (trigger, before.state) == ("lapse", "waiting")
            assert after.first_response_at is not None, "nobody is closed who was never answered"
        if after.state == "verified" != before.state:
            assert (trigger, before.state) == ("verify", "resolved")
        if trigger == "amend":
            assert before.state in ("resolved", "verified", "declined")
            assert after == replace(before, resolution=text.strip())
        if before.state in ENDED and after.state not in ENDED:
            assert trigger in ("hear", "fail", "reopen")
            assert after.reopened == before.reopened + 1
            assert before.state != "declined" or not after.resolution

    @invariant()
    def promises_hold(self) -> None:
        assert self.ticket.state in STATES
        assert self.ticket.first_response_at == self.first
        if self.ticket.state in ("resolved", "verified", "declined"):
            assert self.ticket.resolution
            assert self.ticket.resolved_at is not None
        else:
            assert self.ticket.resolved_at is None
        if self.ticket.state in ("taken", "resolved", "verified", "declined"):
            assert self.ticket.owner_name
        assert (self.ticket.verified_at is not None) == (self.ticket.state == "verified")


TestTicketLife = TicketLife.TestCase


@pytest.mark.parametrize(
    ("state", "trigger", "reason"),
    [
        ("open", "resolve", "empty_resolution"),
        ("resolved", "take", "not_open"),
        ("open", "decline", "empty_reason"),
        ("declined", "merge", "not_open"),
        ("merged", "resolve", "not_open"),
        ("verified", "resolve", "not_open"),
        ("open", "verify", "not_resolved"),
        ("reopened", "amend", "not_resolved"),
        ("verified", "amend", "empty_resolution"),
        ("waiting", "wait", "already_waiting"),
        ("verified", "verify", "already_verified"),
        ("taken", "reopen", "not_resolved"),
    ],
)
def test_refusals_say_why(state: str, trigger: str, reason: str) -> None:
    ticket = replace(TICKET, state=state)
    assert act(ticket, trigger, NOW, by=PEOPLE[0]) == Refusal(reason)


def test_every_edge_is_in_words() -> None:
    for lifecycle in (tickets.LIFECYCLE, changes.LIFECYCLE):
        assert all(edge.sentence.endswith(".") for edge in lifecycle.edges)


def test_the_pages_are_current() -> None:
    folder = Path(__file__).parents[3] / "docs"
    for name, text in lifecycles.pages().items():
        assert (folder / name).read_text("utf-8") == text, "run: python -m flows.lifecycles"


def test_an_earlier_complaint_of_its_kind_counts_for_ninety_days() -> None:
    done = replace(TICKET, state="verified", resolved_at=NOW, category="delivery")
    assert failed_before([done], "delivery", NOW + timedelta(days=90)) == [done]
    assert failed_before([done], "delivery", NOW + timedelta(days=90, seconds=1)) == []
    assert failed_before([done], "taste", NOW + timedelta(days=1)) == []
    declined = replace(done, state="declined")
    assert failed_before([declined], "delivery", NOW + timedelta(days=1)) == []
    assert failed_before([done], "delivery", NOW - timedelta(days=1)) == [], "resolved later"
    unknown = replace(done, category="")
    assert failed_before([unknown], "", NOW + timedelta(days=1)) == [], "nobody said which kind"


def test_one_that_is_open_or_was_late_is_no_failure() -> None:
    late = replace(TICKET, category="delivery", urgent=True, due_at=NOW)
    assert failed_before([late], "delivery", NOW + timedelta(days=1)) == []


def test_no_said_twice_is_a_second_failure_and_partly_is_none() -> None:
    done = replace(TICKET, state="resolved", resolution="A new tin.", resolved_at=NOW)
    verdicts = {text: act(done, "fail", NOW, text=text) for text in ("no", "partly")}
    found = {text: each.failed_again for text, each in verdicts.items() if isinstance(each, Ticket)}
    assert found == {"no": True, "partly": False}


def test_late_is_late_until_it_is_over() -> None:
    due = replace(TICKET, due_at=NOW)
    assert not is_overdue(due, NOW)
    assert is_overdue(due, NOW + timedelta(seconds=1))
    assert not is_overdue(replace(due, state="resolved"), NOW + timedelta(days=1))


def test_nobody_waits_for_a_customer_who_was_not_answered() -> None:
    for trigger in ("wait", "snooze"):
        assert act(TICKET, trigger, NOW, until=NOW) == Refusal("answer_first")
        answered = replace(TICKET, first_response_at=NOW)
        assert isinstance(act(answered, trigger, NOW, until=NOW), Ticket)


def test_a_change_that_ships_is_no_answer() -> None:
    shipped = act(TICKET, "ship", NOW, by=PEOPLE[0], text="Lids seal now.")
    assert isinstance(shipped, Ticket)
    assert (shipped.state, shipped.first_response_at) == ("resolved", None)
    assert shipped.owner_name == PEOPLE[0].name


def test_a_change_is_told_once_and_only_when_there_is_something_to_tell() -> None:
    by = PEOPLE[0]
    assert changes.act(CHANGE, "ship", NOW, by=by, count=1) == Refusal("no_text")
    told = changes.act(CHANGE, "describe", NOW, text=" Lids seal now. ")
    assert isinstance(told, Change)
    assert told.text == "Lids seal now."
    assert changes.act(told, "ship", NOW, by=by, count=0) == Refusal("no_tickets")
    shipped = changes.act(told, "ship", NOW, by=by, count=1)
    assert isinstance(shipped, Change)
    assert (shipped.state, shipped.shipped_at, shipped.author_name) == ("shipped", NOW, "Boris")
    for trigger in ("ship", "decline", "describe", "unlink"):
        again = changes.act(shipped, trigger, NOW, by=by, text="x", count=1)
        assert again == Refusal("already_shipped")
    assert changes.act(shipped, "link", NOW) == shipped


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty_text"), (" \n", "empty_text"), ("x" * 1001, "long_text")]
)
def test_a_change_s_text_can_be_read_and_fits(text: str, reason: str) -> None:
    assert changes.act(CHANGE, "describe", NOW, text=text) == Refusal(reason)
    assert changes.act(CHANGE, "decline", NOW, text=text, count=1) == Refusal(reason)


def test_a_change_is_worked_at_shipped_and_judged() -> None:
    boris, clara = PEOPLE[:2]

    def go(change: Change, trigger: str, **more: Any) -> Change:
        moved = changes.act(change, trigger, NOW, **more)
        assert isinstance(moved, Change), (trigger, moved)
        return moved

    started = go(go(CHANGE, "accept", by=clara), "start", by=boris)
    assert (started.state, started.owner_name) == ("in_progress", "Boris")
    assert changes.act(started, "own", NOW, by=boris) == Refusal("already_yours")
    owned = go(started, "own", by=clara)
    shipped = go(go(owned, "describe", text="Seals."), "ship", by=boris, count=1)
    assert (shipped.owner_name, shipped.author_name) == ("Clara", "Boris")
    silence = changes.act(shipped, "verify", NOW, by=boris, text="Thin lids.", count=0)
    assert silence == Refusal("unconfirmed"), "silence verifies nothing"
    assert changes.act(shipped, "verify", NOW, text=" ", count=1) == Refusal("empty_text")
    verified = go(shipped, "verify", by=boris, text=" Thin lids. ", count=1)
    assert (verified.state, verified.root_cause) == ("verified", "Thin lids.")
    failed = go(verified, "fail")
    assert (failed.state, failed.round, changes.told_round(failed)) == ("not_helped", 2, 1)
    again = go(go(failed, "start", by=boris), "ship", by=boris, count=1)
    assert (again.state, again.round, again.judged_at) == ("shipped", 2, None)
    for trigger in ("verify", "fail"):
        assert changes.act(started, trigger, NOW, text="x", count=1) == Refusal("not_shipped")
    assert changes.act(failed, "describe", NOW, text="x") == Refusal("already_not_helped")
    assert changes.act(CHANGE, "place", NOW, text="x" * 201) == Refusal("long_place")
