"""Which bot receives which update."""

from __future__ import annotations

from bot.sandbox.world.model import JSON, BotAccount, Chat, Member, Message
from bot.sandbox.world.senders import Sender, sender_of
from bot.sandbox.world.shapes import member_shape, user_shape
from bot.sandbox.world.state import World

OWN_SERVICE = frozenset(
    [
        "new_chat_title",
        "left_chat_member",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    ]
)
"""Service messages that a bot sees of its own doing (Client.cpp:17411,
need_skip_update_message: "don't skip")."""


def deliver_message(world: World, chat: Chat, message: Message, kind: str = "message") -> None:
    """Queue a message or its edit for every bot that may see it; bots see of what they do
    themselves only OWN_SERVICE. A bot that is taken out of a group is told so by the last
    message it gets from there (Client.cpp:17457). What stands in a channel is a post
    (Client.cpp:17954)."""
    if chat.is_channel:
        kind = {"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
    for bot in [*bots_in(world, chat), *_just_left(world, message)]:
        own = bot.id == message.sender_id and OWN_SERVICE.isdisjoint(message.body)
        if not own and may_see(world, bot, chat, message):
            world.queues[bot.id].add(kind, message.body, f"chat:{chat.id}")


def _just_left(world: World, message: Message) -> list[BotAccount]:
    user_id = message.body.get("left_chat_member", {}).get("id")
    return [world.bots[user_id]] if user_id in world.bots else []


def bots_in(world: World, chat: Chat) -> list[BotAccount]:
    """The bots that are in a chat now."""
    if chat.bot_id is not None:
        return [world.bots[chat.bot_id]]
    return [
        world.bots[m.user_id]
        for m in chat.members.values()
        if m.present and m.user_id in world.bots
    ]


def may_see(world: World, bot: BotAccount, chat: Chat, message: Message) -> bool:
    """Privacy mode: commands, replies to the bot, mentions and service messages, or all."""
    if chat.is_private or not bot.privacy or chat.member(bot.id).is_admin:
        return not _by_other_bot(world, chat, message)
    if message.service:
        return True
    if _by_other_bot(world, chat, message):
        return False
    replied = chat.messages.get(message.reply_to) if message.reply_to else None
    if replied is not None and replied.sender_id == bot.id and not replied.service:
        return True
    return _addresses(bot, message.body)


def _by_other_bot(world: World, chat: Chat, message: Message) -> bool:
    return not chat.is_private and message.sender_id in world.bots and not message.service


def _addresses(bot: BotAccount, body: JSON) -> bool:
    text = body.get("text") or body.get("caption") or ""
    raw = text.encode("utf-16-le")
    name = (bot.user.username or "").lower()
    for entity in body.get("entities") or body.get("caption_entities") or ():
        start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        part = raw[start:end].decode("utf-16-le", "replace").lower()
        if entity["type"] == "bot_command":
            addressee = part.partition("@")[2]
            if not addressee or addressee == name:
                return True
        elif (entity["type"] == "mention" and part == f"@{name}") or (
            entity["type"] == "text_mention" and entity["user"]["id"] == bot.id
        ):
            return True
    return False


def deliver_member_change(
    world: World, chat: Chat, actor_id: int, old: Member, new: Member
) -> None:
    """my_chat_member to the bot concerned, chat_member to bots that are administrators.

    Both have lanes of their own: they may overtake messages (Client.cpp:17279).
    """
    change: JSON = {
        "chat": world.chat_body(chat),
        "from": user_shape(world.users[actor_id]),
        "date": world.clock.unix(),
        "old_chat_member": _standing(world, chat, old),
        "new_chat_member": _standing(world, chat, new),
    }
    if new.user_id in world.bots:
        world.queues[new.user_id].add("my_chat_member", change, f"my_member:{chat.id}")
    if chat.is_private:
        return
    for bot in bots_in(world, chat):
        if bot.id != new.user_id and chat.member(bot.id).is_admin:
            world.queues[bot.id].add("chat_member", change, f"member:{new.user_id}")


def _standing(world: World, chat: Chat, member: Member) -> JSON:
    return member_shape(member, world.users[member.user_id], in_channel=chat.is_channel)


def deliver_reaction(
    world: World, chat: Chat, message: Message, actor_id: int, *, old: list[JSON], new: list[JSON]
) -> None:
    """message_reaction: in private to the bot, in groups to administrators that asked for it.

    Whoever writes as a chat reacts as that chat: `actor_chat` (Client.cpp:5448).
    """
    sender = sender_of(chat, actor_id)
    for bot in bots_in(world, chat):
        if bot.id == actor_id or not (chat.is_private or chat.member(bot.id).is_admin):
            continue
        change: JSON = {
            "chat": world.chat_body(chat),
            "message_id": message.id,
            **_reacting(world, sender),
            "date": world.clock.unix(),
            "old_reaction": old,
            "new_reaction": new,
        }
        # Reactions have a lane of their own, too (Client.cpp:17321).
        world.queues[bot.id].add("message_reaction", change, f"reaction:{chat.id}")


def _reacting(world: World, sender: Sender) -> JSON:
    if sender.chat_id is not None:
        return {"actor_chat": world.chat_body(world.groups[sender.chat_id])}
    return {"user": user_shape(world.users[sender.user_id])}
