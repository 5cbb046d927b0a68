"""Who works in a group: the people whom the bot has seen there, by the handles that others type.

Telegram tells a bot whose handle it is only when that person writes or presses something.
"""

import orjson

from bot.core.work import Work
from flows.entities import Group
from flows.entities.facts import PLAIN, SEEN
from flows.entities.lifecycle import Person


async def meet(work: Work, group: Group, person: Person) -> None:
    """Remember somebody who wrote or pressed something in a group, if they have a handle."""
    if person.id is None or not person.username:
        return
    name, value = _fact(group.chat_id, person.username), _written(person)
    if await work.unit.facts.get(name) != value:
        await work.unit.facts.set(name, value)


async def by_handle(work: Work, group: Group, handle: str) -> Person | None:
    """The person of a group who has this handle; None when nobody with it was seen there.

    An admin of the bot may also have been seen elsewhere.
    """
    username = handle.removeprefix("@")
    found = await work.unit.facts.get(_fact(group.chat_id, username))
    if found is not None:
        read = orjson.loads(found)
        return Person(read["id"], read["name"], username)
    admins = await work.unit.customers.at_accounts(work.services.admins)
    for account, _ in admins.values():
        if account.username.lower() == username.lower():
            return Person(account.telegram_id, account.first_name, username)
    return None


async def follow(work: Work, old: int, new: int) -> None:
    """Take what is known of the people of a group along to the group that it has become."""
    for family in (SEEN, PLAIN):
        for key, value in (await work.unit.facts.beginning(family.of(old, ""))).items():
            await work.unit.facts.set(family.of(new, key), value)
            await work.unit.facts.drop(family.of(old, key))


def _fact(chat_id: int, username: str) -> str:
    return SEEN.of(chat_id, username.lower())


def _written(person: Person) -> str:
    return orjson.dumps({"id": person.id, "name": person.name}).decode()
