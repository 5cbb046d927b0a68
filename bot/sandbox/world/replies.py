"""What a message answers: quotes, and replies to messages of another topic or chat."""

from __future__ import annotations

from bot.sandbox.markup.entities import Entity, sort_entities, utf16_length, utf16_slice
from bot.sandbox.world.media import CONTENT_KEYS
from bot.sandbox.world.model import JSON, Message
from bot.sandbox.world.senders import origin_of
from bot.sandbox.world.state import World

QUOTE_LIMIT = 1024
"""UTF-16 units of a quote (Bot API, ReplyParameters)."""
_QUOTED = frozenset(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time"]
)
_EXTERNAL = frozenset(CONTENT_KEYS) - {"text", "entities", "caption", "caption_entities"}


def external_reply(world: World, message: Message) -> JSON:
    """The ExternalReplyInfo of a message of another topic or chat (Client.cpp:3924).

    It has no text: that comes as the quote. Where it stands is told of supergroups and
    channels alone.
    """
    chat = world.chats[message.chat_key]
    shape: JSON = {"origin": origin_of(world, message)}
    if chat.kind in {"supergroup", "channel"}:
        shape |= {"chat": world.chat_body(chat), "message_id": message.id}
    content = {name: value for name, value in message.body.items() if name in _EXTERNAL}
    content.pop("show_caption_above_media", None)
    if "venue" in content:
        content.pop("location", None)
    if "animation" in content:
        content.pop("document", None)
    return shape | content


def answerable_elsewhere(message: Message) -> bool:
    """Whether it can be answered from another topic or chat: whether it could be forwarded
    (td, MessagesManager.cpp:21156)."""
    return not (message.service or message.protected)


def automatic_quote(body: JSON) -> JSON | None:
    """The quote that the server adds to a reply from elsewhere: the text, as far as it fits
    (td, MessageQuote.cpp, create_automatic_quote)."""
    text = _text(body)
    if not text:
        return None
    text = utf16_slice(text, 0, QUOTE_LIMIT)
    return _shape(text, 0, _inside(body, 0, utf16_length(text)), manual=False)


def quoted(
    body: JSON, wanted: str, *, entities: list[Entity] | None = None, position: int | None = None
) -> JSON | None:
    """The TextQuote of this part of a message; None when the message has no such part.

    `entities` must be those of that part (None: whatever they are). Of several such parts the
    one nearest to `position` (in UTF-16 units) counts.
    """
    length = utf16_length(wanted)
    places = [
        place
        for place in _places(_text(body), wanted)
        if entities is None or _marks(entities) == _marks(_inside(body, place, length))
    ]
    if not places:
        return None
    near = position or 0
    place = min(places, key=lambda found: abs(found - near))
    return _shape(wanted, place, _inside(body, place, length), manual=True)


def _text(body: JSON) -> str:
    return body.get("text") or body.get("caption") or ""


def _places(text: str, part: str) -> list[int]:
    if not part:
        return []
    found, at = [], text.find(part)
    while at >= 0:
        found.append(utf16_length(text[:at]))
        at = text.find(part, at + 1)
    return found


def _inside(body: JSON, offset: int, length: int) -> list[Entity]:
    inside = []
    for entity in body.get("entities") or body.get("caption_entities") or ():
        start = max(entity["offset"], offset)
        end = min(entity["offset"] + entity["length"], offset + length)
        if entity["type"] in _QUOTED and start < end:
            inside.append({**entity, "offset": start - offset, "length": end - start})
    return sort_entities(inside)


def _marks(entities: list[Entity]) -> list[tuple[str, int, int]]:
    return sorted((e["type"], e["offset"], e["length"]) for e in entities if e["type"] in _QUOTED)


def _shape(text: str, position: int, entities: list[Entity], *, manual: bool) -> JSON:
    shape: JSON = {"text": text}
    if entities:
        shape["entities"] = entities
    shape["position"] = position
    return shape | ({"is_manual": True} if manual else {})
