"""Who writes as whom: anonymous administrators, channels, forwards, changed names.

Telegram's open server is tdlib/telegram-bot-api 10.0 (Client.cpp), with td 1.8.66.
"""

from __future__ import annotations

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Group, SandboxError
from tests.sandbox.conftest import PNG, Stage
from tests.sandbox.reading import confirmed, latest, told


async def desk(stage: Stage, *, forum: bool = False) -> Group:
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, admins={stage.account.id: None}, title="Desk", forum=forum
    )
    await confirmed(stage)
    return group


async def test_anonymous_administrators_write_as_the_group(stage: Stage) -> None:
    """Client.cpp:18146, create_message: sender_chat is the chat, from its anonymous bot."""
    group = await desk(stage)
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    await group.promote(ben, ["is_anonymous"], title="Support")
    await confirmed(stage)
    said = await ben.say(group, "hello")
    message = await latest(stage)
    assert message["from"] == {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    assert message["sender_chat"]["id"] == message["chat"]["id"] == group.id
    assert message["author_signature"] == "Support"
    assert (said.view["from"]["name"], said.from_bot) == ("Desk", False)
    member = await stage.bot.get_chat_member(group.id, ben.id)
    assert (member.status, member.is_anonymous) == ("administrator", True)  # type: ignore[attr-defined]
    assert member.custom_title == "Support"  # type: ignore[attr-defined]


async def test_the_creator_may_be_anonymous_too_and_stops_being_it(stage: Stage) -> None:
    """Client.cpp:5157: is_anonymous of a ChatMemberOwner."""
    group = await desk(stage)
    await group.set_anonymous(stage.anna)
    await stage.anna.say(group, "as the group")
    await group.set_anonymous(stage.anna, on=False)
    await stage.anna.say(group, "as myself")
    hidden, open_ = await told(stage)
    assert (hidden["from"]["id"], hidden.get("author_signature")) == (1087968824, None)
    assert (open_["from"]["id"], "sender_chat" in open_) == (stage.anna.id, False)


async def test_anonymous_presses_come_from_the_account_reactions_from_the_group(
    stage: Stage,
) -> None:
    """A CallbackQuery has no chat as its sender; Client.cpp:5448: actor_chat of reactions."""
    group = await desk(stage)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    sent = await stage.bot.send_message(group.id, "choose", reply_markup=keyboard)
    await group.set_anonymous(stage.anna)
    await stage.anna.press(await stage.anna.message(group, sent.message_id), "A")
    await stage.anna.react(await stage.anna.message(group, sent.message_id), "👍")
    assert (await latest(stage, "callback_query"))["from"]["id"] == stage.anna.id
    reaction = await latest(stage, "message_reaction")
    assert (reaction["actor_chat"]["id"], "user" in reaction) == (group.id, False)


async def test_what_an_anonymous_administrator_does_is_done_by_the_group(stage: Stage) -> None:
    """Client.cpp:18146 makes no difference between messages and service messages."""
    group = await desk(stage, forum=True)
    await group.set_anonymous(stage.anna)
    thread = await group.create_topic(stage.anna, "Ticket")
    await group.close_topic(stage.anna, thread)
    created, closed = await told(stage)
    assert [m["from"]["id"] for m in (created, closed)] == [1087968824] * 2
    assert created["forum_topic_created"]["name"] == "Ticket"


async def test_people_write_in_the_name_of_their_channels(stage: Stage) -> None:
    """Client.cpp:18157: another chat's messages come from Channel_Bot."""
    group = await desk(stage)
    channel = await stage.sandbox.create_channel(stage.anna, title="Tea news", username="tea_news")
    await stage.anna.write_as(group, channel)
    await stage.anna.send(group, "photo", PNG)
    message = await latest(stage)
    assert (message["from"]["id"], message["from"]["username"]) == (136817688, "Channel_Bot")
    assert message["sender_chat"] == {
        "id": channel.id,
        "title": "Tea news",
        "username": "tea_news",
        "type": "channel",
    }
    await stage.anna.write_as(group, None)
    await stage.anna.say(group, "myself again")
    assert (await latest(stage))["from"]["id"] == stage.anna.id
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    with pytest.raises(SandboxError, match="their own channels"):
        await ben.write_as(group, channel)


async def test_who_writes_as_a_chat_can_be_answered_and_is_no_person(stage: Stage) -> None:
    """td, MessagesManager.cpp:27936, USER_IS_BOT: nobody writes to GroupAnonymousBot."""
    group = await desk(stage)
    await group.set_anonymous(stage.anna)
    said = await stage.anna.say(group, "hello")
    answer = await stage.bot.send_message(group.id, "hi", reply_to_message_id=said.id)
    assert answer.reply_to_message
    assert answer.reply_to_message.sender_chat
    forwarded = await stage.bot.forward_message(group.id, group.id, said.id)
    assert forwarded.forward_origin
    assert forwarded.forward_origin.type == "chat"


@pytest.mark.parametrize("where", ["channel", "group"])
async def test_forwards_from_channels_and_chats_keep_them_as_origin(
    stage: Stage, where: str
) -> None:
    """Client.cpp:1769, JsonMessageOrigin: channel with message_id, chat with signature."""
    group = await desk(stage)
    channel = await stage.sandbox.create_channel(stage.anna, title="News")
    if where == "group":
        await group.set_anonymous(stage.anna)
    post = await stage.anna.say(channel if where == "channel" else group, "new tea")
    await stage.anna.forward(post, stage.account)
    origin = (await latest(stage))["forward_origin"]
    if where == "channel":
        assert (origin["type"], origin["chat"]["id"]) == ("channel", channel.id)
        assert origin["message_id"] == post.id
    else:
        assert (origin["type"], origin["sender_chat"]["id"]) == ("chat", group.id)


async def test_people_may_hide_themselves_in_forwards(stage: Stage) -> None:
    """Client.cpp:1792: hidden_user with a name and no account."""
    ben = await stage.sandbox.create_user(first_name="Ben", last_name="Li", private_forwards=True)
    said = await ben.say(await desk_of(stage, ben), "secret")
    await stage.anna.forward(said, stage.account)
    origin = (await latest(stage))["forward_origin"]
    assert (origin["type"], origin["sender_user_name"]) == ("hidden_user", "Ben Li")
    await ben.start(stage.account)
    assert (await stage.bot.get_chat(ben.id)).has_private_forwards


async def desk_of(stage: Stage, *members: object) -> Group:
    group = await desk(stage)
    for member in members:
        await group.add(member)  # type: ignore[arg-type]
    return group


async def test_the_next_update_carries_new_names(stage: Stage) -> None:
    """Client.cpp, JsonUser: the server tells what it knows of a user at that moment."""
    said = await stage.anna.say(stage.account, "one")
    await stage.anna.change(first_name="Anya", username="", language_code="de")
    await stage.anna.edit(said, "two")
    edited = await latest(stage, "edited_message")
    assert edited["from"]["first_name"] == edited["chat"]["first_name"] == "Anya"
    assert "username" not in edited["from"]
    assert edited["from"]["language_code"] == "de"
    chat = await stage.bot.get_chat(stage.anna.id)
    assert (chat.first_name, chat.username) == ("Anya", None)


async def test_no_update_tells_of_a_new_name(stage: Stage) -> None:
    await confirmed(stage)
    await stage.anna.change(username="anya")
    assert await stage.account.pending() == []
    with pytest.raises(SandboxError, match="all have a first one"):
        await stage.anna.change(first_name="")


async def test_reactions_in_private_need_no_rights_in_groups_administrators(stage: Stage) -> None:
    """Bot API, Update: message_reaction has to be asked for; in groups of administrators alone
    (server side, from the documentation)."""
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    await confirmed(stage)
    await stage.anna.react(await stage.anna.say(stage.account, "hi"), "👍")
    said = await stage.anna.say(group, "hi")
    await stage.anna.react(said, "👍")
    (private,) = await told(stage, "message_reaction")
    assert (private["chat"]["type"], private["user"]["id"]) == ("private", stage.anna.id)
