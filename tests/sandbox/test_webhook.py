"""Delivery to a webhook: secret, order, retries, connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.sandbox.conftest import Stage

Reply = Callable[[dict[str, Any]], Awaitable[int]]


@asynccontextmanager
async def listening(reply: Reply) -> AsyncIterator[tuple[str, asyncio.Queue[tuple[Any, Any]]]]:
    """A bot's webhook server; every delivery goes to the queue with its headers."""
    received: asyncio.Queue[tuple[Any, Any]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        received.put_nowait((update, request.headers))
        return web.Response(status=await reply(update))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", received
    finally:
        await runner.cleanup()


async def fine(_update: dict[str, Any]) -> int:
    return 200


async def test_updates_are_posted_with_the_secret(stage: Stage) -> None:
    async with listening(fine) as (url, received):
        await stage.anna.say(stage.account, "before")
        await stage.bot.set_webhook(url, secret_token="s3cret")
        await stage.anna.say(stage.account, "after")
        first, headers = await received.get()
        second, _ = await received.get()
        assert [first["message"]["text"], second["message"]["text"]] == ["before", "after"]
        assert headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        while (await stage.bot.get_webhook_info()).pending_update_count:
            continue


async def test_anything_but_2xx_is_tried_again_and_keeps_the_order(stage: Stage) -> None:
    tries: list[str] = []

    async def at_third(update: dict[str, Any]) -> int:
        tries.append(update["message"]["text"])
        return 200 if len(tries) >= 3 else 500

    async with listening(at_third) as (url, received):
        await stage.bot.set_webhook(url)
        await stage.anna.say(stage.account, "one")
        await stage.anna.say(stage.account, "two")
        for _ in range(4):
            await received.get()
        assert tries == ["one", "one", "one", "two"]
        info = await stage.bot.get_webhook_info()
        assert (
            info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        )


async def test_presses_and_other_chats_do_not_wait_for_a_slow_chat(stage: Stage) -> None:
    ben = await stage.sandbox.create_user(first_name="Ben")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    await stage.bot.send_message(stage.anna.id, "choose", reply_markup=keyboard)
    shown = await stage.anna.wait_for(stage.account, "choose")
    gate = asyncio.Event()

    async def slow_for_anna(update: dict[str, Any]) -> int:
        if update.get("message", {}).get("text") == "slow":
            await gate.wait()
        return 200

    async with listening(slow_for_anna) as (url, received):
        await stage.bot.set_webhook(url)
        await stage.anna.say(stage.account, "slow")
        await stage.anna.say(stage.account, "behind")
        await stage.anna.press(shown, "A")
        await ben.say(stage.account, "other")
        got = [(await received.get())[0] for _ in range(3)]
        kinds = {u.get("message", {}).get("text", "press") for u in got}
        assert kinds == {"slow", "press", "other"}
        gate.set()
        assert (await received.get())[0]["message"]["text"] == "behind"


async def test_max_connections_is_kept(stage: Stage) -> None:
    gate = asyncio.Event()
    at_once: list[int] = [0, 0]

    async def counted(_update: dict[str, Any]) -> int:
        at_once[0] += 1
        at_once[1] = max(at_once)
        await gate.wait()
        at_once[0] -= 1
        return 200

    people = [await stage.sandbox.create_user(first_name=f"P{i}") for i in range(5)]
    async with listening(counted) as (url, received):
        for person in people:
            await person.say(stage.account, "hi")
        await stage.bot.set_webhook(url, max_connections=2)
        await received.get()
        await received.get()
        gate.set()
        for _ in range(3):
            await received.get()
        assert at_once[1] == 2


async def test_after_delete_webhook_the_rest_is_polled(stage: Stage) -> None:
    async def never(_update: dict[str, Any]) -> int:
        return 503

    async with listening(never) as (url, received):
        await stage.bot.set_webhook(url)
        await stage.anna.say(stage.account, "hello")
        await received.get()
        await stage.bot.delete_webhook()
        (update,) = await stage.bot.get_updates()
        assert update.message
        assert update.message.text == "hello"


async def test_a_webhook_works_again_after_a_reset(stage: Stage) -> None:
    async with listening(fine) as (url, received):
        await stage.bot.set_webhook(url)
        await stage.sandbox.reset()
        account = await stage.sandbox.create_bot(token=stage.account.token)
        anna = await stage.sandbox.create_user()
        await stage.bot.set_webhook(url)
        await anna.say(account, "again")
        assert (await received.get())[0]["message"]["text"] == "again"


async def test_standing_and_reactions_do_not_wait_for_messages(stage: Stage) -> None:
    """Client.cpp:17279 and 17321: queues apart from those of chats."""
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, admins={stage.account.id: None}
    )
    wanted = ["message", "message_reaction", "my_chat_member"]
    await stage.bot.get_updates(offset=10**10, allowed_updates=wanted)
    gate = asyncio.Event()

    async def slow(update: dict[str, Any]) -> int:
        if "message" in update:
            await gate.wait()
        return 200

    async with listening(slow) as (url, received):
        await stage.bot.set_webhook(url, allowed_updates=wanted)
        said = await stage.anna.say(group, "slow")
        await stage.anna.say(group, "behind")
        await stage.anna.react(said, "👍")
        await group.promote(stage.account, ["can_pin_messages"])
        kinds = {
            next(k for k in u if k != "update_id")
            for u, _ in [await received.get() for _ in range(3)]
        }
        assert kinds == set(wanted)
        gate.set()
        assert (await received.get())[0]["message"]["text"] == "behind"
