"""Fixed times: what may be written, and that it means what APScheduler makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.config import ConfigError, load_config
from flows.time.cron import Cron
from tests.flows.rule_strategies import crons, moments, zones

BERLIN = ZoneInfo("Europe/Berlin")
FILE = """\
schedules:
  - id: monthly
    flow: check_in
    when: {{cron: "{cron}"}}
"""


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 10 1 *", "minute, hours, days of the month, months, weekdays"),
        ("0 10 1 * * *", "minute, hours"),
        ("*/5 * * * *", "one minute from 0 to 59"),
        ("60 10 1 * *", "one minute"),
        ("0 24 1 * *", "hours from 0 to 23"),
        ("0 18-9 * * *", "hours"),
        ("0 9/2 * * *", "hours"),
        ("0 */24 * * *", "steps"),
        ("0 */0 * * *", "steps"),
        ("0 10 0 * *", "days from 1 to 31"),
        ("0 10 last * *", "days"),
        ("0 10 1 13 *", "months from 1 to 12"),
        ("0 10 1 nov-feb *", "months"),
        ("0 10 1 jan-mar/2 *", "months"),
        ("0 10 31 2,apr *", "a day that these months have"),
        ("0 10 * * 1", "weekdays by name"),
        ("0 10 * * mon-5", "weekdays by name"),
        ("0 10 * * fri-mon", "weekdays by name"),
        ("0 10 * * mon-fri/2", "weekdays by name"),
        ("0 10 1 * mon", '"*" for the days or for the weekdays'),
        ("0 10 1 * ?", "weekdays"),
        ("０ 10 1 * *", "one minute"),
        ("0 10 ,1 * *", "days"),
        ("@daily", "a fixed time"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(cron: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(FILE.format(cron=cron))
    [problem] = caught.value.problems
    assert (problem.line, problem.key) == (4, "schedules[0].when.cron")
    assert said in problem.expected


def test_it_is_written_back_as_it_was_read() -> None:
    assert str(Cron.parse("  0  9,18 *  JAN-mar MON-Fri ")) == "0 9,18 * jan-mar mon-fri"
    assert Cron.parse("0 9 1 * *") == Cron.parse("0  9 1 * *")


@given(crons(), moments)
@settings(max_examples=60)
def test_it_means_what_apscheduler_makes_of_it(cron: Cron, start: datetime) -> None:
    ours, theirs = start, start
    trigger = CronTrigger.from_crontab(str(cron), timezone=UTC)
    for _ in range(5):
        ours = cron.after(ours, UTC)
        theirs = trigger.get_next_fire_time(None, theirs + timedelta(microseconds=1))
        assert ours == theirs


@given(crons(), zones, moments)
@settings(max_examples=60)
def test_moments_grow_and_read_right_on_the_wall(
    cron: Cron, zone: ZoneInfo, start: datetime
) -> None:
    found = [start]
    for _ in range(4):
        found.append(cron.after(found[-1], zone))
    assert all(first < second for first, second in pairwise(found))
    for moment in found[1:]:
        wall = moment.astimezone(zone)
        yesterday = wall.astimezone(UTC).astimezone(zone) - timedelta(days=1)
        gap = wall.utcoffset() != yesterday.utcoffset()
        assert gap or (wall.minute == cron.minute and wall.hour in cron.hours)
    last = found[-1]
    assert cron.latest(start, last, zone) == last
    assert cron.latest(last, last, zone) == last
    assert cron.latest(found[-2], last - timedelta(microseconds=1), zone) == (
        found[-2] if len(found) > 2 else None
    )
    assert list(cron.between(start, last, zone)) == found[1:]


def test_nothing_between_two_moments() -> None:
    cron = Cron.parse("0 10 1 * *")
    after_one, before_next = datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert cron.latest(after_one, before_next, UTC) is None


@pytest.mark.parametrize(
    ("start", "moments_of_three_days"),
    [
        # The night in which 02:30 is skipped: the same distance after the gap.
        ("2026-03-28T00:00+01:00", ["28T02:30+01:00", "29T03:30+02:00", "30T02:30+02:00"]),
        # The night in which 02:30 comes twice: once, the first time.
        ("2026-10-24T00:00+02:00", ["24T02:30+02:00", "25T02:30+02:00", "26T02:30+01:00"]),
    ],
)
def test_daylight_saving_neither_skips_nor_repeats(
    start: str, moments_of_three_days: list[str]
) -> None:
    cron, moment = Cron.parse("30 2 * * *"), datetime.fromisoformat(start)
    for expected in moments_of_three_days:
        moment = cron.after(moment, BERLIN)
        assert moment == datetime.fromisoformat(start[:8] + expected)


def test_leap_days_come() -> None:
    cron = Cron.parse("0 10 29 2 *")
    assert cron.after(datetime(2097, 1, 1, tzinfo=UTC), UTC).year == 2104


@given(st.text(max_size=20))
def test_anything_else_is_refused_politely(text: str) -> None:
    with pytest.raises(ValueError, match="a fixed time"):
        Cron.parse(text)
