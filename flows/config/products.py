"""Products as people call them: which one a name means, and whether people may read a name."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache

_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_TIMES = 2
"""Shops write `&amp;#8211;` too: what was encoded twice is decoded twice."""
_SERVICE = re.compile(
    r"\b(shipping|package|delivery|order) (protection|insurance|guarantee)\b|\binsurance\b"
    r"|\bextended warranty\b|\bgift ?wrap(ping)?\b|\btip\b|\bdonation\b|\bgift card\b"
    r"|versicherung|versandschutz|страховк|страхование|подарочная упаковка"
    r"|运费险|保险|礼品包装",
    re.IGNORECASE,
)
"""What is bought beside the thing itself."""


@lru_cache(maxsize=512)
def plain_title(text: str) -> str:
    """A title as people read it: entities decoded, tags dropped, on one line."""
    for _ in range(_TIMES):
        text = html.unescape(_TAG.sub(" ", text))
    shown = "".join(each if each.isprintable() else " " for each in _TAG.sub(" ", text))
    return " ".join(shown.split())


def is_title(name: str) -> bool:
    """Whether a name reads as one that people use, and not as an id or a code.

    An id is one word with digits or signs in it, or in small letters, or all capitals: `pro`,
    `prod_QXg1`, `SKU-0041`. Whatever has several words, letters of another script, or begins with
    a capital and goes on in small letters is a title.
    """
    words = name.split()
    if len(words) > 1:
        return any(each.isalpha() for each in name)
    if any(each.isalpha() and not each.isascii() for each in name):
        return True
    return name.isalpha() and name[:1].isupper() and not name.isupper()


def is_service(title: str) -> bool:
    """Whether a line of an order is no thing of its own: an insurance, a gift wrapping, a tip."""
    return _SERVICE.search(title) is not None


def main_first(lines: Sequence[tuple[str, float]]) -> list[int]:
    """The places of an order's lines: things before services, the dearest of them first.

    `lines`: the title and the price of each. Services are left out unless there is nothing else.
    """
    things = [at for at, (title, _) in enumerate(lines) if title and not is_service(title)]
    meant = things or [at for at, (title, _) in enumerate(lines) if title]
    return sorted(meant, key=lambda at: -lines[at][1])
