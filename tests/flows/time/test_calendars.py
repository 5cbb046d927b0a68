"""Working time of several windows, kept as it was when it was promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.time.calendars import Calendar
from flows.time.opening import ClockTime, Opening, Openings, Weekdays
from tests.flows.rule_strategies import dates, lengths, moments, openings, zone_names

WEEK = Weekdays.parse("mon-fri")


def window(opens: str, closes: str, days: Weekdays = WEEK, *holidays: date) -> Opening:
    return Opening(ClockTime.parse(opens), ClockTime.parse(closes), days, frozenset(holidays))


def calendar(*windows: Opening, zone: str = "Europe/Berlin") -> Calendar:
    return Calendar(Openings(windows), zone)


BROKEN = calendar(window("09:00", "12:00"), window("14:00", "18:00"))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-05-04T09:00", 1, "2026-05-04T10:00"),  # from 11 to 12 in Berlin
        ("2026-05-04T09:00", 2, "2026-05-04T13:00"),  # over the break, until 15
        ("2026-05-04T11:00", 1, "2026-05-04T13:00"),  # begins in the break
        ("2026-05-08T15:00", 2, "2026-05-11T08:00"),  # over a weekend
    ],
)
def test_a_break_is_no_working_time(start: str, hours: int, due: str) -> None:
    begin = datetime.fromisoformat(f"{start}+00:00")
    expected = datetime.fromisoformat(f"{due}+00:00")
    assert BROKEN.add(begin, timedelta(hours=hours)) == expected
    assert BROKEN.elapsed(begin, expected) == timedelta(hours=hours)


def test_windows_that_overlap_count_once() -> None:
    doubled = calendar(window("09:00", "13:00"), window("12:00", "18:00"))
    whole = calendar(window("09:00", "18:00"))
    begin = datetime(2026, 5, 4, 5, tzinfo=UTC)
    for hours in (1, 3, 5, 9, 30):
        assert doubled.add(begin, timedelta(hours=hours)) == whole.add(
            begin, timedelta(hours=hours)
        )


def test_a_night_is_two_windows() -> None:
    night = calendar(window("22:00", "24:00"), window("00:00", "06:00"), zone="UTC")
    begin = datetime(2026, 5, 4, 23, tzinfo=UTC)
    assert night.add(begin, timedelta(hours=3)) == datetime(2026, 5, 5, 2, tzinfo=UTC)
    assert night.opens_at(datetime(2026, 5, 5, 12, tzinfo=UTC)) == datetime(
        2026, 5, 5, 22, tzinfo=UTC
    )
    assert night.opens_at(begin) == begin


def test_what_is_never_open_has_no_hours() -> None:
    with pytest.raises(ValueError, match="never open"):
        Openings(())


calendars = st.builds(
    Calendar,
    st.lists(openings(), min_size=1, max_size=3).map(tuple).map(Openings),
    zone_names,
)


@settings(max_examples=25)
@given(calendars, moments, lengths)
def test_what_is_added_has_passed(made: Calendar, start: datetime, length: timedelta) -> None:
    due = made.add(start, length)
    assert made.elapsed(start, due) == length
    assert made.opens_at(start) >= start


@settings(max_examples=25)
@given(st.lists(openings(), min_size=1, max_size=3), zone_names, st.frozensets(dates, max_size=3))
def test_what_is_written_is_read_again(
    windows: list[Opening], zone: str, holidays: frozenset[date]
) -> None:
    same = tuple(Opening(each.opens, each.closes, each.days, holidays) for each in windows)
    made = Calendar(Openings(same), zone)
    assert Calendar.read(made.written()) == made


def test_a_time_zone_that_is_not_known_any_more_is_utc() -> None:
    made = calendar(window("09:00", "18:00"), zone="Mars/Olympus")
    begin = datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert made.add(begin, timedelta(hours=1)) == datetime(2026, 5, 4, 10, tzinfo=UTC)
