"""A guest complains: the house reads it, somebody meets them, and the topic is shut when done."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.callbacks import pack
from bot.sandbox.world.topics import icon_ids
from tests.journeys.test_desk import card, complain, say
from tests.journeys.world import CONFIG, World, until, world

pytestmark = pytest.mark.journey

HOTEL = CONFIG.replace(
    "\ncategories:",
    "\n  - {{id: desk, categories: [taste]}}\ncategories:",
    1,
).replace("limits:", "periods: [{{id: stay, event: stay, where: room}}]\nlimits:", 1)


@pytest.fixture
async def hotel(sqlite_url: str) -> AsyncIterator[World]:
    async with world(sqlite_url, config=HOTEL) as made:
        yield made


async def test_the_house_hears_of_a_guest_and_the_topic_says_that_it_is_done(
    hotel: World,
) -> None:
    w = hotel
    ben = await w.sandbox.create_user(first_name="Ben")
    front = await w.sandbox.create_group(
        ben, w.admin, w.bot, admins={w.bot.id: None}, title="Front desk"
    )
    await w.admin.say(front, "/setup desk")
    await ben.wait_for(front, "This group answers complaints now.")
    await w.put("C-Anna", name="Anna")
    leaves = (w.now() + timedelta(days=2)).isoformat()
    await w.event("C-Anna", "stay", data={"until": leaves, "room": "214"})
    await complain(w)
    shown = await card(w)
    assert "Here until" in shown.text
    assert shown.text.count(": 214") == 1
    await w.advance(seconds=10)
    notice = await ben.wait_for(front, "Anna has a complaint (#1)")
    assert "(214)" in notice.text
    await ben.press(notice, "I met them")
    await w.staff.wait_for(w.group, "Ben (Front desk) has met Anna and spoken about #1.")
    (ticket,) = await w.tickets()
    assert ticket.first_response_at is not None
    assert ticket.due_at < w.now() + timedelta(days=2)
    assert (await w.group.topics())[-1]["status"] == "open"
    await say(w, "/resolve A new lid.", shown)

    async def state(wanted: str) -> bool:
        return (await w.group.topics())[-1]["status"] == wanted

    await w.staff.wait_for(w.group, "Mira resolved it:")
    await w.advance(seconds=30)
    await until(lambda: state("closed"))
    topic = (await w.group.topics())[-1]
    assert topic["icon_custom_emoji_id"] == icon_ids()["✅"]
    await w.press(w.staff, pack("t", "reopen", ticket.id), chat=w.group)
    await until(lambda: state("open"))
