"""How what is typed is compared with what an option is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from flows.ear.bare import bare

BETWEEN = "|"
"""Stands between the alternatives in a text of ``heard`` or ``replied``."""


def alternatives(texts: Mapping[str, str]) -> frozenset[str]:
    """What a text of alternatives lists, bare, in all of its languages.

    People write in another language than their Telegram speaks; the alternatives of one question
    must not contradict each other, whatever the language.
    """
    return _listed(tuple(texts.values()))


@lru_cache(maxsize=256)
def _listed(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(bare(each) for text in texts for each in text.split(BETWEEN))
