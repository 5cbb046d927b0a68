"""Who works in a group: the people whom the bot has seen there, by the handles that others type.

Telegram tells a bot whose handle it is only when that person writes or presses something. Who is
an anonymous administrator writes as the group, and presses as the account that they are.
"""

from datetime import datetime, timedelta

import orjson

from bot.core.work import Work
from bot.desk import membership, renames
from flows.entities import Group
from flows.entities.facts import ANONYMOUS, AWAY, PLAIN, SEEN, STAFF
from flows.entities.lifecycle import Person


async def meet(work: Work, group: Group, person: Person, *, wrote: bool = True) -> None:
    """Remember somebody who wrote (or pressed) something in a group, and their new name.

    Who writes as the group itself has no name: it is remembered that somebody does.
    """
    if person.id is None:
        return
    if person.id < 0:
        if person.id == group.chat_id and await work.unit.facts.get(_anonymous(group)) is None:
            await work.unit.facts.set(_anonymous(group), "yes")
        return
    await _meet_person(work, group, person, person.id, wrote=wrote)
    await membership.met(work, group, person.id)
    if person.username:
        name, value = _fact(group.chat_id, person.username), _written(person)
        if await work.unit.facts.get(name) != value:
            await work.unit.facts.set(name, value)


async def _meet_person(
    work: Work, group: Group, person: Person, number: int, *, wrote: bool
) -> None:
    name = STAFF.of(group.chat_id, number)
    was = await work.unit.facts.get(name)
    wrote = wrote or (was is not None and orjson.loads(was)["wrote"])
    known = {"id": number, "name": person.name, "username": person.username, "wrote": wrote}
    now = orjson.dumps(known).decode()
    if was == now:
        return
    await work.unit.facts.set(name, now)
    if was is not None:
        await renames.staff_renamed(work, group, was, person)


async def in_whose_name(work: Work, group: Group, person: Person, business: str) -> Person:
    """As whom somebody is taken who presses a button in a group.

    Telegram does not tell that a press is an anonymous administrator's. Where somebody writes as
    the group, who presses and has never written in their own name is taken to be them: they do not
    want to be named, and a ticket must not speak of one person as of two.
    """
    if person.id is None or await work.unit.facts.get(_anonymous(group)) is None:
        return person
    known = await work.unit.facts.get(STAFF.of(group.chat_id, person.id))
    if known is not None and orjson.loads(known)["wrote"]:
        return person
    return Person(group.chat_id, business)


def _anonymous(group: Group) -> str:
    return ANONYMOUS.of(group.chat_id)


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


A_MOMENT = timedelta(minutes=2)
"""What somebody does within this time after a colleague, they hardly do knowing of it."""


async def forget(work: Work, group: Group, telegram_id: int) -> None:
    """Forget somebody who has left a group: nobody is sent to them any more."""
    name = STAFF.of(group.chat_id, telegram_id)
    known = await work.unit.facts.get(name)
    if known is None:
        return
    await work.unit.facts.drop(name)
    if handle := orjson.loads(known)["username"]:
        await work.unit.facts.drop(_fact(group.chat_id, handle))


async def others(work: Work, group: Group, apart_from: int | None) -> list[Person]:
    """The people who were seen in a group and are not away, but for one, by their ids."""
    known = await work.unit.facts.beginning(STAFF.of(group.chat_id, ""))
    read = [orjson.loads(value) for value in known.values()]
    people = [Person(each["id"], each["name"], each["username"]) for each in read]
    away = await work.unit.facts.beginning(AWAY)
    gone = {int(key) for key, until in away.items() if datetime.fromisoformat(until) > work.now}
    there = (each for each in people if each.id != apart_from and each.id not in gone)
    return sorted(there, key=lambda each: each.id or 0)


async def follow(work: Work, old: int, new: int) -> None:
    """Take what is known of the people of a group along to the group that it has become."""
    await membership.follow(work, old, new)
    for family in (SEEN, STAFF, PLAIN):
        for key, value in (await work.unit.facts.beginning(family.of(old, ""))).items():
            await work.unit.facts.set(family.of(new, key), value)
            await work.unit.facts.drop(family.of(old, key))
    if await work.unit.facts.get(ANONYMOUS.of(old)) is not None:
        await work.unit.facts.set(ANONYMOUS.of(new), "yes")
        await work.unit.facts.drop(ANONYMOUS.of(old))


def _fact(chat_id: int, username: str) -> str:
    return SEEN.of(chat_id, username.lower())


def _written(person: Person) -> str:
    return orjson.dumps({"id": person.id, "name": person.name}).decode()
