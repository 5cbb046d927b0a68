"""From Telegram's messages to pieces of a conversation: what was said, and where to find it."""

from datetime import datetime
from typing import Any

from telegram import Message, Update
from telegram.ext import filters

from bot.desk.kept import ORIGIN, REPLY
from bot.handlers.content import answered_in, forwarded_from, odd_kind, thrown
from bot.handlers.customer.visitors import storable
from flows.conversations import MediaKind, Piece
from flows.desk.edits import LIVE
from flows.formatted import of_customer

_MEDIA: tuple[tuple[str, MediaKind], ...] = (
    ("photo", "photo"),
    ("voice", "voice"),
    ("video", "video"),
    ("video_note", "video_note"),
    ("animation", "document"),
    ("document", "document"),
    ("audio", "audio"),
    ("sticker", "sticker"),
)
"""Telegram's fields and what they are to us; an animation comes with a document too."""

NOTE = "note"
"""In a piece's file: what was sent; its text says so in our words and not in the customer's."""
CARRIED = frozenset({"dice"})
"""What a note says all of (`NOTE`)."""
_KEPT = ("file_id", "file_unique_id", "file_name", "mime_type", "file_size", "duration", "emoji")


def is_service(update: Update) -> bool:
    """Tell whether Telegram itself speaks, of a pinned message for example; nobody's words.

    Finding out is slow, so text, which never is, is not looked at.
    """
    message = update.effective_message
    if message is None or message.text is not None:
        return False
    return bool(filters.StatusUpdate.ALL.check_update(update))


def piece_of(message: Message, now: datetime) -> Piece:
    """What a message says. What no kind fits is kept as a note of what it was."""
    source = source_of(message.chat.id, message.message_id)
    if message.media_group_id:
        source["album"] = message.media_group_id
    kind, text, file = _content(message)
    entities = message.entities if message.text else message.caption_entities
    return Piece(
        kind=kind,
        at=now,
        text=storable(text),
        entities=of_customer(entity.to_dict() for entity in entities),
        file=file,
        source=source,
        context=_context(message),
    )


def _context(message: Message) -> dict[str, Any]:
    """What a message answers, and whose it was before it was forwarded."""
    reply, origin = answered_in(message), forwarded_from(message)
    return ({REPLY: dict(reply)} if reply else {}) | ({ORIGIN: dict(origin)} if origin else {})


def source_of(chat_id: int, message_id: int) -> dict[str, Any]:
    """Where a piece is found again: which message it was."""
    return {"chat_id": chat_id, "message_id": message_id}


def _content(message: Message) -> tuple[MediaKind, str, dict[str, Any]]:
    if message.text is not None:
        return "text", message.text, {}
    for name, kind in _MEDIA:
        found = getattr(message, name)
        if found:
            return kind, message.caption or "", _file(found[-1] if name == "photo" else found)
    if message.location is not None:
        return "location", _place(message), _where(message)
    if message.contact is not None:
        return "contact", _contact(message), {}
    return "text", _note(message), {NOTE: odd_kind(message) or "other"}


def _file(found: Any) -> dict[str, Any]:
    values = {name: getattr(found, name, None) for name in _KEPT}
    return {
        name: storable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if isinstance(value, str | int)
    }


def _where(message: Message) -> dict[str, Any]:
    location = message.location
    if location is None:
        return {}
    place = {"latitude": location.latitude, "longitude": location.longitude}
    return place | ({LIVE: True} if location.live_period else {})


def _place(message: Message) -> str:
    venue = message.venue
    return f"{venue.title}, {venue.address}" if venue else ""


def _contact(message: Message) -> str:
    contact = message.contact
    if contact is None:
        return ""
    parts = (contact.first_name, contact.last_name, contact.phone_number)
    return " ".join(part for part in parts if part)


def _note(message: Message) -> str:
    """Say in brackets what was sent, with the words in it, when it cannot be kept itself."""
    if message.poll is not None:
        options = " / ".join(option.text for option in message.poll.options)
        return f"[poll] {message.poll.question} ({options})"
    if message.dice is not None:
        return thrown(message)
    kind = odd_kind(message).replace("_", " ") or "?"
    return f"[{kind}] {message.caption}" if message.caption else f"[{kind}]"
