"""The desk's world, in which themes are made, on both databases."""

from tests.bot.desk.conftest import ticket, world
from tests.conftest import database_url

__all__ = ["database_url", "ticket", "world"]
