"""What a group lets its members do, and the refusals of whoever may not (td 1.8.66)."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import InputMediaPhoto, InputMediaVideo
from telegram.error import BadRequest

from bot.sandbox import Group, SandboxError
from tests.sandbox.conftest import PNG, Stage
from tests.sandbox.reading import confirmed, latest, told
from tests.sandbox.test_refusals import raw


async def plain(stage: Stage, **fields: Any) -> Group:
    group = await stage.sandbox.create_group(stage.anna, stage.account, **fields)
    await confirmed(stage)
    return group


SENT = [
    ("send_message", {"text": "x"}, "text messages"),
    ("send_photo", {"photo": PNG}, "photos"),
    ("send_video", {"video": b"x"}, "videos"),
    ("send_animation", {"animation": b"x"}, "animations"),
    ("send_audio", {"audio": b"x"}, "music"),
    ("send_document", {"document": b"x"}, "documents"),
    ("send_voice", {"voice": b"x"}, "voice notes"),
    ("send_video_note", {"video_note": b"x"}, "video notes"),
    ("send_location", {"latitude": 1.0, "longitude": 1.0}, "locations"),
    ("send_contact", {"phone_number": "+1", "first_name": "A"}, "contacts"),
]


@pytest.mark.parametrize("denied", ["by the group", "to the bot"])
@pytest.mark.parametrize(("method", "arguments", "what"), SENT)
async def test_each_kind_is_refused_by_its_name(
    stage: Stage, method: str, arguments: dict[str, Any], what: str, denied: str
) -> None:
    """MessageContent.cpp:6180 to 6340, can_send_message_content."""
    group = await plain(stage)
    if denied == "by the group":
        await group.set_permissions([])
    else:
        await group.restrict(stage.account)
    with pytest.raises(BadRequest) as caught:
        await getattr(stage.bot, method)(group.id, **arguments)
    assert str(caught.value) == f"Not enough rights to send {what} to the chat"
    await group.promote(stage.account)
    assert await getattr(stage.bot, method)(group.id, **arguments)


async def test_an_administrator_who_becomes_a_member_falls_under_the_group(stage: Stage) -> None:
    """DialogParticipant.cpp:551, apply_restrictions: administrators are not affected."""
    group = await plain(stage)
    await group.set_permissions(["can_send_photos"])
    await group.promote(stage.account)
    await stage.bot.send_message(group.id, "x")
    await group.demote(stage.account)
    with pytest.raises(BadRequest, match="Not enough rights to send text messages"):
        await stage.bot.send_message(group.id, "x")
    assert await stage.bot.send_photo(group.id, PNG)
    permissions = (await stage.bot.get_chat(group.id)).permissions
    assert permissions
    assert (permissions.can_send_messages, permissions.can_send_photos) == (False, True)
    await group.set_permissions(None)
    await stage.bot.send_message(group.id, "x")


async def test_a_restricted_bot_is_told_so(stage: Stage) -> None:
    """Client.cpp:5186: a ChatMemberRestricted with every permission and is_member."""
    group = await plain(stage)
    await group.restrict(stage.account, ["can_send_messages", "can_send_photos"])
    change = await latest(stage, "my_chat_member")
    new = change["new_chat_member"]
    assert (change["old_chat_member"]["status"], new["status"]) == ("member", "restricted")
    assert (new["can_send_messages"], new["can_send_videos"]) == (True, False)
    assert (new["is_member"], new["until_date"]) == (True, 0)
    member = await stage.bot.get_chat_member(group.id, stage.account.id)
    assert member.status == "restricted"
    await group.unrestrict(stage.account)
    assert (await latest(stage, "my_chat_member"))["new_chat_member"]["status"] == "member"


async def test_copies_and_forwards_are_refused_in_other_words(stage: Stage) -> None:
    """MessagesManager.cpp:24343 and Client.cpp:6278: the reason is lost on the way."""
    group = await plain(stage)
    said = await stage.anna.say(stage.account, "x")
    await group.restrict(stage.account)
    chats = (group.id, stage.anna.id)
    with pytest.raises(BadRequest, match=r"^The message can't be copied$"):
        await stage.bot.copy_message(*chats, said.id)
    with pytest.raises(BadRequest, match=r"^The message can't be forwarded$"):
        await stage.bot.forward_message(*chats, said.id)
    with pytest.raises(BadRequest, match=r"^Messages can't be forwarded$"):
        await stage.bot.copy_messages(*chats, [said.id])


async def test_albums_need_the_right_to_every_item(stage: Stage) -> None:
    group = await plain(stage)
    await group.set_permissions(["can_send_photos"])
    album = [InputMediaPhoto(PNG), InputMediaVideo(b"x")]
    with pytest.raises(BadRequest, match="Not enough rights to send videos to the chat"):
        await stage.bot.send_media_group(group.id, album)
    assert not [m for m in await stage.anna.messages(group) if m.from_bot]


async def test_people_are_muted_too(stage: Stage) -> None:
    group = await plain(stage)
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    await confirmed(stage)
    await group.restrict(ben, ["can_send_messages"])
    await ben.say(group, "I may write")
    with pytest.raises(SandboxError, match="not enough rights to send photos"):
        await ben.send(group, "photo", PNG)
    with pytest.raises(SandboxError, match="cannot be put here"):
        await ben.react((await stage.anna.messages(group))[-1], "👍")
    with pytest.raises(SandboxError, match="never the creator"):
        await group.restrict(stage.anna)
    with pytest.raises(SandboxError, match="There are no permissions can_fly"):
        await group.set_permissions(["can_fly"])


async def test_rights_to_topics(stage: Stage) -> None:
    """ForumTopicManager.cpp:523, 576, 968, 1027; a topic's own maker may change it."""
    group = await plain(stage, forum=True)
    thread = await group.create_topic(stage.anna, "Ticket")
    refusals = {
        "create a topic": stage.bot.create_forum_topic(group.id, "x"),
        "edit the topic": stage.bot.edit_forum_topic(group.id, thread, name="y"),
        "close or open the topic": stage.bot.close_forum_topic(group.id, thread),
        "delete the topic": stage.bot.delete_forum_topic(group.id, thread),
    }
    for doing, call in refusals.items():
        with pytest.raises(BadRequest, match=rf"^Not enough rights to {doing}$"):
            await call
    await group.promote(stage.account, ["can_manage_topics"])
    own = (await stage.bot.create_forum_topic(group.id, "own")).message_thread_id
    await group.demote(stage.account)
    assert await stage.bot.close_forum_topic(group.id, own)
    assert await stage.bot.delete_forum_topic(group.id, own)


