"""Dates and moments have one style each."""

from datetime import date, datetime

import pytest

from flows.time.moments import in_words, on_the_clock

MOMENT = datetime(2026, 12, 14, 20, 5)  # noqa: DTZ001  a wall clock


@pytest.mark.parametrize(
    ("language", "day", "moment", "another_year"),
    [
        ("en", "14 December 2026", "Mon 14 Dec, 20:05", "Mon 14 Dec 2026, 20:05"),
        ("en-US", "14 December 2026", "Mon 14 Dec, 20:05", "Mon 14 Dec 2026, 20:05"),
        ("ru", "14 декабря 2026", "пн 14 декабря, 20:05", "пн 14 декабря 2026, 20:05"),
        ("zh", "2026年12月14日", "12月14日周一 20:05", "2026年12月14日周一 20:05"),
        ("zh-hans", "2026年12月14日", "12月14日周一 20:05", "2026年12月14日周一 20:05"),
        ("xx", "14 December 2026", "Mon 14 Dec, 20:05", "Mon 14 Dec 2026, 20:05"),
    ],
)
def test_every_language_writes_days_and_moments_in_its_way(
    language: str, day: str, moment: str, another_year: str
) -> None:
    assert in_words(MOMENT.date(), language) == day
    assert on_the_clock(MOMENT, language) == moment
    assert on_the_clock(MOMENT, language, date(2026, 1, 1)) == moment
    assert on_the_clock(MOMENT, language, date(2027, 1, 1)) == another_year
