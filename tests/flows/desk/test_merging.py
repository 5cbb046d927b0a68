"""Which of two promises counts when one ticket goes on for both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import load_config
from flows.desk.merging import (
    is_owed_an_answer,
    joined,
    unkept,
    why_not,
    with_earlier_promises,
)
from flows.desk.terms import terms_of
from flows.desk.tickets import act
from flows.desk.watch import RESPONSES, Watch, is_paused, read, turned
from flows.entities import ClockKind, CustomerId, Ticket, TicketId
from flows.entities.lifecycle import Person, Refusal

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
CONFIG = load_config("brand: {name: Lumen Tea}\nteams: [{id: support, categories: ['*']}]\n")
BORIS = Person(1, "Boris")


def opened(number: int, at: datetime, **more: object) -> Ticket:
    ticket = Ticket(TicketId(number), number, CustomerId(1), 501, "open", at, "support")
    ticket = replace(ticket, **more)  # type: ignore[arg-type]
    return turned(ticket, ticket, "open", at, terms_of(CONFIG, ticket))[0]


def after(ticket: Ticket, trigger: str, now: datetime) -> Ticket:
    moved = act(ticket, trigger, now, by=BORIS)
    assert not isinstance(moved, Refusal)
    return turned(ticket, moved, trigger, now, terms_of(CONFIG, ticket), by=1)[0]


def merged(first: Ticket, other: Ticket, now: datetime) -> Ticket:
    heard = after(first, "hear" if is_owed_an_answer(other) else "nod", now)
    return with_earlier_promises(joined(heard, other), other, now, terms_of(CONFIG, first))


def due(watch: Watch, *kinds: ClockKind) -> datetime | None:
    clock = watch.clock(*kinds)
    return clock.due_at if clock is not None else None


@given(
    first_at=st.integers(0, 5000),
    other_at=st.integers(0, 5000),
    first_has=st.lists(st.sampled_from(["answer", "wait", "hear"]), max_size=3),
    other_has=st.lists(st.sampled_from(["answer", "wait", "hear"]), max_size=3),
    minutes=st.integers(0, 20_000),
)
def test_nobody_waits_longer_because_they_said_it_twice(
    first_at: int, other_at: int, first_has: list[str], other_has: list[str], minutes: int
) -> None:
    now = NOW + timedelta(minutes=5000)
    tickets = []
    for number, at, has in ((1, first_at, first_has), (2, other_at, other_has)):
        ticket = opened(number, NOW + timedelta(minutes=at))
        for trigger in has:
            if not isinstance(act(ticket, trigger, now, by=BORIS), Refusal):
                ticket = after(ticket, trigger, now)
        tickets.append(ticket)
    first, other = tickets
    now += timedelta(minutes=minutes)
    ticket = merged(first, other, now)
    watch, theirs = read(ticket.watch), read(other.watch)
    assert watch.clock(ClockKind.RESOLUTION) is not None, "no open ticket is without a clock"
    assert (watch.clock(*RESPONSES) is not None) >= is_owed_an_answer(other)
    for kinds in (RESPONSES, (ClockKind.RESOLUTION,)):
        ends, wanted = due(watch, *kinds), due(theirs, *kinds)
        # While the customer has the word in the first, the promises of both stand still.
        stands = is_paused(ticket)
        assert wanted is None or stands or (ends is not None and ends <= wanted)
    rounds = [watch.rounds[clock.kind.value] for clock in watch.clocks]
    assert rounds == [clock.round for clock in watch.clocks]
    assert ticket.due_at == min((c.due_at for c in watch.clocks if c.due_at), default=None)


def test_a_broken_promise_is_not_hidden_by_a_later_complaint() -> None:
    old, new = opened(1, NOW), opened(2, NOW + timedelta(days=2))
    ticket = merged(new, old, NOW + timedelta(days=2, hours=1))
    clock = read(ticket.watch).clock(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.breached
    assert clock.due_at == due(read(old.watch), ClockKind.FIRST_RESPONSE)


def test_the_worse_of_two_things_counts_and_what_one_lacks_the_other_says() -> None:
    first = opened(1, NOW, severity=2, stage="first_use")
    marks = {"wish": [{"type": "bold", "offset": 0, "length": 3}]}
    other = opened(2, NOW, severity=5, urgent=True, wish="New one.", formatting=marks)
    ticket = joined(first, other)
    assert (ticket.severity, ticket.urgent, ticket.stage) == (5, True, "first_use")
    assert (ticket.wish, ticket.formatting) == ("New one.", marks)
    assert joined(replace(first, wish="Mine."), other).formatting == {}


@pytest.mark.parametrize(
    ("told", "state", "stands"),
    [([], "taken", False), (["answer"], "waiting", True), (["answer", "hear"], "taken", False)],
)
def test_what_they_wrote_in_a_duplicate_ends_the_pause_unless_it_was_answered_there(
    told: list[str], state: str, stands: bool
) -> None:
    """They had the word in the first, and took it in the other."""
    first = after(after(opened(1, NOW), "answer", NOW), "wait", NOW)
    other = opened(2, NOW + timedelta(hours=1))
    for trigger in told:
        other = after(other, trigger, NOW + timedelta(hours=2))
    ticket = merged(first, other, NOW + timedelta(hours=3))
    assert (ticket.state, is_paused(ticket)) == (state, stands)
    assert (read(ticket.watch).clock(*RESPONSES) is None) is stands


@pytest.mark.parametrize(
    ("words", "texts", "left"),
    [
        ("It broke.\nTwice.", ["It broke.", "Twice."], ""),
        ("It broke.\nTwice.", ["It broke.\nTwice."], ""),
        ("Late, damaged", [], "Late, damaged"),
        ("It broke.\nLate\n", ["It broke.", ""], "Late"),
        ("", ["It broke."], ""),
    ],
)
def test_words_that_were_never_a_message_are_found(words: str, texts: list[str], left: str) -> None:
    assert unkept(words, texts) == left


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (replace(opened(2, NOW), state="waiting"), None),
        (opened(1, NOW), "merge_itself"),
        (replace(opened(2, NOW), customer_id=CustomerId(2)), "merge_other_person"),
        (replace(opened(2, NOW), chat_id=502), "merge_other_person"),
        (replace(opened(2, NOW), state="resolved"), "merge_not_open"),
    ],
)
def test_what_cannot_be_merged_says_why(other: Ticket, reason: str | None) -> None:
    assert why_not(opened(1, NOW), other) == reason
