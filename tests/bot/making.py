"""What the tests of the operator's doors share: services, values, a moment."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.core.services import Services
from bot.core.words import Words
from bot.settings import Settings
from flows.config import Config
from flows.conversations import FlowLibrary
from flows.languages import SHIPPED
from storage.database import Database
from tests.clocks import StillClock
from tests.yaml_files import read_yaml

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TOKEN = "123456789:AAEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
KEY = "a-key-of-a-shop-system"
TEXTS = Path(__file__).parents[2] / "bot" / "texts"


@cache
def words() -> Words:
    catalogues = {}
    for language in SHIPPED:
        texts = read_yaml(TEXTS / f"erasing.{language}.yaml")
        catalogues[language] = {f"erasing.{key}": text for key, text in texts["erasing"].items()}
    return Words(catalogues)


def settings(**given: Any) -> Settings:
    given = {"bot_token": TOKEN, "api_keys": KEY} | given
    return Settings(_env_file=None, **given)


def services(**given: Any) -> Services:
    made = Services(settings(**given), StillClock(NOW), words(), FlowLibrary(), Config())
    made.bot_username = "verso_bot"
    return made


async def everything(database: Database) -> str:
    """All that the database holds, as one text, to look for what must not be there."""
    found = []
    async with database.reading() as unit:
        for name in await unit.copying.tables():
            async for row in unit.copying.rows(name):
                found.append(f"{name}: {row}")
    return "\n".join(found)
