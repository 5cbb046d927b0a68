"""A second failure: a senior has it, two boxes, and some days later a gesture."""

from typing import Any

from bot.core.callbacks import pack
from flows.config import load_config
from flows.entities import Fund, Remedy, Ticket
from flows.entities.kinds import EntryKind, Purpose
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CLARA, CONFIG, FORUM, OTHER, World
from tests.databases import on_both

RULES = """
remedies:
  - {id: tin, title: {en: A new tin, ru: Новая банка, zh: 新罐}, kind: replacement}
  - id: chest
    title: {en: A whole chest, ru: Целый ящик, zh: 一整箱}
    kind: replacement
    after_second_failure: true
  - {id: flowers, title: {en: Flowers, ru: Цветы, zh: 鲜花}, kind: other, gesture: true}
  - id: dinner
    title: {en: A dinner, ru: Ужин, zh: 晚餐}
    kind: credit
    value: 90.00 EUR
    gesture: true
"""
SENIOR = f"{RULES}\nroles: {{senior: [{CLARA}]}}\n"
ASKED = "it was resolved some days ago. Which gesture"


async def failed_twice(world: World, config: str = SENIOR) -> Ticket:
    """The same went wrong again for a Russian reader, soon after it was resolved."""
    world.services.config = load_config(CONFIG + config)
    await world.group()
    await world.write("/tickets", by=CLARA)
    person = await world.customer("Анна", ANNA, language="ru")
    await world.complain(person, "Банка помята.", chat=ANNA)
    await world.write("/resolve #1 Sent a new one.")
    return await world.complain(person, "Опять помята.", chat=ANNA)


async def resolved(world: World, config: str = SENIOR) -> Ticket:
    ticket = await failed_twice(world, config)
    await world.write("/resolve #2 Sent three, and packed them well.", by=CLARA)
    await world.deliver()
    return ticket


def buttons(world: World, chat: int = FORUM) -> dict[str, str]:
    """All buttons that reached a group, the newest of each label."""
    found = {}
    for sent in world.to(chat):
        for row in sent.params.get("reply_markup", {}).get("inline_keyboard", []):
            found |= {each["text"]: each["callback_data"] for each in row}
    return found


def asked(world: World, chat: int = FORUM) -> int:
    """How often a gesture was asked for."""
    return sum(ASKED in text for text in world.texts(chat))


async def pressed(world: World, label: str, by: int = CLARA) -> str:
    answer = await world.press(buttons(world)[label], by=by)
    await world.deliver()
    return str(answer.get("text", ""))


async def answered(world: World, text: str, by: int = CLARA) -> None:
    """Reply to the newest prompt."""
    [*_, prompt] = [each for each in world.to(FORUM) if each.row.purpose == Purpose.PROMPT]
    await world.write(text, by=by, to=prompt.message_id)
    await world.deliver()


async def kinds(world: World, ticket: Ticket) -> list[tuple[str, str]]:
    entries: Any = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    return [(each.kind, each.text) for each in entries if each.author_id == CLARA]


@on_both
async def test_a_senior_has_it_ticks_what_is_so_and_chooses_flowers_three_days_later(
    world: World,
) -> None:
    ticket = await failed_twice(world)
    assert (await world.ticket(2)).owner_name == "Clara"
    assert any(t.startswith("Clara, this is a second failure") for t in world.texts(FORUM))
    await world.later(seconds=2)
    assert "☐ Made up for" in buttons(world)
    await world.press(pack("m", "of", ticket.id), by=CLARA)
    await world.deliver()
    offered = world.to(FORUM)[-1].params["reply_markup"]["inline_keyboard"]
    # What is stronger comes first, and a gesture not yet.
    assert [row[0]["text"] for row in offered][:2] == ["A whole chest", "A new tin"]

    await world.write("/resolve #2 Sent three, and packed them well.", by=CLARA)
    await world.deliver()
    questions = [text for text in world.texts(FORUM) if "Is it as it was before" in text]
    assert len(questions) == 1
    assert await pressed(world, "Yes, it is") == "Ticked."
    assert await pressed(world, "Yes, it is") == "It is so already."
    assert (EntryKind.BOX_TICKED, "as_before") in await kinds(world, ticket)
    await world.later(seconds=2)
    assert "☑ As it was before" in buttons(world)

    await world.later(days=2, hours=23)
    assert asked(world) == 0
    await world.later(hours=2)
    await world.later(days=4)
    assert asked(world) == 1
    # Whoever is no senior reads so, and nothing is given.
    assert "senior" in await pressed(world, "Flowers", by=BORIS)
    assert await pressed(world, "Flowers") == "Granted. The customer knows."
    told = "Clara: с #2 дважды вышло не так. Примите, пожалуйста:\nЦветы"
    assert told in world.texts(ANNA)
    assert (await world.ticket(2)).gesture == "given"
    assert "decided already" in await pressed(world, "Flowers")
    [given] = await world.read(lambda unit: unit.remedies.of_ticket(ticket.id))
    assert (given.fund, given.option, given.asked_by) == (Fund.COMPENSATION, "flowers", CLARA)


