"""Whole chats as customers read them; `python -m tests.transcripts --write` writes them anew."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.threadless import without_threads
from tests.transcripts.playing import play
from tests.transcripts.reading import HERE, LANGUAGES, files


@pytest.fixture
async def fresh(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """An empty SQLite database, whose process leads."""
    without_threads(monkeypatch)
    opened = await Database.open(sqlite_url)
    await opened.try_to_lead()
    yield opened
    await opened.close()


def test_there_are_as_many_in_each_language() -> None:
    assert {each: len(list((HERE / each).glob("*.txt"))) for each in LANGUAGES} == dict.fromkeys(
        LANGUAGES, 27
    )


def named(path: Path) -> Any:
    """A transcript as a case that is called by its place."""
    return pytest.param(path.read_text("utf-8"), id=f"{path.parent.name}/{path.stem}")


@pytest.mark.parametrize("text", [named(path) for path in files()])
async def test_every_line_reads_as_it_was_read(fresh: Database, text: str) -> None:
    assert await play(fresh, text) == text, "read it, then python -m tests.transcripts --write"
