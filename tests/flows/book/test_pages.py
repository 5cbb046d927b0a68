"""What a page shows of a ticket's history: both sides, each message in its newest form."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.book.pages import Message, from_customer, from_staff, is_not_right
from flows.entities import CustomerId, Entry, Side, Ticket, TicketId

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
CUSTOMER, STAFF, VERSO = Side.CUSTOMER, Side.STAFF, Side.VERSO


def ticket(words: str = "The tin leaks") -> Ticket:
    return Ticket(TicketId(1), 1, CustomerId(1), 7, "open", NOW, "support", words=words)


def entry(number: int, side: Side, kind: str, text: str = "", **more: object) -> Entry:
    at = NOW + timedelta(minutes=number)
    return Entry(number, TicketId(1), at, side, kind, text, **more)  # type: ignore[arg-type]


def said(number: int, side: Side, text: str, kind: str = "text", message_id: int = 0) -> Entry:
    return entry(number, side, kind, text, chat_id=7, message_id=message_id or number)


def test_each_side_has_what_it_said_and_an_edited_message_its_newest_words() -> None:
    history = [
        entry(1, VERSO, "opened"),
        said(2, CUSTOMER, "The tin leaks"),
        said(3, CUSTOMER, "the lit", "photo"),
        said(4, STAFF, "Which tin?"),
        said(5, CUSTOMER, "the lid", "edited", message_id=3),
        entry(6, STAFF, "resolved", "Sent a new one"),
    ]
    assert from_customer(ticket(), history) == [
        Message("text", "The tin leaks"),
        Message("photo", "the lid"),
    ]
    assert from_staff(history) == [Message("text", "Which tin?")]


def test_a_complaint_told_by_buttons_begins_with_what_they_said() -> None:
    history = [said(2, CUSTOMER, "Tin")]
    assert from_customer(ticket("Tins of tea"), history) == [
        Message("text", "Tins of tea"),
        Message("text", "Tin"),
    ]
    assert from_customer(ticket(""), []) == []


def test_words_of_several_messages_are_not_shown_twice() -> None:
    history = [said(2, CUSTOMER, "The tin\nleaks"), said(3, CUSTOMER, "badly")]
    assert len(from_customer(ticket("The tin\nleaks\nbadly"), history)) == 2


@given(st.lists(st.tuples(st.sampled_from(list(Side)), st.integers(1, 5), st.text(max_size=9))))
def test_every_message_of_a_side_is_there_once(messages: list[tuple[Side, int, str]]) -> None:
    history = [said(at, side, text, message_id=at) for side, at, text in messages]
    for side, found in (
        (CUSTOMER, from_customer(ticket(""), history)),
        (STAFF, from_staff(history)),
    ):
        newest = {at: text for by, at, text in messages if by is side}
        assert [message.text for message in found] == list(newest.values())


@pytest.mark.parametrize(
    ("reopenings", "expected"),
    [
        ([], False),
        ([entry(1, VERSO, "reopened", "no")], True),
        ([entry(1, VERSO, "reopened", "partly")], True),
        ([entry(1, VERSO, "reopened")], False),
        ([entry(1, VERSO, "reopened", "no", author_id=900)], False),
        ([entry(1, VERSO, "reopened", "no"), entry(2, VERSO, "reopened", "Mira")], False),
    ],
)
def test_only_the_customer_says_that_it_is_not_right(
    reopenings: list[Entry], expected: bool
) -> None:
    assert is_not_right(reopenings) is expected
