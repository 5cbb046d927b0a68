"""Customers who are erased, or gone, while something is on its way to them or about them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.failures.test_machine import Wall
from tests.journeys.test_desk import card, complain, say
from tests.journeys.world import World, until, world


@pytest.fixture(params=[True, False], ids=["forum", "plain"])
async def w(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[World]:
    async with world(database_url, forum=request.param) as made:
        yield made


async def test_words_that_wait_for_the_group_do_not_reach_it_after_they_are_erased(
    w: World,
) -> None:
    anna = await complain(w)
    await card(w)
    await w.sandbox.add_fault("429", chat=w.group.id, retry_after=6, count=1)
    await anna.say(w.bot, "My name is Anna and I am ill")
    await anna.say(w.bot, "My address is Secret Street 5")
    await w.told(anna, "Added to #1")
    await anna.say(w.bot, "/forget_me")
    await w.press(anna, "forget:ask")
    await w.press(anna, "forget:yes")

    async def erased() -> bool:
        async with w.app.database.reading() as unit:
            return await unit.customers.account(anna.id) is None

    await until(erased)
    await asyncio.sleep(8)
    texts = [m.text for m in await w.staff.messages(w.group) if m.from_bot]
    assert not [text for text in texts if "ill" in text.split() or "Secret Street" in text]
    tries = dict(w.app.sender.counts)
    await asyncio.sleep(2)
    assert (w.app.sender.waiting, w.app.sender.counts) == (0, tries)


async def test_whoever_was_gone_when_their_complaint_was_filed_reads_its_number(
    w: World,
) -> None:
    anna = await w.customer()
    await anna.say(w.bot, "it leaks")
    await w.press(anna, ":skip")
    await anna.block(w.bot)

    async def filed() -> bool:
        await w.advance(hours=6)
        return bool(await w.tickets())

    await until(filed, 60)
    await w.staff.wait_for(w.group, "it leaks")
    await anna.start(w.bot)
    await w.advance(hours=14)
    await w.told(anna, "number #1", timeout=8)


async def test_a_second_block_is_told_once_although_the_clock_was_set_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Wall()
    monkeypatch.setattr("bot.core.clock.SystemClock.now", lambda _self: wall.now())
    async with world(database_url, clock=wall) as w:
        anna = await complain(w)
        shown = await card(w)
        await anna.block(w.bot)
        await asyncio.sleep(0.5)
        await anna.unblock(w.bot)
        await asyncio.sleep(0.5)
        wall.offset = timedelta(hours=-1)
        await anna.block(w.bot)
        await asyncio.sleep(0.5)
        await say(w, "Are you there?", shown)
        await w.staff.wait_for(w.group, "Not delivered to Anna")
        await asyncio.sleep(3)
        texts = [m.text for m in await w.staff.messages(w.group) if m.from_bot]
        assert sum("Not delivered to Anna" in text for text in texts) == 1
        assert sum("Anna is back" in text for text in texts) == 0
