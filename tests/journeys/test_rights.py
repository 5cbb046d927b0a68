"""Who may do what, with Telegram's own word about who is in a group."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_desk import card, complain
from tests.journeys.world import World, until, world

pytestmark = pytest.mark.journey


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[World]:
    async with world(f"sqlite+aiosqlite:///{tmp_path}/verso.db") as made:
        yield made


async def test_a_colleague_s_first_press_is_done_and_a_stranger_s_is_not(desk: World) -> None:
    """The bot has met neither of them, and asks Telegram."""
    await complain(desk)
    shown = await card(desk)
    stranger = await desk.sandbox.create_user(first_name="Mallory")
    take = next(
        button["callback_data"]
        for row in shown.buttons
        for button in row
        if ":take:" in button["callback_data"]
    )
    await desk.bot.inject(
        {
            "callback_query": {
                "id": "1",
                "from": {"id": stranger.id, "is_bot": False, "first_name": "Mallory"},
                "chat_instance": "1",
                "data": take,
                "message": {
                    "message_id": shown.id,
                    "date": 1777888800,
                    "chat": {"id": desk.group.id, "type": "supergroup", "title": "Support"},
                    "text": "card",
                },
            }
        }
    )

    async def is_known() -> bool:
        async with desk.app.database.reading() as unit:
            members = await unit.people.members()
        return any(each.telegram_id == stranger.id and each.status == "gone" for each in members)

    await until(is_known)
    assert (await desk.tickets())[0].owner_id is None
    await desk.press(desk.staff, f":take:{take.rpartition(':')[2]}", chat=desk.group)

    async def is_taken() -> bool:
        return (await desk.tickets())[0].owner_id == desk.staff.id

    await until(is_taken)


def of_change(message: Any) -> list[str]:
    """The data of the buttons of a change below a message."""
    data = [button.get("callback_data", "") for row in message.buttons for button in row]
    return [each for each in data if each.startswith("g:")]


async def test_who_was_added_a_second_ago_answers_and_ships_nothing(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    tom = await desk.sandbox.create_user(first_name="Tom")
    await desk.group.add(tom)
    await desk.recorded(shown)
    await tom.say(desk.group, "We are on it.", reply_to=shown.id, thread=shown.topic)
    await desk.told(anna, "We are on it.")
    change = await desk.staff.say(desk.group, "/change Lids", thread=shown.topic)
    assert change is not None
    await tom.wait_for(desk.group, where=lambda message: bool(of_change(message)))
    board = [each for each in await tom.messages(desk.group) if of_change(each)][-1]
    await tom.forge(board, f"g:ship:{of_change(board)[0].split(':')[2]}")

    async def nothing_was_shipped() -> bool:
        async with desk.app.database.reading() as unit:
            found = await unit.changes.by_number(1)
            waiting = await unit.inbox.counts()
        return found is not None and found.state == "proposed" and waiting["new"] == 0

    await until(nothing_was_shipped)
