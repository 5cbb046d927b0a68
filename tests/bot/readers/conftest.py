"""A desk, and admins before the handlers."""

from tests.bot.console.conftest import stage
from tests.bot.desk.conftest import world

__all__ = ["stage", "world"]
