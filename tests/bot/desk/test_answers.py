"""What staff write: what reaches the customer, what stays among them, and what comes back."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from flows.entities import Ticket
from tests.bot.desk.world import (
    ANNA,
    BORIS,
    CLARA,
    FORUM,
    PLAIN,
    World,
    card_of,
    said,
)
from tests.databases import on_both


async def test_a_reply_to_the_card_goes_to_the_customer(world: World, ticket: Ticket) -> None:
    await world.write("I am sorry.", to=card_of(ticket))
    number = await world.write("A new box leaves today.", to=card_of(ticket))
    await world.deliver()
    first, copy = world.to(ANNA)
    assert first.text == "Boris answers you (#1):\nI am sorry."
    assert (copy.method, copy.params) == (
        "copyMessage",
        {"from_chat_id": FORUM, "message_id": number},
    )
    changed = await world.ticket(1)
    assert (changed.state, changed.owner_id) == ("taken", BORIS)
    assert changed.first_response_at == world.now


@on_both
async def test_a_heading_stands_in_the_message_as_far_as_there_is_room(
    world: World, ticket: Ticket
) -> None:
    await world.write("Ask @lumen", to=card_of(ticket))
    await world.deliver()
    [first] = world.to(ANNA)
    assert first.text == "Boris answers you (#1):\nAsk @lumen"
    assert first.params["entities"] == [
        {"type": "bold", "offset": 0, "length": 23},
        {"type": "mention", "offset": 24 + 4, "length": 6},
    ]
    await world.write("x" * 4096, to=card_of(ticket), by=CLARA)
    world.now += timedelta(minutes=6)
    await world.press(pack("t", "over", ticket.id), by=CLARA)
    await world.write("y" * 4096, to=card_of(ticket), by=CLARA)
    await world.deliver()
    *_, heading, long = world.to(ANNA)
    assert (heading.text, long.method) == ("Clara answers you (#1):", "copyMessage")


async def test_the_first_response_is_taken_once(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    first = (await world.ticket(1)).first_response_at
    world.now += timedelta(hours=1)
    await world.write("And again.", to=card_of(ticket), by=CLARA)
    changed = await world.ticket(1)
    assert (changed.first_response_at, changed.owner_id) == (first, BORIS)


def headings(world: World, chat: int = ANNA) -> list[str]:
    """What customers read above answers."""
    lines = [text.split("\n")[0] for text in world.texts(chat)]
    return [line for line in lines if "answers you (" in line]


@pytest.mark.parametrize("action", ["take", "wait"])
async def test_the_first_answer_of_who_took_it_says_who_answers(
    world: World, ticket: Ticket, action: str
) -> None:
    await world.press(pack("t", action, ticket.id))
    for text in ("Sorry.", "A new box leaves today."):
        await world.write(text, to=card_of(ticket))
        await world.deliver()
    assert headings(world) == ["Boris answers you (#1):"]


async def test_who_took_it_over_says_so_with_the_first_answer(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    world.now += timedelta(hours=1)
    await world.press(pack("t", "over", ticket.id), by=CLARA)
    for text in ("I am on it.", "A new box leaves today."):
        world.now += timedelta(minutes=1)
        await world.write(text, to=card_of(ticket), by=CLARA)
        await world.deliver()
    assert headings(world) == [
        "Boris answers you (#1):",
        "Clara answers you (#1):",
    ]


async def test_an_album_that_is_the_first_answer_has_one_heading(
    world: World, ticket: Ticket
) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await world.press(pack("t", "take", ticket.id))
    for _ in range(3):
        await world.write(to=card_of(ticket), media_group_id="album", photo=photo)
    await world.later(seconds=2)
    assert len(headings(world)) == 1


async def test_answers_to_two_tickets_can_be_told_apart(world: World) -> None:
    await world.group()
    anna = await world.customer()
    one, two = [await world.complain(anna, words) for words in ("The box.", "The courier.")]
    said_about = (one, two, two, one, one, two)
    for ticket in said_about:
        world.now += timedelta(minutes=1)
        await world.write("Which one is it?", to=card_of(ticket))
        await world.deliver()
    assert [text[-4:-2] for text in headings(world)] == ["#1", "#2", "#1", "#2"]
    await world.write("/resolve #2 It came.")
    world.now += timedelta(minutes=1)
    await world.write("And the box?", to=card_of(one))
    await world.deliver()
    assert len(headings(world)) == 5, "the last word was about what was done"


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
    assert [sent.method for sent in world.to(ANNA)] == ["sendMessage"]
    assert (await world.press(data))["text"] == "It is not waiting for another try."


@on_both
async def test_what_is_gone_for_good_cannot_be_tried_again(world: World, ticket: Ticket) -> None:
    """A photo whose topic was deleted before it was copied: a button would fail for ever."""
    gone = Failure(FailureKind.MESSAGE_GONE, "Bad Request: message to copy not found")
    world.failing["copyMessage"] = gone
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await world.write(to=card_of(ticket), photo=photo)
    await world.add(1, said("", world.now, 41, kind="voice"))
    await world.deliver()
    notes = [sent for sent in world.to(FORUM) if "is no longer there" in sent.text]
    assert [note.text.split(":")[0] for note in notes] == [
        "Not delivered to Anna",
        "Something that Anna sent could not be shown here",
    ]
    assert notes[0].text.endswith("Please send it again.")
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
    await world.write("Sorry again.", to=99999)
    await world.deliver()
    assert not world.to(ANNA)
    in_topic, elsewhere = world.texts(FORUM)[-2:]
    assert in_topic == "Only your team reads this."
    assert "was not passed on" in elsewhere


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
    assert world.to(ANNA)[-1].text.startswith("Boris answers you (#1):")


async def test_a_reply_outside_of_topics_is_in_a_thread_of_the_message_that_it_replies_to(
    world: World,
) -> None:
    """Supergroups number such threads by their first message, which is no topic's first."""
    await world.group(PLAIN, forum=False)
    ticket = await world.complain(await world.customer())
    reply: dict[str, Any] = {"chat": PLAIN, "forum": False, "to": 99999, "message_thread_id": 99999}
    await world.write("Sorry.", **reply)
    await world.deliver()
    assert not world.to(ANNA)
    assert "was not passed on" in world.texts(PLAIN)[-1]
    await world.write("Sorry.", to_buttons=[pack("t", "hint", ticket.id)], **reply)
    await world.deliver()
    assert world.to(ANNA)[-1].text.startswith("Boris answers you (#1):")


