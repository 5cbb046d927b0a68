"""Money: whole minor units of a currency, and how people write it. Never a fraction of a unit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from babel.numbers import format_currency, get_currency_precision, list_currencies

from flows.languages import tongue

MOST_MINOR = 10**12
"""Minor units above which nothing is taken for an amount that somebody meant."""
MONEY_EXPECTED = (
    "an amount above zero with its ISO 4217 currency, such as 12.50 EUR or 900 JPY, without "
    "separators of thousands"
)
_NO_MONEY = frozenset({"X" * 3, "XTS"})
"""Codes of ISO 4217 that stand for no currency, and for tests."""
_SIGNS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "₽": ("RUB",),
    "руб.": ("RUB",),
    "руб": ("RUB",),
    "р.": ("RUB",),
    "元": ("CNY",),
    "块": ("CNY",),
    "¥": ("CNY", "JPY"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
}
"""Which currencies a sign may mean, the most frequent first."""
_SIGN = "|".join(re.escape(sign) for sign in _SIGNS)
_TYPED = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<minus>[-\u2212\u2013])?\s*(?P<sign>{_SIGN})?\s*"
    r"(?P<number>\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    rf"\s*(?P<after>{_SIGN}|[A-Z]{{3}}(?![\w-]))?(?=\s|$|[,;:.!?。，])",
)
_PLAIN = re.compile(r"(\d{1,13})(?:\.(\d{1,4}))? ?([A-Z]{3})", re.ASCII)


class Fault(StrEnum):
    """Why a text is no amount."""

    NO_NUMBER = "no_number"
    NOT_POSITIVE = "not_positive"
    TOO_LARGE = "too_large"
    UNCLEAR = "unclear"
    """It has more decimals than the currency, or they may be thousands."""
    CURRENCY = "currency"
    """The currency is unknown, or none was named and none is usual here."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole minor units, such as cents. Raises ValueError for an unknown currency."""

    currency: str
    minor: int

    def __post_init__(self) -> None:
        if not is_currency(self.currency):
            raise ValueError(f"{self.currency!r} is no currency of ISO 4217")

    def __str__(self) -> str:
        """As a configuration has it: `12.50 EUR`. `parse` reads it back."""
        places = precision(self.currency)
        return f"{Decimal(self.minor).scaleb(-places):.{places}f} {self.currency}"

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read what `str` writes. Raises ValueError that says what is expected."""
        found = _PLAIN.fullmatch(text)
        if found is None or not is_currency(found[3]):
            raise ValueError(MONEY_EXPECTED)
        decimals, places = found[2] or "", precision(found[3])
        if len(decimals) > places:
            raise ValueError(MONEY_EXPECTED)
        return cls(found[3], int(found[1] + decimals.ljust(places, "0")))

    def shown(self, language: str) -> str:
        """As people who speak a language write it: `12,50 €`."""
        exact = Decimal(self.minor).scaleb(-precision(self.currency))
        return str(format_currency(exact, self.currency, locale=tongue(language).locale))


@cache
def is_currency(code: str) -> bool:
    """Tell whether a code is that of a currency (ISO 4217)."""
    return code in _currencies() and code not in _NO_MONEY


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def precision(currency: str) -> int:
    """How many decimals a currency has."""
    return int(get_currency_precision(currency))


def leading(text: str, usual: str = "") -> tuple[Money | Fault, str]:
    """The amount with which a typed text begins, and the rest of the text.

    `usual` is the currency that is meant when none is named; a sign that several currencies have
    means it, if it is one of them. Where decimals may be thousands, nothing is guessed.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _TYPED.match(plain)
    if found is None:
        return Fault.NO_NUMBER, plain
    rest = plain[found.end() :].lstrip(" ,;:.")
    named = found["before"] or found["sign"] or found["after"] or ""
    currency = _meant(named, usual)
    if found["minus"]:
        return Fault.NOT_POSITIVE, rest
    if not is_currency(currency):
        return Fault.CURRENCY, rest
    minor = _minor(found["number"], precision(currency))
    if minor is None:
        return Fault.UNCLEAR, rest
    if not 0 < minor <= MOST_MINOR:
        return (Fault.TOO_LARGE if minor else Fault.NOT_POSITIVE), rest
    return Money(currency, minor), rest


def _meant(named: str, usual: str) -> str:
    if not named:
        return usual
    may = _SIGNS.get(named, (named,))
    return usual if usual in may else may[0]


def _minor(number: str, places: int) -> int | None:
    """The minor units of a number as it was typed; None: it may mean two amounts, or none."""
    number = re.sub(r"[ '’]", "", number)
    marks = [each for each in number if each in ".,"]
    whole, decimals = number, ""
    if marks and (len(set(marks)) == 2 or len(marks) == 1):
        whole, _, decimals = number.rpartition(marks[-1])
        if len(decimals) > places:
            if len(set(marks)) == 2 or len(decimals) != 3 or places:
                return None
            whole, decimals = f"{whole}{decimals}", ""
    if not _is_grouped(whole):
        return None
    return int(re.sub(r"[.,]", "", whole) + decimals.ljust(places, "0"))


def _is_grouped(whole: str) -> bool:
    """Whether marks inside of a whole number stand where thousands do."""
    first, *groups = re.split(r"[.,]", whole)
    alike = len({each for each in whole if each in ".,"}) <= 1
    return alike and all(len(each) == 3 for each in groups) and (len(first) <= 3 or not groups)
