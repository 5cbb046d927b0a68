"""A stage for customers, and SQLite without its threads: PostgreSQL where a test says so."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.bot.stage import Somebody, Stage, make_stage
from tests.conftest import migrated_database
from tests.threadless import without_threads


@pytest.fixture(autouse=True)
def threads_of_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are left out wherever no test says otherwise."""
    without_threads(monkeypatch)


@pytest.fixture(params=["sqlite"])
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of a new migrated database: SQLite unless a test is marked `on_both`."""
    async with migrated_database(request.param, request) as url:
        yield url


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
