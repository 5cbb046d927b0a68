"""Groups of staff: set up by admins, and nothing works in a group that it does not belong to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.core.work import Work
from bot.desk import cards, groups, tickets
from bot.runtime.sending import addressing
from flows.conversations import Piece
from flows.entities import Outgoing, SendResult, SendState, Ticket
from tests.bot.desk.world import ADMIN, ANNA, BORIS, FORUM, OTHER, PLAIN, World, card_of, said
from tests.databases import on_both


async def test_only_admins_set_up_groups(world: World) -> None:
    await world.write("/setup support", by=BORIS)
    await world.deliver()
    assert world.texts(FORUM) == [
        "Only an admin of this bot can set up a group. Ask the person who runs it."
    ]
    assert not world.services.groups


async def test_a_group_that_is_nobody_s_is_answered_once_an_hour(world: World) -> None:
    for _ in range(3):
        for command in ("/setup", "/setup support", "/tickets", "/find tea", "/change", "/audit"):
            await world.write(command, by=BORIS, chat=OTHER)
    await world.deliver()
    assert len(world.texts(OTHER)) == 2, "who can set it up, and that it is not set up"
    world.now += timedelta(hours=1)
    await world.write("/tickets", by=BORIS, chat=OTHER)
    await world.deliver()
    assert len(world.texts(OTHER)) == 3


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
    await world.write("/setup support", by=ADMIN, chat=PLAIN)
    await world.deliver()
    assert "Type /setup off there first" in world.texts(PLAIN)[-1], "a team has one group"
    assert PLAIN not in world.services.groups


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


@on_both
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


async def test_words_that_wait_do_not_reach_a_group_that_was_freed(
    world: World, ticket: Ticket
) -> None:
    world.now += timedelta(minutes=1)
    await world.do(lambda work: _add(work, said("My address is Secret Street 5.", world.now, 12)))
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    assert not any("Secret Street" in text for text in world.texts(FORUM))
    assert sum("Secret Street" in text for text in world.texts(OTHER)) == 1


async def test_thanks_that_wait_do_not_reach_a_group_that_was_freed(
    world: World, ticket: Ticket
) -> None:
    """A complaint that is done stays in its group's list, and its words do not go there."""
    await world.write("/resolve #1 A new box was sent.")
    await world.deliver()

    async def thank(work: Work) -> None:
        found = await work.unit.tickets.by_number(1)
        assert found is not None
        await tickets.show_thanks(work, found, said("Thanks from Secret Street 5.", world.now))

    await world.do(thank)
    await world.write("/setup off", by=ADMIN)
    await world.deliver()
    assert not any("Secret Street" in text for text in world.texts(FORUM))


async def test_a_topic_that_waits_is_made_in_the_next_group_alone(world: World) -> None:
    await world.group()
    anna = await world.customer()
    await world.do(
        lambda work: tickets.open_ticket(
            work,
            customer=anna,
            chat_id=ANNA,
            words="late",
            stage="first_use",
            category="delivery",
            severity=4,
            wish="",
            pieces=[said("late", world.now)],
        )
    )
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    made = [sent.row.chat_id for sent in world.sent if sent.method == "createForumTopic"]
    cards = [sent.row.chat_id for sent in world.sent if sent.row.purpose == "card"]
    assert (made, cards) == ([OTHER], [OTHER])


async def test_a_topic_that_was_made_in_a_group_of_before_is_not_the_ticket_s(
    world: World, ticket: Ticket
) -> None:
    """Telegram's word about the old group may be heard of when the ticket is in the next one."""
    row = next(sent.row for sent in world.sent if sent.method == "createForumTopic")
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    before = await world.ticket(1)
    result = SendResult(row.id, SendState.SENT, world.now, 1)
    await world.do(
        lambda work: cards.report_topic(work, row, result, {"message_thread_id": 4711}, None)
    )
    await world.do(lambda work: addressing.make_topic_again(work, row_of(row), []))
    assert await world.ticket(1) == before


def row_of(row: Outgoing) -> Outgoing:
    """A message to the same ticket in the same group."""
    return replace(row, method="sendMessage", params={"text": "x"})


async def test_admins_are_told_of_complaints_whose_group_was_lost(
    world: World, ticket: Ticket
) -> None:
    await world.do(lambda work: groups.group_lost(work, FORUM))
    await world.later(minutes=2)
    assert [text for text in world.texts(ADMIN) if "1 complaint" in text]


async def test_admins_are_not_told_of_complaints_that_have_found_a_group(
    world: World, ticket: Ticket
) -> None:
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.later(minutes=2)
    assert not world.texts(ADMIN)


async def test_admins_are_told_of_a_lost_group_on_a_day_on_which_they_were_told_of_another(
    world: World,
) -> None:
    """A complaint had no group in the morning; in the evening the group is lost."""
    anna = await world.customer()
    await world.complain(anna)
    await world.later(minutes=2)
    await world.group()
    await world.complain(anna, "late again")
    await world.do(lambda work: groups.group_lost(work, FORUM))
    await world.later(minutes=2)
    assert len(world.texts(ADMIN)) == 2


async def test_what_was_not_delivered_while_a_ticket_had_no_group_is_told_in_its_next(
    world: World, ticket: Ticket
) -> None:
    await world.write("A new lid today.", to=card_of(ticket), topic=ticket.topic_id)
    await world.write("/setup off", by=ADMIN)
    world.failing[ANNA] = Failure(FailureKind.BLOCKED, "bot was blocked by the user")
    await world.deliver()
    assert not any("Not delivered" in text for text in world.texts(FORUM))
    await world.write("/setup support", by=ADMIN, chat=OTHER)
    await world.deliver()
    (note,) = [sent for sent in world.to(OTHER) if "Not delivered" in sent.text]
    assert note.text == "Not delivered to Anna: the bot is blocked.\nA new lid today."
    assert note.row.id > next(s.row.id for s in world.to(OTHER) if s.row.purpose == "card")
    world.failing.clear()
    data = note.params["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await world.press(data, chat=OTHER)
    await world.deliver()
    assert "answers you (" in world.to(ANNA)[-1].text


async def _add(work: Work, piece: Piece) -> None:
    ticket = await work.unit.tickets.by_number(1)
    assert ticket is not None
    await tickets.add_words(work, ticket, [piece])
