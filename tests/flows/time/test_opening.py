from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from flows.time.opening import (
    EVERY_DAY,
    ClockTime,
    Opening,
    Weekdays,
    next_allowed,
    steady_spans,
    zone_for,
)
from tests.flows.rule_strategies import clock_times, moments, openings, weekdays, zones

MINUTE = timedelta(minutes=1)


def open_from(opens: str, closes: str, *holidays: str) -> Opening:
    days = frozenset(date.fromisoformat(day) for day in holidays)
    return Opening(ClockTime.parse(opens), ClockTime.parse(closes), EVERY_DAY, days)


@pytest.mark.parametrize(
    ("zone", "now", "opens", "closes", "allowed"),
    [
        # Europe/Berlin springs forward on 29 March 2026, 02:00 → 03:00.
        ("Europe/Berlin", "2026-03-28T20:30+01:00", "10:00", "20:00", "2026-03-29T10:00+02:00"),
        ("Europe/Berlin", "2026-03-29T01:00+01:00", "02:30", "05:00", "2026-03-29T03:00+02:00"),
        ("Europe/Berlin", "2026-03-29T01:00+01:00", "02:10", "02:40", "2026-03-30T02:10+02:00"),
        # It falls back on 25 October 2026, 03:00 → 02:00.
        ("Europe/Berlin", "2026-10-24T20:30+02:00", "10:00", "20:00", "2026-10-25T10:00+01:00"),
        ("Europe/Berlin", "2026-10-25T02:40+02:00", "02:15", "02:30", "2026-10-25T02:15+01:00"),
        ("Europe/Berlin", "2026-10-25T02:40+02:00", "01:30", "02:30", "2026-10-25T02:00+01:00"),
        ("Europe/Berlin", "2026-10-25T02:20+01:00", "02:15", "02:30", "2026-10-25T02:20+01:00"),
        # America/New_York: 8 March and 1 November 2026.
        ("America/New_York", "2026-03-07T20:30-05:00", "10:00", "20:00", "2026-03-08T10:00-04:00"),
        ("America/New_York", "2026-03-08T01:59-05:00", "02:00", "03:00", "2026-03-09T02:00-04:00"),
        ("America/New_York", "2026-10-31T20:00-04:00", "10:00", "20:00", "2026-11-01T10:00-05:00"),
        ("America/New_York", "2026-11-01T01:50-04:00", "01:00", "01:30", "2026-11-01T01:00-05:00"),
        # Asia/Shanghai keeps one time.
        ("Asia/Shanghai", "2026-07-01T20:00+08:00", "10:00", "20:00", "2026-07-02T10:00+08:00"),
        ("Asia/Shanghai", "2026-07-01T19:59+08:00", "10:00", "20:00", "2026-07-01T19:59+08:00"),
        # Pacific/Apia skipped 30 December 2011 altogether.
        ("Pacific/Apia", "2011-12-29T21:00-10:00", "10:00", "20:00", "2011-12-31T10:00+14:00"),
        ("Pacific/Apia", "2011-12-29T23:59-10:00", "00:00", "24:00", "2011-12-29T23:59-10:00"),
    ],
)  # fmt: skip
def test_asks_wait_for_the_customers_own_morning(
    zone: str, now: str, opens: str, closes: str, allowed: str
) -> None:
    answer = next_allowed(datetime.fromisoformat(now), open_from(opens, closes), ZoneInfo(zone))
    assert answer == datetime.fromisoformat(allowed)
    assert answer.tzinfo is UTC


def test_holidays_are_passed_over() -> None:
    opening = open_from("10:00", "20:00", "2026-12-25", "2026-12-26")
    christmas = datetime(2026, 12, 25, 12, tzinfo=UTC)
    assert next_allowed(christmas, opening, ZoneInfo("UTC")) == datetime(
        2026, 12, 27, 10, tzinfo=UTC
    )


def reads_open(moment: datetime, opening: Opening, zone: ZoneInfo) -> bool:
    """The rule said once more, by what a clock on the wall shows."""
    local = moment.astimezone(zone)
    reading = local.hour * 60 + local.minute
    return (
        opening.opens.minutes <= reading < opening.closes.minutes
        and local.weekday() in opening.days.days
        and local.date() not in opening.holidays
    )


@settings(max_examples=60)
@given(moments, openings(), zones)
def test_the_next_allowed_moment_is_open_and_nothing_before_it_is(
    now: datetime, opening: Opening, zone: ZoneInfo
) -> None:
    allowed = next_allowed(now, opening, zone)
    assert allowed >= now
    assert reads_open(allowed, opening, zone)
    checked = max(now, allowed - timedelta(days=2))
    while checked < allowed:
        assert not reads_open(checked, opening, zone)
        checked += timedelta(minutes=5)
    assert allowed == now or not reads_open(allowed - timedelta(seconds=1), opening, zone)


@given(moments, openings(), zones)
def test_spans_are_in_order_open_inside_and_closed_between(
    start: datetime, opening: Opening, zone: ZoneInfo
) -> None:
    spans = list(islice(opening.spans(start, zone), 12))
    assert all(opens < closes for opens, closes in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    for opens, closes in spans:
        assert reads_open(opens, opening, zone)
        assert reads_open(closes - timedelta(microseconds=1), opening, zone)


@given(moments, zones)
def test_pieces_of_steady_time_join_without_a_gap(start: datetime, zone: ZoneInfo) -> None:
    pieces = list(islice(steady_spans(start, zone), 40))
    assert pieces[0][0] == start
    assert all(one[1] == two[0] for one, two in pairwise(pieces))
    for first, last, offset in pieces:
        assert first.astimezone(zone).utcoffset() == offset
        assert (last - timedelta(microseconds=1)).astimezone(zone).utcoffset() == offset


@given(clock_times)
def test_a_time_of_day_reads_back_as_written(clock: ClockTime) -> None:
    assert ClockTime.parse(str(clock)) == clock


@pytest.mark.parametrize("text", ["", "9", "24:01", "12:60", "-1:00", "10:0", "10.00", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a time of day such as"):
        ClockTime.parse(text)


@given(weekdays)
def test_weekdays_read_back_as_written(days: Weekdays) -> None:
    assert Weekdays.parse(str(days)) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mon, Wed", {0, 2}),
        ("mon-thu,sat", {0, 1, 2, 3, 5}),
        ("sat-mon", {5, 6, 0}),
        ("sun", {6}),
    ],
)
def test_weekdays_in_writing(text: str, days: set[int]) -> None:
    assert Weekdays.parse(text).days == days


@pytest.mark.parametrize("text", ["", "mon-", "-fri", "monday", "mon..fri", "mon,,tue", "1-5"])
def test_what_are_no_weekdays_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="weekdays such as"):
        Weekdays.parse(text)


def test_it_must_open_before_it_closes() -> None:
    with pytest.raises(ValueError, match="before it closes"):
        open_from("20:00", "10:00")


@pytest.mark.parametrize(
    ("customer", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        (None, "Europe/Berlin"),
        ("", "Europe/Berlin"),
        ("Mars/Olympus", "Europe/Berlin"),
        ("../../etc/passwd", "Europe/Berlin"),
        ("+03:00", "Europe/Berlin"),
        ("Asia/Shanghai\0", "Europe/Berlin"),
    ],
)
def test_the_customers_zone_counts_when_it_names_one(customer: str | None, zone: str) -> None:
    assert zone_for(customer, "Europe/Berlin").key == zone
