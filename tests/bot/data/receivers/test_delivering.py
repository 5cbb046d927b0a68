"""Receivers are told everything, once by its id, in order for each customer, whatever happens."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.work import Work
from bot.data.receivers import managing
from bot.data.retention import KEEP_WEBHOOKS, tidy
from bot.identity.erasure import forget
from flows.data.webhooks import Answer
from flows.entities.kinds import WebhookState
from storage.database import Database
from tests.bot.data.receivers.conftest import CRM, SHOP, Post
from tests.bot.making import everything
from tests.databases import on_both

DOWN = Answer(error="unreachable")


@on_both
async def test_a_receiver_that_is_down_for_a_day(post: Post) -> None:
    """Another one is told at once; Verso is started anew, and killed while it tells."""
    post.name(SHOP, CRM)
    post.shops.answers["shop"] = DOWN
    happened: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for hour in range(24):
        if hour % 3 == 0:
            customer = hour % 2
            happened[customer].append(hour)
            await post.happens(hour, customer=customer)
            await post.happens(hour, customer=customer, receiver="crm")
        if hour % 8 == 0:
            post.start()
        await post.after(hours=1)
    assert "shop" not in post.shops.got
    assert len(post.shops.got["crm"]) == 8
    assert [text for text in post.told() if "“shop”" in text] == post.told()
    assert len(post.told()) == 1
    tries = len([each for each in post.shops.calls if each[0] == "shop"])
    assert tries < 20, "who waits behind another one is not tried"
    del post.shops.answers["shop"]
    await killed_while_it_tells(post)
    await post.after(hours=15)
    for customer in range(3):
        assert post.shops.order("shop", f"C-{customer}") == happened[customer]
        assert post.shops.order("crm", f"C-{customer}") == happened[customer]
    assert {each.state for each in await post.rows()} == {WebhookState.DELIVERED}


async def killed_while_it_tells(post: Post) -> None:
    """The receiver has taken something, and Verso is gone before it has noted that."""
    post.shops.stuck = True
    async with post.database.unit() as unit:
        await managing.retry_all(Work(unit, post.clock.now(), post.services), "shop", "cli:a")
        await unit.commit()
    running = asyncio.create_task(post.delivering.run())
    await post.shops.called(len(post.shops.calls) + 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    post.shops.stuck = False
    post.start()


@on_both
async def test_one_that_fails_holds_up_its_customer_and_nobody_else(post: Post) -> None:
    post.shops.answers["shop"] = Answer(500)
    first = await post.happens(1)
    await post.after()
    del post.shops.answers["shop"]
    await post.happens(2)
    await post.happens(3, customer=1)
    await post.happens(4, customer=None)
    await post.after()
    taken = [each["data"]["n"] for each in post.shops.got["shop"].values()]  # type: ignore[index]
    assert sorted(taken) == [3, 4]
    rows = {each.data["n"]: each for each in await post.rows()}
    assert (rows[1].tries, rows[1].status, rows[1].failed_at) == (1, 500, post.clock.now())
    assert rows[2].tries == 0
    assert rows[2].next_at == rows[1].next_at
    await post.after(seconds=10)
    assert post.shops.order("shop", "C-0") == [1, 2]
    assert post.shops.calls.count(("shop", first.name)) == 2


@on_both
async def test_what_nobody_takes_is_given_up_told_and_sent_again_when_somebody_says_so(
    post: Post,
) -> None:
    post.shops.answers["shop"] = Answer(500)
    await post.happens(1)
    await post.happens(2)
    for _ in range(30):
        await post.after(hours=5)
    first, second = await post.rows()
    assert (first.state, first.tries) == (WebhookState.PARKED, 10)
    assert second.state is WebhookState.WAITING
    given_up = [each for each in post.told() if "verso webhooks retry --receiver shop" in each]
    assert ["HTTP 500" in each for each in given_up] == [True]
    assert post.told()[0] not in given_up, "they have heard long before that it fails"
    del post.shops.answers["shop"]
    async with post.database.unit() as unit:
        work = Work(unit, post.clock.now(), post.services)
        assert await managing.retry_all(work, "shop", "cli:a") == 2
        await unit.commit()
    await post.after()
    assert post.shops.order("shop", "C-0") == [1, 2]
    async with post.database.unit() as unit:
        work = Work(unit, post.clock.now(), post.services)
        assert await managing.retry_one(work, first.id, "cli:a") is None
        [line] = await unit.people.recent(1)
    assert (line.kind, line.subject, line.data) == ("webhooks_retried", "receiver:shop", {"n": 2})


async def test_one_that_wants_nothing_any_more_is_sent_nothing(post: Post) -> None:
    post.shops.answers["shop"] = Answer(410)
    for n in range(3):
        await post.happens(n)
    await post.after()
    assert len(post.shops.calls) == 1
    assert [each.state for each in await post.rows()] == [WebhookState.PARKED] * 3
    assert ["(410)" in text for text in post.told()] == [True]
    await post.happens(3)
    await post.after()
    assert len(post.shops.calls) == 1
    async with post.database.reading() as unit:
        found = await managing.troubles(unit, post.services.config)
    assert (
        found["shop"] == "wants nothing any more (410) since 2026-05-04 09:30 UTC; 4 were given up"
    )
    post.name(SHOP.model_copy(update={"url": "https://shop.example/new"}))
    del post.shops.answers["shop"]
    await post.happens(4)
    await post.after()
    assert post.shops.order("shop", "C-0") == [4], "at another address it is asked anew"


async def test_a_receiver_that_asks_for_patience_has_it(post: Post) -> None:
    post.shops.answers["shop"] = Answer(429, retry_after=timedelta(hours=3))
    await post.happens(1)
    await post.after()
    await post.after(hours=2)
    assert len(post.shops.calls) == 1
    await post.after(hours=1)
    assert len(post.shops.calls) == 2


async def test_without_a_secret_nothing_is_sent_and_nothing_lost(post: Post) -> None:
    post.environment.clear()
    await post.happens(1)
    await post.after()
    assert post.shops.calls == []
    assert [each.error for each in await post.rows()] == ["secret"]
    post.environment["SHOP_SECRET"] = "whsec_tooshort"
    await post.after(minutes=1)
    assert post.shops.calls == []
    post.environment["SHOP_SECRET"] = "whsec_" + "a" * 32
    await post.after(hours=1)
    assert post.shops.order("shop", "C-0") == [1]


@on_both
async def test_only_who_leads_tells_and_a_claim_is_nobody_else_s(
    post: Post, database_url: str
) -> None:
    await post.happens(1)
    if not post.database.is_sqlite:
        second = await Database.open(database_url)
        post.start(second)
        assert await post.delivering.begin() == 0
        await second.close()
        post.start()
    post.shops.stuck = True
    assert await post.delivering.begin() == 1
    await post.shops.called()
    other, post.shops.stuck = post.delivering, False
    post.start()
    assert await post.delivering.begin() == 0, "another process has claimed it"
    running = asyncio.create_task(other.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await post.after(seconds=61)
    assert len(post.shops.calls) == 2
    assert len(post.shops.got["shop"]) == 1


@on_both
async def test_what_is_for_nobody_is_given_up_and_the_log_ends_after_a_month(post: Post) -> None:
    await post.happens(1)
    await post.after()
    await post.happens(2, receiver="gone")
    async with post.database.unit() as unit:
        await managing.park_for_nobody(Work(unit, post.clock.now(), post.services))
        await unit.commit()
    assert [each.state for each in await post.rows()] == [
        WebhookState.DELIVERED,
        WebhookState.PARKED,
    ]
    post.clock.move(days=KEEP_WEBHOOKS.days, hours=1)
    await post.happens(3)
    async with post.database.unit() as unit:
        await tidy(Work(unit, post.clock.now(), post.services))
        await unit.commit()
    assert [each.data["n"] for each in await post.rows()] == [3]


@on_both
@pytest.mark.parametrize("meanwhile", [False, True])
async def test_who_is_erased_is_told_of_no_more(post: Post, meanwhile: bool) -> None:
    post.shops.answers["shop"] = Answer(500)
    await post.happens(1)
    await post.happens(2, customer=1)
    if not meanwhile:
        await post.after()
    async with post.database.unit() as unit:
        await forget(unit, post.services, post.customers[0], post.clock.now())
        await unit.commit()
    assert "C-0" not in await everything(post.database)
    calls = len(post.shops.calls)
    del post.shops.answers["shop"]
    await post.after(hours=1)
    assert list(post.shops.got["shop"]) == [(await post.rows())[0].name]
    assert len(post.shops.calls) == calls + 1


async def test_who_is_erased_while_they_are_told_of_stays_erased(post: Post) -> None:
    await post.happens(1)
    post.shops.stuck = True
    assert await post.delivering.begin() == 1
    await post.shops.called()
    async with post.database.unit() as unit:
        await forget(unit, post.services, post.customers[0], post.clock.now())
        await unit.commit()
    post.shops.release.set()
    await post.after()
    assert len(post.shops.calls) == 1
    assert await post.rows() == []
