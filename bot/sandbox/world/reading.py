"""What a person sees: messages, topics and chats as plain JSON objects.

These shapes are used by the control API's readings and by `/control/events`.
"""

from __future__ import annotations

from bot.sandbox.world.model import JSON, Chat, Message, Topic
from bot.sandbox.world.state import World

MEDIA_KINDS = (
    "photo",
    "voice",
    "video",
    "video_note",
    "audio",
    "animation",
    "document",
    "sticker",
)
_OTHER_KINDS = ("venue", "location", "contact", "dice", "poll")
_SERVICE_KINDS = (
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "group_chat_created",
    "channel_chat_created",
    "new_chat_title",
)


def message_view(world: World, message: Message) -> JSON:
    """A message as a chat window shows it.

    id, chat (its key), seq (number of the latest change), date (Unix), from {id, name,
    is_bot} (the chat, where it is written in a chat's name), kind (text, photo, …, sticker,
    location, venue, contact, dice, poll or service), text, entities, caption,
    caption_entities, service, media {kind, file_id, …}, location, venue, contact, dice, poll,
    media_group_id, buttons (rows of inline buttons), keyboard (what a reply keyboard message
    carries), reply_to (message id), external_reply, quote, topic (thread id, while the group
    has topics), forwarded (origin), edited (Unix or null), deleted, pinned, protected,
    silent, reactions (emoji → user ids).
    """
    body = message.body
    kind = _kind(body)
    return {
        "id": message.id,
        "chat": message.chat_key,
        "seq": message.seq,
        "date": message.date,
        "from": _author(world, message),
        "kind": kind,
        "text": body.get("text"),
        "entities": body.get("entities", []),
        "caption": body.get("caption"),
        "caption_entities": body.get("caption_entities", []),
        "service": {k: body[k] for k in _SERVICE_KINDS if k in body} or None,
        "media": _media(body, kind),
        "location": body.get("location"),
        "venue": body.get("venue"),
        "contact": body.get("contact"),
        "dice": body.get("dice"),
        "poll": body.get("poll"),
        "media_group_id": body.get("media_group_id"),
        "buttons": body.get("reply_markup", {}).get("inline_keyboard", []),
        "keyboard": _reply_keyboard(message),
        "reply_to": _shown_reply(message),
        "external_reply": body.get("external_reply"),
        "quote": body.get("quote"),
        "topic": message.thread_id if world.chats[message.chat_key].is_forum else None,
        "forwarded": body.get("forward_origin"),
        "edited": body.get("edit_date"),
        "deleted": message.deleted,
        "pinned": message.id in world.chats[message.chat_key].pinned,
        "protected": message.protected,
        "silent": message.silent,
        "reactions": _reactions(message),
    }


def _kind(body: JSON) -> str:
    for kind in ("text", "animation", *MEDIA_KINDS, *_OTHER_KINDS):
        if kind in body:
            return kind
    return "service"


def _author(world: World, message: Message) -> JSON:
    if message.sender_chat is not None:
        chat = world.groups[message.sender_chat]
        return {"id": chat.id, "name": chat.title, "is_bot": False}
    user = world.users[message.sender_id]
    name = " ".join(filter(None, (user.first_name, user.last_name)))
    return {"id": user.id, "name": name, "is_bot": user.is_bot}


def _media(body: JSON, kind: str) -> JSON | None:
    if kind not in MEDIA_KINDS:
        return None
    media: JSON = body[kind][-1] if kind == "photo" else body[kind]
    return {"kind": kind} | media


def _reply_keyboard(message: Message) -> JSON | None:
    keyboard = message.keyboard
    return None if keyboard is None or "inline_keyboard" in keyboard else keyboard


def _shown_reply(message: Message) -> int | None:
    implicit = message.reply_to == message.thread_id
    return None if implicit else message.reply_to


def _reactions(message: Message) -> dict[str, list[int]]:
    shown: dict[str, list[int]] = {}
    for user_id, reactions in message.reactions.items():
        for reaction in reactions:
            shown.setdefault(reaction.get("emoji", "custom"), []).append(user_id)
    return shown


def topic_view(topic: Topic) -> JSON:
    """A forum topic: id, name, status (open, closed, deleted), creator, icon_color,
    icon_custom_emoji_id."""
    return {
        "id": topic.id,
        "name": topic.name,
        "status": topic.status,
        "creator": topic.creator_id,
        "icon_color": topic.icon_color,
        "icon_custom_emoji_id": topic.icon_custom_emoji_id or "",
    }


def chat_view(world: World, chat: Chat) -> JSON:
    """A chat: key, id, kind, title, is_forum, bot and user (private), members, permissions
    (of members), topics, keyboard (the reply keyboard on screen), blocked, migrated_to,
    last_message.
    """
    live = [m for m in chat.messages.values() if not m.deleted]
    user = world.users[chat.id] if chat.is_private else None
    return {
        "chat": chat.key,
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.title if user is None else world.users[chat.bot_id or 0].first_name,
        "is_forum": chat.is_forum,
        "bot": chat.bot_id,
        "user": user.id if user else None,
        "members": [
            {
                "user": m.user_id,
                "status": m.status,
                "rights": sorted(m.permissions if m.status == "restricted" else m.rights),
            }
            for m in chat.members.values()
        ],
        "permissions": sorted(chat.permissions),
        "topics": [topic_view(t) for t in chat.topics.values()],
        "keyboard": chat.keyboard,
        "blocked": chat.blocked,
        "migrated_to": chat.migrated_to,
        "last_message": message_view(world, live[-1]) if live else None,
    }