async def test_a_closed_topic_comes_after_the_right_to_write(stage: Stage) -> None:
    """TOPIC_CLOSED is the servers' (td, DraftMessageManager.cpp:119), rights are td's."""
    group = await plain(stage, forum=True)
    thread = await group.create_topic(stage.anna, "Ticket")
    await group.close_topic(stage.anna, thread)
    with pytest.raises(BadRequest, match=r"^Topic_closed$"):
        await stage.bot.send_message(group.id, "x", message_thread_id=thread)
    await group.restrict(stage.account)
    with pytest.raises(BadRequest, match="Not enough rights to send text messages"):
        await stage.bot.send_message(group.id, "x", message_thread_id=thread)


async def test_a_group_allows_some_reactions(stage: Stage) -> None:
    """Client.cpp:1443, available_reactions; the servers refuse others: REACTION_INVALID."""
    group = await plain(stage)
    said = await stage.anna.say(group, "hello")
    _, answer = await raw(stage, "getChat", {"chat_id": group.id})
    assert "available_reactions" not in answer["result"]
    await group.set_reactions(["👍"])
    allowed = (await stage.bot.get_chat(group.id)).available_reactions
    assert allowed is not None
    assert [r.emoji for r in allowed] == ["👍"]  # type: ignore[union-attr]
    with pytest.raises(BadRequest, match=r"^Reaction_invalid$"):
        await stage.bot.set_message_reaction(group.id, said.id, "👎")
    assert await stage.bot.set_message_reaction(group.id, said.id, "👍")
    await group.set_reactions([])
    _, answer = await raw(stage, "getChat", {"chat_id": group.id})
    assert answer["result"]["available_reactions"] == []
    with pytest.raises(BadRequest, match=r"^Reaction_invalid$"):
        await stage.bot.set_message_reaction(group.id, said.id, "👍")
    assert await stage.bot.set_message_reaction(group.id, said.id)
    await group.set_reactions(None)
    await group.restrict(stage.account)
    with pytest.raises(BadRequest, match=r"^Chat_write_forbidden$"):
        await stage.bot.set_message_reaction(group.id, said.id, "👍")


async def test_topics_are_switched_off_and_on_again(stage: Stage) -> None:
    """Client.cpp:8256, check_message_topic: without topics a thread is not looked at."""
    group = await plain(stage, forum=True)
    thread = await group.create_topic(stage.anna, "Ticket")
    said = await stage.anna.say(group, "in the topic", thread=thread)
    await confirmed(stage)
    await group.set_forum(on=False)
    assert await stage.account.pending() == []
    assert not (await stage.bot.get_chat(group.id)).is_forum
    sent = await stage.bot.send_message(group.id, "x", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (None, None)
    assert sent.reply_to_message is None
    with pytest.raises(BadRequest, match="The chat is not a forum"):
        await stage.bot.create_forum_topic(group.id, "x")
    answer = await stage.bot.send_message(group.id, "y", reply_to_message_id=said.id)
    assert answer.reply_to_message
    assert (answer.message_thread_id, answer.is_topic_message) == (thread, None)
    assert not answer.reply_to_message.is_topic_message
    assert not answer.reply_to_message.chat.is_forum
    await group.set_forum()
    assert [t["id"] for t in await group.topics()] == [1, thread]
    again = await stage.bot.send_message(group.id, "x", message_thread_id=thread)
    assert again.is_topic_message


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_thread_is_ignored_where_there_are_no_topics(stage: Stage, kind: str) -> None:
    """Client.cpp:8256 to 8290; in private chats it is looked up, and there are none here."""
    group = await plain(stage, kind=kind)
    sent = await stage.bot.send_message(group.id, "x", message_thread_id=9_999)
    assert sent.message_thread_id is None
    with pytest.raises(BadRequest, match="Message thread not found"):
        await stage.bot.send_message(stage.anna.id, "x", message_thread_id=5)


async def test_bots_are_not_told_of_permissions(stage: Stage) -> None:
    group = await plain(stage)
    await group.set_permissions([])
    await group.set_reactions([])
    assert await told(stage, "my_chat_member") == []
    assert await stage.account.pending() == []


async def test_nobody_takes_the_group_from_its_creator(stage: Stage) -> None:
    """Only the creator gives a group away; nobody edits their rights."""
    group = await plain(stage)
    for change in (group.promote, group.demote, group.kick):
        with pytest.raises(SandboxError, match="creator"):
            await change(stage.anna)
    await group.set_anonymous(stage.anna)
