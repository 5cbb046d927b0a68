"""Thanks by rule: once, when it has come true, in the customer's language, and within limits."""

from datetime import timedelta
from typing import Any

import pytest

from bot.changes import changes, telling
from bot.core.callbacks import pack
from bot.core.events import NoticeDelivered
from bot.core.work import Work
from bot.recovery import pools, thanking
from flows.config import Config, load_config
from flows.entities import Event, EventId, Fund, LedgerLine, Remedy
from flows.entities.lifecycle import Person
from storage.ids import new_id
from storage.repositories.base import all_of
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CONFIG, FORUM, NOW, World
from tests.databases import on_both

RULES = """
thanks:
  - id: bag
    when: change_shipped
    title: {en: A bag of tea, ru: Пачка чая, zh: 一袋茶}
    kind: code
    pool: bags
    value: 4.00 EUR
  - {id: early, when: first_of_trial, title: {en: A cup, ru: Чашка, zh: 一个杯子}, kind: other}
"""


def configured(more: str = "") -> Config:
    return load_config(CONFIG + RULES + more)


async def fill(world: World, *codes: str) -> None:
    await world.do(lambda work: pools.fill(work.unit, "bags", codes, NOW))


async def thanks(world: World) -> list[Remedy]:
    found: list[Remedy] = await world.read(lambda unit: unit.find(Remedy, all_of(Remedy)))
    return [each for each in found if each.fund is Fund.THANKS]


async def shipped(world: World, number: int) -> None:
    """Have a change made of a complaint, tell of it, and let the notice arrive."""
    ticket = await world.ticket(number)
    await world.press(pack("t", "change", ticket.id))

    async def ship(work: Work) -> None:
        found = await work.unit.changes.by_number(1)
        assert found is not None
        found = await changes.describe(work, found, "The tins have a thicker lid now.")
        await telling.ship(work, found, Person(BORIS, "Boris"))

    await world.do(ship)
    await world.deliver()
    await world.later(minutes=2)
    await world.later(minutes=2)


@on_both
async def test_whoever_led_to_a_change_is_thanked_once_when_its_notice_has_arrived(
    world: World,
) -> None:
    world.services.config = configured()
    await world.group()
    await fill(world, "TEA-1", "TEA-2")
    person = await world.customer("Анна", ANNA, language="ru")
    await world.complain(person, "Банка помята.", chat=ANNA)
    assert await thanks(world) == []
    await shipped(world, 1)
    last = world.to(ANNA)[-1].text
    assert last == (
        "Благодаря вашему рассказу (#1) кое-что стало лучше. С благодарностью:\n"
        "Пачка чая (4,00\xa0€)\nВаш код: TEA-1"
    )
    assert any("R1: A bag of tea" in text for text in world.texts(FORUM))
    [given] = await thanks(world)
    lines: list[LedgerLine] = await world.read(lambda u: u.find(LedgerLine, all_of(LedgerLine)))
    assert [(each.fund, each.amount, each.staff_id) for each in lines] == [(Fund.THANKS, 400, None)]
    # The same notice again, in another unit: nothing twice.
    [notice] = await world.read(lambda unit: unit.changes.notices_for(person.id))
    await world.do(lambda work: thanking.notice_delivered(work, NoticeDelivered(notice)))
    assert await thanks(world) == [given]


async def test_without_codes_or_beyond_a_limit_only_admins_hear_of_it_once(world: World) -> None:
    world.services.config = configured()
    world.services.admins = {ADMIN}
    await world.group()
    person = await world.customer("Anna", ANNA)
    await world.complain(person, chat=ANNA)
    await shipped(world, 1)
    assert await thanks(world) == []
    assert not any("thanks" in text.lower() for text in world.texts(ANNA))
    assert len([text for text in world.texts(ADMIN) if "no code left" in text]) == 1
    await fill(world, "TEA-1")
    world.services.config = configured("grants: {thanks_per_customer: 3.99 EUR}")
    [notice] = await world.read(lambda unit: unit.changes.notices_for(person.id))
    for _ in range(2):
        await world.do(lambda work: thanking.notice_delivered(work, NoticeDelivered(notice)))
        await world.deliver()
    assert await thanks(world) == []
    assert len([text for text in world.texts(ADMIN) if "rule bag have reached" in text]) == 1


@pytest.mark.parametrize("stopped", [(), ("*",)])
async def test_the_first_complaint_of_a_trial_at_night_and_of_somebody_who_has_stopped(
    world: World, stopped: tuple[str, ...]
) -> None:
    world.services.config = configured()
    await world.group()
    person = await world.customer("Anna", ANNA, stopped=stopped)

    async def began(work: Work) -> None:
        at = world.now - timedelta(days=2)
        trial: dict[str, Any] = {"type": "trial_started", "period": "P14D"}
        work.unit.add(Event(EventId(new_id()), "t1", person.id, at=at, received_at=at, **trial))

    await world.do(began)
    world.now = NOW.replace(hour=22)
    await world.complain(person, chat=ANNA)
    await world.complain(person, "And it is cold.", chat=ANNA)
    [given] = await thanks(world)
    assert given.option == "early"
    await world.later(seconds=2)
    said = "You told us early what went wrong (#1). With our thanks:\nA cup"
    # Whoever has stopped reads it with the receipt of what they have just told, else not at night.
    assert (said in world.texts(ANNA)) is bool(stopped)
    await world.later(hours=12)
    assert world.texts(ANNA).count(said) == 1


async def test_thanks_that_are_taken_back_before_they_were_told_are_never_told(
    world: World,
) -> None:
    world.services.config = configured("roles: {senior: [7001]}")
    await world.group()
    person = await world.customer("Anna", ANNA)

    async def began(work: Work) -> None:
        trial: dict[str, Any] = {"type": "trial_started", "period": "P14D"}
        work.unit.add(Event(EventId(new_id()), "t1", person.id, at=NOW, received_at=NOW, **trial))

    await world.do(began)
    world.now = NOW.replace(hour=22)
    await world.complain(person, chat=ANNA)
    before = world.texts(ANNA)
    [given] = await thanks(world)
    await world.press(pack("m", "void", given.id))
    await world.deliver()
    prompt = world.to(FORUM)[-1].message_id
    await world.write("A slip.", to=prompt)
    await world.later(hours=12)
    assert world.texts(ANNA) == before
