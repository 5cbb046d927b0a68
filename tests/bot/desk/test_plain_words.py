"""What staff write without replying to the customer: it arrives, or they are told at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.core.callbacks import pack
from flows.desk.plain_words import Below, Treatment, treat
from flows.entities import Group, Ticket
from flows.entities.kinds import Plain
from tests.bot.desk.world import (
    ANNA,
    BORIS,
    CLARA,
    FORUM,
    NAMES,
    PLAIN,
    TOKEN,
    Sent,
    World,
    card_of,
)

ONLY_YOU = "Only your team reads this."
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


def buttons(sent: Sent) -> list[str]:
    """The labels below a message, row by row."""
    rows = sent.params.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def press(
    world: World, data: str, asked: Mapping[str, Any], *, by: int = BORIS, **more: Any
) -> Mapping[str, Any]:
    """Press a button below the bot's question about a message, as Telegram gives it."""
    query_id = str(next(world._ids))
    chat = {"id": more.get("chat", FORUM), "type": "supergroup", "title": "Staff"}
    person = {"id": by, "is_bot": False, "first_name": NAMES[by]}
    message: dict[str, Any] = {
        "message_id": 77_000,
        "date": int(world.now.timestamp()),
        "chat": chat,
        "text": ONLY_YOU,
        "reply_markup": {"inline_keyboard": more.get("markup", [])},
    }
    if asked:
        author = {"id": BORIS, "is_bot": False, "first_name": NAMES[BORIS]}
        written = {"date": message["date"], "chat": chat, "from": author}
        message["reply_to_message"] = {**written, **asked}
    await world.update(
        callback_query={
            "id": query_id,
            "from": person,
            "chat_instance": "1",
            "message": message,
            "data": data,
        }
    )
    return world.answers.get(query_id, {})


def send(ticket: Ticket) -> str:
    return pack("p", "send", ticket.id)


async def test_plain_words_in_a_topic_are_asked_about_and_sent(
    world: World, ticket: Ticket
) -> None:
    number = await world.write("A new lid left today.", topic=ticket.topic_id)
    await world.deliver()
    question = world.to(FORUM)[-1]
    assert question.text == ONLY_YOU
    assert question.params["reply_parameters"]["message_id"] == number
    assert question.params["disable_notification"] is True
    assert buttons(question) == ["Send it to Anna", "Always send mine", "Never ask me"]
    assert not world.to(ANNA)
    answer = await press(
        world, send(ticket), {"message_id": number, "text": "A new lid left today."}
    )
    assert answer["text"] == "On its way to Anna."
    await world.deliver()
    [copy] = world.to(ANNA)
    assert copy.text == "Boris answers you (#1):\nA new lid left today."
    assert (await world.ticket(1)).first_response_at is not None
    assert "Boris sent it to Anna." in world.texts(FORUM)
    again = await press(world, send(ticket), {"message_id": number, "text": "A new lid"}, by=CLARA)
    assert again["show_alert"]
    assert "already" in again["text"]
    await world.deliver()
    assert len(world.to(ANNA)) == 1


async def test_whoever_wrote_it_answers_whoever_pressed(world: World, ticket: Ticket) -> None:
    number = await world.write("It is in the post.", topic=ticket.topic_id)
    await press(world, send(ticket), {"message_id": number, "text": "It is in the post."}, by=CLARA)
    await world.deliver()
    assert world.texts(ANNA) == ["Boris answers you (#1):\nIt is in the post."]
    assert "Clara sent it to Anna." in world.texts(FORUM)


@pytest.mark.parametrize("below", ["note", "own_answer", "colleague", "away", "command"])
async def test_what_is_aimed_at_nobody_for_sure_is_asked_about(
    world: World, ticket: Ticket, below: str
) -> None:
    first = await world.write("Sorry.", to=card_of(ticket))
    await world.deliver()
    world.sent.clear()
    topic: dict[str, Any] = {"topic": ticket.topic_id}
    match below:
        case "note":
            world.now += timedelta(minutes=3)
            await world.press(pack("t", "over", ticket.id), by=CLARA)
            await world.deliver()
            note = next(each for each in world.to(FORUM) if "Clara" in each.text)
            assert note.message_id is not None
            await world.write("I shall.", to=note.message_id, **topic)
        case "own_answer" | "colleague":
            me = BORIS if below == "own_answer" else CLARA
            user = {"id": BORIS, "is_bot": False, "first_name": "Boris"}
            await world.write("By post.", to=first, to_user=user, by=me, **topic)
        case "away":
            await world.write("Look at this.", external_reply=away(card_of(ticket)))
        case _:
            await world.write("/privacy shows what we keep.", to=card_of(ticket), **topic)
    await world.deliver()
    asked = world.to(FORUM)[-1]
    expected = "Send it to Anna (#1)" if below == "away" else "Send it to Anna"
    assert buttons(asked)[0] == expected
    assert asked.text == ONLY_YOU or "/privacy" in asked.text
    assert not [each for each in world.to(ANNA) if each.method == "copyMessage"]


def away(message_id: int) -> dict[str, Any]:
    """A reply from another topic, as Telegram sends it."""
    chat = {"id": FORUM, "type": "supergroup", "title": "Staff", "is_forum": True}
    bot = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Verso"}
    origin = {"type": "user", "date": 1, "sender_user": bot}
    return {"origin": origin, "chat": chat, "message_id": message_id}


