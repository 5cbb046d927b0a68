"""What was missed is noted, listed and told when it is here: once, to each, in their words."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.identity import erasure
from bot.identity.accounts import Visitor
from bot.lost import telling
from flows.entities import LostSale, MissedItem
from flows.entities.kinds import EntryKind
from storage.repositories.base import all_of
from tests.bot.desk.world import ANNA, CLARA, FORUM, World, card_of
from tests.bot.making import services
from tests.bot.serving import AUTH, problem, serving
from tests.databases import on_both

KARL, MEI = 502, 503


async def sales(world: World) -> list[LostSale]:
    found: list[LostSale] = await world.read(lambda unit: unit.find(LostSale, all_of(LostSale)))
    return sorted(found, key=lambda each: each.id)


async def items(world: World) -> list[MissedItem]:
    found: list[MissedItem] = await world.read(
        lambda unit: unit.find(MissedItem, all_of(MissedItem))
    )
    return sorted(found, key=lambda each: each.id)


async def lost(world: World, text: str, **more: Any) -> str:
    """Type `/lost`, and give the answer."""
    await world.write(f"/lost {text}".strip(), **more)
    await world.deliver()
    return world.texts(FORUM)[-1]


def labels(params: Mapping[str, Any]) -> dict[str, str]:
    rows = params["reply_markup"]["inline_keyboard"]
    return {each["text"]: each["callback_data"] for row in rows for each in row}


async def shown(world: World, data: str, **more: Any) -> tuple[str, dict[str, str]]:
    """Press a button; give the screen that it leads to, and its buttons."""
    await world.press(data, **more)
    await world.deliver()
    last = world.to(FORUM)[-1]
    return last.text, labels(last.params)


@on_both
async def test_from_the_first_who_asks_to_the_last_who_is_told(world: World) -> None:
    await world.group()
    anna = await world.customer()
    await world.customer("Карл", KARL, language="ru")
    mei = await world.customer("小梅", MEI, language="zh", time_zone="Asia/Shanghai")
    ticket = await world.complain(anna, "No oat milk again. Third time.")
    assert "Nobody has missed anything" in await lost(world, "")
    # In the ticket, by ref, without a name, and once more: alike names are together.
    assert await lost(world, "Oat milk", to=card_of(ticket)) == (
        "Noted: “Oat milk”. Anna will be told when it is here. 1 person misses it."
    )
    assert "“oat  MILKS”" not in await lost(world, f"C-{KARL} oat  MILKS")
    assert "Карл will be told" in world.texts(FORUM)[-1]
    assert "counted without a name" in await lost(world, "oat milk")
    assert await lost(world, "#1 oat-milk") == (
        "“Oat milk” is noted of Anna already. 3 people miss it."
    )
    assert "小梅 will be told" in await lost(world, f"C-{MEI} овсяное молоко")
    assert await lost(world, "") == (
        "4 people missed something in the last 7 days\n3 · Oat milk\n1 · овсяное молоко"
    )
    # The same in another language: joined by a press.
    oat, russian = await items(world)
    _, buttons = await shown(world, pack("e", "same", russian.id))
    text, buttons = await shown(world, buttons["Oat milk"])
    assert text == (
        "Oat milk\n4 people asked for it.\n3 of them will be told when it is here.\n"
        "1 is counted without a name."
    )
    text, buttons = await shown(world, buttons["It is here now"])
    assert text.startswith(
        "Tell 3 people that “Oat milk” is here?\n"
        "Its readers: 1 reads English, 1 reads Russian, 1 reads Chinese\n\n"
        "On 4 May 2026 you asked for “Oat milk”.\nNo oat milk again. Third time.\n"
        "It is here now at Lumen Tea."
    )
    # Held back, called off, and begun once more; two who press at once tell once.
    await shown(world, buttons["Yes, tell 3 people"])
    no = await world.press(pack("e", "off", oat.id), by=CLARA)
    assert no["text"] == "Somebody else began it. They, or a senior, can call it off."
    await world.press(pack("e", "off", oat.id))
    await world.later(minutes=2)
    assert world.texts(ANNA) == []
    once = await world.press(pack("e", "yes", oat.id))
    assert once["text"] == "Telling 3 people in one minute."
    twice = await world.press(pack("e", "yes", oat.id), by=CLARA)
    assert twice["text"] == "They are being told in a moment. It can be called off."
    await world.later(minutes=1)
    assert len(world.texts(ANNA)) == 1
    (karl,) = world.texts(KARL)
    assert karl.endswith("вы спрашивали: «oat MILKS».\nТеперь это есть в Lumen Tea.")
    assert world.texts(MEI)[0].endswith("Lumen Tea现在有了。")
    again = await world.press(pack("e", "here", oat.id))
    assert again["text"].startswith("Everybody was told already.")
    # It is in the history of the complaint, and said in the group when all have read it.
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert EntryKind.TOLD in [each.kind for each in entries]
    await world.later(minutes=10)
    assert world.texts(FORUM)[-1] == "“Oat milk”: 3 people were told that it is here."
    # No question, a button: whoever wants it no more says so, twice with one effect.
    (button,) = labels(world.to(ANNA)[-1].params).values()
    sale_id = next(each.id for each in await sales(world) if each.chat_id == ANNA)
    assert button == pack("u", "lost", sale_id)
    for _ in range(2):
        done = await world.do(lambda work: telling.unwanted(work, Visitor(ANNA), sale_id, 5))
        assert done
    assert not await world.do(lambda work: telling.unwanted(work, Visitor(KARL), sale_id, 5))
    text, buttons = await shown(world, pack("e", "item", oat.id))
    assert "1 does not want it any more." in text
    assert list(buttons) == ["‹ Most missed"]
    # Whoever asks now misses another one.
    await lost(world, "oat milk")
    assert len(await items(world)) == 3
    # Nothing of a person stays, and the item is counted without them.
    await world.do(lambda work: erasure.forget(work.unit, work.services, mei, work.now))
    assert MEI not in [each.chat_id for each in await sales(world)]


@on_both
async def test_the_shop_says_that_it_is_back_and_a_person_tells(world: World) -> None:
    await world.group()
    karl = await world.customer("Карл", KARL, language="ru", time_zone="Asia/Vladivostok")
    await lost(world, f"C-{KARL} matcha")

    given = services()
    given.words, given.config = world.services.words, world.services.config
    given.groups = world.services.groups
    async with serving(world.database, given) as client:
        client.session.headers.update(AUTH)
        for product, missed in ((" Matchas", 1), ("Matcha", 1), ("unknown", 0)):
            response = await client.post("/api/v1/back_in_stock", json={"product": product})
            found = {"product": product.strip(), "missed": missed, "people": missed}
            assert (response.status, await response.json()) == (200, found)
        for wrong in ({}, {"product": "…"}, {"product": "x" * 300}, [1], {"product": 1}):
            await problem(await client.post("/api/v1/back_in_stock", json=wrong), 422, "invalid")
    await world.deliver()
    told = [text for text in world.texts(FORUM) if text.startswith("The shop says")]
    assert len(told) == 1, "once"
    assert world.texts(KARL) == [], "a machine tells nobody"
    (item,) = await items(world)
    await world.press(pack("e", "yes", item.id))
    await world.later(minutes=1)
    assert len(world.texts(KARL)) == 1, "19:30 in Vladivostok"
    assert karl.id == (await sales(world))[0].customer_id


async def test_at_night_it_waits_and_nobody_says_too_early_that_all_were_told(
    world: World,
) -> None:
    await world.group()
    await world.customer("Mei", MEI, time_zone="Asia/Tokyo")
    assert "Mei will be told" in await lost(world, f"C-{MEI} matcha")
    await world.later(hours=5)  # half past eleven in Tokyo
    (item,) = await items(world)
    await world.press(pack("e", "yes", item.id))
    await world.later(minutes=1)
    assert world.texts(MEI) == []
    await world.later(minutes=10)
    assert "was told" not in world.texts(FORUM)[-1]
    await world.later(hours=12)
    assert len(world.texts(MEI)) == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("…", "There is nothing to read in it."),
        ("x" * 300, "That is too long for the name of a thing."),
        ("#77 matcha", "#77"),
        ("<b>matcha</b> @ada /take", "Noted: “<b>matcha</b> "),
    ],
)
async def test_bad_input_is_answered_and_nothing_is_half_done(
    world: World, text: str, answer: str
) -> None:
    await world.group()
    assert answer.split("“", maxsplit=1)[0] in await lost(world, text)
    assert len(await sales(world)) == ("<b>" in text)


async def test_undone_forged_and_not_allowed(world: World) -> None:
    await world.group()
    await lost(world, "matcha")
    buttons = labels(world.to(FORUM)[-1].params)
    text, _ = await shown(world, buttons["Show"])
    assert text == "matcha\n1 person asked for it.\n1 is counted without a name."
    (item,) = await items(world)
    nobody = await world.press(pack("e", "yes", item.id))
    assert nobody["text"] == "Nobody is waiting for it who can be told."
    assert (await world.press(buttons["Undo"]))["text"] == "Taken back."
    assert (await world.press(buttons["Undo"]))["text"] == "It was taken back already."
    assert await sales(world) == []
    for data in ("e:here:zz", "e:item", "e:join:1", "e:nothing:1", "e:pt:77", "e:px"):
        assert (await world.press(data))["text"], data
    await lost(world, "matcha", by=999)
    assert await sales(world) == [], "whoever is unknown notes nothing"
