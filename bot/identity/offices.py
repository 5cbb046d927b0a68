"""Who looks after the bot: owners and admins, by what they are called, appointed and removed.

An owner decides who is an admin. Where nobody is an owner, as every one of them is named in the
configuration, every admin is one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import orjson

from bot.core.events import AdminRemoved
from bot.core.journal import note
from bot.core.services import Services
from bot.core.work import Work
from flows.entities import Admin
from flows.entities.facts import ADMIN_NAME, PEOPLE, SEEN
from flows.entities.kinds import Role
from flows.entities.refs import Ref, RefKind

_HIGHEST_ID = 10**16


class Source(StrEnum):
    """Where it is written that somebody is an admin."""

    HERE = "here"
    """In the bot: appointed or removed in Telegram or by `verso admins`."""
    SETTINGS = "settings"
    """In VERSO_OWNER_IDS."""
    CONFIGURATION = "configuration"
    """Under `roles.admin`."""


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody who looks after the bot."""

    telegram_id: int
    name: str
    role: Role
    source: Source


class NotDone(StrEnum):
    """Why nobody was appointed or removed; a key for words."""

    ALREADY = "already"
    NOBODY = "nobody"
    """They are not an admin."""
    LAST = "last"
    """Nobody would be left who decides who is an admin."""
    SETTINGS = "settings"
    CONFIGURATION = "configuration"
    """They are named there, and have to be taken out there."""


def is_owner(services: Services, telegram_id: int) -> bool:
    """Tell whether somebody decides who looks after the bot."""
    return telegram_id in (services.owners or services.admins)


async def offices(work: Work) -> list[Office]:
    """Everybody who looks after the bot, owners first, in the order in which they came."""
    rows = await work.unit.people.admins()
    names = await admin_names(work)
    found: dict[int, Office] = {}
    for number in work.services.settings.owner_ids:
        found[number] = Office(number, names.get(number, ""), Role.OWNER, Source.SETTINGS)
    for row in rows:
        named = names.get(row.telegram_id, row.name)
        found.setdefault(row.telegram_id, Office(row.telegram_id, named, row.role, Source.HERE))
    for number in work.services.config.roles.admin:
        office = Office(number, names.get(number, ""), Role.ADMIN, Source.CONFIGURATION)
        found.setdefault(number, office)
    return sorted(found.values(), key=lambda each: each.role is not Role.OWNER)


async def admin_names(work: Work) -> dict[int, str]:
    """The names of the admins, by their Telegram ids."""
    claimed = {each.telegram_id: each.name for each in await work.unit.people.admins()}
    kept = await work.unit.facts.beginning(ADMIN_NAME)
    found = claimed | {int(number): name for number, name in kept.items()}
    return {number: name for number, name in found.items() if name}


async def called(work: Work, who: str) -> tuple[int, str] | None:
    """Id and name of somebody by their Telegram id or by a handle seen in a group; None: unknown.

    Of a mere id there need be no name.
    """
    if who.isascii() and who.isdecimal() and 0 < int(who) < _HIGHEST_ID:
        return int(who), (await admin_names(work)).get(int(who), "")
    handle = who.removeprefix("@").lower()
    seen = await work.unit.facts.beginning(SEEN)
    for name, value in seen.items():
        if name.partition(":")[2] == handle:
            known = orjson.loads(value)
            return int(known["id"]), str(known["name"])
    return None


async def appoint(
    work: Work, telegram_id: int, name: str, role: Role, actor: str
) -> Office | NotDone:
    """Make somebody an admin or an owner. `actor` is as in the journal: `admin:ID`, `cli:NAME`."""
    known = await work.unit.get(Admin, telegram_id)
    if known is not None and known.role.reaches(role):
        return NotDone.ALREADY
    if telegram_id in work.services.settings.owner_ids:
        return NotDone.ALREADY
    if known is None:
        work.unit.add(Admin(telegram_id, name, work.now, role))
    else:
        work.unit.put(Admin(telegram_id, name or known.name, known.since, role))
    note(work, actor, "admin_added", Ref(RefKind.ADMIN, telegram_id), role=role.value)
    work.learn(lambda services: _came(services, telegram_id, role))
    await _changed(work)
    return Office(telegram_id, name, role, Source.HERE)


async def _changed(work: Work) -> None:
    """Have this process and every other take it over."""
    await work.unit.facts.set(PEOPLE, str(work.unit.new_id()))
    work.config_changed = True


def _came(services: Services, telegram_id: int, role: Role) -> None:
    services.admins.add(telegram_id)
    if role is Role.OWNER:
        services.owners.add(telegram_id)


async def remove(work: Work, telegram_id: int, actor: str) -> Office | NotDone:
    """Have somebody look after the bot no longer; the last who decides about admins stays."""
    everybody = await offices(work)
    office = next((each for each in everybody if each.telegram_id == telegram_id), None)
    if office is None:
        return NotDone.NOBODY
    if office.source is not Source.HERE:
        return NotDone(office.source.value)
    if is_last(everybody, telegram_id):
        return NotDone.LAST
    if telegram_id in work.services.config.roles.admin:
        return NotDone.CONFIGURATION
    work.unit.delete(await work.unit.get(Admin, telegram_id))
    note(work, actor, "admin_removed", Ref(RefKind.ADMIN, telegram_id))
    work.learn(lambda services: _went(services, telegram_id))
    await _changed(work)
    await work.emit(AdminRemoved(telegram_id))
    return office


def is_last(everybody: Collection[Office], telegram_id: int) -> bool:
    """Tell whether nobody else would decide about admins if somebody went."""
    others = [each for each in everybody if each.telegram_id != telegram_id]
    went = next(each for each in everybody if each.telegram_id == telegram_id)
    if went.role is not Role.OWNER:
        return not others
    return not any(each.role is Role.OWNER for each in others)


def _went(services: Services, telegram_id: int) -> None:
    services.owners.discard(telegram_id)
    services.admins.discard(telegram_id)