async def test_a_choice_is_remembered_for_one_person_in_one_group(
    world: World, ticket: Ticket
) -> None:
    number = await world.write("First.", topic=ticket.topic_id)
    markup = [[{"text": "Send", "callback_data": send(ticket)}]]
    asked = {"message_id": number, "text": "First."}
    refused = await press(world, pack("p", "set", "internal"), asked, by=CLARA, markup=markup)
    assert refused["show_alert"]
    assert "Only whoever wrote it" in refused["text"]
    await press(world, pack("p", "set", "send"), {}, markup=markup)
    await world.write("Second.", topic=ticket.topic_id)
    await world.write("Between us.", topic=ticket.topic_id, by=CLARA)
    await world.deliver()
    assert world.texts(ANNA) == ["Boris answers you (#1):\nSecond."]
    assert world.texts(FORUM)[-1] == ONLY_YOU
    await world.write("/plain internal", topic=ticket.topic_id)
    await world.write("Third.", topic=ticket.topic_id)
    await world.deliver()
    assert "stays within the team" in world.texts(FORUM)[-1]
    assert len(world.to(ANNA)) == 1


async def test_always_send_sends_what_was_asked_about(world: World, ticket: Ticket) -> None:
    number = await world.write("First.", topic=ticket.topic_id)
    markup = [[{"text": "Send", "callback_data": send(ticket)}]]
    asked = {"message_id": number, "text": "First."}
    await press(world, pack("p", "set", "send"), asked, markup=markup)
    await world.deliver()
    assert world.texts(ANNA) == ["Boris answers you (#1):\nFirst."]


async def test_an_album_is_asked_about_once_and_sent_whole(world: World, ticket: Ticket) -> None:
    album = {"media_group_id": "a", "photo": PHOTO, "topic": ticket.topic_id}
    parts = [await world.write(**album) for _ in range(3)]
    await world.deliver()
    assert world.texts(FORUM).count(ONLY_YOU) == 1
    asked = {"message_id": parts[0], "media_group_id": "a", "photo": PHOTO, "caption": "Three."}
    await press(world, send(ticket), asked)
    await world.later(seconds=3)
    copies = [each for each in world.to(ANNA) if each.method == "copyMessages"]
    assert [each.params["message_ids"] for each in copies] == [parts]
    late = await world.write(**album)
    await world.later(seconds=3)
    copies = [each for each in world.to(ANNA) if each.method.startswith("copyMessage")]
    assert copies[-1].params.get("message_ids", copies[-1].params.get("message_id")) == [late]


async def test_what_is_gone_cannot_be_sent_and_says_so(world: World, ticket: Ticket) -> None:
    answer = await press(world, send(ticket), {})
    assert answer["show_alert"]
    assert "gone" in answer["text"]
    forged = await press(world, pack("p", "send", ticket.id + 1), {"message_id": 5, "text": "x"})
    assert "does not belong" in forged["text"]
    await world.deliver()
    assert not world.to(ANNA)


async def test_a_group_without_topics_keeps_plain_words_to_itself(world: World) -> None:
    await world.group(PLAIN, forum=False)
    ticket = await world.complain(await world.customer())
    here: dict[str, Any] = {"chat": PLAIN, "forum": False}
    await world.write("Who is free?", **here)
    first = await world.write("Sorry.", to=card_of(ticket), **here)
    await world.deliver()
    assert ONLY_YOU not in world.texts(PLAIN)
    user = {"id": BORIS, "is_bot": False, "first_name": "Boris"}
    await world.write("PS: by post.", to=first, to_user=user, **here)
    await world.deliver()
    asked = world.to(PLAIN)[-1]
    assert (asked.text, buttons(asked)[0]) == (ONLY_YOU, "Send it to Anna (#1)")


async def test_the_team_decides_for_whoever_has_not(world: World, ticket: Ticket) -> None:
    config = world.services.config
    teams = [each.model_copy(update={"plain": Plain.SEND}) for each in config.teams]
    world.services.config = config.model_copy(update={"teams": tuple(teams)})
    await world.write("It is in the post.", topic=ticket.topic_id)
    await world.deliver()
    assert world.texts(ANNA) == ["Boris answers you (#1):\nIt is in the post."]


async def test_another_bot_and_a_channels_post_are_nobodys_words(
    world: World, ticket: Ticket
) -> None:
    bot = {"id": 9, "is_bot": True, "first_name": "Other"}
    await world.write("Beep.", topic=ticket.topic_id, **{"from": bot})
    await world.write("News.", topic=ticket.topic_id, is_automatic_forward=True)
    await world.deliver()
    assert ONLY_YOU not in world.texts(FORUM)


async def test_choices_go_with_a_group_that_moves(world: World, ticket: Ticket) -> None:
    await world.write("/plain internal")
    moved = FORUM - 50
    await world.update(
        message={
            "message_id": 5,
            "date": 1,
            "chat": {"id": FORUM, "type": "group", "title": "Staff"},
            "migrate_to_chat_id": moved,
        }
    )
    group = await world.read(lambda unit: unit.get(Group, moved))
    assert group is not None
    kept = await world.read(lambda unit: unit.facts.get(f"plain:{moved}:{BORIS}"))
    assert kept == "internal"


@pytest.mark.parametrize("wanted", list(Plain))
@pytest.mark.parametrize("below", list(Below))
def test_nothing_is_sent_unless_somebody_has_said_so(below: Below, wanted: Plain) -> None:
    done = treat(below, wanted)
    if done is Treatment.SEND:
        assert wanted is Plain.SEND
        assert below not in {Below.COLLEAGUE, Below.ANSWER, Below.AWAY}
    if done is Treatment.KEEP:
        assert wanted is Plain.INTERNAL
        assert below not in {Below.NOTE, Below.ANSWER, Below.OWN_ANSWER, Below.AWAY}
