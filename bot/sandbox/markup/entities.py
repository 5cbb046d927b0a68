"""Entities of a text: lengths in UTF-16 units, cleaning, trimming and validation.

Follows fix_formatted_text and fix_entities of tdlib/td (td/telegram/MessageEntity.cpp).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.markup.dates import checked_format

Entity = dict[str, Any]

# What a bot or a person may put on a text; the rest Telegram finds by itself.
CHOSEN_TYPES = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
FOUND_TYPES = frozenset(
    ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card"]
)
_ORDER = {
    name: place
    for place, name in enumerate(
        [
            "blockquote",
            "expandable_blockquote",
            "pre",
            "code",
            "text_link",
            "text_mention",
            "url",
            "email",
            "mention",
            "hashtag",
            "cashtag",
            "bot_command",
            "phone_number",
            "bank_card",
            "bold",
            "italic",
            "underline",
            "strikethrough",
            "spoiler",
            "custom_emoji",
            "date_time",
        ]
    )
}
_CONTROL = re.compile("[\x00-\x08\x09\x0b-\x0c\x0e-\x1f\u2028-\u202e]")
_SPACE = " \n"


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of every Telegram limit and offset."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of `text` that an entity with this offset and length covers."""
    if text.isascii():
        return text[offset : offset + length]
    raw = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
    return raw.decode("utf-16-le", "replace")


def clean(text: str) -> str:
    """Drop carriage returns and turn control characters into spaces, one for one."""
    if "\r" in text:
        text = text.replace("\r", "")
    return text if text.isprintable() else _CONTROL.sub(" ", text)


def sort_entities(entities: Iterable[Entity]) -> list[Entity]:
    """By offset, longer first, outer types first: the order in which Telegram returns them."""
    return sorted(
        entities, key=lambda e: (e["offset"], -e["length"], _ORDER.get(e["type"], len(_ORDER)))
    )


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut the white space around a text, and what of its entities lay in it.

    Leading white space inside an entity stays, as in Telegram.
    """
    first = min((e["offset"] for e in entities), default=len(text))
    lead = 0
    while lead < min(first, len(text)) and text[lead] in _SPACE:
        lead += 1
    text = text[lead:].rstrip(_SPACE)
    if not entities:
        return text, entities
    end = utf16_length(text)
    kept = []
    for entity in entities:
        offset = entity["offset"] - lead
        length = min(entity["length"], end - offset)
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    return text, kept


def checked_entities(text: str, raw: Any) -> list[Entity]:
    """Entities given explicitly, checked as Telegram checks them; raises ApiError 400."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    chosen = [e for e in map(_read_entity, raw) if e is not None]
    edges = _unit_edges(text)
    for entity in chosen:
        _check_edges(entity, edges)
    return sort_entities(chosen)


def _read_entity(raw: Any) -> Entity | None:
    if not isinstance(raw, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind, offset, length = raw.get("type"), raw.get("offset"), raw.get("length")
    if not isinstance(kind, str):
        raise bad_request('can\'t parse MessageEntity: Field "type" must be of type String')
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be a Number')
    if kind in FOUND_TYPES or length <= 0 or offset < 0:
        return None
    if kind not in CHOSEN_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    entity: Entity = {"offset": offset, "length": length, "type": kind}
    _copy_argument(raw, entity)
    return entity


def _copy_argument(raw: dict[str, Any], entity: Entity) -> None:
    needed = {
        "text_link": "url",
        "text_mention": "user",
        "custom_emoji": "custom_emoji_id",
        "date_time": "unix_time",
    }
    name = needed.get(entity["type"])
    if name is not None:
        if not raw.get(name):
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
        entity[name] = raw[name]
    if entity["type"] == "pre" and raw.get("language"):
        entity["language"] = raw["language"]
    if entity["type"] == "date_time":
        if not isinstance(raw["unix_time"], int) or not 0 < raw["unix_time"] < 2**31:
            raise bad_request("can't parse MessageEntity: Invalid date specified")
        entity["date_time_format"] = checked_format(str(raw.get("date_time_format") or ""))


def _unit_edges(text: str) -> list[int]:
    """Byte offset of every UTF-16 unit boundary; -1 inside a surrogate pair."""
    edges, position = [], 0
    for character in text:
        edges.append(position)
        if character > "\uffff":
            edges.append(-1)
        position += len(character.encode("utf-8", "surrogatepass"))
    edges.append(position)
    return edges


def _check_edges(entity: Entity, edges: list[int]) -> None:
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if start >= len(edges):  # td, MessageEntity.cpp:4253
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
    if end >= len(edges):  # td, MessageEntity.cpp:4258
        raise bad_request(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    if edges[start] < 0:
        raise bad_request(
            f"entity begins in a middle of a UTF-16 symbol at byte offset {edges[start - 1]}"
        )
    if edges[end] < 0:
        raise bad_request(
            f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol "
            f"at byte offset {edges[end - 1]}"
        )
