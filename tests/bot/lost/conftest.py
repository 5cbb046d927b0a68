"""The desk's world."""

import pytest

from storage.database import Database
from tests.bot.desk.world import World, make_world


@pytest.fixture
async def world(database: Database) -> World:
    """A desk without groups and customers."""
    return await make_world(database)
