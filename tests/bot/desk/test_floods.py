"""One customer's flood costs the others nothing, and reaches the group as one card."""

import pytest

from bot.core.delivery import File
from bot.desk import floods
from flows.entities import Ticket
from tests.bot.desk.world import ANNA, FORUM, World, said

MANY = 200


async def flood(world: World, count: int, first: int = 1000) -> None:
    pieces = [
        said(f"Message {number} " + "!" * 30, world.now, first + number) for number in range(count)
    ]
    await world.add(1, *pieces)


async def test_a_flood_reaches_the_group_as_one_card(world: World, ticket: Ticket) -> None:
    before = len(world.to(FORUM))
    await flood(world, MANY)
    shown = [sent for sent in world.to(FORUM)[before:] if "Message" in sent.text]
    assert len(shown) == floods.SHOWN_AT_MOST
    [note] = [text for text in world.texts(FORUM) if "writes a great deal" in text]
    assert note.startswith("Anna writes a great deal.")
    before = len(world.to(FORUM))
    cards = await world.later(minutes=11)
    [document] = [sent for sent in cards if sent.method == "sendDocument"]
    assert len(world.to(FORUM)) == before + 1
    file = document.file
    assert isinstance(file, File)
    lines = file.content.decode("utf-8-sig").split("\n")
    assert len(lines) == MANY - floods.SHOWN_AT_MOST
    assert lines[-1].startswith(f"Message {MANY - 1} ")
    assert document.params["caption"] == f"{len(lines)} more messages from Anna:"
    assert document.row.ticket_id == ticket.id


async def test_who_goes_on_fills_one_card_in_each_window(world: World, ticket: Ticket) -> None:
    await flood(world, floods.SHOWN_AT_MOST + 1)
    await world.later(minutes=11)
    before = len(world.to(FORUM))
    await flood(world, 3, first=5000)
    assert not any("Message" in sent.text for sent in world.to(FORUM)[before:])
    sent = await world.later(minutes=11)
    [card] = [each for each in sent if each.row.chat_id == FORUM]
    assert card.text.startswith("3 more messages from Anna:")
    assert "Message 2" in card.text


async def test_after_a_quiet_window_everything_is_shown_again(world: World, ticket: Ticket) -> None:
    await flood(world, floods.SHOWN_AT_MOST + 1)
    for _ in range(3):
        await world.later(minutes=11)
    before = len(world.to(FORUM))
    await flood(world, 1, first=5000)
    assert any("Message 0" in sent.text for sent in world.to(FORUM)[before:])


async def test_nothing_of_a_flood_is_lost(world: World, ticket: Ticket) -> None:
    await flood(world, MANY)
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert sum(1 for entry in entries if entry.text.startswith("Message ")) == MANY


async def test_somebody_else_is_shown_meanwhile(world: World, ticket: Ticket) -> None:
    await flood(world, MANY)
    clara = await world.customer("Clara", chat=502)
    other = await world.complain(clara, "Mine was late, too.", chat=502)
    assert other.card_message_id is not None


async def test_staff_hold_one_customer_back_with_a_word_to_them(
    world: World, ticket: Ticket
) -> None:
    await world.write("/mute #1 8")
    await world.deliver()
    assert "What you write next we will read all together" in world.texts(ANNA)[-1]
    await flood(world, 3)
    await world.later(hours=7)
    assert not any("Message" in text for text in world.texts(FORUM))
    await world.later(hours=2)
    assert any(text.startswith("3 more messages from Anna:") for text in world.texts(FORUM))
    await flood(world, 1, first=6000)
    assert world.texts(FORUM)[-1].startswith("Anna writes:\nMessage 0")


async def test_what_was_held_back_comes_when_it_is_ended(world: World, ticket: Ticket) -> None:
    await world.write("/mute #1")
    await flood(world, 2)
    await world.write("/mute #1 off")
    await world.later(minutes=1)
    assert world.texts(FORUM)[-1].startswith("2 more messages from Anna:")
    await world.write("/mute #1 off")
    await world.deliver()
    assert world.texts(FORUM)[-1] == "Nothing is held back here."


@pytest.mark.parametrize("hours", ["0", "-1", "soon", "9999", "\u00b2"])
async def test_for_how_long_has_to_be_said_in_hours(
    world: World, ticket: Ticket, hours: str
) -> None:
    await world.write(f"/mute #1 {hours}")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("For how many hours?")
    assert world.texts(ANNA) == []
