"""Groups of staff: set up by admins, and nothing works in a group that it does not belong to."""

import pytest

from bot.callbacks import pack
from flows.entities import Ticket
from tests.bot.desk.world import ADMIN, ANNA, BORIS, FORUM, OTHER, World, said


async def test_only_admins_set_up_groups(world: World) -> None:
    await world.write("/setup support", by=BORIS)
    await world.deliver()
    assert world.texts(FORUM) == [
        "Only an admin of this bot can set up a group. Ask the person who runs it."
    ]
    assert not world.services.groups


async def test_who_set_a_group_up_is_known_there(world: World) -> None:
    await world.complain(await world.customer())
    await world.write("/setup support", by=ADMIN, username="ada")
    await world.write("/assign @ada #1")
    assert (await world.ticket(1)).owner_id == ADMIN


async def test_setup_asks_which_team_when_several_can_be_meant(world: World) -> None:
    await world.write("/setup", by=ADMIN)
    await world.write("/setup nobody", by=ADMIN)
    await world.deliver()
    assert all("/setup support\n/setup tasting" in text for text in world.texts(FORUM))
    await world.write("/setup support", by=ADMIN)
    await world.write("/setup", by=ADMIN, chat=OTHER)
    assert {g.chat_id: g.team_id for g in world.services.groups.values()} == {
        FORUM: "support",
        OTHER: "tasting",
    }
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    assert "Type /setup off first" in world.texts(OTHER)[-1]


async def test_setup_off_hands_open_tickets_to_the_next_group(world: World, ticket: Ticket) -> None:
    await world.write("/setup off", by=ADMIN)
    assert (await world.ticket(1)).group_chat_id is None
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    moved = await world.ticket(1)
    assert moved.group_chat_id == OTHER
    assert moved.card_message_id is not None
    await world.write("/setup off", by=ADMIN, chat=OTHER)
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    world.sent.clear()
    await world.deliver()
    assert "createForumTopic" in [sent.method for sent in world.sent]


async def test_a_ticket_that_was_done_in_a_group_that_is_gone_comes_back_in_the_next(
    world: World, ticket: Ticket
) -> None:
    """A customer who writes to it is seen by somebody, whatever became of the first group."""
    await world.write("/resolve #1 A new box was sent.")
    await world.deliver()
    await world.write("/setup off", by=ADMIN)
    await world.deliver()
    await world.later(hours=1)
    before = len(world.to(FORUM))
    await world.add(1, said("It is late again.", world.now))
    assert (await world.ticket(1)).group_chat_id is None
    assert len(world.to(FORUM)) == before
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    shown = world.texts(OTHER)
    assert any("Open again" in text and "The box was late." in text for text in shown)
    assert sum("It is late again." in text for text in shown) == 1


async def test_a_ticket_of_another_group_by_now_is_shown_there_at_once(
    world: World, ticket: Ticket
) -> None:
    await world.write("/resolve #1 A new box was sent.")
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    assert not any("The box was late." in text for text in world.texts(OTHER))
    await world.later(hours=1)
    await world.add(1, said("It is late again.", world.now))
    shown = world.texts(OTHER)
    assert any("Open again" in text and "The box was late." in text for text in shown)
    assert sum("It is late again." in text for text in shown) == 1
    assert (await world.ticket(1)).group_chat_id == OTHER


@pytest.mark.parametrize(
    "data",
    [
        "t:",
        "t:take",
        "t:take:",
        "t:take:zzzzzzzzzzzzzzzzz",
        "t:take:-1",
        "t:nothing:1",
        "t:again:1",
        "t:again:x",
        "t:list",
        "t:list:x:y",
        "g:",
        "g:ship",
        "g:ship:1",
        "g:show:1:x",
    ],
)
async def test_forged_data_changes_nothing(world: World, ticket: Ticket, data: str) -> None:
    before = await world.ticket(1)
    await world.press(data)
    assert await world.ticket(1) == before


async def test_buttons_work_only_in_the_ticket_s_own_group(world: World, ticket: Ticket) -> None:
    await world.group(OTHER, "tasting")
    before = await world.ticket(1)
    outside = await world.press(pack("t", "take", ticket.id), chat=ANNA, by=ANNA)
    assert outside["text"] == "That is for staff in their group."
    elsewhere = await world.press(pack("t", "take", ticket.id), chat=OTHER)
    assert elsewhere["text"] == "This button does not belong to this group."
    for command in ("/take #1", "/resolve #1 done", "/card #1", "/assign @x #1"):
        mention = {"type": "mention", "offset": 8, "length": 2}
        more = {"entities": [mention]} if "@x" in command else {}
        await world.write(command, chat=OTHER, **more)
    await world.deliver()
    assert world.texts(OTHER) == ["There is no ticket #1 in this group."] * 4
    assert await world.ticket(1) == before


async def test_commands_in_a_group_that_is_not_set_up_explain_themselves(world: World) -> None:
    for command in ("/tickets", "/take #1", "/change x", "/help", "/card 1", "/resolve x"):
        await world.write(command, chat=OTHER)
    await world.deliver()
    assert set(world.texts(OTHER)) == {
        "This group is not set up. An admin of this bot can type /setup here."
    }
