"""Names as staff read them: something to see, nothing that rings or turns what stands around it."""

from datetime import UTC, datetime

import pytest

from bot.core.names import display_safe, name_of, shows, staff_name
from flows.entities import Account, Customer, CustomerId

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NOBODY = ["", "  ", "\u3164", "\u200b\u200d", "\u2800\u2060", "\u115f\u1160", "\u0301", "\ufeff"]


@pytest.mark.parametrize("name", NOBODY)
def test_what_shows_nothing_is_no_name(name: str) -> None:
    assert not shows(name)
    customer = Customer(CustomerId(1), "tg:501", NOW, name=name)
    assert name_of(customer, Account(501, customer.id, NOW, first_name=name)) == "tg:501"
    assert name_of(customer, Account(501, customer.id, NOW, first_name="Anna")) == "Anna"


@pytest.mark.parametrize("name", ["Anna", "👩\u200d👩\u200d👧", "ねこ", "عمر", "_i*<b>[x](y)", "·"])
def test_what_shows_something_is_one(name: str) -> None:
    assert shows(name)


def test_no_name_rings_anybody_or_is_a_command() -> None:
    assert display_safe("@nora") == "@\u2060nora"
    assert display_safe("hi @nora /take") == "hi @\u2060nora /\u2060take"
    assert display_safe("anna@example.com a/b 1/2 @ /") == "anna@example.com a/b 1/2 @ /"


def test_no_name_turns_what_stands_around_it() -> None:
    assert display_safe("\u202ecba\u2069") == "cba"
    assert display_safe("\u202eעברית\u2069") == "\u2068עברית\u2069"


def test_people_are_called_by_their_first_word_and_the_business_by_all() -> None:
    assert staff_name("Mira Berg", 7) == "Mira"
    assert staff_name("\u3164 Mira", 7) == "Mira"
    assert staff_name("@dan", None) == "@\u2060dan"
    assert staff_name("The Kettle House", -1001) == "The Kettle House"
