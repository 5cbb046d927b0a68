"""Groups: privacy mode, membership, rights, topics, migration."""

from __future__ import annotations

import pytest
from telegram import ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.sandbox import Group, SandboxError
from tests.sandbox.conftest import Stage, ptb


async def forum(stage: Stage, *rights: str) -> Group:
    admins = {stage.account.id: list(rights)} if rights else None
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, forum=True, admins=admins, title="Desk"
    )
    await stage.bot.get_updates(offset=10**10)
    return group


async def group_texts(stage: Stage) -> list[str | None]:
    return [u.message.text for u in await stage.bot.get_updates() if u.message]


async def test_privacy_mode_hides_what_is_not_for_the_bot(stage: Stage) -> None:
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    own = await stage.bot.send_message(group.id, "I am here")
    await stage.bot.get_updates(offset=10**10)
    for text in ("chatter", "/tickets", "/tickets@other_bot", "/take@tea_bot", "ask @tea_bot"):
        await stage.anna.say(group, text)
    await stage.anna.say(group, "a reply", reply_to=own.message_id)
    assert await group_texts(stage) == ["/tickets", "/take@tea_bot", "ask @tea_bot", "a reply"]
    await group.promote(stage.account)
    await stage.anna.say(group, "chatter again")
    assert (await group_texts(stage))[-1] == "chatter again"


async def test_with_privacy_off_the_bot_sees_all(stage: Stage) -> None:
    await stage.account.set_privacy(on=False)
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    await stage.bot.get_updates(offset=10**10)
    await stage.anna.say(group, "chatter")
    assert await group_texts(stage) == ["chatter"]


async def test_bots_do_not_see_one_another(stage: Stage) -> None:
    other = await stage.sandbox.create_bot(username="other_bot")
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, other, admins={stage.account.id: None}
    )
    async with ptb(stage.sandbox, other) as second:
        await stage.bot.get_updates(offset=10**10)
        await second.send_message(group.id, "/help@tea_bot")
    assert await group_texts(stage) == []


async def test_coming_and_going(stage: Stage) -> None:
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    ben = await stage.sandbox.create_user(first_name="Ben")
    await stage.bot.get_updates(allowed_updates=["my_chat_member", "chat_member", "message"])
    await stage.bot.get_updates(offset=10**10)
    await group.promote(stage.account, ["can_manage_topics"])
    await group.add(ben)
    await group.kick(stage.account)
    promoted, joined, service, kicked, left = await stage.bot.get_updates()
    assert promoted.my_chat_member
    assert promoted.my_chat_member.new_chat_member.status == "administrator"
    assert joined.chat_member
    assert joined.chat_member.new_chat_member.user.id == ben.id
    assert service.message
    assert service.message.new_chat_members
    assert kicked.my_chat_member
    assert kicked.my_chat_member.new_chat_member.status == "kicked"
    # Client.cpp:17457: "if we have left the chat, send only update about leaving"
    assert left.message
    assert left.message.left_chat_member
    assert left.message.left_chat_member.id == stage.account.id
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await stage.bot.send_message(group.id, "x")


async def test_groups_the_bot_never_saw_are_not_found(stage: Stage) -> None:
    group = await stage.sandbox.create_group(stage.anna)
    with pytest.raises(BadRequest, match="Chat not found"):
        await stage.bot.send_message(group.id, "x")


async def test_topics_need_the_right(stage: Stage) -> None:
    group = await forum(stage)
    with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
        await stage.bot.create_forum_topic(group.id, "x")
    plain = await stage.sandbox.create_group(
        stage.anna, stage.account, admins={stage.account.id: None}
    )
    with pytest.raises(BadRequest, match="The chat is not a forum"):
        await stage.bot.create_forum_topic(plain.id, "x")


@pytest.mark.parametrize("name", ["", "x" * 129])
async def test_topic_names_have_1_to_128_characters(stage: Stage, name: str) -> None:
    group = await forum(stage, "can_manage_topics")
    with pytest.raises(BadRequest):
        await stage.bot.create_forum_topic(group.id, name)


