"""What texts are found by: words without their endings, and pairs of Chinese characters.

Neither database's own full-text search knows where a Chinese word ends, so both have this index.
Pure: the same rule makes what is kept and what is looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 24
"""Characters of a word that count; columns are as wide."""
MOST = 400
"""Different words of one text that are kept: more than any message has by being read."""
SHORTEST = 2
_RUNS = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+")
_ENDINGS = {
    "latin": ("ing", "ies", "ed", "es", "s", "y"),
    "cyrillic": (
        *("иями", "ями", "ами", "ого", "его", "ому", "ему", "ыми", "ими", "ией"),
        *("ия", "ии", "ию", "ой", "ей", "ий", "ый", "ая", "яя", "ое", "ее", "ые", "ие", "ую"),
        *("юю", "ов", "ев", "ах", "ях", "ам", "ям", "ом", "ем", "им", "ым", "их", "ых", "ть"),
        *("ал", "ла", "ло", "ли", "ет", "ит", "ут", "ют", "ат", "ят"),
        *("а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й"),
    ),
}
"""Endings that do not make another word for whoever searches, the longest first."""
_STEM = 3
"""Letters that have to be left of a word."""


def words_of(text: str) -> list[str]:
    """What a text is found by, each once, in its order."""
    found: dict[str, None] = {}
    for word in _words(unicodedata.normalize("NFKC", text).casefold()):
        found.setdefault(word[:LONGEST])
        if len(found) == MOST:
            break
    return list(found)


def _words(text: str) -> Iterator[str]:
    for run in _RUNS.findall(text):
        at = 0
        for wide in _WIDE.finditer(run):
            yield from _narrow(run[at : wide.start()])
            yield from _pairs(wide[0])
            at = wide.end()
        yield from _narrow(run[at:])


def _pairs(run: str) -> Iterator[str]:
    """Each character with the one after it; one alone, as it is."""
    if len(run) == 1:
        yield run
    for at in range(len(run) - 1):
        yield run[at : at + 2]


def _narrow(word: str) -> Iterator[str]:
    if len(word) >= SHORTEST or word.isdecimal():
        yield _stem(word.replace("ё", "е"))


def _stem(word: str) -> str:
    for ending in _ENDINGS["cyrillic" if "а" <= word[0] <= "я" else "latin"]:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
