"""The desk's world, and a ticket in it."""

import pytest

from flows.entities import Ticket
from storage.database import Database
from tests.bot.desk.world import World, make_world


@pytest.fixture
async def world(database: Database) -> World:
    """A desk without groups and customers."""
    return await make_world(database)


@pytest.fixture
async def ticket(world: World) -> Ticket:
    """An open ticket in a forum group."""
    await world.group()
    return await world.complain(await world.customer())
