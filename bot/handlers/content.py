"""What a message is besides its words: what it answers, whose it was first, what it is made of."""

from collections.abc import Mapping
from typing import Any

from telegram import (
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from flows.formatted import of_customer

LONGEST_KEPT = 200
"""Characters of the bot's own words that are kept where they were answered."""
_FILES = (
    "photo",
    "video",
    "animation",
    "document",
    "audio",
    "voice",
    "video_note",
    "sticker",
)
"""Telegram's fields of files; an animation comes with a document too."""
_ODD = (
    "dice",
    "game",
    "giveaway",
    "giveaway_winners",
    "invoice",
    "paid_media",
    "story",
    "poll",
    "checklist",
)
"""Telegram's fields of what is no words and no file, place or contact."""
_CARRIED = frozenset({"dice", "poll", "checklist"})
"""Those of them that staff can send to a customer. A die goes as words: its copy would show
another number."""


def answered_in(message: Message) -> Mapping[str, Any]:
    """What a message replies to: `message_id` in the same chat, what a bot `said` there.

    The words that it quotes are `quote` and `entities`.

    Of a message in another chat there are only the words, and `origin`, whose they are.
    """
    found: dict[str, Any] = {}
    replied, elsewhere = message.reply_to_message, message.external_reply
    if replied is not None and replied.forum_topic_created is None:
        found["message_id"] = replied.message_id
        if replied.from_user is not None and replied.from_user.is_bot and replied.text:
            found["said"] = replied.text[:LONGEST_KEPT]
    if elsewhere is not None:
        found["origin"] = _origin(elsewhere.origin)
    if message.reply_to_story is not None:
        chat = message.reply_to_story.chat
        found["origin"] = {"kind": "story", "name": chat.effective_name or ""}
    if message.quote is not None and (replied is not None or elsewhere is not None):
        found["quote"] = message.quote.text
        marks = of_customer(entity.to_dict() for entity in message.quote.entities or ())
        found |= {"entities": list(marks)} if marks else {}
    return found


def forwarded_from(message: Message) -> Mapping[str, str]:
    """Whose message was forwarded: its `kind` (`user`, `chat`, `channel`) and `name`."""
    return _origin(message.forward_origin) if message.forward_origin is not None else {}


def _origin(origin: object) -> Mapping[str, str]:
    match origin:
        case MessageOriginUser():
            return {"kind": "user", "name": origin.sender_user.full_name}
        case MessageOriginHiddenUser():
            return {"kind": "user", "name": origin.sender_user_name}
        case MessageOriginChannel():
            return {"kind": "channel", "name": origin.chat.title or ""}
        case MessageOriginChat():
            return {"kind": "chat", "name": origin.sender_chat.title or ""}
    return {"kind": "user", "name": ""}


def media_of(message: Message) -> Mapping[str, str]:
    """The file that a message is made of: Telegram's `field`, its `id`, and `unique`, by which it
    is known again; empty for a message without one.
    """
    for name in _FILES:
        found = getattr(message, name)
        if found:
            file = found[-1] if name == "photo" else found
            return {"field": name, "id": file.file_id, "unique": file.file_unique_id}
    return {}


def odd_kind(message: Message) -> str:
    """What a message is when it is neither words nor a file, place or contact; else empty."""
    return next((name for name in _ODD if getattr(message, name, None)), "")


def uncarried(message: Message) -> str:
    """What a message of staff's is that cannot be passed on; empty: it can."""
    kind = odd_kind(message)
    return "" if kind in _CARRIED else kind


def thrown(message: Message) -> str:
    """A die in words; empty when it is none."""
    return f"{message.dice.emoji} {message.dice.value}" if message.dice is not None else ""
