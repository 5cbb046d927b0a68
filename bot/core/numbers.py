"""Shares, differences and working time as people read them, with what they rest on."""

from collections.abc import Callable
from datetime import timedelta

from babel.numbers import format_decimal

from flows.insight.stats import Evidence, evidence, wilson
from flows.languages import tongue

SHORT = 120
"""Minutes below which a length of working time is told in minutes."""
Say = Callable[..., str]
"""Gives a sentence by key and values, in some language."""


def share_line(say: Say, language: str, name: str, hits: int, cases: int) -> str:
    """A share with its interval, or with the word that there is not enough data yet."""
    of, interval = f"{hits} / {cases}", wilson(hits, cases)
    if interval is None or evidence(cases) is Evidence.NOT_ENOUGH:
        return say("stats.not_enough", name=name, of=of)
    shares = {
        "share": percent(interval.estimate, language),
        "low": percent(interval.low, language),
        "high": percent(interval.high, language),
    }
    return say("stats.rate", name=name, of=of, **shares)


def percent(share: float, language: str) -> str:
    """`12.5` or `12,5`, of a part of 1."""
    return decimal(share * 100, "0.#", language)


def points(difference: float, language: str) -> str:
    """`+3.2`: a difference of two shares in percentage points, with its sign."""
    shown = decimal(abs(difference) * 100, "0.#", language)
    if shown == "0":
        return shown
    return f"+{shown}" if difference > 0 else f"\u2212{shown}"


def decimal(number: float, pattern: str, language: str) -> str:
    """A number as people who speak this language write it; `pattern` is Unicode's (`0.#`, `0.00`).

    It is rounded to the pattern's places.
    """
    return str(format_decimal(number, pattern, locale=tongue(language).locale))


def working_time(length: timedelta, language: str) -> str:
    """A length of working time in hours, or in minutes when it is less than two: `36 hours`.

    Never in days: nobody knows how long a working day is meant to be.
    """
    minutes = round(length.total_seconds() / 60)
    if minutes < SHORT:
        return tongue(language).measured(minutes, "duration-minute")
    return tongue(language).measured(round(minutes / 60), "duration-hour")
