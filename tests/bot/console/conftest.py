"""Admins before the handlers, with the schedules of a shop."""

import pytest

from bot import wiring
from flows.config import load_config
from storage.database import Database
from tests.bot.asks.making import NOON, SHOP, World
from tests.bot.stage import Somebody, Stage, make_stage


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: nothing here asks a database what others do not, and those run on both."""
    return sqlite_url


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.clock.moment = NOON
    made.services.admins = {900, 902, 903}
    made.services.config = load_config(SHOP)
    return made


@pytest.fixture
def admin(stage: Stage) -> Somebody:
    return Somebody(stage, 900, "Ada")


@pytest.fixture
def other(stage: Stage) -> Somebody:
    return Somebody(stage, 902, "Boris", "ru")


@pytest.fixture
def world(stage: Stage) -> World:
    made = World(stage.database, stage.services.config)
    made.services = stage.services
    made.clock = stage.clock  # type: ignore[assignment]
    return made
