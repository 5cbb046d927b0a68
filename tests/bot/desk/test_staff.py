"""Staff answer from their group; what reaches the customer, and what stays among them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.callbacks import pack
from bot.sending.calls import Failure, FailureKind
from flows.entities import Side, Ticket
from tests.bot.desk.world import ADMIN, BORIS, CLARA, FORUM, OTHER, PLAIN, World, said

ANNA = 501


@pytest.fixture
async def ticket(world: World) -> Ticket:
    """An open ticket in a forum group."""
    await world.group()
    return await world.complain(await world.customer())


def card_of(ticket: Ticket) -> int:
    assert ticket.card_message_id is not None
    return ticket.card_message_id


# -- taking -----------------------------------------------------------------------------------


async def test_taking_tells_the_customer_who_reads(world: World, ticket: Ticket) -> None:
    answer = await world.press(pack("t", "take", ticket.id))
    await world.deliver()
    assert answer["text"] == "You have it."
    (told,) = world.to(ANNA)
    assert told.text == "Boris is reading your complaint #1."
    assert told.params["disable_notification"] is True
    assert "Boris has taken it." in world.texts(FORUM)
    await world.later(seconds=2)
    edit = world.to(FORUM)[-1]
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", card_of(ticket))
    assert "Boris has it" in edit.text


async def test_pressing_twice_changes_nothing(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "take", ticket.id))
    before = await world.ticket(1)
    answer = await world.press(pack("t", "take", ticket.id))
    assert answer == {"text": "You have it already.", "show_alert": True}
    assert await world.ticket(1) == before


async def test_a_silent_colleague_s_ticket_can_be_taken_over(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "take", ticket.id))
    await world.write("/take #1", by=CLARA)
    await world.deliver()
    assert "Clara has taken it over from Boris." in world.texts(FORUM)
    assert (await world.ticket(1)).owner_id == CLARA


async def test_several_changes_at_once_are_one_edit_of_the_card(
    world: World, ticket: Ticket
) -> None:
    for data in ("take", "wait"):
        await world.press(pack("t", data, ticket.id))
    await world.write("/resolve #1 Sent a new one.")
    await world.later(seconds=2)
    edits = [sent for sent in world.to(FORUM) if sent.method == "editMessageText"]
    assert len(edits) == 1
    assert "Sent a new one." in edits[0].text


# -- assigning --------------------------------------------------------------------------------


async def test_assigning_by_name_and_by_reply(world: World, ticket: Ticket) -> None:
    mention = {"type": "mention", "offset": 8, "length": 6}
    await world.write("/assign @clara #1", entities=[mention])
    assert (await world.ticket(1)).owner_name == "@clara"
    clara = {"id": CLARA, "is_bot": False, "first_name": "Clara"}
    await world.write("/assign #1", to=4000, to_user=clara)
    assert (await world.ticket(1)).owner_id == CLARA


async def test_assigning_nobody_explains_itself(world: World, ticket: Ticket) -> None:
    await world.write("/assign #1")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("Who? Write /assign @name #1")


# -- answering --------------------------------------------------------------------------------


async def test_a_reply_to_the_card_goes_to_the_customer(world: World, ticket: Ticket) -> None:
    number = await world.write("I am sorry. A new box leaves today.", to=card_of(ticket))
    await world.deliver()
    hello, copy = world.to(ANNA)
    assert hello.text == "Boris answers your complaint #1:"
    assert (copy.method, copy.params) == (
        "copyMessage",
        {"from_chat_id": FORUM, "message_id": number},
    )
    changed = await world.ticket(1)
    assert (changed.state, changed.owner_id) == ("taken", BORIS)
    assert changed.first_response_at == world.now


async def test_the_first_response_is_taken_once(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    first = (await world.ticket(1)).first_response_at
    world.now += timedelta(hours=1)
    await world.write("And again.", to=card_of(ticket), by=CLARA)
    changed = await world.ticket(1)
    assert (changed.first_response_at, changed.owner_id) == (first, BORIS)


async def test_delivered_is_shown_only_after_telegram_s_word(world: World, ticket: Ticket) -> None:
    number = await world.write("Sorry.", to=card_of(ticket))
    assert not any(sent.method == "setMessageReaction" for sent in world.sent)
    await world.deliver()
    mark = next(sent for sent in world.sent if sent.method == "setMessageReaction")
    assert mark.params["message_id"] == number
    assert mark.params["reaction"][0]["emoji"] == "👌"


async def test_a_failure_is_seen_in_the_ticket_and_can_be_tried_again(
    world: World, ticket: Ticket
) -> None:
    world.failing[ANNA] = Failure(FailureKind.BLOCKED, "Forbidden: bot was blocked by the user")
    await world.write("Sorry.", to=card_of(ticket), topic=ticket.topic_id)
    await world.deliver()
    notes = [sent for sent in world.to(FORUM) if sent.text.startswith("Not delivered to Anna")]
    assert notes
    assert "the bot is blocked" in notes[-1].text
    assert not any(sent.method == "setMessageReaction" for sent in world.sent)
    data = notes[-1].params["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    world.failing.clear()
    await world.press(data)
    await world.deliver()
    assert [sent.method for sent in world.to(ANNA)] == ["copyMessage"]
    assert (await world.press(data))["text"] == "It is not waiting for another try."


async def test_what_is_gone_for_good_cannot_be_tried_again(world: World, ticket: Ticket) -> None:
    """Its topic was deleted before it was copied: a button would fail for ever."""
    gone = Failure(FailureKind.MESSAGE_GONE, "Bad Request: message to copy not found")
    world.failing["copyMessage"] = gone
    await world.write("Sorry.", to=card_of(ticket))
    await world.add(1, said("", world.now, 41, kind="voice"))
    await world.deliver()
    notes = [sent for sent in world.to(FORUM) if "is no longer there" in sent.text]
    assert [note.text.split(":")[0] for note in notes] == [
        "Not delivered to Anna",
        "Something that Anna sent could not be shown here",
    ]
    assert notes[0].text.endswith("Please write it again.")
    for note in notes:
        assert "reply_markup" not in note.params


async def test_what_replies_to_nothing_of_the_customer_s_stays_among_staff(
    world: World, ticket: Ticket
) -> None:
    await world.press(pack("t", "take", ticket.id))
    await world.deliver()
    note = next(sent for sent in world.to(FORUM) if "has taken it" in sent.text)
    before = len(world.to(ANNA))
    await world.write("Who knows her?", topic=ticket.topic_id)
    await world.write("Nobody.", to=note.message_id, topic=ticket.topic_id)
    await world.write("Well.", to=ticket.topic_id, topic=ticket.topic_id)
    await world.deliver()
    assert len(world.to(ANNA)) == before
    assert not any("was not passed on" in text for text in world.texts(FORUM))


async def test_a_reply_to_a_message_that_nobody_remembers_is_not_lost_silently(
    world: World, ticket: Ticket
) -> None:
    await world.write("Sorry.", to=99999, topic=ticket.topic_id)
    await world.deliver()
    assert not world.to(ANNA)
    assert "was not passed on" in world.texts(FORUM)[-1]


async def test_a_reply_to_a_card_that_a_kill_repeated_goes_to_the_customer(
    world: World, ticket: Ticket
) -> None:
    mallory = {"id": 666, "is_bot": True, "first_name": "Another bot"}
    card = [pack("t", "take", ticket.id), pack("t", "hint", ticket.id)]
    forged: list[dict[str, Any]] = [
        {"to_buttons": card, "to_user": mallory},
        {"to_buttons": [pack("t", "again", ticket.id)]},
        {"to_buttons": [pack("t", "hint", ticket.id + 1)]},
        {"to_buttons": ["t:hint:no number"]},
    ]
    for other in forged:
        await world.write("Not for the customer.", to=99999, topic=ticket.topic_id, **other)
    await world.deliver()
    assert not world.to(ANNA)
    await world.write("Sorry.", to=99999, topic=ticket.topic_id, to_buttons=card)
    await world.deliver()
    assert world.to(ANNA)[-1].method == "copyMessage"


async def test_in_a_group_without_topics_replies_work_the_same(world: World) -> None:
    await world.group(PLAIN, forum=False)
    ticket = await world.complain(await world.customer())
    await world.write("Sorry.", to=card_of(ticket), chat=PLAIN, forum=False)
    await world.deliver()
    assert world.to(ANNA)[-1].method == "copyMessage"


async def test_a_reply_to_any_picture_of_an_album_goes_to_the_customer(world: World) -> None:
    await world.group(PLAIN, forum=False)
    album = [said("", kind="photo", message_id=12 + at, album="a") for at in range(3)]
    await world.complain(await world.customer(), pieces=album)
    shown = next(sent for sent in world.to(PLAIN) if sent.method == "copyMessages")
    assert shown.message_id is not None
    await world.write("I see.", to=shown.message_id + 2, chat=PLAIN, forum=False)
    await world.deliver()
    assert world.to(ANNA)[-1].method == "copyMessage"


async def test_an_album_of_staff_leaves_whole(world: World, ticket: Ticket) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    numbers = [
        await world.write(to=card_of(ticket), media_group_id="album", photo=photo) for _ in range(3)
    ]
    await world.deliver()
    assert "copyMessages" not in [sent.method for sent in world.sent]
    await world.later(seconds=2)
    copy = world.to(ANNA)[-1]
    assert (copy.method, copy.params["message_ids"]) == ("copyMessages", numbers)
    late = await world.write(to=card_of(ticket), media_group_id="album", photo=photo)
    await world.later(seconds=2)
    assert world.to(ANNA)[-1].params["message_ids"] == [late]


async def test_an_edited_answer_is_edited_on_the_customer_s_side(
    world: World, ticket: Ticket
) -> None:
    number = await world.write("Sorrry.", to=card_of(ticket))
    await world.deliver()
    copy = world.to(ANNA)[-1]
    await world.write(
        "Sorry.", to=card_of(ticket), kind="edited_message", message_id=number, edit_date=1
    )
    await world.deliver()
    edit = world.to(ANNA)[-1]
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", copy.message_id)
    assert edit.text == "Sorry."


async def test_a_form_letter_is_nudged_once(world: World, ticket: Ticket) -> None:
    other = await world.complain(await world.customer("Ben", 502), chat=502)
    letter = "We are sorry for the inconvenience and value your feedback very much."
    await world.write(letter, to=card_of(ticket))
    await world.deliver()
    assert not any("nearly the same" in text for text in world.texts(FORUM))
    for _ in range(2):
        await world.write(letter + " ", to=card_of(other))
    await world.deliver()
    assert sum("nearly the same" in text for text in world.texts(FORUM)) == 1


# -- resolving --------------------------------------------------------------------------------


async def test_resolving_by_command_tells_the_customer_what_was_done(
    world: World, ticket: Ticket
) -> None:
    text = "Sent a new box <today> & paid it back."
    await world.write(f"/resolve #1 {text}")
    await world.deliver()
    assert text in world.texts(ANNA)[-1]
    changed = await world.ticket(1)
    assert (changed.state, changed.resolution, changed.owner_name) == ("resolved", text, "Boris")


async def test_nothing_is_resolved_while_the_other_side_is_empty(
    world: World, ticket: Ticket
) -> None:
    await world.write("/resolve #1   ")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("Say what we did: /resolve #1")
    assert (await world.ticket(1)).state == "open"


async def test_resolving_by_button_asks_and_takes_the_reply(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "resolve", ticket.id))
    await world.deliver()
    asked = world.to(FORUM)[-1]
    assert asked.params["reply_markup"]["force_reply"] is True
    await world.write("Sent a new one.", to=asked.message_id, topic=ticket.topic_id)
    await world.deliver()
    assert (await world.ticket(1)).resolution == "Sent a new one."
    assert not any(sent.method == "copyMessage" for sent in world.to(ANNA))


async def test_a_customer_who_writes_again_opens_it_again(world: World, ticket: Ticket) -> None:
    await world.write("/resolve #1 Sent a new one.")
    again = await world.add(1, said("It is broken too.", world.now, 40))
    assert (again.state, again.reopened, again.resolved_at) == ("reopened", 1, None)
    texts = world.texts(FORUM)
    assert any("It is broken too." in text for text in texts)
    assert any("written again" in text for text in texts)


async def test_a_done_ticket_s_old_buttons_answer_kindly(world: World, ticket: Ticket) -> None:
    await world.write("/resolve #1 Sent a new one.")
    before = await world.ticket(1)
    for action in ("take", "wait", "resolve"):
        answer = await world.press(pack("t", action, ticket.id))
        assert answer["text"] == "It is done already. Open it again first."
    assert await world.ticket(1) == before


# -- what the customer adds ---------------------------------------------------------------------


async def test_added_words_media_and_edits_reach_the_ticket(world: World, ticket: Ticket) -> None:
    start = len(world.sent)
    await world.add(1, said("<b>And</b> late.", world.now, 40))
    await world.add(1, said("", world.now, 41, kind="voice"))
    await world.add(1, said("And very late.", world.now, 40), edited=True)
    sent = world.to(FORUM, start)
    assert [each.method for each in sent] == ["sendMessage", "copyMessage", "sendMessage"]
    assert sent[0].text == "Anna writes:\n<b>And</b> late."
    assert sent[2].text == "Anna changed a message. It now says:\nAnd very late."


async def test_an_added_album_is_shown_whole(world: World, ticket: Ticket) -> None:
    start = len(world.sent)
    for number in (50, 51, 52):
        await world.add(1, said("", world.now, number, kind="photo", album="b"))
    assert not world.to(FORUM, start)
    await world.later(seconds=2)
    (copy,) = world.to(FORUM, start)
    assert copy.params == {"from_chat_id": ANNA, "message_ids": [50, 51, 52]}


# -- promises ---------------------------------------------------------------------------------


async def test_staff_are_reminded_before_a_promise_is_broken(world: World, ticket: Ticket) -> None:
    await world.later(hours=2, minutes=1)
    assert any("Half of the promised time" in text for text in world.texts(FORUM))
    await world.later(hours=2)
    assert any("promised time is over" in text for text in world.texts(FORUM))
    assert (await world.ticket(1)).urgent


async def test_an_answered_ticket_is_reminded_of_nothing(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    await world.later(hours=9)
    assert not any("promised time" in text for text in world.texts(FORUM))


# -- lists and cards ----------------------------------------------------------------------------


async def test_the_list_shows_urgent_ones_first_and_turns_pages(world: World) -> None:
    await world.group()
    for at in range(10):
        chat = 600 + at
        await world.complain(await world.customer(f"C{at}", chat), chat=chat, urgent=at == 9)
    await world.write("/tickets")
    await world.deliver()
    listing = world.to(FORUM)[-1]
    assert listing.text.startswith("Open complaints: 10\n‼ #10 C9")
    answer = await world.press(pack("t", "list", "all", 1), message=listing.message_id or 0)
    await world.deliver()
    assert answer == {}
    edit = world.to(FORUM)[-1]
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", listing.message_id)
    assert "#9" in edit.text
    await world.press(pack("t", "take", (await world.ticket(3)).id))
    await world.press(pack("t", "list", "mine", 0), message=listing.message_id or 0)
    await world.deliver()
    assert any(text.startswith("Yours: 1\n#3 C2") for text in world.texts(FORUM))


async def test_the_card_can_be_shown_again(world: World, ticket: Ticket) -> None:
    await world.write("/card", topic=ticket.topic_id)
    await world.deliver()
    assert (await world.ticket(1)).card_message_id != ticket.card_message_id


async def test_help_and_hint_explain(world: World, ticket: Ticket) -> None:
    await world.write("/help")
    await world.deliver()
    assert "/resolve #12" in world.texts(FORUM)[-1]
    hint = await world.press(pack("t", "hint", ticket.id))
    assert hint["show_alert"] is True
    assert "Anna" in hint["text"]


# -- setting up -------------------------------------------------------------------------------


async def test_only_admins_set_up_groups(world: World) -> None:
    await world.write("/setup support", by=BORIS)
    await world.deliver()
    assert world.texts(FORUM) == [
        "Only an admin of this bot can set up a group. Ask the person who runs it."
    ]
    assert not world.services.groups


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


# -- hostile ----------------------------------------------------------------------------------


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


async def test_history_tells_both_sides(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    await world.write("/resolve #1 Sent a new one.")
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert [(e.side, e.kind) for e in entries if e.side is not Side.VERSO] == [
        (Side.CUSTOMER, "text"),
        (Side.STAFF, "text"),
        (Side.STAFF, "resolved"),
    ]
