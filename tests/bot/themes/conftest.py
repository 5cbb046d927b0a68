"""The desk's world, in which themes are made."""

from tests.bot.desk.conftest import ticket, world

__all__ = ["ticket", "world"]
