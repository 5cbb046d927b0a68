"""Channels: their administrators alone write there, and what is old stays.

Rights and refusals: td/telegram/DialogManager.cpp:1523, MessagesManager.cpp:8346 and 23112.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from telegram import ChatMemberAdministrator, Update
from telegram.error import BadRequest, Forbidden

from bot.sandbox import Channel, Group, SandboxError
from tests.sandbox.conftest import Stage


async def channel_of(stage: Stage, *rights: str) -> Channel:
    channel = await stage.sandbox.create_channel(stage.anna, title="Tea news", username="tea_news")
    await channel.promote(stage.account, list(rights) if rights else None)
    return channel


async def told(stage: Stage) -> list[dict[str, Any]]:
    """What the bot has not read yet, each of which python-telegram-bot can read."""
    found = await stage.account.pending()
    for each in found:
        Update.de_json(orjson.loads(orjson.dumps(each)), stage.bot)
    await stage.bot.get_updates(offset=10**10)
    return found


async def test_a_bot_comes_as_administrator_and_leaves_without_a_service_message(
    stage: Stage,
) -> None:
    channel = await stage.sandbox.create_channel(stage.anna, title="Tea news")
    with pytest.raises(SandboxError, match="administrators only"):
        await channel.add(stage.account)
    with pytest.raises(BadRequest, match="Chat not found"):
        await stage.bot.send_message(channel.id, "hello")
    await channel.promote(stage.account, ["can_post_messages"], by=stage.anna)
    [came] = [each["my_chat_member"] for each in await told(stage)]
    assert (came["chat"]["type"], came["from"]["id"]) == ("channel", stage.anna.id)
    assert came["old_chat_member"]["status"] == "left"
    rights = came["new_chat_member"]
    assert (rights["can_post_messages"], rights["can_edit_messages"]) == (True, False)
    assert "can_pin_messages" not in rights
    member = await stage.bot.get_chat_member(channel.id, stage.account.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert member.can_post_messages
    await channel.demote(stage.account)
    [gone] = [each["my_chat_member"] for each in await told(stage)]
    assert gone["new_chat_member"]["status"] == "left"
    with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
        await stage.bot.send_message(channel.id, "hello")
    await channel.promote(stage.account)
    await channel.kick(stage.account)
    with pytest.raises(Forbidden, match="bot was kicked from the channel chat"):
        await stage.bot.get_chat(channel.id)


async def test_posts_are_the_channel_s_own(stage: Stage) -> None:
    """Client.cpp:17954: channel_post; 18150: without `from`."""
    channel = await channel_of(stage)
    reader = await stage.sandbox.create_user(first_name="Ben")
    await channel.add(reader)
    await told(stage)
    posted = await stage.bot.send_message("@tea_news", "new tea")
    assert (posted.from_user, posted.sender_chat and posted.sender_chat.id) == (None, channel.id)
    assert [each.text for each in await reader.messages(channel)][-1] == "new tea"
    with pytest.raises(SandboxError, match="need administrator rights"):
        await reader.say(channel, "and me?")
    said = await stage.anna.say(channel, "by hand")
    await stage.anna.edit(said, "by hand, edited")
    kinds = [sorted(each.keys() - {"update_id"})[0] for each in await told(stage)]
    assert kinds == ["channel_post", "edited_channel_post"]
    edited = await stage.bot.edit_message_text("by the bot", channel.id, said.id)
    assert edited is not True
    assert edited.text == "by the bot"


async def test_what_may_be_posted_edited_and_deleted_depends_on_rights_and_age(
    stage: Stage,
) -> None:
    channel = await channel_of(stage, "can_post_messages")
    said = await stage.anna.say(channel, "by hand")
    for refused in (
        stage.bot.edit_message_text("x", channel.id, said.id),
        stage.bot.delete_message(channel.id, said.id),
        stage.bot.delete_message(channel.id, 1),
    ):
        with pytest.raises(BadRequest, match=r"can't be (edited|deleted)$"):
            await refused
    first, second = [await stage.bot.send_message(channel.id, text) for text in ("one", "two")]
    assert await stage.bot.delete_message(channel.id, first.message_id)
    with pytest.raises(BadRequest, match="to delete not found"):
        await stage.bot.delete_message(channel.id, first.message_id)
    await stage.sandbox.advance(timedelta(days=2))
    await channel.promote(stage.account)
    for refused in (
        stage.bot.delete_message(channel.id, second.message_id),
        stage.bot.delete_messages(channel.id, [second.message_id]),
    ):
        with pytest.raises(BadRequest, match=r"can't be deleted$"):
            await refused
    await stage.sandbox.advance(timedelta(days=300))
    assert await stage.bot.edit_message_text("withdrawn", channel.id, second.message_id)
    await channel.promote(stage.account, ["can_change_info"])
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await stage.bot.send_message(channel.id, "three")
    with pytest.raises(BadRequest, match="can't be edited"):
        await stage.bot.edit_message_text("again", channel.id, second.message_id)


async def test_posts_come_into_the_discussion_by_themselves(stage: Stage) -> None:
    """Client.cpp:18130: is_automatic_forward, from Telegram's own account."""
    channel = await channel_of(stage)
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, admins={stage.account.id: None}
    )
    with pytest.raises(SandboxError, match="in a supergroup"):
        await channel.discuss(Group(group.link, channel.id))
    await channel.discuss(group)
    await told(stage)
    await stage.bot.send_message(channel.id, "new tea")
    [forward] = [each["message"] for each in await told(stage)]
    assert forward["is_automatic_forward"]
    assert (forward["from"]["id"], forward["sender_chat"]["id"]) == (777000, channel.id)
    assert forward["forward_origin"]["type"] == "channel"
    assert (await stage.bot.get_chat(channel.id)).linked_chat_id == group.id
    assert (await stage.bot.get_chat(group.id)).linked_chat_id == channel.id
