"""Who belongs to an audience, and which condition the others miss."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asks.audience import Traits, outside
from flows.config import Audience, ComplaintRange, Config, ConfigError, ValueRange, load_config
from flows.time.durations import Period
from tests.flows.asks.saying import REASONS

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
EVERYTHING = Audience(
    product=("pro",),
    tags=("eu", "vip"),
    without_tags=("staff",),
    language=("ru",),
    stage=("first_use",),
    time_zone=("Europe/*", "Asia/Tokyo"),
    value=ValueRange(least=100, most=500),
    complaints=ComplaintRange(least=1, most=2, within=Period(days=90)),
)
FITS = Traits(
    "pro", frozenset({"eu"}), "ru", "first_use", "Europe/Berlin", 100, (NOW - timedelta(days=89),)
)
LONG_AGO = NOW - timedelta(days=91)


def test_who_meets_every_condition_belongs_to_it() -> None:
    assert outside(EVERYTHING, FITS, NOW) is None
    assert outside(EVERYTHING, replace(FITS, zone="Asia/Tokyo", value=500), NOW) is None
    assert outside(Audience(), Traits(), NOW) is None
    has_both = replace(FITS, product=None, products=frozenset({"basic", "pro"}))
    assert outside(EVERYTHING, has_both, NOW) is None


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"product": "basic"}, "other_product"),
        ({"product": None}, "no_product"),
        ({"product": None, "products": frozenset({"basic"})}, "no_product"),
        ({"product": "basic", "products": frozenset({"pro"})}, "other_product"),
        ({"tags": frozenset()}, "other_tags"),
        ({"tags": frozenset({"eu", "staff"})}, "unwanted_tags"),
        ({"language": "en"}, "other_language"),
        ({"stage": "leaving"}, "other_stage"),
        ({"stage": ""}, "no_stage"),
        ({"zone": "Asia/Shanghai"}, "other_zone"),
        ({"zone": "Europe"}, "other_zone"),
        ({"value": None}, "no_value"),
        ({"value": 99}, "other_value"),
        ({"value": 501}, "other_value"),
        ({"complaints": ()}, "other_complaints"),
        ({"complaints": (LONG_AGO,)}, "other_complaints"),
        ({"complaints": (NOW,) * 3}, "other_complaints"),
        ({"complaints": (NOW + timedelta(seconds=1),)}, "other_complaints"),
    ],
)
def test_the_first_condition_that_is_missed_is_told(change: dict[str, Any], key: str) -> None:
    reason = outside(EVERYTHING, replace(FITS, **change), NOW)
    assert reason is not None
    assert reason.key == key
    assert key in REASONS


bounds = st.none() | st.integers(-5, 5)


@settings(max_examples=60)
@given(bounds, bounds, st.integers(-6, 6))
def test_ranges_include_their_ends(least: int | None, most: int | None, value: int) -> None:
    if (least is None and most is None) or (
        least is not None and most is not None and least > most
    ):
        return
    audience = Audience(value=ValueRange(least=least, most=most))
    inside = (least is None or value >= least) and (most is None or value <= most)
    assert (outside(audience, Traits(value=value), NOW) is None) == inside


SCHEDULE = "schedules:\n - {{id: a, flow: check_in, when: {{event: e}}, {}}}"
STAGES = "stages:\n - {id: first, title: {en: A, ru: A, zh: A}}\n"


@pytest.mark.parametrize(
    ("entry", "key", "expected"),
    [
        ("audience: {value: {}}", "audience.value", '"from", "to" or both'),
        ("audience: {value: {from: 5, to: 4}}", "audience.value", "nobody fits"),
        ("audience: {value: {from: much}}", "audience.value.from", "a whole number"),
        ("audience: {complaints: {from: -1}}", "audience.complaints.from", "from 0"),
        ("audience: {complaints: {to: 1, within: P0D}}", "audience.complaints.within", "longer"),
        ("audience: {time_zone: Mars/*}", "audience.time_zone", "a region such as"),
        ("audience: {time_zone: Europe/Berlinn}", "audience.time_zone", "an IANA time zone"),
        ("audience: {stage: frist}", "audience.stage", "a stage"),
        ("audience: {tags: [a], without_tags: [a, b]}", "audience", "nobody fits"),
        ("cap: {asks: 0}", "cap.asks", "from 1 to 100"),
        ("priority: 101", "priority", "from 0 to 100"),
    ],
)
def test_an_audience_that_nobody_fits_is_told_where_it_was_entered(
    entry: str, key: str, expected: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(STAGES + SCHEDULE.format(entry))
    [problem] = caught.value.problems
    assert problem.key == f"schedules[0].{key}"
    assert expected in problem.expected


def test_limits_are_none_unless_given() -> None:
    assert (Config().limits.daily, Config().limits.backlog) == (None, None)
    config = load_config("limits: {daily: 200, backlog: 40}")
    assert (config.limits.daily, config.limits.backlog) == (200, 40)
