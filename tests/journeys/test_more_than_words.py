"""What a message is besides its words, over Telegram: replies, quotations, formatting, edits."""

from typing import Any

import pytest

from tests.journeys.test_desk import card, complain, desk, forum, say
from tests.journeys.test_reports_of_desks import PNG
from tests.journeys.world import World, until

pytestmark = pytest.mark.journey

__all__ = ["desk", "forum"]


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


async def test_edits_are_carried_by_their_difference(desk: World) -> None:
    """R8 and R9."""
    anna = await complain(desk)
    shown = await card(desk)
    wrong = {"type": "text_link", "offset": 16, "length": 4, "url": "https://wrong.example"}
    await desk.recorded(shown)
    answer = await desk.staff.say(
        desk.group,
        "Order it on our page.",
        reply_to=shown.id,
        thread=shown.topic,
        entities=[wrong],
    )
    await delivered(desk, answer)
    own = await anna.say(desk.bot, "And the ring?")
    await in_group(desk, "And the ring?")
    await desk.app.settle()
    before = [len(await desk.staff.messages(desk.group)), len(await anna.messages(desk.bot))]
    await desk.staff.edit(answer)
    await anna.edit(own)
    await desk.staff.edit(answer, entities=[{**wrong, "url": "https://right.example"}])

    async def is_mended() -> bool:
        copy = await desk.told(anna, "Order it")
        return "right.example" in str(copy.view["entities"])

    await until(is_mended)
    await desk.app.settle()
    after = [len(await desk.staff.messages(desk.group)), len(await anna.messages(desk.bot))]
    assert after == before


async def test_what_people_send_besides_words_reaches_staff(desk: World) -> None:
    anna = await complain(desk)
    await card(desk)
    await anna.send_venue(desk.bot, 52.5, 13.4, title="The shop", address="Main street 1")
    await anna.send_contact(desk.bot, phone="+491511234567", first_name="Ben")
    await anna.send(desk.bot, "sticker", b"RIFF....WEBP")
    await anna.send_dice(desk.bot, value=5)
    await in_group(desk, "🎲 5")
    ben = await desk.customer("Ben")
    neighbours = await desk.sandbox.create_group(ben, anna, title="Neighbours", kind="supergroup")
    await ben.change(private_forwards=True)
    heard = await ben.say(neighbours, "The courier was rude to me, too.")
    await anna.forward(heard, desk.bot)
    assert "Forwarded from Ben:" in (await in_group(desk, "The courier was rude")).text
    kinds = [each.kind for each in await desk.staff.messages(desk.group) if each.from_bot]
    assert {"venue", "contact", "sticker"} <= set(kinds)


async def test_a_place_that_moves_costs_the_group_two_messages(desk: World) -> None:
    anna = await complain(desk)
    await card(desk)
    place = await anna.send_location(desk.bot, 52.5, 13.4, live_period=900)

    async def places() -> int:
        return sum(each.kind == "location" for each in await desk.staff.messages(desk.group))

    async def is_shown(count: int) -> None:
        async def as_many() -> bool:
            return await places() == count

        await until(as_many)

    await is_shown(1)
    for step in range(1, 6):
        await anna.move_location(place, 52.5 + step / 100, 13.4)
    await anna.say(desk.bot, "I am coming to the shop.")
    await in_group(desk, "I am coming to the shop.")
    assert await places() == 1
    await anna.stop_location(place)
    await is_shown(2)


async def test_an_anonymous_administrator_is_the_business_and_one(desk: World) -> None:
    """R15."""
    anna = await complain(desk)
    shown = await card(desk)
    await desk.group.set_anonymous(desk.staff)
    await say(desk, "We send a new one.", shown)
    await desk.told(anna, "Lumen Tea answers you (#1):")
    await desk.staff.press(await card(desk), "Wait for the customer")
    await in_group(desk, "Lumen Tea waits")
    told = [each.text for each in await anna.messages(desk.bot) if each.from_bot]
    told += [each.text for each in await desk.staff.messages(desk.group) if each.from_bot]
    assert not any(desk.staff.first_name in text for text in told)


async def test_a_new_name_is_followed(forum: World) -> None:
    anna = await forum.customer()
    await anna.say(forum.bot, "The lid leaks.")
    await forum.finish_complaint(anna)
    await card(forum)
    await anna.change(first_name="@nora")
    await anna.say(forum.bot, "It is me.")

    async def is_named() -> bool:
        topics = await forum.group.topics()
        return any("nora" in each["name"] for each in topics)

    await until(is_named)
    said = await in_group(forum, "It is me.")
    assert not any(each["type"] == "mention" for each in said.view["entities"] or ())


async def test_a_photo_that_staff_exchange_is_exchanged_for_the_customer(forum: World) -> None:
    anna = await complain(forum)
    shown = await card(forum)
    await forum.recorded(shown)
    sent = await forum.staff.send(
        forum.group, "photo", PNG, caption="The new lid", reply_to=shown.id, thread=shown.topic
    )
    await delivered(forum, sent)
    copy = await anna.wait_for(forum.bot, where=lambda m: m.kind == "photo")
    await forum.staff.edit_media(
        sent, "document", b"%PDF", name="bill.pdf", caption="The bill, rather"
    )
    await anna.wait_for(
        forum.bot,
        where=lambda m: m.id == copy.id and m.kind == "document" and "The bill" in m.text,
    )
