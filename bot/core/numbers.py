"""Shares, differences and working time as people read them, with what they rest on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from babel.numbers import format_decimal

from bot.core.names import day
from flows.insight import sequential
from flows.insight.stats import ENOUGH_FOR_A_HINT, Evidence, evidence, needed
from flows.languages import tongue

SHORT = 120
"""Minutes below which a length of working time is told in minutes."""
Say = Callable[..., str]
"""Gives a sentence by key and values, in some language."""


def share_line(say: Say, language: str, name: str, hits: int, cases: int) -> str:
    """How many of how many; from 100 on also their share, with an interval for looking daily."""
    interval = sequential.share(hits, cases)
    if interval is None or evidence(cases) is Evidence.NOT_ENOUGH:
        return say("figures.count", name=name, hits=hits, cases=cases)
    shares = {
        "share": percent(interval.estimate, language),
        "low": percent(interval.low, language),
        "high": percent(interval.high, language),
    }
    return say("figures.share", name=name, hits=hits, cases=cases, **shares)


def few(say: Say, *cases: int) -> str:
    """What is said once where counts stand without a share; empty: each has enough cases."""
    if all(evidence(each) is not Evidence.NOT_ENOUGH for each in cases):
        return ""
    return say("figures.few", n=ENOUGH_FOR_A_HINT)


def too_early(say: Say, language: str, cases: int, enough_at: datetime | None, zone: str) -> str:
    """Until how many cases, and until about when, nothing more can be said; empty: it can be.

    `cases`: those of the smaller of two groups. `enough_at`: None where nobody can tell.
    """
    step = needed(cases)
    if step is None:
        return ""
    if enough_at is None:
        return say("figures.too_early", n=step)
    return say("figures.too_early_until", n=step, when=day(enough_at, zone, language))


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
