"""Floors on the phrases for tuning, and on real messages where these are at hand."""

import csv
import os
from pathlib import Path

import pytest

from flows.ear import Heard, Meaning, shipped
from tests.ear.measuring import Tally, measure, read

TUNING = Path(__file__).with_name("tuning.csv")
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("VERSO_SHARED", ROOT.parent / "shared"))
REPLIES = {Meaning.COMPLAINT, Meaning.QUESTION}
"""What is read by a person."""
EVERY = 1 if os.environ.get("VERSO_EVERY_TEXT") else 6
"""Which of the real texts are heard: all of them take the ear over a minute."""
EAR = shipped()


@pytest.fixture(scope="module")
def tallies() -> dict[str, dict[str, Tally]]:
    return measure(EAR, read(TUNING))


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_the_phrases_for_tuning_are_understood(
    tallies: dict[str, dict[str, Tally]], language: str
) -> None:
    kinds = tallies[language]
    harmless = [tally for kind, tally in kinds.items() if kind.startswith("harmless")]
    total, understood = (
        sum(getattr(each, of) for each in harmless) for of in ("total", "understood")
    )

    assert kinds["stop"].total >= 60
    assert kinds["pair_complaint"].total >= 40
    assert kinds["stop"].understood >= 0.95 * kinds["stop"].total
    assert understood >= 0.95 * total
    assert kinds["pair_complaint"].lost <= 0.05 * kinds["pair_complaint"].total
    assert sum(each.stopped for each in harmless) == 0


def texts(name: str) -> list[str]:
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"{path} is not here; VERSO_SHARED names the folder that has data/{name}")
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)][::EVERY]


def stops_in(heard: list[Heard]) -> int:
    """How many are taken for a stop; where it is asked about nothing is stopped."""
    return sum(Meaning.STOP in each.meanings and not each.unsure for each in heard)


def test_no_real_complaint_is_lost() -> None:
    heard = [EAR.hear(text) for text in texts("consumer_complaints.csv")]

    assert [each for each in heard if not each.unsure and not each.meanings & REPLIES] == []
    assert sum(each.unsure for each in heard) <= len(heard) / 50
    assert [each for each in heard if each.meanings == {Meaning.STOP}] == []
    assert stops_in(heard) == 0


def test_real_short_messages_are_not_taken_for_harmless() -> None:
    heard = [EAR.hear(text) for text in texts("banking_intents.csv")]

    lost = sum(not each.unsure and not each.meanings & REPLIES for each in heard)
    assert lost <= (10 if EVERY == 1 else 6), "by chance a sixth has more than its share"
    assert stops_in(heard) == 0
