"""How what is typed is compared with what an option is called."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

EMOJI = "\N{VARIATION SELECTOR-16}"
BETWEEN = "|"
"""Stands between the alternatives in a text of ``heard`` or ``replied``."""


def bare(text: str) -> str:
    """The words alone, casefolded: without punctuation, emoji and surplus space.

    A text in which there is nothing else, such as an emoji, stays as it is.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(sign if _is_of_a_word(sign) else " " for sign in folded)
    return " ".join(words.split()) or folded.strip()


def _is_of_a_word(sign: str) -> bool:
    """Letters, the marks on them, and numbers; not the mark that makes a sign an emoji."""
    return unicodedata.category(sign)[0] in "LMN" and sign != EMOJI


def alternatives(texts: Mapping[str, str]) -> frozenset[str]:
    """What a text of alternatives lists, bare, in all of its languages.

    People write in another language than their Telegram speaks; the alternatives of one question
    must not contradict each other, whatever the language.
    """
    return _listed(tuple(texts.values()))


@lru_cache(maxsize=256)
def _listed(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(bare(each) for text in texts for each in text.split(BETWEEN))
