"""The configuration that is in force, and where it comes from.

It is kept in the database (fact `config`), so that what admins change in Telegram stays. The file
named by VERSO_CONFIG is applied at start when it has changed since it was applied last.
"""

import hashlib
import secrets
from pathlib import Path

from bot.clock import Clock
from bot.ports import Database, Unit
from bot.services import Services
from bot.settings import Settings
from bot.words import Words
from flows.config import Config, dump_config, load_config
from flows.conversations import FlowLibrary
from flows.entities import Group

CONFIG, VERSION, FILE_HASH, SALT = "config", "config_version", "config_file", "salt"


async def load_services(
    database: Database, settings: Settings, clock: Clock, config_file: Path | None
) -> Services:
    """Load all that a running Verso needs from the database, the file and what is shipped.

    Raises ConfigError when the file is wrong, FlowError when a flow is.
    """
    flows = FlowLibrary.shipped()
    async with database.unit() as unit:
        for _name, _version, source in await unit.conversations.kept_flows():
            flows.add(source)
        for flow in flows:
            await unit.conversations.keep_flow(flow.name, flow.version, flow.source)
        if config_file is not None:
            await _apply_file(unit, config_file, _read(config_file), set(flows.names()))
        salt = await unit.facts.get(SALT)
        if salt is None:
            salt = secrets.token_hex(16)
            await unit.facts.set(SALT, salt)
        await unit.commit()
    services = Services(settings, clock, Words.shipped(), flows, Config(), salt=salt)
    await reload_services(database, services)
    return services


async def reload_services(database: Database, services: Services) -> None:
    """Read again what admins and groups may have changed."""
    async with database.reading() as unit:
        text = await unit.facts.get(CONFIG)
        groups = await unit.people.groups()
        admins = await unit.people.admins()
    names = set(services.flows.names())
    services.config = (
        load_config(text, "the stored configuration", flows=names) if text else Config()
    )
    services.groups = {group.chat_id: group for group in groups if group.left_at is None}
    services.admins = {admin.telegram_id for admin in admins} | set(services.settings.owner_ids)


async def keep_config(unit: Unit, config: Config) -> None:
    """Put a configuration in force; every process notices by its version."""
    await unit.facts.set(CONFIG, dump_config(config))
    version = int(await unit.facts.get(VERSION) or 0)
    await unit.facts.set(VERSION, str(version + 1))


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


async def _apply_file(unit: Unit, path: Path, data: bytes | None, flows: set[str]) -> None:
    if data is None:
        return
    digest = hashlib.sha256(data).hexdigest()
    if digest == await unit.facts.get(FILE_HASH):
        return
    await keep_config(unit, load_config(data, str(path), flows=flows))
    await unit.facts.set(FILE_HASH, digest)


def missing_groups(services: Services) -> list[tuple[int, str]]:
    """Give chat and team of groups that the configuration names and that are not bound yet."""
    return [
        (team.chat, team.id)
        for team in services.config.teams
        if team.chat is not None and team.chat not in services.groups
    ]


def bound(chat_id: int, team_id: str, title: str, *, forum: bool, clock: Clock) -> Group:
    """Give the binding of a group to a team."""
    return Group(chat_id, team_id, title, forum, clock.now())
