"""Which texts are called alike."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.entities import ChangeId, CustomerId, Ticket, TicketId
from flows.themes.likeness import by_likeness, is_form_letter, most_like, overlap, tokens

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
LETTER = "We are very sorry that your box came late."


@given(st.text(), st.text())
def test_overlap_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    first, second = tokens(one), tokens(other)
    assert 0 <= overlap(first, second) <= 1
    assert overlap(first, second) == overlap(second, first)
    assert overlap(first, first) == (1.0 if first else 0.0)


@pytest.mark.parametrize(
    ("text", "earlier", "repeats"),
    [
        (LETTER, [LETTER.upper() + "!"], True),
        (LETTER, ["Your box left our shop on Monday and waits at your post office."], False),
        ("Thank you", ["Thank you"], False),
        ("我们非常抱歉你的茶盒来晚了", ["我们非常抱歉你的茶盒来晚了。"], True),
        ("", [""], False),
    ],
)
def test_form_letters(text: str, earlier: list[str], repeats: bool) -> None:
    assert is_form_letter(text, earlier) is repeats


def test_those_that_fit_a_change_best_come_first() -> None:
    plain = Ticket(TicketId(1), 1, CustomerId(1), 1, "open", NOW, "support")
    model = replace(plain, category="box", alike={"tickets": [4]})
    far = replace(plain, id=TicketId(2), number=2, category="taste")
    same_kind = replace(plain, id=TicketId(3), number=3, category="box")
    liked = replace(plain, id=TicketId(4), number=4)
    likes = replace(plain, id=TicketId(5), number=5, alike={"tickets": [1]})
    fits = replace(plain, id=TicketId(6), number=6, alike={"changes": [7, 9]})
    found = by_likeness([far, same_kind, liked, likes, fits], [model], ChangeId(9))
    assert [ticket.number for ticket in found] == [6, 4, 5, 3, 2]


def test_names_spelled_alike_come_first() -> None:
    known = ["order_placed", "refund", "trial_ended", "trial_started"]
    assert most_like("trail_started", known, 2) == ["trial_started", "trial_ended"]
    assert most_like("x", [], 5) == []