async def test_a_gesture_in_ones_own_words_is_read_as_it_was_written(world: World) -> None:
    ticket = await resolved(world)
    await world.later(days=3, hours=1)
    assert await pressed(world, "Something of our own") == "Reply to the message below."
    await answered(world, "We come by with a cake on Friday.")
    last = world.texts(ANNA)[-1]
    assert last.startswith("Clara: с #2 дважды вышло не так.")
    # The words are staff's, and it says in which language they are.
    assert last.endswith("We come by with a cake on Friday.")
    assert "по-английски" in last
    [given] = await world.read(lambda unit: unit.remedies.of_ticket(ticket.id))
    assert isinstance(given, Remedy)
    assert (given.reason, given.title["ru"]) == (
        "We come by with a cake on Friday.",
        "Знак внимания от нас",
    )
    assert "decided already" in await pressed(world, "Not this time")


async def test_above_a_limit_an_admin_allows_it_and_only_one_waits(world: World) -> None:
    await resolved(world, f"{SENIOR}\ngrants: {{senior_per_grant: 50.00 EUR}}\n")
    await world.later(days=3, hours=1)
    assert "above a limit" in await pressed(world, "A dinner (€90.00)")
    assert await pressed(world, "Flowers") == "One waits for a yes already."
    assert (await world.ticket(2)).gesture == "asked"
    before = len(world.texts(ANNA))
    assert await pressed(world, "Allow it", by=ADMIN) == "Granted. The customer knows."
    assert (await world.ticket(2)).gesture == "given"
    assert len(world.texts(ANNA)) == before + 1


async def test_not_this_time_takes_a_word_that_the_customer_does_not_read(world: World) -> None:
    ticket = await resolved(world)
    await world.later(days=3, hours=1)
    before = world.texts(ANNA)
    await pressed(world, "Not this time")
    await answered(world, "She asked us to leave it.")
    said = "Clara chose no gesture this time:\nShe asked us to leave it."
    assert said in world.texts(FORUM)
    assert (EntryKind.GESTURE_DECLINED, "She asked us to leave it.") in await kinds(world, ticket)
    assert world.texts(ANNA) == before
    assert "decided already" in await pressed(world, "Flowers")


async def test_it_waits_while_the_complaint_is_open_again_and_the_card_keeps_it(
    world: World,
) -> None:
    ticket = await resolved(world)
    await world.later(days=1)
    await world.press(pack("t", "reopen", ticket.id), by=CLARA)
    await world.later(days=3)
    assert asked(world) == 0
    await world.write("/resolve #2 Now it is right.", by=CLARA)
    await world.later(days=3, hours=1)
    assert asked(world) == 1
    await world.later(seconds=2)
    assert await pressed(world, "A gesture") == "Below."
    assert len([t for t in world.texts(FORUM) if t.startswith("This was a second failure")]) == 1


@on_both
async def test_it_follows_the_complaint_to_the_group_that_has_it_then(world: World) -> None:
    ticket = await resolved(world)
    await world.write("/setup off", by=ADMIN)
    # As long as no group is there nobody is asked, and nothing is lost.
    await world.later(days=3, hours=1)
    assert (asked(world), (await world.ticket(2)).gesture) == (0, "")
    await world.group(OTHER)
    await world.later(days=1)
    assert (asked(world), asked(world, OTHER)) == (0, 1)
    flowers = pack("y", "give", ticket.id, "flowers")
    assert (await world.press(flowers, by=CLARA, chat=FORUM)).get("show_alert")
    answer = await world.press(flowers, by=CLARA, chat=OTHER)
    assert answer["text"] == "Granted. The customer knows."


async def test_without_a_senior_admins_hear_of_it(world: World) -> None:
    await resolved(world, RULES)
    assert sum("is a second failure, and no senior" in t for t in world.texts(ADMIN)) == 1
    await world.later(days=3, hours=1)
    assert sum("A gesture is to be chosen" in t for t in world.texts(ADMIN)) == 1
    assert await pressed(world, "Flowers", by=ADMIN) == "Granted. The customer knows."


async def test_what_was_forged_changes_nothing(world: World) -> None:
    ticket = await failed_twice(world)
    real = (pack("y", "box", ticket.id, "as_after", 1), pack("y", "box", ticket.id))
    for each in ("y:box:1", "y:box:zz:as_before:1", "y:box", "y:other:1", "y:give", *real):
        assert (await world.press(each, by=CLARA)).get("show_alert")
    now = await world.ticket(2)
    assert (now.as_before, now.made_up, now.gesture) == (False, False, "")
