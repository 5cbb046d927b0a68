from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.time.durations import THE_END, Period, Share, as_utc
from tests.flows.rule_strategies import exact_periods, moments, periods, shares, zones

BERLIN = ZoneInfo("Europe/Berlin")


@given(periods)
def test_a_period_reads_back_as_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P3D", Period(days=3)),
        ("PT2S", Period(seconds=2)),
        ("P1Y2M3W4DT5H6M7S", Period(1, 2, 3, 4, 5, 6, 7)),
        ("P1M", Period(months=1)),
        ("PT1M", Period(minutes=1)),
        ("P0D", Period()),
    ],
)
def test_periods_in_writing(text: str, period: Period) -> None:
    assert Period.parse(text) == period


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "3D", "p3d", "P-3D", "P1.5D", "P1H", "PT1D", " P1D", "P1D\n", "P٣D",
     "P101Y", "P999999999Y", "PT9999999999S"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="an ISO 8601 period such as"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("start", "period", "zone", "end"),
    [
        # Calendar months end where the month ends.
        ("2026-01-31T12:00+00:00", "P1M", "UTC", "2026-02-28T12:00+00:00"),
        ("2024-02-29T12:00+00:00", "P1Y", "UTC", "2025-02-28T12:00+00:00"),
        ("2026-12-31T12:00+00:00", "P2M", "UTC", "2027-02-28T12:00+00:00"),
        # A day later is the same time of day, 23 or 25 hours on; 24 hours are 24 hours.
        ("2026-03-28T12:00+01:00", "P1D", "Europe/Berlin", "2026-03-29T12:00+02:00"),
        ("2026-03-28T12:00+01:00", "PT24H", "Europe/Berlin", "2026-03-29T13:00+02:00"),
        ("2026-10-24T12:00+02:00", "P1D", "Europe/Berlin", "2026-10-25T12:00+01:00"),
        # A time that is skipped lies the same distance after the gap.
        ("2026-03-28T02:30+01:00", "P1D", "Europe/Berlin", "2026-03-29T03:30+02:00"),
        # A time that occurs twice is the first.
        ("2026-10-24T02:30+02:00", "P1D", "Europe/Berlin", "2026-10-25T02:30+02:00"),
        ("2026-11-01T01:30-05:00", "P1D", "America/New_York", "2026-11-02T01:30-05:00"),
        # 30 December 2011 did not exist in Apia.
        ("2011-12-29T12:00-10:00", "P1D", "Pacific/Apia", "2011-12-31T12:00+14:00"),
        ("2026-05-01T12:00+08:00", "P1W", "Asia/Shanghai", "2026-05-08T12:00+08:00"),
    ],
)
def test_periods_follow_the_calendar_of_a_zone(
    start: str, period: str, zone: str, end: str
) -> None:
    later = Period.parse(period).after(datetime.fromisoformat(start), ZoneInfo(zone))
    assert later == datetime.fromisoformat(end)
    assert later.tzinfo is UTC


@given(moments, periods, zones)
def test_a_period_leads_on(moment: datetime, period: Period, zone: ZoneInfo) -> None:
    assert (period.after(moment, zone) > moment) is bool(period)


@given(moments, exact_periods, zones)
def test_hours_are_exact_everywhere(moment: datetime, period: Period, zone: ZoneInfo) -> None:
    assert period.after(moment, zone) - moment == period.exact


def test_a_period_beyond_the_calendar_ends_never() -> None:
    assert Period(years=100).after(datetime(9950, 1, 1, tzinfo=UTC)) == THE_END
    assert Period(days=36_000).after(datetime(9950, 1, 1, tzinfo=UTC), BERLIN) == THE_END
    assert Period(hours=800_000).after(datetime(9999, 12, 31, tzinfo=UTC)) == THE_END


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 5, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        Period(days=1).after(naive)
    with pytest.raises(ValueError, match="time zone"):
        as_utc(naive)


@given(shares)
def test_a_share_reads_back_as_written(share: Share) -> None:
    assert Share.parse(str(share)) == share


@pytest.mark.parametrize("text", ["", "10", "%", "101%", "-1%", "1.234%", "0.1", "1,5%", "ten%"])
def test_what_is_no_share_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="a share in percent"):
        Share.parse(text)


@given(shares, st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_a_share_of_a_length_lies_within_it(share: Share, length: timedelta) -> None:
    assert timedelta(0) <= share.of(length) <= length
    assert Share(10_000).of(length) == length
