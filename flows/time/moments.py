"""Days and moments in words: one style for dates and one for moments, in each language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from flows.languages import tongue


def in_words(day: date, language: str) -> str:
    """A day: `4 May 2026`."""
    spoken = tongue(language)
    return format_date(day, spoken.dates.long, locale=spoken.locale)


def on_the_clock(local: datetime, language: str, now: date | None = None) -> str:
    """A moment as a wall clock shows it, which `local` has to be by: `Mon 4 May, 14:05`.

    With the year when it is not that of `now`.
    """
    spoken = tongue(language)
    same_year = now is None or local.year == now.year
    pattern = spoken.dates.weekday if same_year else spoken.dates.other_year
    day = _day(local.date(), pattern, spoken.locale)
    return spoken.dates.moment.format(day=day, time=f"{local:%H:%M}")


def on_the_calendar(day: date, language: str, now: date) -> str:
    """A day with its weekday, as buttons say it: `Mon 4 May`; with the year when it is another."""
    spoken = tongue(language)
    pattern = spoken.dates.weekday if day.year == now.year else spoken.dates.other_year
    return _day(day, pattern, spoken.locale)


@lru_cache(maxsize=1024)
def _day(day: date, pattern: str, locale: Locale) -> str:
    """Most moments of an hour lie on few days."""
    return format_date(day, pattern, locale=locale)
