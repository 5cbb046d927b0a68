from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.asks.holdout import in_holdout, in_holdout_of_all, leaves_nobody, position
from flows.insight.stats import SPLIT_IS_OFF, split_probability
from flows.time.durations import Share
from tests.flows.rule_strategies import shares

texts = st.text(max_size=20)


@given(texts, texts, texts, shares, shares)
def test_a_larger_share_only_adds_customers(
    salt: str, schedule: str, customer: str, one: Share, two: Share
) -> None:
    small, large = sorted((one, two))
    held_small = in_holdout(salt, schedule, customer, small)
    assert not held_small or in_holdout(salt, schedule, customer, large)


@given(texts, texts, texts)
def test_nobody_at_none_everybody_at_all(salt: str, schedule: str, customer: str) -> None:
    assert 0 <= position(salt, schedule, customer) < 1
    assert not in_holdout(salt, schedule, customer, Share(0))
    assert not leaves_nobody(Share(9_999))
    assert leaves_nobody(Share(10_000))
    assert in_holdout(salt, schedule, customer, Share(10_000))


@given(st.text(min_size=1, max_size=10))
def test_customers_are_spread_evenly(salt: str) -> None:
    customers = 2000
    held = sum(in_holdout(salt, "trial", f"c{n}", Share(1000)) for n in range(customers))
    # Six standard deviations: sqrt(2000 × 0.1 × 0.9) ≈ 13.4.
    assert abs(held - customers * 0.1) < 81


def test_the_assignment_never_changes() -> None:
    # Changing these figures would move customers between the groups of running comparisons.
    assert round(position("salt", "silent-trial", "c-1"), 6) == 0.406094


def test_schedules_and_salts_are_independent_and_parts_do_not_run_together() -> None:
    assert position("a", "b", "c") != position("a", "c", "b")
    assert position("ab", "c", "d") != position("a", "bc", "d")
    customers = [f"c{n}" for n in range(5000)]
    one = {each for each in customers if in_holdout("s", "one", each, Share(1000))}
    both = {each for each in one if in_holdout("s", "two", each, Share(1000))}
    assert 10 < len(both) < 100  # 1 % of 5,000 is 50


def test_the_splits_it_makes_pass_the_check_of_splits() -> None:
    for number in range(12):
        held = sum(in_holdout(f"salt {number}", "trial", f"c{n}", Share(1000)) for n in range(1500))
        probability = split_probability(held, 1500 - held, 0.1)
        assert probability is not None
        assert probability > SPLIT_IS_OFF


def test_whom_no_schedule_asks_has_a_draw_of_their_own() -> None:
    customers = [f"c{n}" for n in range(4000)]
    of_all = {each for each in customers if in_holdout_of_all("s", each, Share(1000))}
    both = {each for each in of_all if in_holdout("s", "one", each, Share(1000))}
    assert 300 < len(of_all) < 500
    assert len(both) < 80
    assert not any(in_holdout_of_all("s", each, Share(0)) for each in customers)
