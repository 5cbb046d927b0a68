"""Which complaints are found to be alike, and to which group they fit."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.themes.grams import Kind, grams
from flows.themes.index import DIMENSIONS, Group, Index, Item

HERE = 1
LEAKS = "The lid leaks, there is tea all over my bag."


def _wordings(language: str) -> list[tuple[str, str]]:
    with (Path(__file__).parent / "wordings.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [(row["text"], row["theme"]) for row in rows if row["language"] == language]


def _index(known: Sequence[tuple[str, str]], names: list[str]) -> Index:
    index = Index()
    index.learn(
        [
            Item(number, text, HERE, frozenset({Group("theme", names.index(theme))}))
            for number, (text, theme) in enumerate(known, 1)
        ]
    )
    return index


@pytest.mark.parametrize(("language", "least"), [("en", 22), ("ru", 21), ("zh", 22)])
def test_a_complaint_fits_the_theme_of_those_that_say_the_same_otherwise(
    language: str, least: int
) -> None:
    """Each of the 24 is asked for among the 23 others."""
    said = _wordings(language)
    names = sorted({theme for _, theme in said})
    first = 0
    for position, (text, theme) in enumerate(said):
        index = _index([each for at, each in enumerate(said) if at != position], names)
        found = index.match(text, HERE)
        first += found.groups[0][0].id == names.index(theme)
    assert first >= least


def test_what_is_asked_for_is_one_place_and_another_complaint() -> None:
    index = Index()
    index.learn([Item(1, LEAKS, HERE), Item(2, "My lid leaks too.", HERE), Item(3, LEAKS, 2)])
    assert [item for item, _ in index.match(LEAKS, HERE, apart=1).items] == [2]
    assert [item for item, _ in index.match(LEAKS, 2).items] == [3]
    index.moved(2, HERE)
    assert {item for item, _ in index.match(LEAKS, HERE).items} == {1, 2, 3}


def test_it_learns_from_what_is_linked_unlinked_and_forgotten() -> None:
    index, lids, late = Index(), Group("theme", 1), Group("change", 1)
    index.learn([Item(1, LEAKS, HERE), Item(2, "No parcel yet.", HERE, frozenset({late}))])
    assert [group for group, _ in index.match(LEAKS, HERE).groups] == [late]
    index.learn([Item(1, LEAKS, HERE, frozenset({lids}))])
    assert index.match(LEAKS, HERE).groups[0][0] == lids
    index.learn([Item(1, LEAKS, HERE)])
    assert [group for group, _ in index.match(LEAKS, HERE).groups] == [late]
    index.learn([Item(1, "", HERE)])
    assert index.match(LEAKS, HERE).items == []
    assert len(index) == 1


def test_it_finds_the_same_however_complaints_came() -> None:
    """One by one, many at a time, and again in another form."""
    said = [text for language in ("en", "ru", "zh") for text, _ in _wordings(language)]
    items = [Item(number, text, HERE) for number, text in enumerate(said, 1)]
    whole, single = Index(), Index()
    whole.learn(items[:40], more=True)
    whole.learn(items[40:])
    for item in [Item(5, "something else", HERE), *items]:
        single.learn([item])
    single.learn(items)  # by now all weights are those of all
    for asked in (said[0], said[30], said[60]):
        ours, theirs = whole.match(asked, HERE).items, single.match(asked, HERE).items
        assert [item for item, _ in ours][:2] == [item for item, _ in theirs][:2]


def test_meanings_count_where_words_differ() -> None:
    def towards(axis: int) -> bytes:
        vector = np.zeros(DIMENSIONS, np.int8)
        vector[axis] = 127
        return vector.tobytes()

    index, lids = Index(), Group("theme", 1)
    index.learn([Item(1, LEAKS, HERE, frozenset({lids}), towards(0)), Item(2, "sour", HERE)])
    found = index.match("Крышка течёт", HERE, vector=towards(0))
    assert found.items[0][0] == 1
    assert found.groups[0][0] == lids
    assert found.groups[0][1] > index.match("Крышка течёт", HERE, vector=towards(1)).groups[0][1]


def test_features_are_those_of_the_text_whatever_stands_beside_it() -> None:
    alone = grams([LEAKS]).of(0)
    among = grams(["茶很苦", LEAKS, ""]).of(1)
    assert all(np.array_equal(one, other) for one, other in zip(alone, among, strict=True))
    stems = grams([LEAKS], stems_only=True)
    assert stems.feature.min() >= Kind.STEM << 18
    assert len(grams([""]).feature) == 0


@given(st.lists(st.text(), max_size=4), st.text())
def test_any_text_can_be_known_and_asked_for(texts: list[str], asked: str) -> None:
    index = Index()
    index.learn([Item(number, text, HERE) for number, text in enumerate(texts, 1)])
    found = index.match(asked, HERE)
    assert all(0 < score <= 1.0001 for _, score in found.items)
