"""Variants: the same customer reads the same text, and each text has its share of customers."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asks.holdout import in_holdout
from flows.asks.variants import chosen
from flows.time.durations import Share

ids = st.lists(st.text(max_size=8), min_size=1, max_size=6, unique=True)
texts = st.text(max_size=12)


@settings(max_examples=60)
@given(texts, texts, texts, ids, st.randoms())
def test_the_choice_is_one_of_them_and_does_not_depend_on_their_order(
    salt: str, schedule: str, customer: str, variants: list[str], random: Random
) -> None:
    first = chosen(salt, schedule, customer, variants)
    assert first in variants
    random.shuffle(variants)
    assert chosen(salt, schedule, customer, variants) == first


@settings(max_examples=60)
@given(texts, texts, texts, ids, texts)
def test_a_new_variant_moves_nobody_between_the_others(
    salt: str, schedule: str, customer: str, variants: list[str], new: str
) -> None:
    before = chosen(salt, schedule, customer, variants)
    assert chosen(salt, schedule, customer, [*variants, new]) in {before, new}


@settings(max_examples=10)
@given(st.text(min_size=1, max_size=10))
def test_customers_are_divided_evenly(salt: str) -> None:
    customers = [f"c{n}" for n in range(1500)]
    count = Counter(chosen(salt, "trial", each, ["a", "b", "c"]) for each in customers)
    # Six standard deviations: sqrt(1500 × 1/3 × 2/3) ≈ 18.3.
    assert all(abs(count[each] - 500) < 110 for each in "abc")


def test_the_assignment_never_changes() -> None:
    # Other figures would give customers another text in the middle of a comparison.
    found = [chosen("salt", "silent-trial", f"c-{n}", ["short", "news"]) for n in range(8)]
    assert found == ["short", "news", "short", "short", "short", "news", "short", "news"]


def test_the_draw_is_independent_of_the_holdout_and_of_other_schedules() -> None:
    customers = [f"c{n}" for n in range(4000)]
    held = [each for each in customers if in_holdout("s", "one", each, Share(2500))]
    here = [each for each in held if chosen("s", "one", each, ["a", "b"]) == "a"]
    assert abs(len(here) - len(held) / 2) < 100  # six standard deviations: 6 × 15.8
    both = [each for each in here if chosen("s", "two", each, ["a", "b"]) == "a"]
    assert abs(len(both) - len(here) / 2) < 70


def test_without_variants_there_is_no_choice() -> None:
    assert chosen("s", "one", "c", []) == ""
