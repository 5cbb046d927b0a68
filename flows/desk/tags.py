"""Words of staff's own by which they sort tickets: `vip`, `to-the-kitchen`.

Pure. What is typed is cleaned the same way wherever it comes from, so that `#VIP` and `vip` are
one tag, and is short enough for a button and for the index of words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.entities.lifecycle import Refusal

MOST = 8
"""Tags of one ticket."""
LONGEST = 23
"""Characters of a tag; with its sign it is as long as a word of the index."""
_BYTES = 40
"""Of a tag in the data of a button."""
SIGN = "#"
_KEPT = frozenset("LMN")
"""Letters, the marks that belong to them, and figures (Unicode: general categories)."""


def cleaned(text: str) -> str:
    """The tag that somebody means: small letters and figures, with `-` between words.

    Empty: there is nothing in it to sort by.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (each if unicodedata.category(each)[0] in _KEPT else " " for each in folded)
    tag = "-".join("".join(kept).split())[:LONGEST]
    while len(tag.encode()) > _BYTES:
        tag = tag[:-1]
    return tag.strip("-")


@dataclass(frozen=True, slots=True)
class Typed:
    """Which tags somebody typed."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


def typed(text: str) -> Typed:
    """Read `vip kitchen -old`: what is to be put on a ticket, and what is to be taken off."""
    add: dict[str, None] = {}
    drop: dict[str, None] = {}
    for word in text.split():
        tag = cleaned(word)
        if tag:
            (drop if word.startswith(("-", "−", "–")) else add).setdefault(tag)
    return Typed(tuple(add), tuple(drop))


def changed(
    tags: Sequence[str], add: Iterable[str], drop: Iterable[str]
) -> tuple[str, ...] | Refusal:
    """A ticket's tags afterwards, the older ones first; or why that cannot be."""
    gone = set(drop)
    after = tuple(dict.fromkeys(each for each in (*tags, *add) if each not in gone))
    return Refusal("too_many_tags") if len(after) > max(MOST, len(tags)) else after


def sought(text: str) -> tuple[list[str], str]:
    """The tags that somebody searches by, as `#vip`, and the rest; `#12` is a ticket's number."""
    tags: list[str] = []
    rest: list[str] = []
    for word in text.split():
        name = word.removeprefix(SIGN)
        if name == word or name.isdecimal() or not (tag := cleaned(name)):
            rest.append(word)
        else:
            tags.append(tag)
    return tags, " ".join(rest)


def as_word(tag: str) -> str:
    """How a tag stands in the index of words, where no word of a text is like it."""
    return f"{SIGN}{tag}"


def shown(tags: Iterable[str]) -> str:
    """Tags as people read them."""
    return " ".join(map(as_word, tags))


def most_used(lists: Iterable[Sequence[str]], limit: int) -> list[str]:
    """The tags that stand on most of these tickets, at most so many."""
    counts: dict[str, int] = {}
    for tags in lists:
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))[:limit]
