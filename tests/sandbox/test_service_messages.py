"""Service messages: a bot's own, those of people, of pins and of names
(Client.cpp:17399, need_skip_update_message)."""

from __future__ import annotations

import pytest

from bot.sandbox import Group, SandboxError
from tests.sandbox.conftest import Stage, ptb
from tests.sandbox.reading import confirmed, latest, told


async def forum(stage: Stage) -> Group:
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, forum=True, admins={stage.account.id: None}
    )
    await confirmed(stage)
    return group


async def test_a_bot_sees_what_it_does_to_topics(stage: Stage) -> None:
    """Client.cpp:17425 to 17428: forum topic created, edited, closed, reopened: don't skip."""
    bot, group = stage.bot, await forum(stage)
    thread = (await bot.create_forum_topic(group.id, "Ticket")).message_thread_id
    await bot.edit_forum_topic(group.id, thread, name="Done")
    await bot.close_forum_topic(group.id, thread)
    await bot.reopen_forum_topic(group.id, thread)
    kinds = ("created", "edited", "closed", "reopened")
    messages = await told(stage)
    assert [k in m for k, m in zip([f"forum_topic_{k}" for k in kinds], messages, strict=True)] == (
        [True] * 4
    )
    assert {m["from"]["id"] for m in messages} == {stage.account.id}


@pytest.mark.parametrize("private", [True, False])
async def test_a_bot_sees_its_pins(stage: Stage, *, private: bool) -> None:
    """Client.cpp:17420: messagePinMessage, in groups and in private chats."""
    chat = stage.anna.id if private else (await forum(stage)).id
    sent = await stage.bot.send_message(chat, "card")
    await stage.bot.pin_chat_message(chat, sent.message_id)
    pinned = await latest(stage)
    assert pinned["pinned_message"]["message_id"] == sent.message_id
    assert pinned["from"]["id"] == stage.account.id
    assert "reply_to_message" not in pinned["pinned_message"]


async def test_a_bot_sees_itself_leave(stage: Stage) -> None:
    """Client.cpp:17417 and 17452: messageChatDeleteMember about itself, and nothing after."""
    group = await forum(stage)
    await stage.bot.leave_chat(group.id)
    assert (await latest(stage))["left_chat_member"]["id"] == stage.account.id
    await confirmed(stage)
    await stage.anna.say(group, "gone?")
    assert await stage.account.pending() == []


async def test_a_bot_does_not_see_what_it_writes(stage: Stage) -> None:
    """Client.cpp:17411: outgoing messages of all other kinds are skipped."""
    await stage.bot.send_message((await forum(stage)).id, "hello")
    await stage.bot.send_message(stage.anna.id, "hello")
    assert await told(stage) == []


async def test_other_bots_see_service_messages_too(stage: Stage) -> None:
    group = await forum(stage)
    other = await stage.sandbox.create_bot(username="other_bot")
    await group.add(other)
    await stage.bot.create_forum_topic(group.id, "Ticket")
    async with ptb(stage.sandbox, other) as second:
        kinds = [u.message.forum_topic_created for u in await second.get_updates() if u.message]
    assert kinds[-1]


async def test_people_pin_and_unpin(stage: Stage) -> None:
    """Client.cpp:17479: messagePinMessage with the message; an unpinning is told nobody."""
    group = await forum(stage)
    said = await stage.anna.say(group, "rules")
    await stage.anna.pin(said)
    pinned = await latest(stage)
    assert (pinned["from"]["id"], pinned["pinned_message"]["text"]) == (stage.anna.id, "rules")
    full = await stage.bot.get_chat(group.id)
    assert full.pinned_message
    await confirmed(stage)
    await stage.anna.unpin(said)
    assert await stage.account.pending() == []
    assert (await stage.bot.get_chat(group.id)).pinned_message is None
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    with pytest.raises(SandboxError, match="may not pin"):
        await ben.pin(said)
    await group.set_permissions(["can_pin_messages"])
    await ben.pin(said)
    private = await stage.anna.say(stage.account, "remember")
    await stage.anna.pin(private)
    assert (await latest(stage))["pinned_message"]["text"] == "remember"


async def test_a_group_changes_its_name(stage: Stage) -> None:
    """Client.cpp, messageChatChangeTitle: new_chat_title; the chat has the new name at once."""
    group = await forum(stage)
    said = await stage.anna.say(group, "hello")
    await group.set_title(stage.anna, "Tea desk")
    renamed = await latest(stage)
    assert renamed["new_chat_title"] == renamed["chat"]["title"] == "Tea desk"
    await stage.anna.say(group, "again", reply_to=said)
    assert (await latest(stage))["reply_to_message"]["chat"]["title"] == "Tea desk"
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    with pytest.raises(SandboxError, match="may not change"):
        await group.set_title(ben, "Ben's")
