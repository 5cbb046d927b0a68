"""Why somebody may not do something, in words: what role it takes, and who has it."""

from collections.abc import Iterable

import orjson

from bot.core.names import staff_name
from bot.core.words import listed
from bot.core.work import Work
from bot.identity.offices import admin_names, is_owner
from flows.desk.rights import RULES, Deed, Why
from flows.entities import Group
from flows.entities.facts import STAFF
from flows.entities.kinds import MemberStatus, Role

NAMED = 3
"""People who may do something that are named; an answer to a press has 200 characters."""


async def refusal(work: Work, group: Group | None, deed: Deed, why: Why, language: str) -> str:
    """Say why somebody may not do something, in a group or elsewhere, and who may."""
    say = work.services.words.say
    if why in (Why.UNKNOWN, Why.GONE, Why.CHANNEL):
        return say(language, f"rights.{why}")
    least = Role.SENIOR if why is Why.NEW else RULES[deed].least
    text = say(
        language,
        f"rights.{why}" if why is Why.NEW else f"rights.needs_{least}",
        deed=say(language, f"rights.deed_{deed}"),
    )
    names = await holders(work, group, least)
    return f"{text} {say(language, 'rights.ask', names=listed(names, language))}" if names else text


async def holders(work: Work, group: Group | None, least: Role) -> list[str]:
    """The names of some people who have a role, or more, the nearest first."""
    services, found = work.services, []
    if group is not None and not least.reaches(Role.ADMIN):
        found = await _seniors(work, group, least)
    names = await admin_names(work)
    offices = [
        names[number]
        for number in sorted(services.admins, key=lambda each: is_owner(services, each))
        if number in names and (least is not Role.OWNER or is_owner(services, number))
    ]
    return [staff_name(name, None) for name in _once([*found, *offices])][:NAMED]


async def _seniors(work: Work, group: Group, least: Role) -> list[str]:
    met = await work.unit.facts.beginning(STAFF.of(group.chat_id, ""))
    found = []
    for known in map(orjson.loads, met.values()):
        number = known["id"]
        named = work.services.config.roles.of(number, known.get("username", ""))
        member = work.services.members.get((group.chat_id, number))
        is_member = member is not None and member.status is not MemberStatus.GONE
        is_admin = member is not None and member.status is MemberStatus.ADMIN
        role = named or (Role.SENIOR if is_admin else Role.STAFF)
        if is_member and role.reaches(least) and number not in work.services.admins:
            found.append(str(known["name"]))
    return found


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
