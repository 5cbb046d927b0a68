"""What a message is besides its words, over Telegram: replies, quotations, formatting, edits."""

from typing import Any

import pytest

from tests.journeys.test_desk import card, complain, desk, say
from tests.journeys.world import World, until

pytestmark = pytest.mark.journey

__all__ = ["desk"]


async def in_group(w: World, text: str) -> Any:
    return await w.recorded(await w.staff.wait_for(w.group, text))


async def delivered(w: World, message: Any) -> None:
    """Wait until a message of staff is marked as delivered."""

    async def is_marked() -> bool:
        found = await w.staff.messages(w.group)
        return any(each.id == message.id and each.reactions for each in found)

    await until(is_marked)


async def test_replies_and_quotations_are_replies_on_the_other_side(desk: World) -> None:
    """R4 and R5."""
    anna = await complain(desk)
    shown = await card(desk)
    ring = await say(desk, "Is the ring still there?", shown)
    blue = await say(desk, "Did you get the blue one?", shown)
    for asked in (ring, blue):
        await delivered(desk, asked)
    question = await desk.told(anna, "Is the ring")
    await anna.say(desk.bot, "Yes, there.", reply_to=question.id, quote="ring")
    yes = await in_group(desk, "Yes, there.")
    assert (yes.reply_to, yes.view["quote"]["text"]) == (ring.id, "ring")
    keep = await anna.say(desk.bot, "May I keep it?")
    await anna.say(desk.bot, "Is it free?")
    await in_group(desk, "Is it free?")
    await say(desk, "Please do.", await in_group(desk, "May I keep it?"))
    assert (await desk.told(anna, "Please do.")).reply_to == keep.id


async def test_a_quotation_that_was_edited_away_is_a_reply_all_the_same(desk: World) -> None:
    """What the customer quotes is in their copy of an answer, and no longer in the answer."""
    anna = await complain(desk)
    shown = await card(desk)
    first = await say(desk, "Is the ring still there?", shown)
    await say(desk, "Or the lid?", shown)
    await delivered(desk, first)
    question = await desk.told(anna, "Is the ring")
    await anna.say(desk.bot, "You asked.", reply_to=question.id, quote="answers you")
    assert (await in_group(desk, "You asked.")).reply_to == first.id


async def test_addresses_behind_words_reach_the_customer(desk: World) -> None:
    """R29."""
    anna = await complain(desk)
    shown = await card(desk)
    command = {"type": "bot_command", "offset": 0, "length": 8}
    page = {"type": "text_link", "offset": 25, "length": 4, "url": "https://shop.example/lid"}
    await desk.recorded(shown)
    await desk.staff.say(
        desk.group,
        "/resolve Order it on our page.",
        reply_to=shown.id,
        thread=shown.topic,
        entities=[command, page],
    )
    told = await desk.told(anna, "Order it on our page.")
    [found] = [each for each in told.view["entities"] if each["type"] == "text_link"]
    assert found["url"] == "https://shop.example/lid"


async def test_what_the_customer_formats_is_shown(desk: World) -> None:
    anna = await complain(desk)
    await card(desk)
    link = {"type": "text_link", "offset": 4, "length": 4, "url": "https://a.example"}
    await anna.say(desk.bot, "See here, @nora.", entities=[link])
    shown = await in_group(desk, "See here")
    kinds = {each["type"] for each in shown.view["entities"]}
    assert {"text_link", "blockquote"} <= kinds
    assert "mention" not in kinds
