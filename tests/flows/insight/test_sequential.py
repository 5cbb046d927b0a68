"""Intervals that may be looked at every day."""

from math import comb, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.insight.sequential import EFFECT, difference, normal_point, share
from flows.insight.stats import newcombe, wilson
from tests.flows.insight.looking import Test, ever_clear


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    cases = draw(st.integers(1, 5000))
    return draw(st.integers(0, cases)), cases


def test_looking_every_day_finds_little_where_nothing_is_and_three_points_mostly() -> None:
    """180 days, a tenth held out; other cases: docs/decisions/0074-figures-and-pictures.md."""
    assert ever_clear(Test(20, 0.1), 300) <= 0.05
    assert ever_clear(Test(125, 0.1, 0.03), 60) >= 0.8


def test_a_single_look_would_be_clear_far_too_often() -> None:
    assert ever_clear(Test(40, 0.1), 100, naive=True) > 0.15


@given(counts())
def test_a_share_has_the_interval_of_the_beta_binomial_mixture(count: tuple[int, int]) -> None:
    """At its ends the mixture is twenty times as likely: 1 / (n + 1) over the binomial."""
    hits, cases = count[0] % 400, min(count[1], 400)
    hits = min(hits, cases)
    interval = share(hits, cases)
    assert interval is not None
    for end in (interval.low, interval.high):
        if 0 < end < 1:
            binomial = comb(cases, hits) * end**hits * (1 - end) ** (cases - hits)
            assert 1 / (cases + 1) / binomial == pytest.approx(20, rel=1e-6)
    assert (interval.low == 0) == (hits == 0)
    assert (interval.high == 1) == (hits == cases)


@pytest.mark.parametrize(("variance", "alpha"), [(1e-4, 0.05), (1e-3, 0.05), (1e-5, 0.01)])
def test_the_normal_point_is_that_of_a_mixture_of_normal_differences(
    variance: float, alpha: float
) -> None:
    stray = normal_point(variance, alpha) * sqrt(variance)
    mixed = NormalDist(0, sqrt(variance + EFFECT**2)).pdf(stray)
    assert mixed / NormalDist(0, sqrt(variance)).pdf(stray) == pytest.approx(1 / alpha)


def test_a_difference_is_newcombes_with_that_point() -> None:
    """30 of 200 and 5 of 200, each with one hit and one miss more for the variance."""
    variance = 31 / 202 * 171 / 202 / 200 + 6 / 202 * 196 / 202 / 200
    found = difference(30, 200, 5, 200)
    assert found == newcombe(30, 200, 5, 200, normal_point(variance))
    assert found is not None
    assert found.excludes_zero()


@given(counts())
def test_a_share_that_may_be_looked_at_daily_is_told_less_narrowly(count: tuple[int, int]) -> None:
    once, daily = wilson(*count), share(*count)
    assert once is not None
    assert daily is not None
    assert 0 <= daily.low <= daily.estimate <= daily.high <= 1
    assert daily.high - daily.low > once.high - once.low


@given(counts(), counts())
def test_so_is_a_difference_and_turned_round_it_is_its_mirror(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    once, there, back = newcombe(*one, *two), difference(*one, *two), difference(*two, *one)
    assert once is not None
    assert there is not None
    assert back is not None
    assert there.low == pytest.approx(-back.high)
    assert -1 <= there.low <= once.low <= there.estimate <= once.high <= there.high <= 1


def test_the_point_is_least_where_the_effects_are_that_are_looked_for() -> None:
    for factor in (100, 0.001):
        assert normal_point(EFFECT**2 * factor) > normal_point(EFFECT**2 / 8)


def test_without_cases_there_is_nothing_to_say() -> None:
    assert share(0, 0) is None
    assert difference(0, 0, 5, 10) is None
    for wrong in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="more hits than cases"):
            share(*wrong)
        with pytest.raises(ValueError, match="more hits than cases"):
            difference(*wrong, 5, 10)
