"""Which ways of writing what was missed name the same thing.

Pure, and cautious: what is joined by mistake tells somebody of a thing that they did not want, and
what is not can be joined by a press.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TypeVar

from flows.entities.lifecycle import Refusal

LONGEST = 100
"""Characters of what was missed: the name of a thing, and no story."""
KEY_LIMIT = 200
NEAR = 0.6
"""How alike two things have to be spelled to be offered as the same (difflib's ratio)."""
OFFERED = 5
_WORD = re.compile(r"[^\W_]+")
_LEAST = 4
"""Letters of a word of which a plural is known; "gas" and "bus" have none."""
_SIBILANTS = ("sses", "xes", "ches", "shes")

K = TypeVar("K")


def named(text: str) -> str | Refusal:
    """What was missed, in one line; refused when there is nothing to read of it, or a story."""
    line = " ".join(text.split())
    if not any(each.isalnum() for each in line):
        return Refusal("no_name")
    return line if len(line) <= LONGEST else Refusal("too_long")


def key_of(name: str) -> str:
    """The same for names that differ in case, spaces, signs, or an English plural."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    # Apostrophes stand inside of words: "Earl Grey's" is one.
    words = _WORD.findall(re.sub(r"[’'`]", "", plain))
    return " ".join(map(_singular, words))[:KEY_LIMIT]


def _singular(word: str) -> str:
    if not word.isascii() or len(word) < _LEAST or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(_SIBILANTS) else word[:-1]


def alike(name: str, others: Mapping[K, str], most: int = OFFERED) -> list[K]:
    """Which of the others may be the same thing, the most alike first."""
    mine = key_of(name)
    ratios = {each: _ratio(mine, key_of(other)) for each, other in others.items()}
    near = [each for each, ratio in ratios.items() if ratio >= NEAR]
    return sorted(near, key=lambda each: -ratios[each])[:most]


def _ratio(one: str, other: str) -> float:
    words, others = set(one.split()), set(other.split())
    if words and others and (words <= others or others <= words):
        return 1.0  # "tea" within "oolong tea"
    return SequenceMatcher(None, one, other).ratio()
