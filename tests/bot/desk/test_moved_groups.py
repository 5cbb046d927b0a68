"""A group that has become a supergroup, and what staff had written in it before it was heard of."""

from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.work import Work
from bot.desk import groups
from flows.entities import Outgoing, Priority, Side, Ticket
from flows.entities.states import CHANGE_OPEN
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CLARA, PLAIN, World, card_of, said
from tests.databases import on_both

MOVED_TO = -1009


@pytest.fixture
async def ticket(world: World) -> Ticket:
    """An open ticket in a basic group, whose card staff have seen."""
    await world.group(PLAIN, forum=False)
    return await world.complain(await world.customer())


async def move(world: World) -> None:
    await world.do(lambda work: groups.group_moved(work, PLAIN, MOVED_TO))


async def write(world: World, text: str = "", **more: Any) -> int:
    """Write in the group as it was, and have what comes of it leave."""
    message_id = await world.write(text, chat=PLAIN, forum=False, **more)
    await world.deliver()
    return message_id


async def test_an_answer_to_the_old_card_goes_to_the_customer(world: World, ticket: Ticket) -> None:
    await move(world)
    await write(world, "I am sorry.", to=card_of(ticket))
    message_id = await write(world, "A new lid today.", to=card_of(ticket))
    (copy,) = [sent for sent in world.to(ANNA) if sent.method == "copyMessage"]
    assert copy.params["from_chat_id"] == PLAIN
    assert copy.params["message_id"] == message_id
    assert (await world.ticket(1)).owner_name == "Boris"


async def test_an_answer_to_a_repeated_card_that_is_in_no_row(world: World, ticket: Ticket) -> None:
    await move(world)
    await write(world, "A new lid today.", to=9_999, to_buttons=[pack("t", "hint", ticket.id)])
    assert len([text for text in world.texts(ANNA) if "A new lid today." in text]) == 1


async def test_a_ticket_is_resolved_from_the_old_group(world: World, ticket: Ticket) -> None:
    await move(world)
    await write(world, "/resolve #1 A new lid is on its way.")
    assert (await world.ticket(1)).state == "resolved"
    assert any("A new lid is on its way." in text for text in world.texts(ANNA))
    assert any("A new lid is on its way." in text for text in world.texts(MOVED_TO))


async def test_an_answer_to_a_prompt_in_the_old_group(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "resolve", ticket.id), chat=PLAIN, message=card_of(ticket))
    await world.deliver()
    prompt = next(sent for sent in world.to(PLAIN) if sent.row.purpose == "prompt")
    await move(world)
    await write(world, "A new lid is on its way.", to=prompt.message_id)
    assert (await world.ticket(1)).state == "resolved"


async def test_buttons_of_the_old_card_work(world: World, ticket: Ticket) -> None:
    await move(world)
    await world.press(pack("t", "take", ticket.id), chat=PLAIN, message=card_of(ticket))
    assert (await world.ticket(1)).owner_name == "Boris"


async def test_pages_of_an_old_list_do_not_overwrite_other_messages(
    world: World, ticket: Ticket
) -> None:
    """The number of a message of the old group is another one's in the new."""
    await move(world)
    await world.deliver()
    before = len(world.sent)
    await world.press(pack("t", "list", "mine", 0), chat=PLAIN, message=card_of(ticket))
    await world.deliver()
    (listing,) = world.to(MOVED_TO, before)
    assert listing.method == "sendMessage"
    assert "reply_parameters" not in listing.params


async def test_what_is_answered_to_a_message_of_the_old_group_stands_in_the_new(
    world: World, ticket: Ticket
) -> None:
    await move(world)
    await write(world, "/resolve #77 done")
    assert not any("#77" in text for text in world.texts(PLAIN))
    (note,) = [sent for sent in world.to(MOVED_TO) if "#77" in sent.text]
    assert "reply_parameters" not in note.params


async def test_an_edit_of_what_was_passed_on_reaches_the_customer(
    world: World, ticket: Ticket
) -> None:
    answer = await write(world, "A new lid tomorow.", to=card_of(ticket))
    await move(world)
    await write(world, "A new lid tomorrow.", message_id=answer, kind="edited_message", edit_date=1)
    assert [s.text for s in world.to(ANNA) if s.method == "editMessageText"] == [
        "Boris answers you (#1):\nA new lid tomorrow."
    ]


@on_both
async def test_setup_in_the_old_group_is_about_the_new_one(world: World, ticket: Ticket) -> None:
    await move(world)
    await write(world, "/setup", by=ADMIN)
    assert set(world.services.groups) == {MOVED_TO}
    await write(world, "/setup off", by=ADMIN)
    assert not world.services.groups
    assert (await world.ticket(1)).group_chat_id is None


async def test_who_was_seen_in_the_old_group_is_known_in_the_new(
    world: World, ticket: Ticket
) -> None:
    await write(world, "Good morning.", by=CLARA, username="clara")
    await move(world)
    await world.write("/assign @clara #1", chat=MOVED_TO, forum=False)
    assert (await world.ticket(1)).owner_id == CLARA


