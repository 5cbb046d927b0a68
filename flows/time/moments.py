"""Days and moments in words: one style for dates and one for moments, in each language."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

_DAYS = {"en": "d MMMM y", "ru": "d MMMM y", "zh": "y年M月d日"}
_WITH_WEEKDAY = {"en": "EEE d MMM", "ru": "EEE d MMMM", "zh": "M月d日EEE"}
_AND_YEAR = {"en": "EEE d MMM y", "ru": "EEE d MMMM y", "zh": "y年M月d日EEE"}
"""Patterns of our own (Unicode's letters); other languages have those of their locale."""


def in_words(day: date, language: str) -> str:
    """A day: `4 May 2026`."""
    locale = _locale(language)
    return format_date(day, _DAYS.get(locale.language, "long"), locale=locale)


def on_the_clock(local: datetime, language: str, now: date | None = None) -> str:
    """A moment as a wall clock shows it, which `local` has to be by: `Mon 4 May, 14:05`.

    With the year when it is not that of `now`.
    """
    same_year = now is None or local.year == now.year
    patterns, skeleton = (_WITH_WEEKDAY, "MMMEd") if same_year else (_AND_YEAR, "yMMMEd")
    locale = _locale(language)
    pattern = patterns.get(locale.language)
    if pattern is None:
        day = format_skeleton(skeleton, local, locale=locale)
    else:
        day = format_date(local.date(), pattern, locale=locale)
    return f"{day}{' ' if locale.language == 'zh' else ', '}{local:%H:%M}"


@cache
def _locale(language: str) -> Locale:
    """The locale of a language; English where there is none."""
    try:
        found = Locale.parse(language.replace("-", "_").split("_")[0].lower())
    except (UnknownLocaleError, ValueError):
        found = Locale.parse("en")
    return Locale.parse("en_GB") if found.language == "en" else found
