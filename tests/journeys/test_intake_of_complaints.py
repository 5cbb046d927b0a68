"""What customers write arrives whole, once and in order, whatever it holds."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.world import World, world

pytestmark = pytest.mark.journey

HOSTILE = [
    "<b>bold</b> & <i>not</i> &lt; &amp; </code>",
    "_under_ *star* `tick` [link](http://x) ||spoiler|| \\ ~",
    "😀" * 2048,
    "שלום עולם \u202eתוית\u202c مرحبا",
    "{name} {0} %s ${x} {{}}",
    "line one\n\n\nline two\ttab",
]


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url) as made:
        yield made


async def test_five_quick_messages_are_one_complaint_in_order(w: World) -> None:
    anna = await w.customer()
    said = [f"thing {n} went wrong" for n in range(1, 6)]
    for text in said:
        await anna.say(w.bot, text)
    await w.finish_complaint(anna)
    (ticket,) = await w.tickets()
    assert ticket.words == "\n".join(said)
    assert ticket.severity == 4


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_arrives_exactly_as_typed(w: World, text: str) -> None:
    anna = await w.customer()
    await anna.start(w.bot)
    await anna.command(w.bot, "complain")
    await w.told(anna, "What went wrong?")
    typed = (await anna.say(w.bot, text)).text  # as Telegram has cleaned it: no control characters
    await w.finish_complaint(anna)
    (ticket,) = await w.tickets()
    assert ticket.words == typed
    await w.staff.wait_for(w.group, where=lambda m: m.from_bot and typed[:50] in m.text)


async def test_a_picture_alone_is_a_complaint(w: World) -> None:
    anna = await w.customer()
    await anna.start(w.bot)
    await anna.command(w.bot, "complain")
    await w.told(anna, "What went wrong?")
    await anna.send(w.bot, "photo", b"\xff\xd8 a picture")
    await w.finish_complaint(anna)
    (ticket,) = await w.tickets()
    assert ticket.words == ""
    await w.staff.wait_for(w.group, where=lambda m: m.from_bot and m.kind == "photo")
