"""Entities that Telegram finds by itself: commands, mentions, tags, links, addresses, phones.

Close to Telegram's own scanners, not equal to them: rare top-level domains and bank cards
are left alone.
"""

from __future__ import annotations

import re

from bot.sandbox.markup.entities import Entity, sort_entities, utf16_length

_TLD = (
    "com|org|net|ru|de|cn|io|me|dev|app|info|biz|eu|uk|fr|it|es|nl|pl|ua|by|kz|co|us|tv|shop|"
    "store|online|site|xyz|ai|gov|edu|int|рф"
)
_PATTERNS = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}(?![\w@])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}(?!#)")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{3,8}(?![\w$])")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,8}(?!\w)")),
    (
        "url",
        re.compile(
            r"(?<![\w@.])(?:https?://(?:[\w-]+\.)+[\w-]{2,}|(?:[\w-]+\.)+(?:"
            + _TLD
            + r")(?![\w@-]))(?::\d{1,5})?(?:/[^\s<>\"]*[^\s<>\".,!?:;'])?(?:/)?"
            r"(?:\?[^\s<>\"]*[^\s<>\".,!?:;'])?",
            re.IGNORECASE,
        ),
    ),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,17}\d(?!\w)")),
)
_HINTS = re.compile(r"[/@#$.+]")
_CLOSED = frozenset({"pre", "code", "text_link", "text_mention", "custom_emoji"})


def find_entities(text: str) -> list[Entity]:
    """Everything Telegram would mark in this text without being asked."""
    if not _HINTS.search(text):
        return []
    taken: list[tuple[int, int]] = []
    found: list[Entity] = []
    for kind, pattern in (*_PATTERNS[4:6], *_PATTERNS[:4], *_PATTERNS[6:]):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            found.append(
                {
                    "offset": utf16_length(text[: match.start()]),
                    "length": utf16_length(match.group()),
                    "type": kind,
                }
            )
    return sort_entities(found)


def add_found(text: str, entities: list[Entity]) -> list[Entity]:
    """`entities` and those found by Telegram, except inside code, links and mentions."""
    found = find_entities(text)
    if not found:
        return entities
    closed = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _CLOSED]
    free = [
        e
        for e in found
        if not any(e["offset"] < end and start < e["offset"] + e["length"] for start, end in closed)
    ]
    return sort_entities([*entities, *free])
