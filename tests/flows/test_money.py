"""Money is whole minor units; what may mean two amounts is refused, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.money import MOST_MINOR, Fault, Money, leading

currencies = st.sampled_from(["EUR", "JPY", "KWD", "RUB", "CNY", "USD"])
amounts = st.builds(Money, currencies, st.integers(1, MOST_MINOR))


@given(amounts)
def test_what_is_written_is_read_back(money: Money) -> None:
    assert Money.parse(str(money)) == money
    assert leading(str(money)) == (money, "")


@given(amounts, st.sampled_from(["en", "ru", "zh"]))
def test_it_is_shown_in_each_language(money: Money, language: str) -> None:
    digits = "".join(each for each in money.shown(language) if each.isdigit())
    assert int(digits) == money.minor


@pytest.mark.parametrize(
    ("text", "minor", "currency", "rest"),
    [
        ("12.50", 1250, "EUR", ""),
        ("12,50 €", 1250, "EUR", ""),
        ("€12.5 the lid was broken", 1250, "EUR", "the lid was broken"),
        ("12 EUR, lid", 1200, "EUR", "lid"),
        ("1.234,56 EUR", 123456, "EUR", ""),
        ("1,234.56 USD", 123456, "USD", ""),
        ("1 234,50 ₽ за доставку", 123450, "RUB", "за доставку"),
        ("500 руб. курьер", 50000, "RUB", "курьер"),
        ("30元 盖子", 3000, "CNY", "盖子"),
        ("１２．５０", 1250, "EUR", ""),
        ("1,500 JPY", 1500, "JPY", ""),
        ("1.234 KWD", 1234, "KWD", ""),
        ("12.50 all of it", 1250, "EUR", "all of it"),
    ],
)
def test_amounts_are_typed_in_many_ways(text: str, minor: int, currency: str, rest: str) -> None:
    assert leading(text, "EUR") == (Money(currency, minor), rest)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.NO_NUMBER),
        ("twelve", Fault.NO_NUMBER),
        ("-5 EUR", Fault.NOT_POSITIVE),
        ("0,00 €", Fault.NOT_POSITIVE),
        ("1.234 EUR", Fault.UNCLEAR),
        ("12.505", Fault.UNCLEAR),
        ("1.2.3", Fault.UNCLEAR),
        ("5 XYZ", Fault.CURRENCY),
        ("99999999999999 EUR", Fault.TOO_LARGE),
    ],
)
def test_what_is_no_amount_says_why(text: str, fault: Fault) -> None:
    assert leading(text, "EUR")[0] is fault


def test_without_a_usual_currency_it_has_to_be_named() -> None:
    assert leading("12.50")[0] is Fault.CURRENCY
    assert leading("12.50 $", "CAD")[0] == Money("CAD", 1250)


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    read, _ = leading(text, "EUR")
    assert isinstance(read, Fault) or read.minor > 0


@pytest.mark.parametrize("text", ["12.5.0 EUR", "12,50 EUR", "-1 EUR", "12.505 EUR", "5 XTS", "x"])
def test_a_configuration_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"12\.50 EUR"):
        Money.parse(text)
