"""Rates before a change and since, compared so that they may be looked at every day."""

import random
from functools import cache
from math import inf, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.insight.recurrence import Pair, Trend, evidence_against, recurrence

CLEAR = log(20)


@cache
def evidence(before: int, after: int) -> float:
    return evidence_against(1, [Pair(before, after, 500, 500)])


def best(before: int, after: int) -> float:
    """The log ratio of likelihoods of the likeliest ratio and of 1: no mixture is above it."""
    both = before + after
    return sum(n * log(2 * n / both) for n in (before, after) if n)


def shares_ever_clear(ratio: float, runs: int) -> float:
    """Which share of changes is found to matter on any of 180 days, at one in two days before."""
    chance, clear = random.Random(7), 0
    for _ in range(runs):
        before = after = 0
        for _ in range(180):
            # Five customers, each with one chance in ten a day: nearly Poisson, and quick.
            before += sum(chance.random() < 0.1 for _ in range(5))
            after += sum(chance.random() < 0.1 * ratio for _ in range(5))
            if best(before, after) >= CLEAR and evidence(before, after) >= CLEAR:
                clear += 1
                break
    return clear / runs


def test_looking_every_day_finds_little_where_nothing_changed_and_halving_mostly() -> None:
    assert shares_ever_clear(1, 120) <= 0.05
    assert shares_ever_clear(0.5, 40) >= 0.7


def test_an_interval_of_one_ratio_of_exposures_is_robbins_mixture() -> None:
    """With equal exposures the mixture is a ratio of beta functions: Beta(2, 2) as the prior."""
    for before, after in ((30, 10), (0, 3), (200, 190)):
        exact = log_beta(2 + before, 2 + after) - log_beta(2, 2) + (before + after) * log(2)
        assert evidence(before, after) == pytest.approx(exact, abs=1e-3)


def log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def test_nothing_is_concluded_from_nothing() -> None:
    nothing = recurrence([Pair(0, 0, 10, 10), Pair(5, 9, 0, 10)])
    assert (nothing.low, nothing.high, nothing.trend) == (0, inf, Trend.UNCLEAR)
    assert (nothing.before, nothing.after) == (0, 0), "nobody could complain on one of the days"
    assert recurrence([]).rates is None
    with pytest.raises(ValueError, match="fewer than none"):
        recurrence([Pair(-1, 0, 1, 1)])


def test_what_does_not_fall_is_seen_by_plain_rates_when_there_is_enough() -> None:
    same = recurrence([Pair(6, 7, 100, 100)])
    assert same.trend is Trend.UNCLEAR
    assert (same.has_not_fallen(5), same.has_not_fallen(8)) == (True, False)
    assert not recurrence([Pair(7, 6, 100, 100)]).has_not_fallen(5)
    assert not recurrence([Pair(6, 7, 100, 200)]).has_not_fallen(5), "twice as many could"
    assert recurrence([Pair(60, 10, 100, 100)]).trend is Trend.FELL
    assert recurrence([Pair(10, 60, 100, 100)]).trend is Trend.ROSE


pairs = st.builds(
    Pair, st.integers(0, 30), st.integers(0, 30), st.integers(1, 900), st.integers(1, 900)
)


@given(st.lists(pairs, max_size=8))
def test_both_ends_are_where_the_evidence_begins_and_time_turned_round_turns_it(
    found: list[Pair],
) -> None:
    there = recurrence(found)
    for end in (there.low, there.high):
        if 1e-12 < end < 1e12:
            assert evidence_against(end, found) == pytest.approx(CLEAR, abs=1e-6)
    turned = [Pair(p.after, p.before, p.exposed_after, p.exposed_before) for p in found]
    back = recurrence(turned)
    assert there.low <= there.high
    if there.low > 1e-12:
        assert back.high == pytest.approx(1 / there.low, rel=1e-6)
