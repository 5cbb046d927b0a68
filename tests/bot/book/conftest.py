"""The desk's world, in which stories are written."""

from tests.bot.desk.conftest import ticket, world

__all__ = ["ticket", "world"]
