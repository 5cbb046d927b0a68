"""A story goes into the channel by a person's press, and out of it by its author's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.book.channel import chosen
from bot.cli.client import BotClient
from bot.cli.doctor.channel import check_channel
from tests.journeys.test_desk import card, complain
from tests.journeys.world import World, press, until, until_noon, world

pytestmark = pytest.mark.journey
OUT = "This page was taken out of the book."
ALL = ["can_post_messages", "can_edit_messages", "can_delete_messages"]


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url, forum=False, start_at=until_noon()) as made:
        yield made


async def printed(w: World, name: str, number: int, page: int) -> Any:
    """A complaint that was dealt with, and whose author lets it be printed; gives them."""
    anna = await complain(w, f"The tin was dented, says {name}.", name)
    shown = await card(w, number)
    await w.recorded(shown)
    await w.staff.say(w.group, f"/resolve #{number} A new tin is on its way.", thread=shown.topic)
    await w.told(anna, "A new tin is on its way.")
    await w.staff.say(w.group, f"/story {number}", thread=shown.topic)
    await press(w.staff, w.group, "n:ask:", inside=True)
    await press(anna, w.bot, ":nameless:", inside=True)
    await w.staff.wait_for(w.group, f"page {page} of the book is printed")
    await w.staff.say(w.group, f"/story {number}", thread=shown.topic)
    return anna


async def read(reader: Any, channel: Any) -> list[str]:
    return [each.text for each in await reader.messages(channel) if each.kind == "text"]


async def stands(reader: Any, channel: Any, *beginnings: str) -> None:
    """Wait until exactly these posts are in the channel."""

    async def so() -> bool:
        found = await read(reader, channel)
        return len(found) == len(beginnings) and all(map(str.startswith, found, beginnings))

    await until(so)


async def test_a_story_is_posted_once_and_withdrawn_at_one_press_however_old(w: World) -> None:
    reader = await w.sandbox.create_user(first_name="Ben")
    channel = await w.sandbox.create_channel(reader, title="Tea news")
    # Somebody else's wish chooses nothing; an admin's asks all admins.
    await channel.promote(w.bot, ALL, by=reader)
    await w.quiet()
    assert not [m for m in await w.admin.messages(w.bot) if "Tea news" in m.text]
    await channel.demote(w.bot)
    await channel.promote(w.bot, ALL, by=w.admin)
    await w.told(w.admin, "Shall stories be posted there?")
    await press(w.admin, w.bot, "k:use:", inside=True)
    await w.told(w.admin, "Stories are posted in “Tea news”")
    # What is posted there comes into the desk by itself, and commands nothing.
    await channel.discuss(w.group)
    await complain(w, name="Dora")
    await card(w)
    await reader.say(channel, "/resolve #1 from the channel")
    await w.quiet()
    assert [ticket.state for ticket in await w.tickets()] == ["open"]

    anna = await printed(w, "Anna", 2, 1)
    await press(w.staff, w.group, "n:post:", inside=True)
    placed = await w.staff.wait_for(w.group, "stands in “Tea news” (English): https://t.me/c/")
    await stands(reader, channel, "/resolve", "A customer said\nThe tin was dented, says […].")
    again = await w.staff.forge(placed, await _post_data(w, 1))
    assert "already" in (await w.staff.wait_for_answer(again))["text"]
    # Within two days it is deleted, afterwards edited.
    await press(anna, w.bot, ":out", inside=True)
    await stands(reader, channel, "/resolve")
    bella = await printed(w, "Bella", 3, 2)
    await press(w.staff, w.group, "n:post:", inside=True)
    await stands(reader, channel, "/resolve", "A customer said")
    await w.advance(days=3)
    await press(bella, w.bot, ":out", inside=True)
    await stands(reader, channel, "/resolve", OUT)


async def _post_data(w: World, number: int) -> str:
    shown = [m for m in await w.staff.messages(w.group) if "Page for the book" in m.text]
    found = [
        button["callback_data"].replace("n:out:", "n:post:") + ":en"
        for message in shown
        for row in message.buttons
        for button in row
        if button.get("callback_data", "").startswith("n:out:")
    ]
    return str(found[number - 1])


async def test_what_a_channel_refuses_is_told_and_done_when_it_lets_us(w: World) -> None:
    reader = await w.sandbox.create_user(first_name="Ben")
    channel = await w.sandbox.create_channel(reader, title="Tea news", username="tea_news")
    await channel.promote(w.bot, ["can_change_info"], by=w.admin)
    await w.told(w.admin, "give me the right to post")
    await channel.promote(w.bot, ["can_post_messages"], by=w.admin)
    await press(w.admin, w.bot, "k:use:", inside=True)
    await w.told(w.admin, "Stories are posted in “Tea news”")
    anna = await printed(w, "Anna", 1, 1)
    await press(w.staff, w.group, "n:post:", inside=True)
    await w.staff.wait_for(w.group, "stands in “Tea news” (English): https://t.me/tea_news/")
    await w.sandbox.refuse("CHAT_ADMIN_REQUIRED", chat=channel.id, method="sendMessage", count=1)
    await printed(w, "Bella", 2, 2)
    await press(w.staff, w.group, "n:post:", inside=True)
    refused = await w.staff.wait_for(w.group, "was not posted in “Tea news”")
    assert "Give me the right to post" in refused.text

    await channel.kick(w.bot)
    await w.told(w.admin, "not an administrator of the channel “Tea news” any more")
    forged = await w.staff.forge(refused, await _post_data(w, 2))
    assert "/channel" in (await w.staff.wait_for_answer(forged))["text"]
    # The author is forgotten, and nothing of them may stand there: it is taken out later.
    await anna.say(w.bot, "/forget_me")
    for button in (":forget:ask", ":forget:yes"):
        await press(anna, w.bot, button)
    await w.quiet()
    await w.advance(minutes=2)
    await w.told(w.admin, "I was not allowed to take it out of the channel: https://t.me/c/")
    assert {False} == {line.ok for line in await doctor(w)}
    assert len(await doctor(w)) == 2
    await channel.promote(w.bot, ["can_post_messages"], by=reader)
    await w.told(w.admin, "I may post in the channel “Tea news” again.")
    await stands(reader, channel)
    assert [line.ok for line in await doctor(w)] == [True]


async def doctor(w: World) -> list[Any]:
    async with w.app.database.reading() as unit:
        channel = await chosen(unit)
        stuck = await unit.stories.posts_in_state("stuck", 5)
    async with BotClient(w.app.services.settings) as client:
        return await check_channel(client, w.bot.id, channel, stuck)
