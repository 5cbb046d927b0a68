"""Why somebody may not do something, in words: what role it takes, and who has it."""

from collections.abc import Iterable

import orjson

from bot.core.names import staff_name
from bot.core.words import listed
from bot.core.work import Work
from bot.desk import members
from bot.identity.offices import admin_names, is_owner
from flows.desk.rights import RULES, Deed, Why
from flows.entities import Group
from flows.entities.facts import STAFF
from flows.entities.kinds import MemberStatus, Role
from flows.entities.lifecycle import Person

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


async def seniors(work: Work, group: Group) -> list[Person]:
    """Those of a group's people who are its seniors or more, and are not away."""
    people = await members.others(work, group, None)
    return [each for each in people if _role(work, group, each).reaches(Role.SENIOR)]


async def _seniors(work: Work, group: Group, least: Role) -> list[str]:
    met = await work.unit.facts.beginning(STAFF.of(group.chat_id, ""))
    found = []
    for known in map(orjson.loads, met.values()):
        person = Person(known["id"], str(known["name"]), known.get("username", ""))
        if _is_member(work, group, person) and _role(work, group, person).reaches(least):
            found.append((person.id, person.name))
    return [name for number, name in found if number not in work.services.admins]


def _is_member(work: Work, group: Group, person: Person) -> bool:
    member = work.services.members.get((group.chat_id, person.id or 0))
    return member is not None and member.status is not MemberStatus.GONE


def _role(work: Work, group: Group, person: Person) -> Role:
    """What somebody is in a group, as far as it is known without asking Telegram."""
    services, number = work.services, person.id or 0
    if number in services.admins:
        return Role.OWNER if is_owner(services, number) else Role.ADMIN
    named = services.config.roles.of(number, person.username)
    member = services.members.get((group.chat_id, number))
    is_admin = member is not None and member.status is MemberStatus.ADMIN
    return named or (Role.SENIOR if is_admin else Role.STAFF)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
