from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from flows.time.opening import ClockTime, Opening, Weekdays
from flows.time.working_time import add_working_time, elapsed_working_time
from tests.flows.rule_strategies import lengths, moments, openings, zones

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Opening(ClockTime(9 * 60), ClockTime(18 * 60), Weekdays.parse("mon-fri"))
NIGHT = Opening(ClockTime(0), ClockTime(6 * 60), Weekdays.parse("sun"))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-05-04T10:00+02:00", 4, "2026-05-04T14:00+02:00"),  # a Monday
        ("2026-05-04T16:00+02:00", 4, "2026-05-05T11:00+02:00"),
        ("2026-05-04T03:00+02:00", 4, "2026-05-04T13:00+02:00"),
        ("2026-05-08T17:00+02:00", 4, "2026-05-11T12:00+02:00"),  # over a weekend
        ("2026-05-04T14:00+02:00", 4, "2026-05-04T18:00+02:00"),  # ends as they close
        ("2026-03-27T16:00+01:00", 4, "2026-03-30T11:00+02:00"),  # over the change of clocks
    ],
)
def test_a_promise_runs_in_working_hours_alone(start: str, hours: int, due: str) -> None:
    begin = datetime.fromisoformat(start)
    answer = add_working_time(begin, timedelta(hours=hours), OFFICE, BERLIN)
    assert answer == datetime.fromisoformat(due)


def test_holidays_do_not_count() -> None:
    hours = Opening(OFFICE.opens, OFFICE.closes, OFFICE.days, frozenset({date(2026, 5, 1)}))
    begin = datetime(2026, 4, 30, 15, tzinfo=UTC)  # Thursday 17:00 in Berlin
    assert add_working_time(begin, timedelta(hours=4), hours, BERLIN) == datetime(
        2026, 5, 4, 10, tzinfo=UTC
    )


def test_a_skipped_hour_is_not_worked_and_a_repeated_one_is_worked_twice() -> None:
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)
    day = timedelta(hours=30)
    assert elapsed_working_time(spring, spring + day, NIGHT, BERLIN) == timedelta(hours=5)
    assert elapsed_working_time(autumn, autumn + day, NIGHT, BERLIN) == timedelta(hours=7)


@given(moments, lengths, openings(), zones)
def test_what_was_added_has_elapsed(
    start: datetime, duration: timedelta, hours: Opening, zone: ZoneInfo
) -> None:
    end = add_working_time(start, duration, hours, zone)
    assert elapsed_working_time(start, end, hours, zone) == duration


@given(moments, lengths, lengths, openings(), zones)
def test_adding_is_monotone_and_can_be_split(
    start: datetime, one: timedelta, two: timedelta, hours: Opening, zone: ZoneInfo
) -> None:
    middle = add_working_time(start, one, hours, zone)
    end = add_working_time(start, one + two, hours, zone)
    assert start <= middle <= end
    assert add_working_time(middle, two, hours, zone) <= end
    assert elapsed_working_time(middle, end, hours, zone) == two


@given(moments, lengths, openings(), zones)
def test_elapsed_time_is_never_more_than_real_time(
    start: datetime, passed: timedelta, hours: Opening, zone: ZoneInfo
) -> None:
    elapsed = elapsed_working_time(start, start + passed, hours, zone)
    assert timedelta(0) <= elapsed <= passed
    assert elapsed_working_time(start + passed, start, hours, zone) == timedelta(0)


def test_time_cannot_be_taken_away_nor_begin_nowhere() -> None:
    with pytest.raises(ValueError, match="taken away"):
        add_working_time(datetime(2026, 5, 4, tzinfo=UTC), -timedelta(1), OFFICE, BERLIN)
    with pytest.raises(ValueError, match="time zone"):
        add_working_time(datetime(2026, 5, 4), timedelta(1), OFFICE, BERLIN)  # noqa: DTZ001