async def test_in_a_group_without_topics_replies_work_the_same(world: World) -> None:
    await world.group(PLAIN, forum=False)
    ticket = await world.complain(await world.customer())
    await world.write("Sorry.", to=card_of(ticket), chat=PLAIN, forum=False)
    await world.deliver()
    assert world.to(ANNA)[-1].text.startswith("Boris answers you (#1):")


async def test_a_reply_to_any_picture_of_an_album_goes_to_the_customer(world: World) -> None:
    await world.group(PLAIN, forum=False)
    album = [said("", kind="photo", message_id=12 + at, album="a") for at in range(3)]
    await world.complain(await world.customer(), pieces=album)
    shown = next(sent for sent in world.to(PLAIN) if sent.method == "copyMessages")
    assert shown.message_id is not None
    await world.write("I see.", to=shown.message_id + 2, chat=PLAIN, forum=False)
    await world.deliver()
    assert world.to(ANNA)[-1].text.startswith("Boris answers you (#1):")


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
    assert edit.text == "Boris answers you (#1):\nSorry."


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]


async def test_a_command_in_a_caption_is_done_and_reaches_nobody(
    world: World, ticket: Ticket
) -> None:
    await world.write("Good morning.", by=CLARA, username="clara")
    await world.write(caption="/assign @clara", photo=PHOTO, to=card_of(ticket))
    assert (await world.ticket(1)).owner_id == CLARA
    await world.write(caption="/Resolve@verso_test_bot A new lid.", photo=PHOTO, to=card_of(ticket))
    await world.deliver()
    assert (await world.ticket(1)).resolution == "A new lid."
    assert [sent.method for sent in world.to(ANNA)] == ["sendMessage"]
    assert "/" not in world.texts(ANNA)[0]
    assert sum(text.startswith("Only the words count here") for text in world.texts(FORUM)) == 2


