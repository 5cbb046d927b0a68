"""Texts with formatting as people write them: which of it is carried on, and cutting and joining.

Entities are those of the Bot API; their offsets and lengths count UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.utf16 import utf16_length

Entity = Mapping[str, Any]

_STYLES: Mapping[str, tuple[str, ...]] = {
    "bold": (),
    "italic": (),
    "underline": (),
    "strikethrough": (),
    "spoiler": (),
    "blockquote": (),
    "expandable_blockquote": (),
    "code": (),
    "pre": ("language",),
    "text_link": ("url",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time", "date_time_format"),
}
"""Types that a bot may send, and what belongs to each. A type that the Bot API does not know makes
it refuse the whole message."""
_FOUND_BY_TELEGRAM = frozenset({"mention", "hashtag", "cashtag", "url", "email", "phone_number"})
"""Types that Telegram finds in any text by itself."""
_IN_QUOTES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"})
"""Types by which a quotation has to equal what it quotes (Bot API: ReplyParameters)."""
_RINGING = "tg:"
"""Addresses that begin so act inside Telegram: one names an account, and rings it."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def part(self, start: int, end: int | None = None) -> Formatted:
        """The characters from `start` to before `end`, as in a slice."""
        begun = utf16_length(self.text[:start])
        cut = self.text[start:end]
        return Formatted(cut, within(self.entities, begun, begun + utf16_length(cut)))

    def stripped(self) -> Formatted:
        """Without the white space around it."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, start + len(self.text.strip()))

    def ending(self, text: str) -> Formatted:
        """The end of it that is this text, as it stands after a command."""
        return self.part(len(self.text) - len(text))

    def quoted(self, text: str) -> Formatted | None:
        """The first place that says these words, as a quotation may have it; None: nowhere."""
        at = self.text.find(text) if text else -1
        if at < 0:
            return None
        found = self.part(at, at + len(text))
        kept = tuple(each for each in found.entities if each["type"] in _IN_QUOTES)
        return Formatted(found.text, kept)


def joined(parts: Iterable[Formatted], between: str = "\n") -> Formatted:
    """Several texts in one, with `between` between them."""
    text, entities = "", list[Entity]()
    for number, part in enumerate(parts):
        text += between if number else ""
        entities += moved(part.entities, utf16_length(text))
        text += part.text
    return Formatted(text, tuple(entities))


def moved(entities: Iterable[Entity], by: int) -> list[Entity]:
    """The same entities of a text that begins so many units later."""
    return [{**each, "offset": each["offset"] + by} for each in entities]


def within(entities: Iterable[Entity], start: int, end: int) -> tuple[Entity, ...]:
    """What of entities lies between two units, counted from the first of them."""
    found = []
    for each in entities:
        begins = max(each["offset"], start)
        ends = min(each["offset"] + each["length"], end)
        if begins < ends:
            found.append({**each, "offset": begins - start, "length": ends - begins})
    return tuple(found)


def of_customer(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """What of a customer's formatting is shown to staff.

    A handle is set in type that Telegram finds no handles in: it stays to be read and rings nobody.
    """
    return tuple(
        {**_measure(each), "type": "code"} if each["type"] == "mention" else carried
        for each in entities
        if (carried := _carried(each)) or each["type"] == "mention"
    )


def of_staff(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """What of a member of staff's formatting is carried to customers.

    Names that stand for an account, and commands, stay as words.
    """
    return tuple(
        carried or {**_measure(each), "type": each["type"]}
        for each in entities
        if (carried := _carried(each)) or each["type"] in _FOUND_BY_TELEGRAM
    )


def _carried(entity: Entity) -> dict[str, Any]:
    """An entity with all that a bot may send of it; empty: it is not to be sent."""
    more = _STYLES.get(entity["type"])
    if more is None or str(entity.get("url", "")).lower().startswith(_RINGING):
        return {}
    belonging = {name: entity[name] for name in more if entity.get(name)}
    return {"type": entity["type"], **_measure(entity), **belonging}


def _measure(entity: Entity) -> dict[str, Any]:
    return {"offset": entity["offset"], "length": entity["length"]}
