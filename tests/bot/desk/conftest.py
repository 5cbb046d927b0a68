"""The desk's world as a fixture."""

import pytest

from storage.database import Database
from tests.bot.desk.world import World, make_world


@pytest.fixture
async def world(database: Database) -> World:
    """A desk without groups and customers, on each database."""
    return await make_world(database)