async def test_the_rest_of_an_album_whose_caption_is_a_command_reaches_nobody(
    world: World, ticket: Ticket
) -> None:
    for part in ({"caption": "/take"}, {}, {}):
        await world.write(to=card_of(ticket), media_group_id="a", photo=PHOTO, **part)
    await world.later(seconds=2)
    assert world.texts(ANNA) == ["Boris is reading what you wrote (#1)."]
    assert "copyMessages" not in [sent.method for sent in world.sent]
    await world.write(to=card_of(ticket), media_group_id="b", photo=PHOTO)
    await world.later(seconds=2)
    assert world.to(ANNA)[-1].method == "copyMessages", "another album goes to the customer"


async def test_an_unknown_command_in_a_caption_reaches_nobody(world: World, ticket: Ticket) -> None:
    await world.write(caption="/reslove A new lid.", photo=PHOTO, to=card_of(ticket))
    await world.deliver()
    assert world.texts(FORUM)[-1] == (
        "I do not know /reslove. Did you mean /resolve? Nothing of it reached the customer."
    )
    await world.write(caption="/lol, among ourselves", photo=PHOTO, topic=ticket.topic_id)
    await world.deliver()
    assert "I do not know /lol." in world.texts(FORUM)[-1]
    assert not world.to(ANNA)


@pytest.mark.parametrize("message", [{"text": "{}"}, {"caption": "{}", "photo": PHOTO}])
async def test_an_answer_that_is_edited_into_a_command_stays_as_it_was(
    world: World, ticket: Ticket, message: dict[str, Any]
) -> None:
    def written(words: str) -> dict[str, Any]:
        return {key: words if key != "photo" else PHOTO for key in message}

    number = await world.write(to=card_of(ticket), **written("Sorry."))
    await world.deliver()
    before = len(world.to(ANNA))
    edit = {"kind": "edited_message", "edit_date": 1, "message_id": number}
    await world.write(to=card_of(ticket), **written("/resolve A new lid."), **edit)
    await world.deliver()
    assert len(world.to(ANNA)) == before
    assert world.texts(FORUM)[-1].startswith("The first version of this message counts")
    assert (await world.ticket(1)).state == "taken"


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


async def test_an_answer_of_a_protected_group_leaves_in_its_newest_form(
    world: World, ticket: Ticket
) -> None:
    protected: dict[str, Any] = {"to": card_of(ticket), "has_protected_content": True}
    number = await world.write("It comes on Monday.", **protected)
    edit = {"kind": "edited_message", "message_id": number, "edit_date": 1}
    await world.write("It comes on Friday.", **protected, **edit)
    await world.deliver()
    first = next(sent.text for sent in world.to(ANNA) if "It comes" in sent.text)
    assert first == "Boris answers you (#1):\nIt comes on Friday."
    await world.write("It comes on Sunday.", **protected, **edit)
    await world.deliver()
    last = world.to(ANNA)[-1]
    assert last.method == "editMessageText"
    assert last.text == "Boris answers you (#1):\nIt comes on Sunday."


async def test_an_edit_of_an_answer_that_did_not_arrive_is_no_failure_of_its_own(
    world: World, ticket: Ticket
) -> None:
    """It has no copy to change: when it is sent again it leaves in its new form."""
    world.failing[ANNA] = Failure(FailureKind.BLOCKED, "Forbidden: bot was blocked by the user")
    number = await world.write("Sorrry.", to=card_of(ticket), topic=ticket.topic_id)
    edit = {"kind": "edited_message", "message_id": number, "edit_date": 1}
    await world.write("Sorry.", to=card_of(ticket), topic=ticket.topic_id, **edit)
    await world.deliver()
    notes = [text for text in world.texts(FORUM) if "Anna" in text and "elivered" in text]
    assert notes == ["Not delivered to Anna: the bot is blocked."]


async def test_captions_of_an_album_can_be_edited_before_it_leaves(
    world: World, ticket: Ticket
) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    part: dict[str, Any] = {"to": card_of(ticket), "photo": photo, "media_group_id": "album"}
    first, second = [await world.write(**part, caption="the lid") for _ in range(2)]
    edit = {"kind": "edited_message", "message_id": second, "edit_date": 1}
    await world.write(**part, caption="the seal", **edit)
    await world.later(seconds=2)
    album, change = world.to(ANNA)[-2:]
    assert album.params["message_ids"] == [first, second]
    assert change.method == "editMessageCaption"
    assert change.params["caption"] == "the seal"
    assert album.message_id is not None
    assert change.params["message_id"] == album.message_id + 1
