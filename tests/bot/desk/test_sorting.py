"""Tags, notes, how bad and of what kind: typed or pressed, found, never the customer's."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.work import Work
from bot.identity.erasure import forget
from flows.entities import Ticket
from storage.tables import entries, search_words
from tests.bot.desk.world import ANNA, BORIS, CLARA, FORUM, OTHER, World, card_of
from tests.databases import on_both

CLARA_USER = {"id": CLARA, "is_bot": False, "first_name": "Clara"}


async def typed(world: World, text: str, **more: Any) -> str:
    """What is answered to a message."""
    since = len(world.sent)
    await world.write(text, **more)
    await world.deliver()
    return (world.texts(FORUM, since) or [""])[-1]


def buttons(params: Mapping[str, Any]) -> dict[str, str]:
    """What the buttons of a message say, with their data."""
    rows = params.get("reply_markup", {}).get("inline_keyboard", [])
    return {each["text"]: each["callback_data"] for row in rows for each in row}


async def card(world: World) -> str:
    """The card as it was shown last."""
    sent = await world.later(seconds=2)
    return next(each.text for each in reversed(sent) if each.row.method == "@card")


@on_both
async def test_tags_sort_and_are_found(world: World, ticket: Ticket) -> None:
    await world.complain(await world.customer("Bob", 502), "Late, too.", chat=502)
    assert await typed(world, "/tag #1 #VIP to_the_kitchen") == "#1 has #vip #to-the-kitchen now."
    assert "#vip #to-the-kitchen" in await card(world)
    listed = await typed(world, "/tickets #vip")
    assert listed.split("\n")[0] == "#vip: 1"
    assert "#1 Anna" in listed
    assert "#to-the-kitchen" in buttons(world.sent[-1].params)
    assert "#2 Bob" in await typed(world, "/tickets")
    assert "#1 Anna" in await typed(world, "/find late #vip")
    assert await typed(world, "/tag #1 -vip") == "#1 has #to-the-kitchen now."
    assert (await typed(world, "/find #vip")).startswith("Nothing here fits")
    await typed(world, "/tag #1 a b c d e f g")
    assert (await typed(world, "/tag #1 h")).startswith("That would be too many: at most 8")
    assert (await world.ticket(1)).tags == ("to-the-kitchen", *"abcdefg")
    assert not world.texts(ANNA)


async def test_tags_on_buttons(world: World, ticket: Ticket) -> None:
    await typed(world, "/tag #1 vip")
    await typed(world, "/tag #1")
    shown = buttons(world.sent[-1].params)
    assert await world.press(shown["✓ #vip"]) == {"text": "Noted.", "show_alert": False}
    await world.deliver()
    again = world.sent[-1]
    assert again.method == "editMessageText"
    await world.press(buttons(again.params)["#vip"])
    assert (await world.ticket(1)).tags == ("vip",)
    for forged in ("w:tag:1:x", pack("w", "tag", ticket.id), pack("w", "nothing", ticket.id)):
        assert (await world.press(forged))["show_alert"]
    await world.group(OTHER, "tasting")
    foreign = await world.press(pack("w", "tag", ticket.id, "x"), chat=OTHER)
    assert foreign["text"] == "This button does not belong to this group."
    assert (await world.ticket(1)).tags == ("vip",)


async def test_notes_are_the_team_s(world: World, ticket: Ticket) -> None:
    topic = ticket.topic_id
    assert (await typed(world, "/note Has a dog.", topic=topic)).startswith("Noted for #1.")
    said = await world.write("She called twice.", by=CLARA, topic=topic)
    await world.deliver()
    await typed(world, "/note", topic=topic, to=said, to_user=CLARA_USER)
    assert await typed(world, "/note", topic=topic) == (
        "What should be remembered? /note and the words, or /note as a reply to a colleague's"
        " message."
    )
    await world.press(pack("w", "note", ticket.id))
    await world.deliver()
    assert (await typed(world, "Allergic to mint.", to=world.sent[-1].message_id)).startswith(
        "Noted for #1."
    )
    assert (await typed(world, f"/note #1 {'x' * 1001}")).startswith("That is too long for a note")
    assert "#1 Anna" in await typed(world, "/find mint")
    shown = await card(world)
    who = await typed(world, "/who #1")
    for text in ("Boris: Has a dog.", "Boris: Allergic to mint."):
        assert text in shown
        assert text in who
    assert not world.texts(ANNA)


@on_both
@pytest.mark.parametrize("kind", ["edited", "erased"])
async def test_a_note_follows_its_message_and_goes_with_its_customer(
    world: World, ticket: Ticket, kind: str
) -> None:
    number = await world.write("/note #1 Has a dog.")
    if kind == "edited":
        edited: dict[str, Any] = {"kind": "edited_message", "edit_date": 1}
        await world.write("/note #1 Has a cat.", message_id=number, **edited)
        assert "Boris: Has a cat." in await card(world)
        return

    async def erase(work: Work) -> None:
        customer = await work.unit.customers.by_ref("C-501")
        assert customer is not None
        await forget(work.unit, work.services, customer, work.now)

    await typed(world, "/tag #1 dog-owner")
    await world.do(erase)
    rows = await world.read(lambda unit: unit.run(entries.select()))
    assert not [row for row in rows if "dog" in row.text]
    assert not (await world.read(lambda unit: unit.run(search_words.select()))).all()
    assert (await world.ticket(1)).tags == ()


async def test_how_bad_and_of_what_kind(world: World, ticket: Ticket) -> None:
    assert await typed(world, "/severity #1 5") == "Boris says how bad it is: 5 of 5."
    assert await typed(world, "/category #1 вкус") == "Boris says what kind it is: Taste."
    changed = await world.ticket(1)
    assert (changed.severity, changed.category, changed.team_id) == (5, "taste", ticket.team_id)
    assert changed.watch == ticket.watch, "what was promised stays"
    for command, label in (("/severity #1 9", "2"), ("/category #1 what", "Delivery")):
        await typed(world, command)
        await world.press(buttons(world.sent[-1].params)[label])
    changed = await world.ticket(1)
    assert (changed.severity, changed.category) == (2, "delivery")
    for forged in (pack("w", "rate", ticket.id, 6), pack("w", "file", ticket.id, "nothing")):
        assert (await world.press(forged))["show_alert"]
    assert await world.ticket(1) == changed


async def test_the_menu_is_below_the_card(world: World, ticket: Ticket) -> None:
    posted = next(each for each in world.sent if each.message_id == card_of(ticket))
    await world.press(buttons(posted.params)["More"], by=BORIS)
    await world.deliver()
    menu = buttons(world.sent[-1].params)
    assert list(menu) == ["Tags", "Note", "How bad", "What kind", "Part it", "Pass on to a team"]
    for label in ("Tags", "How bad", "What kind"):
        await world.press(menu[label])
        await world.deliver()
        await world.press(buttons(world.sent[-1].params)["‹ Back"])
        await world.deliver()
        assert world.sent[-1].text == "#1: what else?"
