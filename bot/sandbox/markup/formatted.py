"""From what a bot sent (text, parse_mode, entities) to what Telegram keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.markup.detect import add_found
from bot.sandbox.markup.entities import Entity, checked_entities, clean, trim, utf16_length
from bot.sandbox.markup.html import parse_html
from bot.sandbox.markup.markdown import parse_markdown, parse_markdown_v2

TEXT_LIMIT = 4096
"""UTF-16 units of a message text after parsing (Bot API, sendMessage)."""
CAPTION_LIMIT = 1024
"""UTF-16 units of a caption after parsing (Bot API, sendPhoto)."""

_PARSERS: dict[str, Callable[[str], tuple[str, list[Entity]]]] = {
    "html": parse_html,
    "markdown": parse_markdown,
    "markdownv2": parse_markdown_v2,
}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities, trimmed and complete."""

    text: str
    entities: list[Entity]


def formatted(text: str, parse_mode: str | None = None, entities: Any = None) -> Formatted:
    """Parse, clean, trim and mark up a text as Telegram does; raises ApiError 400."""
    text = clean(text)
    if parse_mode:
        parser = _PARSERS.get(parse_mode.lower())
        if parser is None:
            raise bad_request("unsupported parse_mode")
        text, chosen = parser(text)
    else:
        chosen = checked_entities(text, entities)
    text, chosen = trim(text, chosen)
    if len(text) > TEXT_LIMIT:  # will be refused; not worth scanning
        return Formatted(text, chosen)
    return Formatted(text, add_found(text, chosen))


def message_text(text: str, parse_mode: str | None = None, entities: Any = None) -> Formatted:
    """A message's text: never empty, at most TEXT_LIMIT; raises ApiError 400.

    No text is refused by the Bot API server, one of spaces by td, in other words.
    """
    if not text:
        raise bad_request("message text is empty")
    result = formatted(text, parse_mode, entities)
    if not result.text:
        raise bad_request("text must be non-empty")  # td, MessageEntity.cpp:4519
    if len(result.text) * 2 > TEXT_LIMIT and utf16_length(result.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return result


def caption_text(text: str, parse_mode: str | None = None, entities: Any = None) -> Formatted:
    """A caption: may be empty, at most CAPTION_LIMIT; raises ApiError 400."""
    result = formatted(text, parse_mode, entities)
    if utf16_length(result.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return result
