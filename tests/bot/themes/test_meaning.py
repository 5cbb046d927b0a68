"""What texts mean is near across languages, whatever is in them."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bot.themes.meaning import LONGEST, installed, legible
from flows.themes.index import DIMENSIONS, Group, Index, Item

OWN = Path(__file__).parents[2] / "flows" / "themes" / "complaints.csv"
MEANING = installed()
needs_model = pytest.mark.skipif(MEANING is None, reason="the extra `themes` is not installed")


@needs_model
def test_a_complaint_is_found_among_those_of_another_language() -> None:
    assert MEANING is not None
    with OWN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = {each: [row[each] for row in rows] for each in ("en", "ru", "zh")}
    made = {each: [MEANING.vector(text) for text in texts] for each, texts in said.items()}
    for known, asked in (("en", "ru"), ("ru", "zh"), ("zh", "en")):
        index = Index()
        index.learn(
            [
                Item(number, text, 1, frozenset({Group("theme", number)}), vector)
                for number, (text, vector) in enumerate(
                    zip(said[known], made[known], strict=True), 1
                )
            ]
        )
        right = [
            index.match(text, 1, vector=vector).groups[0][0].id == number
            for number, (text, vector) in enumerate(zip(said[asked], made[asked], strict=True), 1)
        ]
        assert sum(right) >= 21, (known, asked)


@needs_model
def test_any_text_has_a_meaning_or_none() -> None:
    assert MEANING is not None
    assert MEANING.vector(" \0 \ud800") == b""
    vector = np.frombuffer(MEANING.vector("a\0b\ud800 👍"), np.int8).astype(float)
    assert len(vector) == DIMENSIONS
    assert 120 < float(np.sqrt(vector @ vector)) < 134


def test_only_the_beginning_is_read_without_what_the_model_does_not_take() -> None:
    assert legible("a\0b\ud83d \n c") == "a b c"
    assert len(legible("👍" * 4096)) == LONGEST
