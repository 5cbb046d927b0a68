from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.insight.stats import (
    SPLIT_IS_OFF,
    Evidence,
    Interval,
    enough_at,
    evidence,
    needed,
    newcombe,
    split_probability,
    wilson,
)

Z_ONCE, Z_DAILY = 1.959963984540054, 3.1946510537632724
"""Normal points of 95 %, and of 99.86 %, as they are where one looks daily."""


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    cases = draw(st.integers(1, 5000))
    return draw(st.integers(0, cases)), cases


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [  # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_figures(hits: int, cases: int, low: float, high: float) -> None:
    interval = wilson(hits, cases)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("counts_", "low", "high"),
    [  # Newcombe, "Interval estimation for the difference" (1998), table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 10), 0.6075, 1.0),
        ((0, 10, 0, 10), -0.2775, 0.2775),
    ],
)
def test_newcombe_gives_the_published_figures(
    counts_: tuple[int, int, int, int], low: float, high: float
) -> None:
    interval = newcombe(*counts_)
    assert interval is not None
    assert interval.low == pytest.approx(low, abs=6e-5)
    assert interval.high == pytest.approx(high, abs=6e-5)


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        (0, 1, 0.0, 0.793450686),
        (1, 7, 0.025679624, 0.513127829),
        (299, 300, 0.981363306, 0.999411342),
        (5000, 5000, 0.999232298, 1.0),
        (12, 100_000, 6.8649e-05, 0.000209755),
    ],
)
def test_wilson_equals_statsmodels(hits: int, cases: int, low: float, high: float) -> None:
    """Its `proportion_confint(…, method="wilson")`, version 0.15, which is no dependency."""
    interval = wilson(hits, cases)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=2e-9)


@pytest.mark.parametrize(
    ("counts_", "z", "low", "high"),
    [
        ((30, 200, 5, 200), Z_ONCE, 0.071401739, 0.182844927),
        ((1, 1000, 9, 90), Z_ONCE, -0.178246027, -0.052275537),
        ((160, 313, 98, 327), Z_ONCE, 0.135843172, 0.283824062),
        ((299, 300, 1, 300), Z_ONCE, 0.971691114, 0.997214891),
        ((0, 10, 0, 10), Z_DAILY, -0.505092483, 0.505092483),
        ((30, 200, 5, 200), Z_DAILY, 0.034503439, 0.224198462),
        ((160, 313, 98, 327), Z_DAILY, 0.087600963, 0.326745183),
    ],
)
def test_newcombe_equals_statsmodels_also_with_a_normal_point_for_every_day(
    counts_: tuple[int, int, int, int], z: float, low: float, high: float
) -> None:
    """Its `confint_proportions_2indep(…, method="newcomb", compare="diff")`, version 0.15."""
    interval = newcombe(*counts_, z)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=2e-9)


@given(counts())
def test_an_interval_surrounds_its_estimate(count: tuple[int, int]) -> None:
    interval = wilson(*count)
    assert interval is not None
    assert 0 <= interval.low <= interval.estimate <= interval.high <= 1


@given(counts(), st.integers(2, 20))
def test_more_cases_of_the_same_share_say_it_more_narrowly(
    count: tuple[int, int], times: int
) -> None:
    few, many = wilson(*count), wilson(count[0] * times, count[1] * times)
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


@given(counts(), counts())
def test_a_difference_turned_round_is_its_mirror(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    there, back = newcombe(*one, *two), newcombe(*two, *one)
    assert there is not None
    assert back is not None
    assert there.low == pytest.approx(-back.high)
    assert there.high == pytest.approx(-back.low)
    assert -1 <= there.low <= there.estimate <= there.high <= 1


def test_a_difference_is_clear_when_its_interval_leaves_out_zero() -> None:
    assert Interval(0.2, 0.1, 0.3).excludes_zero()
    assert Interval(-0.2, -0.3, -0.1).excludes_zero()
    assert not Interval(0.1, -0.1, 0.3).excludes_zero()


def test_without_cases_there_is_nothing_to_say() -> None:
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 5, 10) is None
    with pytest.raises(ValueError, match="more hits than cases"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        (0, Evidence.NOT_ENOUGH),
        (99, Evidence.NOT_ENOUGH),
        (100, Evidence.HINT),
        (149, Evidence.HINT),
        (150, Evidence.ENOUGH),
    ],
)
def test_conclusions_wait_for_cases(cases: int, says: Evidence) -> None:
    assert evidence(cases) is says
    assert needed(cases) == {"not_enough": 100, "hint": 150, "enough": None}[says]


def test_until_when_they_wait_goes_by_how_cases_came() -> None:
    began, now = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 11, tzinfo=UTC)
    assert enough_at(50, began, now) == now + timedelta(days=10)
    assert enough_at(100, began, now) == now + timedelta(days=5)
    for nobody_can_tell in (enough_at(0, began, now), enough_at(1, began, began)):
        assert nobody_can_tell is None
    assert enough_at(1, began, now + timedelta(days=90)) is None, "nobody waits for so long"
    assert enough_at(150, began, now) is None, "it is enough"


@pytest.mark.parametrize(
    ("first", "second", "share", "probability"),
    [
        # Kohavi, Tang, Xu, "Trustworthy Online Controlled Experiments" (2020), chapter 21
        (815_482, 821_588, 0.5, 1.8e-6),
        # Mendel's round and wrinkled peas (1866), 3 : 1; chi-square 0.263
        (5474, 1850, 0.75, 0.608),
        # The table of the distribution with one degree of freedom: 3.841 and 10.828
        (500 + 30.99, 500 - 30.99, 0.5, 0.05),
        (500 + 52.03, 500 - 52.03, 0.5, 0.001),
    ],
)
def test_the_split_gives_the_published_probabilities(
    first: float, second: float, share: float, probability: float
) -> None:
    assert split_probability(first, second, share) == pytest.approx(probability, rel=0.02)


def test_a_split_is_off_when_chance_would_hardly_make_it() -> None:
    right, off = split_probability(97, 903, 0.1), split_probability(60, 940, 0.1)
    assert right is not None
    assert right > 0.7
    assert off is not None
    assert off < SPLIT_IS_OFF


@given(counts(), st.floats(0.01, 0.99))
def test_a_split_turned_round_is_as_probable(count: tuple[int, int], share: float) -> None:
    first, second = count[0], count[1] - count[0]
    there, back = (
        split_probability(first, second, share),
        split_probability(second, first, 1 - share),
    )
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert 0 <= there <= 1
        assert there == pytest.approx(back, abs=1e-9)


def test_few_people_say_nothing_about_a_split() -> None:
    assert split_probability(4, 36, 0.1) is None
    assert split_probability(5, 45, 0.1) == 1
    assert split_probability(0, 50, 0.0) is None
    with pytest.raises(ValueError, match="fewer than none"):
        split_probability(-1, 5, 0.5)