async def test_a_strange_group_stays_strange_when_it_moves(world: World, ticket: Ticket) -> None:
    await world.do(lambda work: groups.group_moved(work, -2001, -2002))
    await world.write("/resolve #1 done", chat=-2001, forum=False)
    assert (await world.ticket(1)).state == "open"


async def test_a_ticket_that_was_done_gets_a_card_when_it_goes_on(
    world: World, ticket: Ticket
) -> None:
    await write(world, "/resolve #1 A new lid was sent.")
    await world.later(seconds=5)
    await move(world)
    await world.later(seconds=5)
    assert not [sent for sent in world.to(MOVED_TO) if sent.row.purpose == "card"]
    await world.add(1, said("It leaks again."))
    await world.later(seconds=5)
    (card,) = [sent for sent in world.to(MOVED_TO) if sent.row.purpose == "card"]
    assert card.method == "sendMessage"
    assert "Open again" in card.text
    assert card_of(await world.ticket(1)) == card.message_id


# -- changes ------------------------------------------------------------------------------------


@on_both
async def test_a_change_comes_along(world: World, ticket: Ticket) -> None:
    """Its card is posted anew, and staff go on with it there."""
    await write(world, "/change #1 New lids")
    await move(world)
    await world.deliver()
    cards = [sent for sent in world.to(MOVED_TO) if sent.row.purpose == "change"]
    assert [sent.method for sent in cards] == ["sendMessage"]
    (change,) = await world.read(lambda unit: unit.changes.in_states(CHANGE_OPEN))
    assert (change.group_chat_id, change.card_message_id) == (MOVED_TO, cards[0].message_id)
    await world.press(pack("g", "text", change.id), chat=MOVED_TO)
    await world.deliver()
    prompt = next(s for s in reversed(world.to(MOVED_TO)) if s.row.purpose == "prompt")
    await world.write("The lids have a seal now.", chat=MOVED_TO, to=prompt.message_id)
    await world.press(pack("g", "ship", change.id), chat=MOVED_TO)
    await world.later(minutes=1)
    assert any("The lids have a seal now." in text for text in world.texts(ANNA))


async def test_a_change_that_was_told_is_found_and_not_posted_again(
    world: World, ticket: Ticket
) -> None:
    await write(world, "/change #1 New lids")
    (change,) = await world.read(lambda unit: unit.changes.in_states(CHANGE_OPEN))
    await world.press(pack("g", "text", change.id), chat=PLAIN)
    await world.deliver()
    prompt = next(s for s in reversed(world.sent) if s.row.purpose == "prompt")
    await write(world, "The lids have a seal now.", to=prompt.message_id)
    await world.press(pack("g", "ship", change.id), chat=PLAIN)
    await world.later(minutes=1)
    await move(world)
    await world.deliver()
    assert not [sent for sent in world.to(MOVED_TO) if sent.row.purpose == "change"]
    await world.write(f"/change C{change.number}", chat=MOVED_TO, forum=False)
    await world.deliver()
    assert any("New lids" in text for text in world.texts(MOVED_TO))


# -- what waits ---------------------------------------------------------------------------------


async def test_nothing_that_waits_replies_to_a_message_of_the_old_group(world: World) -> None:
    await world.group(PLAIN, forum=False)

    async def say(work: Any) -> None:
        for params in ({"text": "a", "reply_parameters": {"message_id": 5}}, {"text": "b"}):
            work.call(PLAIN, "sendMessage", params, purpose="note", priority=Priority.REPLY)
        work.call(PLAIN, "setMessageReaction", {"message_id": 5}, purpose="mark")

    await world.do(say)
    await move(world)
    rows: list[Outgoing] = await world.read(lambda unit: unit.outbox.recent())
    waiting = [row for row in rows if row.chat_id == MOVED_TO]
    assert sorted(row.params["text"] for row in waiting) == ["a", "b"]
    assert all(set(row.params) == {"text"} for row in waiting)


async def test_what_was_said_in_the_old_group_is_kept_where_it_was_said(
    world: World, ticket: Ticket
) -> None:
    await move(world)
    message_id = await write(world, "A new lid today.", to=card_of(ticket))
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    (said,) = [entry for entry in entries if entry.side is Side.STAFF]
    assert (said.chat_id, said.message_id, said.author_id) == (PLAIN, message_id, BORIS)


async def test_the_process_knows_of_a_move_when_it_is_written_and_not_before(
    world: World, ticket: Ticket
) -> None:
    bound = dict(world.services.groups)

    async def moving(work: Work) -> None:
        await groups.group_moved(work, PLAIN, MOVED_TO)
        assert work.services.chat_now(PLAIN) == MOVED_TO
        assert work.services.group_at(PLAIN) == work.services.groups[MOVED_TO]
        assert (world.services.groups, world.services.moved) == (bound, {})

    async with world.database.unit() as unit:
        await moving(Work(unit, world.now, world.services))
    assert (world.services.groups, world.services.moved) == (bound, {})
    await world.do(moving)
    assert set(world.services.groups) == {MOVED_TO}
    assert world.services.moved == {PLAIN: MOVED_TO}
