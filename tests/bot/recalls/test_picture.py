"""How far a recall is as a picture: every figure in words, with much, little and no data."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core import printing
from bot.core.words import Words
from bot.recalls import picture
from flows.entities import Recall, RecallId
from storage.repositories.recalls.recalls import RecallCounts
from tests.bot.harness import services_for

PARTS = {
    "title": "A very long title of a kettle that has to be broken " * 2,
    "wrong": "",
    "doing": "",
}
RECALL = Recall(
    RecallId(1), 7, datetime(2026, 5, 4, tzinfo=UTC), "running", {"kind": "list", "count": 9},
    texts={"en": PARTS},
)  # fmt: skip
MUCH = RecallCounts(
    people=8000,
    reached=7100,
    waiting=300,
    states={"unlinked": 590, "doubt": 10},
    steps={"chosen": 2000, "ready": 500, "done": 1500},
    done=2000,
)


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
@pytest.mark.parametrize("counts", [MUCH, RecallCounts(people=1), RecallCounts()])
def test_a_picture_has_every_figure(language: str, counts: RecallCounts) -> None:
    services: Any = services_for(words=Words.shipped())
    inputs = picture.inputs(services, language, RECALL, counts)
    figures = [inputs[f"value-{n}"] for n in range(int(inputs["rows"]))]
    expected = [str(bar[2]) for bar in picture.bars(counts)]
    assert figures == expected
    assert all(0 <= float(inputs[f"share-{n}"]) <= 1 for n in range(len(figures)))
    template = Path(picture.__file__).parent / "progress.typ"
    assert printing.drawn(template, "png", inputs).startswith(b"\x89PNG")
