"""Customers who are erased, or gone, while something is on its way to them or about them."""

from datetime import timedelta

import pytest

from tests.failures.test_machine import Wall
from tests.journeys.test_desk import card, complain, desk, say
from tests.journeys.world import World, until, world

__all__ = ["desk"]


@pytest.fixture
async def w(desk: World) -> World:
    return desk


async def tries(w: World) -> int:
    """How often something was sent to the group, or tried to be."""
    return len(await w.sandbox.requests(chat=w.group.id))


async def test_words_that_wait_for_the_group_do_not_reach_it_after_they_are_erased(
    w: World,
) -> None:
    anna = await complain(w)
    await card(w)
    await w.sandbox.add_fault("429", chat=w.group.id, retry_after=1, count=None)
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
    await w.sandbox.clear_faults()
    await w.quiet()
    texts = [m.text for m in await w.staff.messages(w.group) if m.from_bot]
    assert not [text for text in texts if "ill" in text.split() or "Secret Street" in text]
    before = await tries(w)
    boris = await w.customer("Boris")
    await boris.start(w.bot)
    await w.told(boris, "Hello")

    async def nothing_is_held() -> bool:
        return w.app.sender.waiting == 0

    await until(nothing_is_held)
    assert await tries(w) == before


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

    await until(filed)
    await w.staff.wait_for(w.group, "it leaks")
    await anna.start(w.bot)
    await w.advance(hours=14)
    await w.told(anna, "number #1")


async def test_a_second_block_is_told_once_although_the_clock_was_set_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Wall()
    monkeypatch.setattr("bot.core.clock.SystemClock.now", lambda _self: wall.now())
    async with world(database_url, clock=wall) as w:
        anna = await complain(w)
        shown = await card(w)

        async def is_blocked() -> bool:
            async with w.app.database.reading() as unit:
                account = await unit.customers.account(anna.id)
            return account is not None and account.blocked_at is not None

        async def is_back() -> bool:
            return not await is_blocked()

        await anna.block(w.bot)
        await until(is_blocked)
        await anna.unblock(w.bot)
        await until(is_back)
        wall.offset = timedelta(hours=-1)
        await anna.block(w.bot)
        await until(is_blocked)
        await say(w, "Are you there?", shown)
        await w.staff.wait_for(w.group, "Not delivered to Anna")
        await w.quiet()
        texts = [m.text for m in await w.staff.messages(w.group) if m.from_bot]
        assert sum("Not delivered to Anna" in text for text in texts) == 1
        assert sum("Anna is back" in text for text in texts) == 0
