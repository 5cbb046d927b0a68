"""A schedule that drives people away pauses itself; admins are told once and may resume it."""

from dataclasses import replace

import pytest

from bot.asks import planning
from bot.console import schedules
from bot.core.work import Work
from flows.entities import Account, Customer
from storage.database import Database
from tests.bot.asks.making import ADMIN, SHOP, World, shop, texts
from tests.databases import on_both

RULE = "guardrail: {share: 10%, at_least: 10, within: P7D}\n"


@pytest.fixture
async def world(database: Database) -> World:
    return World(database, shop(RULE + SHOP))


async def ask(world: World, number: int) -> list[Customer]:
    """Have so many customers asked, each ask delivered."""
    customers = []
    for _ in range(number):
        customer = await world.customer(f"C-{world.number()}")
        await world.tell(customer)
        customers.append(customer)
    for row in await world.tick():
        await world.deliver(row)
    return customers


async def block(world: World, customer: Customer) -> None:
    account = Account(1000 + customer.id, customer.id, customer.created_at, language_code="en")
    await world.put(replace(account, blocked_at=world.now))


async def paused(world: World) -> set[str]:
    async with world.database.reading() as unit:
        return set(await unit.pauses.going_on())


async def test_too_many_blocks_and_stops_pause_it_and_admins_hear_of_it_once(world: World) -> None:
    customers = await ask(world, 10)
    await block(world, customers[0])
    await world.do(planning.guard)
    assert await paused(world) == set()
    await world.put(replace(customers[1], stopped=("*",), stopped_at=world.now))
    await world.do(planning.guard)
    await world.do(planning.guard)
    assert await paused(world) == {"silent-trial"}
    told = [row for row in world.rows if row.purpose == "admin"]
    assert [row.chat_id for row in told] == [ADMIN]
    assert "2 of its last 10 asks" in texts(told)[0]


async def test_admins_hear_of_it_in_their_language_and_by_the_name_they_know(
    database: Database,
) -> None:
    titled = SHOP.replace(
        "  - id: silent-trial",
        "  - id: silent-trial\n    title: {en: Silent trials, ru: Молчание, zh: 试用未联系}",
    )
    world = World(database, shop(RULE + titled))
    admin = await world.customer("admin", linked=False)
    await world.add(Account(ADMIN, admin.id, world.now, language_code="ru"))
    for customer in (await ask(world, 10))[:2]:
        await block(world, customer)
    await world.do(planning.guard)
    [told] = [row for row in world.rows if row.purpose == "admin"]
    assert "Расписание «Молчание» само приостановилось" in texts([told])[0]


async def test_too_few_asks_prove_nothing(world: World) -> None:
    for customer in await ask(world, 9):
        await block(world, customer)
    await world.do(planning.guard)
    assert await paused(world) == set()


async def test_a_block_long_after_the_ask_does_not_count(world: World) -> None:
    customers = await ask(world, 10)
    world.clock.move(days=8)
    for customer in customers:
        await block(world, customer)
    await world.do(planning.guard)
    assert await paused(world) == set()


async def test_a_stop_of_another_kind_does_not_count(world: World) -> None:
    for customer in await ask(world, 10):
        await world.put(replace(customer, stopped=("after-delivery",), stopped_at=world.now))
    await world.do(planning.guard)
    assert await paused(world) == set()


async def test_asks_that_wait_in_the_outbox_are_not_sent_by_a_paused_schedule(
    world: World,
) -> None:
    customers = await ask(world, 10)
    late = await world.customer("late")
    await world.tell(late)
    [row] = await world.tick()
    for customer in customers[:2]:
        await block(world, customer)
    await world.do(planning.guard)
    assert await world.deliver(row) is None
    await world.tick()
    assert (await world.candidate(late)).outcome == "paused"


@on_both
async def test_switching_it_on_again_resumes_it_and_counts_from_then(world: World) -> None:
    for customer in (await ask(world, 10))[:2]:
        await block(world, customer)
    late = await world.customer("late")
    await world.do(planning.guard)
    await world.tell(late)
    assert await world.tick() == []
    world.clock.move(minutes=1)

    async def switch(work: Work) -> None:
        await schedules.switch(work, "silent-trial", True, ADMIN)

    await world.do(switch)
    assert len(await world.tick()) == 1
    await world.do(planning.guard)
    assert await paused(world) == set()
