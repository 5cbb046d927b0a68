"""Stickers, dice, polls, venues by people, and what copies and forwards make of them
(td/telegram/MessageContent.cpp:10028, dup_message_content)."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest

from bot.sandbox import SandboxError, Seen
from tests.sandbox.conftest import PNG, Stage
from tests.sandbox.reading import latest


async def copy_of(stage: Stage, seen: Seen) -> Seen:
    copy = await stage.bot.copy_message(stage.anna.id, stage.anna.id, seen.id, caption="ignored")
    return await stage.anna.message(stage.account, copy.message_id)


async def test_stickers(stage: Stage) -> None:
    """Client.cpp:700, JsonSticker; a sticker is copied as it is (MessageContent.cpp:10182)."""
    details = {"emoji": "👍", "set_name": "Teas"}
    sent = await stage.anna.send(stage.account, "sticker", b"RIFF", details=details)
    sticker = (await latest(stage))["sticker"]
    assert (sticker["type"], sticker["emoji"], sticker["set_name"]) == ("regular", "👍", "Teas")
    assert (sticker["is_animated"], sticker["is_video"]) == (False, False)
    copy = await copy_of(stage, sent)
    assert (copy.kind, copy.text) == ("sticker", "")
    assert copy.view["media"]["file_id"] == sticker["file_id"]
    file = await stage.bot.get_file(sticker["file_id"])
    assert bytes(await file.download_as_bytearray()) == b"RIFF"
    with pytest.raises(SandboxError, match="has no caption"):
        await stage.anna.send(stage.account, "sticker", b"RIFF", caption="x")
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type Sticker as Document"):
        await stage.bot.send_document(stage.anna.id, sticker["file_id"])


async def test_dice(stage: Stage) -> None:
    """MessageContent.cpp:10097: a copy is thrown anew, a forward shows the same."""
    sent = await stage.anna.send_dice(stage.account, "🎰", value=64)
    assert (await latest(stage))["dice"] == {"emoji": "🎰", "value": 64}
    forwarded = await stage.bot.forward_message(stage.anna.id, stage.anna.id, sent.id)
    assert forwarded.dice
    assert forwarded.dice.value == 64
    values = {(await copy_of(stage, sent)).view["dice"]["value"] for _ in range(8)}
    assert len(values) > 1
    with pytest.raises(SandboxError, match="Nobody throws"):
        await stage.anna.send_dice(stage.account, "🍕")


async def test_polls(stage: Stage) -> None:
    """A copy is a poll of its own (MessageContent.cpp:10164, dup_poll)."""
    sent = await stage.anna.send_poll(stage.account, "Tea?", ["green", "black"], multiple=True)
    poll = (await latest(stage))["poll"]
    assert (poll["question"], poll["type"], poll["is_anonymous"]) == ("Tea?", "regular", True)
    assert [o["text"] for o in poll["options"]] == ["green", "black"]
    copied = (await copy_of(stage, sent)).view["poll"]
    assert (copied["question"], copied["allows_multiple_answers"]) == ("Tea?", True)
    assert copied["id"] != poll["id"]
    forwarded = await stage.bot.forward_message(stage.anna.id, stage.anna.id, sent.id)
    assert forwarded.poll
    assert forwarded.poll.id == poll["id"]


async def test_a_quiz_is_copied_only_by_who_knows_its_answer(stage: Stage) -> None:
    """MessageContent.cpp:6445; Bot API, Poll: correct_option_ids in private chats."""
    quiz = await stage.anna.send_poll(stage.account, "2+2?", ["3", "4"], correct=1)
    assert (await latest(stage))["poll"]["correct_option_ids"] == [1]
    assert (await copy_of(stage, quiz)).view["poll"]["type"] == "quiz"
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, admins={stage.account.id: None}
    )
    secret = await stage.anna.send_poll(group, "2+2?", ["3", "4"], correct=1)
    assert "correct_option_ids" not in (await latest(stage))["poll"]
    with pytest.raises(BadRequest, match=r"^The message can't be copied$"):
        await stage.bot.copy_message(stage.anna.id, group.id, secret.id)
    plain = await stage.anna.say(group, "hi")
    copies = await stage.bot.copy_messages(stage.anna.id, group.id, [secret.id, plain.id])
    assert len(copies) == 1


async def test_venues(stage: Stage) -> None:
    """Client.cpp:4311: location and venue."""
    sent = await stage.anna.send_venue(
        stage.account, 52.5, 13.4, title="Tea house", address="Main street 1"
    )
    message = await latest(stage)
    assert message["venue"]["title"] == "Tea house"
    assert message["location"] == message["venue"]["location"]
    assert sent.kind == "venue"
    assert (await copy_of(stage, sent)).view["venue"]["address"] == "Main street 1"


async def test_a_copy_of_a_live_location_stands_still(stage: Stage) -> None:
    """MessageContent.cpp:10129: only what is sent lives, a copy is a Location."""
    sent = await stage.anna.send_location(stage.account, 52.5, 13.4, live_period=600)
    copy = await copy_of(stage, sent)
    assert copy.view["location"] == {"latitude": 52.5, "longitude": 13.4}


async def test_service_messages_are_not_copied(stage: Stage) -> None:
    """MessageContent.cpp:6451, is_service_message_content."""
    said = await stage.anna.say(stage.account, "x")
    await stage.anna.pin(said)
    service = (await stage.anna.messages(stage.account))[-1]
    for doing, call in {
        "copied": stage.bot.copy_message,
        "forwarded": stage.bot.forward_message,
    }.items():
        with pytest.raises(BadRequest, match=rf"^The message can't be {doing}$"):
            await call(stage.anna.id, stage.anna.id, service.id)


async def test_things_answer_and_stand_in_topics(stage: Stage) -> None:
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, forum=True, admins={stage.account.id: None}
    )
    thread = await group.create_topic(stage.anna, "Ticket")
    said = await stage.anna.send(group, "photo", PNG, thread=thread)
    for answer in (
        await stage.anna.send_dice(group, reply_to=said),
        await stage.anna.send_poll(group, "q", ["a", "b"], reply_to=said),
        await stage.anna.send(group, "sticker", b"x", reply_to=said),
    ):
        assert (answer.topic, answer.reply_to) == (thread, said.id)
