"""A stage for customers, and SQLite without its threads."""

import pytest

from storage.database import Database
from tests.bot.stage import Somebody, Stage, make_stage
from tests.threadless import without_threads


@pytest.fixture(autouse=True)
def threads_of_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are left out wherever no test says otherwise."""
    without_threads(monkeypatch)


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await make_stage(database)


@pytest.fixture
def anna(stage: Stage) -> Somebody:
    return Somebody(stage, 701, "Anna")


@pytest.fixture
def boris(stage: Stage) -> Somebody:
    return Somebody(stage, 702, "Борис", "ru")


@pytest.fixture
def olga(stage: Stage) -> Somebody:
    return Somebody(stage, 703, "Olga")
