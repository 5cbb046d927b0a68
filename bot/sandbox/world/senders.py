"""In whose name something is written: a person's own, the group's, or a channel's."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.shapes import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, TELEGRAM, user_shape
from bot.sandbox.world.state import World


@dataclass(frozen=True, slots=True)
class Sender:
    """The account that writes, and the chat in whose name it does (None: its own)."""

    user_id: int
    chat_id: int | None = None
    signature: str | None = None


def sender_of(chat: Chat, user_id: int) -> Sender:
    """In whose name somebody writes here now.

    Anonymous administrators write as the group, signed with their title; people who chose a
    channel write as that channel; posts of a channel are the channel's own.
    """
    member = chat.member(user_id)
    if chat.is_channel:
        return Sender(user_id, chat.id)
    if member.is_anonymous and chat.kind == "supergroup":
        return Sender(user_id, chat.id, member.custom_title)
    return Sender(user_id, chat.send_as.get(user_id))


def author_fields(world: World, chat: Chat, sender: Sender) -> JSON:
    """from, sender_chat and author_signature of a message.

    Who writes as a chat comes from GroupAnonymousBot or Channel_Bot; a channel's posts come
    from nobody (Client.cpp:18146, create_message).
    """
    if sender.chat_id is None:
        return {"from": user_shape(world.users[sender.user_id])}
    if sender.user_id == TELEGRAM.id:
        shown = world.chat_body(world.groups[sender.chat_id])
        return {"from": user_shape(TELEGRAM), "sender_chat": shown}
    fields: JSON = {}
    if not chat.is_channel:
        bot = GROUP_ANONYMOUS_BOT if sender.chat_id == chat.id else CHANNEL_BOT
        fields["from"] = user_shape(bot)
    if sender.signature:
        fields["author_signature"] = sender.signature
    return fields | {"sender_chat": world.chat_body(world.groups[sender.chat_id])}


def origin_of(world: World, message: Message) -> JSON:
    """The MessageOrigin of a message: who wrote it first, and when (Client.cpp:1769).

    A forward keeps its first origin. People with private forwards are told by name alone.
    """
    known = message.body.get("forward_origin")
    if known:
        return dict(known)
    if message.sender_chat is not None:
        return _chat_origin(world, message, message.sender_chat)
    author = world.users[message.sender_id]
    if author.private_forwards:
        name = " ".join(filter(None, (author.first_name, author.last_name)))
        return {"type": "hidden_user", "sender_user_name": name, "date": message.date}
    return {"type": "user", "sender_user": user_shape(author), "date": message.date}


def _chat_origin(world: World, message: Message, chat_id: int) -> JSON:
    chat = world.groups[chat_id]
    shape = world.chat_body(chat)
    if chat.is_channel and message.chat_key == chat.key:
        origin: JSON = {"type": "channel", "chat": shape, "message_id": message.id}
    else:
        origin = {"type": "chat", "sender_chat": shape}
    if message.body.get("author_signature"):
        origin["author_signature"] = message.body["author_signature"]
    return origin | {"date": message.date}
