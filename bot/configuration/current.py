"""The configuration that is in force, and where it comes from.

It is kept in the database (fact `config`), so that what admins change in Telegram stays. The file
named by VERSO_CONFIG is applied at start when it has changed since it was applied last. Every
change makes a version, which keeps the whole and says who changed what.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import structlog

from bot.configuration import spoken
from bot.core.admin_notices import notify_admins_of
from bot.core.clock import Clock
from bot.core.ports import Database, Unit
from bot.core.rich import clipped
from bot.core.services import Services
from bot.core.words import Words
from bot.core.work import Work
from bot.settings import Settings
from flows.config import Config, ConfigError, diff_config, dump_config, load_config, overwritten
from flows.conversations import FlowLibrary
from flows.entities import Configuration, Group, JournalLine
from flows.entities.facts import CONFIG, FILE_HASH, FILE_VERSION, MOVED, SALT, VERSION
from flows.entities.kinds import Role
from flows.entities.refs import Ref, RefKind

log = structlog.get_logger(__name__)

FILE = "file"
"""Who changes the configuration when the file at the start does."""
_LOST_SHOWN = 10
_LINE_LIMIT = 200


async def load_services(
    database: Database, settings: Settings, clock: Clock, config_file: Path | None
) -> Services:
    """Load all that a running Verso needs from the database, the file and what is shipped.

    Raises ConfigError when the file is wrong, FlowError when a flow is, LanguageError when the
    files of an added language are.
    """
    spoken.speak(settings)
    services = Services(settings, clock, Words.shipped(), FlowLibrary.shipped(), Config())
    async with database.unit() as unit:
        for _name, _version, source in await unit.conversations.kept_flows():
            services.flows.add(source)
        for flow in services.flows:
            await unit.conversations.keep_flow(flow.name, flow.version, flow.source)
        if config_file is not None:
            await _apply_file(Work(unit, clock.now(), services), config_file, _read(config_file))
        salt = await unit.facts.get(SALT)
        if salt is None:
            salt = secrets.token_hex(16)
            await unit.facts.set(SALT, salt)
        await unit.commit()
    services.salt = salt
    await reload_services(database, services)
    return services


async def reload_services(database: Database, services: Services) -> None:
    """Read again what admins and groups may have changed."""
    async with database.reading() as unit:
        text = await unit.facts.get(CONFIG)
        groups = await unit.people.groups()
        admins = await unit.people.admins()
        members = await unit.people.members()
        moved = await unit.facts.beginning(MOVED)
        owners = await unit.customers.at_accounts([g.chat_id for g in groups if g.chat_id > 0])
    names = services.flows.for_schedules()
    services.config = (
        load_config(text, "the stored configuration", flows=names, kept=True) if text else Config()
    )
    services.groups = {group.chat_id: group for group in groups if group.left_at is None}
    services.owner_languages = {
        chat_id: services.language(customer, account)
        for chat_id, (account, customer) in owners.items()
    }
    services.moved = {int(old): int(new) for old, new in moved.items()}
    services.members = {(each.chat_id, each.telegram_id): each for each in members}
    named = set(services.settings.owner_ids)
    services.owners = {each.telegram_id for each in admins if each.role is Role.OWNER} | named
    services.admins = {each.telegram_id for each in admins} | named | {*services.config.roles.admin}


# -- versions -----------------------------------------------------------------------------------


async def keep_config(unit: Unit, config: Config) -> int:
    """Put a configuration in force; every process notices by its version, which is given.

    It is not checked, and nothing is written down about it: `keep_version` does that.
    """
    await unit.facts.set(CONFIG, dump_config(config))
    version = int(await unit.facts.get(VERSION) or 0) + 1
    await unit.facts.set(VERSION, str(version))
    return version


async def keep_version(
    unit: Unit, new: Config, *, actor: str, now: datetime, flows: Collection[str], old: Config
) -> Configuration | None:
    """Put a configuration in force as a new version, and write down who changed what.

    `actor` is as in `Configuration.actor`, `old` what is in force when nothing is stored yet.
    None: nothing changes. Raises ConfigError when the whole does not pass the checks of a file.
    """
    version = int(await unit.facts.locked(VERSION, "0"))
    text = await unit.facts.get(CONFIG)
    before = readable(text, flows) or old
    as_before = new.phrases == before.phrases
    checked = load_config(dump_config(new), "the new configuration", flows=flows, kept=as_before)
    changes = diff_config(before, checked)
    if not changes and text is not None:
        return None
    if await unit.configurations.at(version) is None:
        # What the first change is compared with, so that it can be undone like any other.
        unit.add(Configuration(version, now, "", dump_config(before)))
    number = await keep_config(unit, checked)
    made = Configuration(number, now, actor, dump_config(checked), tuple(changes))
    unit.add(made)
    unit.add(_journal_line(unit, made))
    return made


def readable(text: str | None, flows: Collection[str]) -> Config | None:
    """Read a configuration that was stored; None when it cannot be read any more."""
    return _read_stored(text, frozenset(flows)) if text else None


@lru_cache(maxsize=8)
def _read_stored(text: str, flows: frozenset[str]) -> Config | None:
    """Kept for the next time: every press of an admin reads the same text, which takes a while."""
    try:
        return load_config(text, "the stored configuration", flows=flows, kept=True)
    except ConfigError:
        return None


def _journal_line(unit: Unit, made: Configuration) -> JournalLine:
    """Names what changed, and not to what: texts of asks are no matter of the journal."""
    keys = [line.partition(": ")[0] for line in made.changes]
    names = {key.partition("]")[0] for key in keys}
    single = names.pop() if len(names) == 1 else ""
    subject = (
        str(Ref(RefKind.SCHEDULE, single[10:])) if single.startswith("schedules[") else "config"
    )
    data = {"version": made.version, "changed": keys}
    return JournalLine(unit.new_id(), made.at, made.actor, "config_changed", subject, data)


# -- the file at the start ----------------------------------------------------------------------


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


async def _apply_file(work: Work, path: Path, data: bytes | None) -> None:
    """Apply the file if it has changed; tell admins when it replaces what they have changed."""
    unit = work.unit
    if data is None:
        return
    digest = hashlib.sha256(data).hexdigest()
    if digest == await unit.facts.get(FILE_HASH):
        return
    flows = work.services.flows.for_schedules()
    new = load_config(data, str(path), flows=flows)
    lost = await _overwritten(unit, new, flows)
    made = await keep_version(unit, new, actor=FILE, now=work.now, flows=flows, old=Config())
    await note_file(unit, digest)
    if made is not None and lost:
        log.warning("config_overwritten", version=made.version, changes=len(lost))
        await _tell_of_overwritten(work, new, path.name, lost)


async def _tell_of_overwritten(work: Work, new: Config, file: str, lost: list[str]) -> None:
    admins = {admin.telegram_id for admin in await work.unit.people.admins()}
    owners = set(work.services.settings.owner_ids)
    told = replace(work.services, config=new, admins=admins | owners)
    shown = [f"· {clipped(line, _LINE_LIMIT)}" for line in lost[:_LOST_SHOWN]]
    more = ["· …"] if len(lost) > _LOST_SHOWN else []
    await notify_admins_of(
        Work(work.unit, work.now, told),
        "tuning.overwritten",
        file=file,
        changes="\n".join(shown + more),
    )


async def _overwritten(unit: Unit, new: Config, flows: Collection[str]) -> list[str]:
    """Find what was changed since the file was applied last and would be replaced now."""
    base = await unit.configurations.at(int(await unit.facts.get(FILE_VERSION) or 0))
    then = readable(base.source if base else None, flows)
    now = readable(await unit.facts.get(CONFIG), flows)
    return overwritten(then, now, new) if then is not None and now is not None else []


async def note_file(unit: Unit, digest: str) -> None:
    """Remember that the file with this SHA-256 is applied, and which version is in force then."""
    await unit.facts.set(FILE_HASH, digest)
    await unit.facts.set(FILE_VERSION, await unit.facts.get(VERSION) or "0")


# -- groups -------------------------------------------------------------------------------------


def missing_groups(services: Services) -> list[tuple[int, str]]:
    """Chat and team of groups that the configuration names and that are not bound yet."""
    return [
        (team.chat, team.id)
        for team in services.config.teams
        if team.chat is not None and team.chat not in services.groups
    ]


def bound(chat_id: int, team_id: str, title: str, *, forum: bool, clock: Clock) -> Group:
    """The binding of a group to a team."""
    return Group(chat_id, team_id, title, forum, clock.now())
