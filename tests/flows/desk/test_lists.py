"""Which open complaints a list shows."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.desk.lists import KINDS, fitting, is_filter, meant
from flows.entities import CustomerId, Ticket, TicketId

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CATEGORIES = {"delivery": ["Delivery", "Доставка", "配送"], "taste": ["Taste"]}


def ticket(number: int, **more: object) -> Ticket:
    base = (TicketId(number), number, CustomerId(1), 5, "open", NOW, "support")
    return Ticket(*base, **more)  # type: ignore[arg-type]


TICKETS = [
    ticket(1, owner_id=7, owner_name="Boris", urgent=True),
    ticket(2, category="delivery", due_at=NOW - timedelta(hours=1)),
    ticket(3, owner_name="Zoe", category="taste", entrance="table-7"),
]


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        ("all", [1, 2, 3]),
        ("mine", [1]),
        ("overdue", [2]),
        ("free", [2]),
        ("urgent", [1]),
        ("waiting", []),
        ("c.taste", [3]),
        ("c.gone", []),
        ("e.table-7", [3]),
        ("e.gone", []),
        ("forged", [1, 2, 3]),
    ],
)
def test_each_filter(which: str, numbers: list[int]) -> None:
    assert [each.number for each in fitting(TICKETS, which, 7, NOW)] == numbers
    assert is_filter(which) is (which != "forged")


def test_whoever_has_no_id_has_nothing() -> None:
    assert fitting(TICKETS, "mine", None, NOW) == []


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("", "all"),
        (" Free ", "free"),
        ("delivery", "c.delivery"),
        ("доставка", "c.delivery"),
        ("配送", "c.delivery"),
        ("стол 7", "e.table-7"),
        ("everything", None),
        *((kind, kind) for kind in KINDS),
    ],
)
def test_what_is_typed(typed: str, which: str | None) -> None:
    assert meant(typed, CATEGORIES, {"table-7": ["Table 7", "Стол 7"]}) == which
