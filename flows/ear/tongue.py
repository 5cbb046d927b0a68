"""In which of some languages a text is plainly written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache

from babel.core import get_global

from flows.ear.hearing import shipped

ENOUGH = 0.8
"""The part of a text's letters that have to be of one script."""
FEWEST_WORDS = 2
"""Of letters; a single one may be a name or a code. Of Chinese, so many characters."""
_NO_WORD = re.compile(r"://|@|\.\w|^[/#]\w|\d")
"""Addresses, handles, commands, numbers and codes are the same in all languages."""
_WORD = re.compile(r"[^\W\d_]+")
_HAN_WEIGHS = 3
"""A Chinese character says as much as so many letters."""
_SCRIPTS = {"Hans": "CJK", "Hant": "CJK", "Latn": "LATIN", "Cyrl": "CYRILLIC", "Arab": "ARABIC"}
_SCRIPTS |= {"Hebr": "HEBREW", "Grek": "GREEK", "Deva": "DEVANAGARI", "Thai": "THAI"}
_SCRIPTS |= {"Kore": "HANGUL", "Jpan": "HIRAGANA", "Armn": "ARMENIAN", "Geor": "GEORGIAN"}


def plainly(text: str, languages: Collection[str]) -> str | None:
    """The one of these languages that a text is written in; None: it cannot be told.

    By its letters where only one of them has such; else by its words, as far as the ear knows any.
    """
    script = script_in(text)
    fitting = [each for each in languages if script and script_of(each) == script]
    if len(fitting) <= 1:
        return next(iter(fitting), None)
    heard = shipped().language_of(text)
    return heard if heard in fitting else None


def evidently(text: str, languages: Collection[str]) -> str | None:
    """As `plainly`, but only where nobody could doubt it, since nobody can put it right.

    The ear has to know most of its words, too, and words that all begin with a capital letter may
    be names.
    """
    written = plainly(text, languages)
    if written is None or all(each[0].isupper() for each in _WORD.findall(text)):
        return None
    ear = shipped()
    known = ear.language_of(text) == written and ear.spells(text, written)
    return written if known else None


def may_be_in(text: str, language: str) -> bool:
    """Tell whether the letters of a text are those of a language, or too few to say."""
    script = script_in(text)
    return script is None or script == script_of(language)


def script_in(text: str) -> str | None:
    """The script that a text is written in, by Unicode's name; None: several, or too few words."""
    parts = [each for each in text.split() if not _NO_WORD.search(each)]
    words = _WORD.findall(" ".join(parts))
    letters: Counter[str] = Counter()
    for each in "".join(words):
        letters[_script(each)] += _HAN_WEIGHS if _script(each) == "CJK" else 1
    if not letters:
        return None
    (script, count), *_ = letters.most_common(1)
    enough = count // _HAN_WEIGHS if script == "CJK" else len(words)
    plain = enough >= FEWEST_WORDS and count >= ENOUGH * letters.total()
    return script if plain else None


@lru_cache(maxsize=1024)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=64)
def script_of(language: str) -> str:
    """The script of a language by Unicode's name; empty for one that nothing is known of."""
    likely = get_global("likely_subtags").get(language, "")
    return next((_SCRIPTS[part] for part in likely.split("_") if part in _SCRIPTS), "")
