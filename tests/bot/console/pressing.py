"""What tests of tuning in Telegram press and look up."""

import pytest

from bot.configuration import changes
from flows.config import Config, Schedule
from flows.entities import Configuration, Outgoing
from tests.bot.stage import Somebody, Stage

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what asks nothing new of the database."""


async def stored(stage: Stage) -> Config:
    found = await stage.use(changes.stored)
    assert isinstance(found, Config)
    return found


async def silent_trial(stage: Stage) -> Schedule:
    found = (await stored(stage)).schedule("silent-trial")
    assert found is not None
    return found


async def versions(stage: Stage) -> list[Configuration]:
    return [each for each in await stage.all(Configuration) if each.changes]


def text(row: Outgoing) -> str:
    return str(row.params["text"])


def answered(stage: Stage) -> str:
    return str(list(stage.answers.values())[-1].get("text", ""))


async def go(admin: Somebody, *labels: str) -> Outgoing:
    """Open /schedules and press one button after the other; give the last screen."""
    [row] = await admin.says("/schedules")
    for label in labels:
        [row] = await admin.chooses(row, label)
    return row
