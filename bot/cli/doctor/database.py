"""The database: reachable, up to date, writable, with room to grow."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.book.channel import Channel, chosen
from bot.cli.doctor.report import Line, fine, problem
from bot.console.warnings import Unheard, unheard
from bot.core.ports import Unit
from bot.data.receivers.managing import troubles
from bot.settings import Settings
from flows.config import Config, ConfigError, load_config
from flows.conversations import FlowLibrary
from flows.entities import StoryPost
from flows.entities.facts import CONFIG
from storage.database import Database
from storage.errors import DatabaseInUse, StorageError
from storage.migrate import is_current

LEAST_FREE = 200_000_000
"""Bytes: weeks of growth for a busy installation, and room for a copy of a young one."""
STUCK = 10
"""Posts that are named."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the other checks need to know from the database."""

    verso_runs: bool = False
    groups: tuple[tuple[int, str], ...] = ()
    """Chat id and team of every group that is bound."""
    config: Config = field(default_factory=Config)
    """What is in force."""
    channel: Channel | None = None
    """Where stories are posted."""
    stuck: tuple[StoryPost, ...] = ()
    """Posts that were withdrawn, and that the channel does not let the bot take out."""
    receivers: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with receivers of webhooks, in words, by their ids."""
    unheard: Mapping[str, Unheard] = field(default_factory=dict)
    """Events that set off schedules which are on, and of which none has come though others have,
    by the schedule."""

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams of the configuration that is in force."""
        return tuple(team.id for team in self.config.teams)


async def check_database(settings: Settings) -> tuple[list[Line], Stored]:
    """Open the database, write to it and take that back, and read what is bound.

    Nothing is made or brought up to date by looking.
    """
    file = settings.sqlite_file
    room = [_room(file)] if file is not None else []
    if file is not None and not await asyncio.to_thread(file.exists):
        return [_not_made_yet(file), *room], Stored()
    try:
        database = await Database.open(settings.database_url, migrate=False)
    except StorageError as error:
        return [problem("database", str(error), "Nothing works without it."), *room], Stored()
    try:
        line, stored = await _look(database)
    finally:
        await database.close()
    return [line, *room], stored


def _not_made_yet(file: Path) -> Line:
    folder = file.absolute().parent
    if os.access(folder, os.W_OK):
        return fine("database", f"SQLite, {file} is made at the first start")
    remedy = "Make the folder and let Verso's user write to it, or mend VERSO_DATABASE_URL."
    return problem("database", f"{folder} cannot be written", remedy)


async def _look(database: Database) -> tuple[Line, Stored]:
    runs = await _verso_runs(database)
    name = "SQLite" if database.is_sqlite else "PostgreSQL"
    async with database.reading() as unit:
        current = await is_current(unit.connection)
    if not current:
        remedy = "Make a backup, then start Verso: it brings the database up to date."
        return problem("database", f"{name}, not up to date", remedy), Stored(runs)
    if why := await database.trouble():
        remedy = "Check that Verso's user may write to it and that the disk is not full."
        return problem("database", f"{name}: {why}", remedy), Stored(runs)
    async with database.reading() as unit:
        groups = await unit.people.groups()
        source = await unit.facts.get(CONFIG)
        channel = await chosen(unit)
        stuck = tuple(await unit.stories.posts_in_state("stuck", STUCK))
        config = _config(source) if source else Config()
        receivers = await troubles(unit, config)
        silent = await _unheard(unit, config)
    bound = tuple((each.chat_id, each.team_id) for each in groups if each.left_at is None)
    line = fine("database", f"{name}, up to date, can be written")
    return line, Stored(runs, bound, config, channel, stuck, receivers, silent)


async def _unheard(unit: Unit, config: Config) -> Mapping[str, Unheard]:
    awaited = {
        schedule.id: schedule.when.event or schedule.when.silence
        for schedule in config.schedules
        if schedule.enabled
    }
    types = dict.fromkeys(each for each in awaited.values() if each)
    missing = {each.type: each for each in await unheard(unit, list(types))}
    return {name: missing[each] for name, each in awaited.items() if each in missing}


def _config(source: str) -> Config:
    """A stored configuration; one that cannot be read is another line's matter."""
    try:
        return load_config(source, flows=FlowLibrary.shipped().for_schedules(), kept=True)
    except ConfigError:
        return Config()


async def _verso_runs(database: Database) -> bool:
    """Whether another process holds what only a running Verso holds."""
    try:
        database.take_file()
    except DatabaseInUse:
        return True
    return await database.is_led()


def _room(file: Path) -> Line:
    folder = next(parent for parent in file.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    text = f"{free / 1_000_000_000:.1f} GB free"
    if free >= LEAST_FREE:
        return fine("disk", text)
    return problem("disk", text, "Make room; a full disk stops Verso from taking anything in.")
