"""Replies across topics and chats, and quotes (Client.cpp:3924, 4171 to 4191 and 8464)."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import ReplyParameters
from telegram.error import BadRequest

from bot.sandbox import Group, SandboxError
from tests.sandbox.conftest import PNG, Stage
from tests.sandbox.reading import confirmed, latest


async def two_topics(stage: Stage) -> tuple[Group, int, int]:
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, forum=True, admins={stage.account.id: None}
    )
    first = await group.create_topic(stage.anna, "One")
    second = await group.create_topic(stage.anna, "Two")
    await confirmed(stage)
    return group, first, second


async def test_a_reply_from_another_topic_is_external(stage: Stage) -> None:
    """Client.cpp:4171: external_reply and an automatic quote; reply_to_message is what opened
    the topic, since the reply itself is none in this topic (18385)."""
    group, first, second = await two_topics(stage)
    said = await stage.anna.say(group, "the cup is broken", thread=first)
    await stage.anna.say(group, "what about that?", reply_to=said, thread=second)
    message = await latest(stage)
    external = message["external_reply"]
    assert (external["chat"]["id"], external["message_id"]) == (group.id, said.id)
    assert external["origin"]["sender_user"]["id"] == stage.anna.id
    assert message["quote"] == {"text": "the cup is broken", "position": 0}
    assert message["message_thread_id"] == second
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Two"


async def test_a_reply_from_another_chat_is_external(stage: Stage) -> None:
    """Bot API, ExternalReplyInfo: chat and message_id only for supergroups and channels; the
    media of what is answered are there, its text is not."""
    group, first, _ = await two_topics(stage)
    here = await stage.anna.send(stage.account, "photo", PNG, caption="look")
    await stage.anna.say(group, "see", reply_to=here, thread=first)
    external = (await latest(stage))["external_reply"]
    assert "chat" not in external
    assert "message_id" not in external
    assert external["photo"]
    assert "caption" not in external
    there = await stage.anna.say(group, "there", thread=first)
    await stage.anna.say(stage.account, "and here", reply_to=there)
    message = await latest(stage)
    assert message["external_reply"]["message_id"] == there.id
    assert "reply_to_message" not in message


async def test_replies_in_the_same_topic_are_none_of_that(stage: Stage) -> None:
    group, first, _ = await two_topics(stage)
    said = await stage.anna.say(group, "a", thread=first)
    await stage.anna.say(group, "b", reply_to=said)
    message = await latest(stage)
    assert message["reply_to_message"]["message_id"] == said.id
    assert "external_reply" not in message


async def test_people_quote_a_place(stage: Stage) -> None:
    """Client.cpp:4136, JsonTextQuote: position and entities of the part that was chosen."""
    said = await stage.anna.say(stage.account, "*tea* 😀 tea", parse_mode="MarkdownV2")
    await stage.anna.say(stage.account, "first", reply_to=said, quote="tea")
    assert (await latest(stage))["quote"] == {
        "text": "tea",
        "entities": [{"type": "bold", "offset": 0, "length": 3}],
        "position": 0,
        "is_manual": True,
    }
    await stage.anna.say(stage.account, "second", reply_to=said, quote="tea", quote_position=7)
    assert (await latest(stage))["quote"] == {"text": "tea", "position": 7, "is_manual": True}
    with pytest.raises(SandboxError, match="not in the message"):
        await stage.anna.say(stage.account, "third", reply_to=said, quote="coffee")


async def test_bots_answer_in_another_topic_and_chat(stage: Stage) -> None:
    """Client.cpp:8464, check_reply_parameters: reply_parameters.chat_id, or another thread."""
    group, first, second = await two_topics(stage)
    said = await stage.anna.say(group, "question", thread=first)
    across = await stage.bot.send_message(
        group.id, "x", message_thread_id=second, reply_parameters=ReplyParameters(said.id)
    )
    assert across.external_reply
    assert across.external_reply.message_id == said.id
    elsewhere = ReplyParameters(said.id, chat_id=group.id, quote="quest")
    private = await stage.bot.send_message(stage.anna.id, "x", reply_parameters=elsewhere)
    assert private.external_reply
    assert private.reply_to_message is None
    assert private.quote
    assert (private.quote.text, private.quote.is_manual) == ("quest", True)
    same = ReplyParameters(said.id, chat_id=group.id)
    inside = await stage.bot.send_message(group.id, "x", reply_parameters=same)
    assert (inside.external_reply, inside.message_thread_id) == (None, first)


async def test_what_cannot_be_forwarded_is_not_answered_from_elsewhere(stage: Stage) -> None:
    """td, MessagesManager.cpp:21154: the message is sent, and answers nothing."""
    group, first, _ = await two_topics(stage)
    guarded = await stage.bot.send_message(
        group.id, "x", message_thread_id=first, protect_content=True
    )
    reply = ReplyParameters(guarded.message_id, chat_id=group.id)
    sent = await stage.bot.send_message(stage.anna.id, "y", reply_parameters=reply)
    assert (sent.external_reply, sent.reply_to_message, sent.quote) == (None, None, None)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ({"chat_id": 4711}, "Chat not found"),
        ({"message_id": 99_999}, "Message to be replied not found"),
        ({"message_id": []}, 'Field "message_id" must be a number'),
        ({"message_id": "x"}, 'Field "message_id" must be a valid number'),
        ({"quote": "coffee"}, "Quote_text_invalid"),
        ({"quote": "<b>tea</b>", "quote_parse_mode": "HTML"}, "Quote_text_invalid"),
    ],
)
async def test_bad_reply_parameters(stage: Stage, reply: dict[str, Any], error: str) -> None:
    """Client.cpp:9408 for the fields; the quote with its entities is the server's to check (Bot
    API, ReplyParameters: an exact substring, formatting included)."""
    said = await stage.anna.say(stage.account, "tea")
    api_kwargs = {"reply_parameters": {"message_id": said.id} | reply}
    with pytest.raises(BadRequest) as caught:
        await stage.bot.send_message(stage.anna.id, "x", api_kwargs=api_kwargs)
    assert str(caught.value) == error


async def test_the_old_names_of_replies_are_obeyed(stage: Stage) -> None:
    """Client.cpp:9388: while there are no reply_parameters."""
    said = await stage.anna.say(stage.account, "tea")
    kwargs: dict[str, Any] = {"reply_to_message_id": str(said.id)}
    sent = await stage.bot.send_message(stage.anna.id, "x", api_kwargs=kwargs)
    assert sent.reply_to_message
    kwargs = {"reply_to_message_id": 99_999}
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await stage.bot.send_message(stage.anna.id, "x", api_kwargs=kwargs)
    kwargs["allow_sending_without_reply"] = True
    alone = await stage.bot.send_message(stage.anna.id, "x", api_kwargs=kwargs)
    assert alone.reply_to_message is None