async def test_a_deleted_topic_is_gone(stage: Stage) -> None:
    group = await forum(stage, "can_manage_topics")
    topic = await stage.bot.create_forum_topic(group.id, "Ticket")
    thread = topic.message_thread_id
    card = await stage.bot.send_message(group.id, "card", message_thread_id=thread)
    await stage.bot.get_updates(offset=10**10)
    await group.delete_topic(stage.anna, thread)
    assert await stage.bot.get_updates() == ()
    with pytest.raises(BadRequest, match="Message thread not found"):
        await stage.bot.send_message(group.id, "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await stage.bot.edit_message_text("y", group.id, card.message_id)
    with pytest.raises(BadRequest, match="Topic_id_invalid"):
        await stage.bot.close_forum_topic(group.id, thread)
    assert [t["status"] for t in await group.topics()] == ["open", "deleted"]


async def test_messages_in_topics_and_in_general(stage: Stage) -> None:
    group = await forum(stage, "can_manage_topics")
    thread = (await stage.bot.create_forum_topic(group.id, "Ticket")).message_thread_id
    await stage.bot.get_updates(offset=10**10)
    general = await stage.anna.say(group, "in general")
    await stage.anna.say(group, "a reply in general", reply_to=general.id)
    await stage.anna.say(group, "in the topic", thread=thread)
    first, reply, inside = [u.message for u in await stage.bot.get_updates()]
    assert first
    assert (first.message_thread_id, first.is_topic_message) == (None, None)
    assert reply
    assert (reply.message_thread_id, reply.is_topic_message) == (general.id, None)
    assert inside
    assert (inside.message_thread_id, inside.is_topic_message) == (thread, True)
    assert inside.reply_to_message
    assert inside.reply_to_message.forum_topic_created
    for wrong in (1, general.id):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await stage.bot.send_message(group.id, "x", message_thread_id=wrong)


async def test_a_reply_lands_in_the_topic_of_what_it_answers(stage: Stage) -> None:
    group = await forum(stage, "can_manage_topics")
    thread = (await stage.bot.create_forum_topic(group.id, "Ticket")).message_thread_id
    said = await stage.anna.say(group, "question", thread=thread)
    answer = await stage.bot.send_message(
        group.id, "answer", reply_parameters=ReplyParameters(said.id)
    )
    assert answer.message_thread_id == thread


async def test_closed_topics_are_for_those_who_manage_them(stage: Stage) -> None:
    group = await forum(stage)
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    thread = await group.create_topic(stage.anna, "Quiet")
    await group.close_topic(stage.anna, thread)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await stage.bot.send_message(group.id, "x", message_thread_id=thread)
    with pytest.raises(SandboxError, match="closed"):
        await ben.say(group, "x", thread=thread)
    await group.promote(stage.account, ["can_manage_topics"])
    await stage.bot.send_message(group.id, "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await stage.bot.close_forum_topic(group.id, thread)


async def test_topics_have_icons_of_those_that_any_bot_may_use(stage: Stage) -> None:
    group = await forum(stage, "can_manage_topics")
    icons = {each.emoji: each for each in await stage.bot.get_forum_topic_icon_stickers()}
    done = icons["✅"].custom_emoji_id
    assert done is not None
    topic = await stage.bot.create_forum_topic(group.id, "x", icon_custom_emoji_id=done)
    assert topic.icon_custom_emoji_id == done
    thread = topic.message_thread_id
    await stage.bot.edit_forum_topic(group.id, thread, icon_custom_emoji_id="")
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await stage.bot.edit_forum_topic(group.id, thread, icon_custom_emoji_id="")
    with pytest.raises(BadRequest, match="Document_invalid"):
        await stage.bot.edit_forum_topic(group.id, thread, icon_custom_emoji_id="7")


async def test_staff_rename_close_and_reopen(stage: Stage) -> None:
    group = await forum(stage)
    thread = await group.create_topic(stage.anna, "Old")
    await group.rename_topic(stage.anna, thread, "New")
    await group.close_topic(stage.anna, thread)
    await group.reopen_topic(stage.anna, thread)
    messages = [u.message for u in await stage.bot.get_updates() if u.message]
    assert messages[0].forum_topic_created
    assert messages[1].forum_topic_edited
    assert messages[2].forum_topic_closed
    assert messages[3].forum_topic_reopened


async def test_a_group_becomes_a_supergroup(stage: Stage) -> None:
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, kind="group", admins={stage.account.id: None}
    )
    await stage.bot.get_updates(offset=10**10)
    new = await group.migrate(forum=True)
    with pytest.raises(ChatMigrated) as caught:
        await stage.bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == new.id
    to, came = [u.message for u in await stage.bot.get_updates() if u.message][:2]
    assert (to.chat.id, to.migrate_to_chat_id) == (group.id, new.id)
    assert (came.chat.id, came.migrate_from_chat_id) == (new.id, group.id)
    assert (await stage.bot.create_forum_topic(new.id, "x")).name == "x"


async def test_reactions_reach_administrators_that_asked(stage: Stage) -> None:
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    await stage.bot.get_updates(allowed_updates=["message_reaction"])
    await stage.bot.get_updates(offset=10**10)
    said = await stage.anna.say(group, "hello")
    await stage.anna.react(said, "👍")
    assert await stage.bot.get_updates() == ()
    await group.promote(stage.account)
    await stage.anna.react(said, None)
    (update,) = await stage.bot.get_updates()
    assert update.message_reaction
    assert update.message_reaction.new_reaction == ()


async def test_forwards_keep_their_origin(stage: Stage) -> None:
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    said = await stage.anna.say(stage.account, "first")
    await stage.bot.get_updates(offset=10**10)
    seen = await stage.anna.forward(said, group)
    assert seen.view["forwarded"]["sender_user"]["id"] == stage.anna.id


async def test_what_opened_a_topic_cannot_be_deleted(stage: Stage) -> None:
    group = await forum(stage, "can_manage_topics", "can_delete_messages")
    topic = await stage.bot.create_forum_topic(group.id, "Ticket")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await stage.bot.delete_message(group.id, topic.message_thread_id)


async def test_other_peoples_messages_need_a_right(stage: Stage) -> None:
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    said = await stage.anna.say(group, "hello")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await stage.bot.delete_message(group.id, said.id)
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await stage.bot.pin_chat_message(group.id, said.id)
    await group.promote(stage.account)
    await stage.bot.pin_chat_message(group.id, said.id)
    await stage.bot.delete_message(group.id, said.id)
    assert (await stage.anna.message(group, said.id)).view["deleted"]
