"""Text with formatting that nothing has to parse.

What customers type may hold any markup. Messages therefore leave as plain text with a list of
entities, which Telegram does not parse, and never as HTML or Markdown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.entities.making import made_at_once
from flows.formatted import Entity, moved, within
from flows.utf16 import utf16_length

TEXT_LIMIT = 4096
"""UTF-16 units in a message's text (Bot API: sendMessage)."""
LONGEST_WORD = 30
"""Characters that are given up at most so that a shortened text ends with a whole word."""
CAPTION_LIMIT = 1024
"""UTF-16 units in a caption (Bot API: sendPhoto and others)."""
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
"""Telegram has no quotations inside of quotations."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style; an empty style is plain.

    Styles are Telegram's entity types (`bold`, `italic`, `code`, `blockquote`,
    `expandable_blockquote`, `text_link`).
    """

    text: str
    style: str = ""
    url: str = ""
    marks: tuple[Entity, ...] = ()
    """Formatting inside of the text that is there already, counted from its beginning."""

    def cut(self, text: str, start: int) -> "Span":
        """The piece of it that is `text` and begins `start` units after its beginning."""
        marks = within(self.marks, start, start + utf16_length(text)) if self.marks else ()
        return Span(text, self.style, self.url, marks)


@dataclass(frozen=True, slots=True)
class Rich:
    """A formatted text: spans in order."""

    spans: tuple[Span, ...] = ()

    def __add__(self, other: "Rich | str") -> "Rich":
        more = (Span(other),) if isinstance(other, str) else other.spans
        return Rich(self.spans + more)

    def __radd__(self, other: str) -> "Rich":
        return Rich((Span(other), *self.spans))

    @property
    def text(self) -> str:
        """The text without its styles."""
        return "".join(span.text for span in self.spans)

    def params(self, field: str = "text") -> dict[str, Any]:
        """The Bot API parameters of this text: `text` and `entities` (or `caption`)."""
        entities = list(self._entities())
        name = "entities" if field == "text" else f"{field}_entities"
        return {field: self.text} | ({name: entities} if entities else {})

    def _entities(self) -> Iterator[Mapping[str, Any]]:
        offset = 0
        for span in self.spans:
            length = utf16_length(span.text)
            if span.style and span.text.strip():
                entity = {"type": span.style, "offset": offset, "length": length}
                yield entity | ({"url": span.url} if span.url else {})
            inside = span.style in _QUOTES
            yield from moved(
                (each for each in span.marks if not (inside and each["type"] in _QUOTES)), offset
            )
            offset += length

    def pages(self, limit: int = TEXT_LIMIT) -> list["Rich"]:
        """Split into texts that each fit `limit` UTF-16 units, at line ends or spaces if it can.

        Nothing is lost: the pages' texts joined are the whole text.
        """
        if 0 < utf16_length(self.text) <= limit:
            return [self]
        pages: list[list[Span]] = [[]]
        room = limit
        for span in self.spans:
            rest, done = span.text, 0
            while rest:
                part, rest = _cut(rest, room, whole=room == limit)
                if part:
                    pages[-1].append(span.cut(part, done))
                    done += utf16_length(part)
                    room -= utf16_length(part)
                if rest:
                    pages.append([])
                    room = limit
        return [Rich(tuple(page)) for page in pages if page]


def _cut(text: str, room: int, *, whole: bool) -> tuple[str, str]:
    """Cut off what fits into `room` units; on an empty page (`whole`) something always fits."""
    if utf16_length(text) <= room:
        return text, ""
    end = _fitting(text, room)
    for mark in ("\n", " "):
        at = text.rfind(mark, 0, end)
        if at > end // 2:
            return text[: at + 1], text[at + 1 :]
    if not whole and end < 64:
        return "", text
    return text[:end], text[end:]


def plain(text: str) -> Rich:
    """Plain text."""
    return Rich((Span(text),))


def marked(text: str, marks: Iterable[Entity]) -> Rich:
    """Text with the formatting that somebody gave it."""
    return Rich((Span(text, marks=tuple(marks)),))


def bold(text: str) -> Rich:
    """Bold text."""
    return Rich((Span(text, "bold"),))


def italic(text: str) -> Rich:
    """Italic text."""
    return Rich((Span(text, "italic"),))


def quote(text: str, marks: Iterable[Entity] = ()) -> Rich:
    """Somebody's own words with their formatting, as a quotation; a long one folds."""
    style = "expandable_blockquote" if len(text) > 500 else "blockquote"
    return Rich((Span(text, style, marks=tuple(marks)),))


def shortened(text: str, marks: Iterable[Entity], limit: int) -> tuple[str, tuple[Entity, ...]]:
    """As `clipped`, with what is left of the formatting."""
    short = clipped(text, limit)
    kept = utf16_length(short) - (short != text)
    return short, within(marks, 0, kept)


def clipped(text: str, limit: int) -> str:
    """Shorten to at most `limit` UTF-16 units, with an ellipsis where something is left out."""
    if utf16_length(text) <= limit:
        return text
    kept = text[: _fitting(text, limit - 1)]
    if kept and not kept[-1].isspace() and not text[len(kept)].isspace():
        begun = len(kept) - len(kept.split()[-1])  # where the word that does not fit begins
        if begun > max(0, len(kept) - LONGEST_WORD):
            kept = kept[:begun]
    return kept.rstrip() + "…"


def newest(parts: Sequence[str], limit: int, most: int) -> str:
    """Join texts by line breaks into at most `limit` UTF-16 units (12 or more).

    Where they do not fit, or are more than `most` (2 or more), the first stays, shortened, since
    it says what the others are about, and then the newest. An ellipsis stands for what is left out.
    """
    whole = "\n".join(parts)
    if len(parts) <= most and utf16_length(whole) <= limit:
        return whole
    if len(parts) == 1:
        return clipped(whole, limit)
    first, kept = clipped(parts[0], limit // 3), list[str]()
    room = limit - utf16_length(first) - len("\n…")
    for part in reversed(parts[1:][-(most - 1) :]):
        short = part if kept else clipped(part, room - 1)
        room -= utf16_length(short) + 1
        if room < 0:
            break
        kept.insert(0, short)
    gap = [] if len(kept) == len(parts) - 1 or first.endswith("…") else ["…"]
    return "\n".join([first, *gap, *kept])


def _fitting(text: str, room: int) -> int:
    """How many characters fit into `room` UTF-16 units."""
    used = 0
    for end, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > room:
            return end
    return len(text)
