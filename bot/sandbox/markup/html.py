"""parse_mode HTML, as parse_html of tdlib/td reads it, with its errors."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.markup.dates import set_date
from bot.sandbox.markup.entities import Entity, sort_entities
from bot.sandbox.markup.links import checked_link, linked_user

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACES = " \t\r\n\0\v"


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int
    date: str = ""


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of HTML markup; raises ApiError 400 in Telegram's words."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._write(self._reference())
            else:
                self._write(character)
                self.at += 1
        if self.open:
            raise _cannot(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.out), sort_entities(self.entities)

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.offset += sum(2 if c > "\uffff" else 1 for c in text)

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _reference(self) -> str:
        """A character reference at the cursor, decoded; a bare & when it is none."""
        start, end = self.at, self.at + 1
        source = self.source
        if source.startswith("#", end):
            end += 1
            base = 16 if source.startswith("x", end) else 10
            digits_from = end = end + (base == 16)
            while end < len(source) and source[end] in "0123456789abcdefABCDEF"[: 10 + 2 * base]:
                end += 1
            value = int(source[digits_from:end] or "0", base)
            decoded = chr(value) if _allowed(value) and end - start < 10 else ""
        else:
            while end < len(source) and source[end].isascii() and source[end].isalpha():
                end += 1
            decoded = _NAMED.get(source[start + 1 : end], "")
        if not decoded:
            self.at += 1
            return "&"
        self.at = end + source.startswith(";", end)
        return decoded

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self._peek() == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _name(self) -> str:
        start = self.at
        while self._peek() and self._peek() not in _SPACES and self._peek() != ">":
            self.at += 1
        return self.source[start : self.at].lower()

    def _start_tag(self, begin: int) -> None:
        tag, place = self._name(), self._byte(begin)
        if not self._peek():
            raise _cannot(f"Unclosed start tag at byte offset {place}")
        if tag not in _TYPES:
            raise _cannot(f'Unsupported start tag "{tag}" at byte offset {place}')
        argument, date = self._attributes(tag, place)
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise _cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
        self.open.append(_Open(tag, argument, self.offset, len(self.out), date))

    def _attributes(self, tag: str, place: int) -> tuple[str, str]:
        """What the tag is given, and the date of a tg-time."""
        argument = date = ""
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                return argument, date
            if not self._peek():
                raise _cannot(f"Unclosed start tag at byte offset {place}")
            name = self._attribute_name(tag, place)
            if self._peek() != "=":
                if tag == "blockquote" and name == "expandable":
                    argument = "expandable"
                    continue
                raise _cannot(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag}" at byte offset {place}'
                )
            self.at += 1
            value = self._attribute_value(tag, place)
            if (tag, name) == ("tg-time", "unix"):
                date = value
            argument = _argument(tag, name, value, argument)

    def _attribute_name(self, tag: str, place: int) -> str:
        start = self.at
        while self._peek() and self._peek() not in _SPACES and self._peek() not in "=>/\"'":
            self.at += 1
        name = self.source[start : self.at]
        if not name:
            raise _cannot(f'Empty attribute name in the tag "{tag}" at byte offset {place}')
        self._skip_spaces()
        return name

    def _attribute_value(self, tag: str, place: int) -> str:
        self._skip_spaces()
        if not self._peek():
            raise _cannot(f'Unclosed start tag "{tag}" at byte offset {place}')
        if self._peek() not in "'\"":
            return self._token()
        quote, value = self._peek(), []
        self.at += 1
        while self._peek() and self._peek() != quote:
            if self._peek() == "&":
                value.append(self._reference())
            else:
                value.append(self._peek())
                self.at += 1
        if not self._peek():
            raise _cannot(f"Unclosed start tag at byte offset {place}")
        self.at += 1
        return "".join(value)

    def _token(self) -> str:
        start = self.at
        while self._peek() and (self._peek().isalnum() or self._peek() in ".-"):
            self.at += 1
        if self._peek() and self._peek() not in _SPACES and self._peek() != ">":
            raise _cannot(f"Unexpected end of name token at byte offset {self._byte(start)}")
        return self.source[start : self.at].lower()

    def _skip_spaces(self) -> None:
        while self._peek() and self._peek() in _SPACES:
            self.at += 1

    def _end_tag(self, begin: int) -> None:
        place = self._byte(begin)
        if not self.open:
            raise _cannot(f"Unexpected end tag at byte offset {place}")
        self.at += 1
        name = self._name()
        self._skip_spaces()
        if self._peek() != ">":
            raise _cannot(f"Unclosed end tag at byte offset {place}")
        self.at += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise _cannot(
                f'Unmatched end tag at byte offset {place}, expected "</{opened.tag}>", '
                f'found "</{name}>"'
            )
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, length = _TYPES[opened.tag], self.offset - opened.offset
        entity: Entity = {"offset": opened.offset, "length": length, "type": kind}
        if kind == "text_link":
            if not _set_link(entity, opened.argument or "".join(self.out[opened.begin :])):
                return
        elif kind == "custom_emoji":
            if not opened.argument.isdigit():
                raise _cannot("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif kind == "date_time":
            if not set_date(entity, opened.date, opened.argument):
                return
        elif kind == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif kind in {"pre", "code"} and self._joined(entity, opened.argument):
            return
        elif kind == "code" and opened.argument:
            entity["language"] = opened.argument
        self.entities.append(entity)

    def _joined(self, entity: Entity, language: str) -> bool:
        """<pre><code class="language-x"> is one entity, whichever is the outer."""
        last = self.entities[-1] if self.entities else None
        if (
            last is None
            or {last["type"], entity["type"]} != {"pre", "code"}
            or (last["offset"], last["length"]) != (entity["offset"], entity["length"])
        ):
            return False
        found = last.get("language") or language
        if not found:
            return False
        last["type"], last["language"] = "pre", found
        return True


def _allowed(value: int) -> bool:
    return 0 < value < 0x10FFFF and not 0xD800 <= value <= 0xDFFF


def _argument(tag: str, name: str, value: str, before: str) -> str:
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "format")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value[len("language-") :]
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value[len("tg-") :]
    if (tag, name) == ("blockquote", "expandable"):
        return "expandable"
    return before


def _set_link(entity: Entity, url: str) -> bool:
    user = linked_user(url)
    if user is not None:
        entity["type"], entity["user_id"] = "text_mention", user
        return True
    link = checked_link(url)
    entity["url"] = link
    return bool(link)


def _cannot(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
