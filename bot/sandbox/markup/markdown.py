"""parse_mode MarkdownV2 and the older Markdown, as tdlib/td reads them, with its errors."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.markup.dates import checked_format, linked_date
from bot.sandbox.markup.entities import Entity, sort_entities, utf16_length
from bot.sandbox.markup.links import checked_link, linked_emoji, linked_user

_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "pre_code": "PreCode",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_CLOSERS = {
    "bold": "*",
    "code": "`",
    "pre": "```",
    "pre_code": "```",
    "text_link": "]",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "custom_emoji": "]",
}
_OPENERS = (
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("||", "spoiler"),
    ("![", "custom_emoji"),
    ("[", "text_link"),
)


@dataclass(slots=True)
class _Open:
    kind: str
    language: str
    offset: int
    source_at: int
    begin: int


class _Reader:
    """What both dialects share: the source, the cursor, and what was read so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.entities: list[Entity] = []

    def write(self, text: str) -> None:
        self.out.append(text)
        self.offset += utf16_length(text)

    def sees(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def add(self, kind: str, offset: int, **extra: str | int) -> None:
        if self.offset > offset:
            entity: Entity = {"offset": offset, "length": self.offset - offset, "type": kind}
            self.entities.append(entity | extra)

    def add_link(self, url: str, offset: int) -> None:
        user, link = linked_user(url), checked_link(url)
        if user is not None:
            self.add("text_mention", offset, user_id=user)
        elif link:
            self.add("text_link", offset, url=link)

    def skip_first_newline(self) -> None:
        if self.sees("\r\n") or self.sees("\n\r"):
            self.at += 2
        elif self.sees("\n") or self.sees("\r"):
            self.at += 1


def parse_markdown_v2(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of MarkdownV2; raises ApiError 400 in Telegram's words."""
    return _V2(source).parse()


class _V2(_Reader):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.open: list[_Open] = []
        self.quoting = False

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            self._step()
        if self.quoting:
            self._end_quote("")
        if self.open:
            raise self._unclosed()
        return "".join(self.out), sort_entities(self.entities)

    def _step(self) -> None:
        character = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        if character == "\\" and following and 0 < ord(following) <= 126:
            self.write(following)
            self.at += 2
        elif character not in self._reserved():
            self.write(character)
            self.at += 1
        elif self.quoting and character == "\n" and following != ">":
            self._end_quote("\n")
        elif self.open and self._closes():
            self._close()
        else:
            self._begin()

    def _reserved(self) -> str:
        verbatim = self.open and self.open[-1].kind in {"code", "pre", "pre_code"}
        return "`" if verbatim else _RESERVED

    def _closes(self) -> bool:
        kind = self.open[-1].kind
        if kind == "italic":
            return self.sees("_") and not self.sees("__")
        closer = _CLOSERS.get(kind)
        return closer is not None and self.sees(closer)

    def _push(self, kind: str, start: int, language: str = "") -> None:
        self.open.append(_Open(kind, language, self.offset, start, len(self.out)))

    def _begin(self) -> None:
        start = self.at
        if self._begins_quote():
            return
        if self.sees("`"):
            self._begin_code(start)
            return
        if self.sees("\n"):
            self.write("\n")
            self.at += 1
            return
        for opener, kind in _OPENERS:
            if self.sees(opener):
                self.at += len(opener)
                self._push(kind, start)
                return
        raise _cannot(
            f"Character '{self.source[self.at]}' is reserved and must be escaped with the "
            "preceding '\\'"
        )

    def _begins_quote(self) -> bool:
        """A line that starts with > quotes; **> starts a new quote beside an older one."""
        at_line_start = not self.out or self.out[-1] == "\n"
        if self.sees("**>") and at_line_start and not self.open:
            self._push("blockquote", self.at)
            self.at += 3
        elif self.sees("\n>") and self.quoting:
            self.write("\n")
            self.at += 2
            return True
        elif self.sees(">") and at_line_start and not self.open:
            self._push("blockquote", self.at)
            self.at += 1
        else:
            return False
        self.quoting = True
        return True

    def _end_quote(self, newline: str) -> None:
        kind = "blockquote"
        top = self.open[-1]
        if top.kind == "spoiler" and top.offset == self.offset and len(self.open) > 1:
            self.open.pop()
            kind = "expandable_blockquote"
        if self.open[-1].kind != "blockquote":
            raise self._unclosed()
        quote = self.open.pop()
        self.quoting = False
        self.add(kind, quote.offset)
        self.write(newline)
        self.at += len(newline)

    def _begin_code(self, start: int) -> None:
        if not self.sees("```"):
            self.at += 1
            self._push("code", start)
            return
        self.at += 3
        end = self.at
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != "`":
            end += 1
        language = self.source[self.at : end]
        if language and end < len(self.source) and self.source[end] != "`":
            self.at = end
            kind = "pre_code"
        else:
            kind, language = "pre", ""
        self.skip_first_newline()
        self._push(kind, start, language)

    def _close(self) -> None:
        opened = self.open.pop()
        kind = opened.kind
        self.at += len(_CLOSERS.get(kind, "_"))
        if kind == "text_link":
            self.add_link(self._url() or "".join(self.out[opened.begin :]), opened.offset)
        elif kind == "custom_emoji":
            self._close_emoji(opened)
        elif kind == "pre_code":
            self.add("pre", opened.offset, language=opened.language)
        else:
            self.add(kind, opened.offset)

    def _close_emoji(self, opened: _Open) -> None:
        if not self.sees("("):
            raise _cannot("The entity must contain a tg://emoji or tg://time URL")
        url = self._url("custom emoji URL") or ""
        emoji, date = linked_emoji(url), linked_date(url)
        if emoji is not None:
            self.add("custom_emoji", opened.offset, custom_emoji_id=emoji)
        elif date is not None:
            unix, form = date
            form = checked_format(form)
            self.add("date_time", opened.offset, unix_time=int(unix), date_time_format=form)
        else:  # td, MessageEntity.cpp:2336
            raise _cannot("Invalid tg://emoji or tg://time URL specified")

    def _url(self, what: str = "URL") -> str | None:
        if not self.sees("("):
            return None
        self.at += 1
        start, url = self.at, []
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self.source[self.at] == "\\" and self.at + 1 < len(self.source):
                self.at += 1
            url.append(self.source[self.at])
            self.at += 1
        if not self.sees(")"):
            raise _cannot(
                f"Can't find end of a {'custom emoji URL' if what != 'URL' else 'URL'} "
                f"at byte offset {self.byte(start)}"
            )
        self.at += 1
        return "".join(url)

    def _unclosed(self) -> ApiError:
        top = self.open[-1]
        return _cannot(
            f"Can't find end of {_NAMES[top.kind]} entity at byte offset {self.byte(top.source_at)}"
        )


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of the older Markdown: no nesting, few escapes; raises ApiError 400."""
    return _V1(source).parse()


class _V1(_Reader):
    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            following = self.source[self.at + 1 : self.at + 2]
            if character == "\\" and following and following in "_*`[":
                self.write(following)
                self.at += 2
            elif character in "_*`[":
                self._entity(character)
            else:
                self.write(character)
                self.at += 1
        return "".join(self.out), sort_entities(self.entities)

    def _entity(self, character: str) -> None:
        start, offset, begin = self.at, self.offset, len(self.out)
        closer = "]" if character == "[" else character
        language = ""
        if self.sees("```"):
            closer = "```"
            self.at += 3
            language = self._language()
            self.skip_first_newline()
        else:
            self.at += 1
        end = self.source.find(closer, self.at)
        if end < 0:
            raise _cannot(
                f"Can't find end of the entity starting at byte offset {self.byte(start)}"
            )
        self.write(self.source[self.at : end])
        self.at = end + len(closer)
        self._finish(closer, offset, begin, language)

    def _language(self) -> str:
        end = self.at
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != "`":
            end += 1
        if end == self.at or end >= len(self.source) or self.source[end] == "`":
            return ""
        language, self.at = self.source[self.at : end], end
        return language

    def _finish(self, closer: str, offset: int, begin: int, language: str) -> None:
        if closer == "]":
            url = "".join(self.out[begin:])
            if self.sees("(") and (end := self.source.find(")", self.at)) >= 0:
                url = self.source[self.at + 1 : end]
                self.at = end + 1
            self.add_link(url, offset)
        elif language:
            self.add("pre", offset, language=language)
        else:
            kind = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}[closer]
            self.add(kind, offset)


def _cannot(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
