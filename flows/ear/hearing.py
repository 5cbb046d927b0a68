"""The ear: what a short message means, in any of the languages, without a network or a model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from flows.ear.bare import bare
from flows.ear.guessing import Impression
from flows.ear.judging import Judged, judge
from flows.ear.letters import Token, is_han, tokens_of
from flows.ear.lexicon import SHIPPED, Lexicon
from flows.ear.likeness import Likeness, learned
from flows.ear.meanings import Heard, Meaning, Question
from flows.languages import Languages, in_use

EAR = "ear"
"""The file of an added language that holds the words that people say."""
MOST_SIGNS = 400
"""Characters of a message that are listened to; of a longer one its two ends."""
SHORT, RECENT = 32, 1000
"""Characters of a message that many send alike ("ok, thanks"), and how many of those are known."""
MOST_BESIDE = 3
"""Words beside a long number, at most, that say whose it is: of an order, a receipt, a phone."""
_REFERENCE = re.compile(r"\d(?:[ /.-]?\d){3}")
"""A number of four figures or more."""
Own = Mapping[Meaning, Collection[str]]
"""A business's own whole messages by meaning."""


class Ear:
    """Hears with the words of one folder.

    ``guesses``: gives the weights by which what rules are unsure of is guessed at; None: nothing
    is guessed.
    """

    def __init__(self, lexicon: Lexicon, guesses: Callable[[], Likeness] | None = None) -> None:
        self._lexicon = lexicon
        self._guesses = guesses
        self._recent = lru_cache(maxsize=RECENT)(self._heard)

    @classmethod
    def load(cls, folder: Path = SHIPPED, added: Mapping[str, Path] | None = None) -> Ear:
        """Read a folder of word files, one per language, and those of ``added`` languages.

        Raises :class:`~flows.ear.lexicon.WordsError` that names file, key and remedy.
        """
        ours = folder == SHIPPED
        return cls(Lexicon.load(folder, added or {}), learned if ours else None)

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages that are heard."""
        return frozenset(self._lexicon.letters)

    def hear(self, text: str, *, own: Own | None = None) -> Heard:
        """What the text means where nothing is asked; `Heard.at` says it for each question.

        ``own`` maps a meaning to whole messages that have it, compared without punctuation and
        capitals. Raises ``ValueError`` for an ``own`` that gives words to *stop*, or is not made
        of meanings and texts; never for a text.
        """
        checked = _checked(own) if own else {}
        heard = self._recent(text) if len(text) <= SHORT else self._heard(text)
        if checked and len(text) <= MOST_SIGNS:
            whole = bare(text)
            meanings = frozenset(each for each, texts in checked.items() if whole in texts)
            if meanings:
                return Heard(meanings, language=heard.language)
        return heard

    def _heard(self, text: str) -> Heard:
        long = len(text) > MOST_SIGNS
        text = _listened_to(text)
        tokens = self._tokens(text)
        language = self._language(tokens)
        judged = self._judged(text, tokens, long=long)
        named = judged.words <= MOST_BESIDE and _REFERENCE.search(text)
        if self._guesses is not None and not judged.limited and tokens and not named:
            return Impression(text, judged, self._guesses(), language).at(Question.NONE)
        return replace(judged.heard, language=language)

    def judged(self, text: str) -> Judged:
        """What rules alone make of a text."""
        heard = _listened_to(text)
        return self._judged(heard, self._tokens(heard), long=len(text) > MOST_SIGNS)

    def language_of(self, text: str) -> str | None:
        """The language of :meth:`hear` alone, for a tenth of the work."""
        return self._language(self._tokens(_listened_to(text)))

    def spells(self, text: str, language: str) -> bool:
        """Tell whether words in the script of a language have its letters alone, as they stand.

        `hear` forgives a letter of a neighbour, as it forgives a slip. False for a language that is
        not heard.
        """
        letters = self._lexicon.letters.get(language)
        if letters is None:
            return False
        words = [
            each.text
            for each in tokens_of(text, self._lexicon.known, self._lexicon.same)
            if each.kind in {"word", "han"}
        ]
        scripts = {_script(word) for word in words if letters.spells(word)}
        return all(letters.spells(word) or _script(word) not in scripts for word in words)

    def _judged(self, text: str, tokens: list[Token], *, long: bool) -> Judged:
        asked = any(mark in text for mark in "?？؟¿")
        if not tokens:
            heard = Heard(frozenset({Meaning.WHO}) if asked else frozenset(), unsure=not asked)
            return Judged(heard, firm=True)
        contact = _is_about_contact(tokens, self._lexicon.contact)
        return judge(self._lexicon.net, tokens, asked=asked, long=long, contact=contact)

    def _tokens(self, text: str) -> list[Token]:
        lexicon = self._lexicon
        found = tokens_of(text, lexicon.known, lexicon.same)
        return [
            replace(each, text=lexicon.mender.mended(each.text))
            if each.kind == "word" and not lexicon.known(each.text)
            else each
            for each in found
        ]

    def _language(self, tokens: list[Token]) -> str | None:
        """The language whose letters all words have, and of whose words it knows the most.

        It has to know more than two in five: with many words known, a few are in any text.
        """
        words = [each.text for each in tokens if each.kind in {"word", "han"}]
        net = self._lexicon.net
        best, most = None, 0
        for code, letters in self._lexicon.letters.items():
            here = [word for word in words if letters.spells(word)]
            known = sum(code in net.languages_of(word) for word in here)
            if 2 * len(here) <= len(words) or 5 * known <= 2 * len(words) or known <= most:
                continue
            script = _script(here[0])
            if any(not letters.spells(word) and _script(word) == script for word in words):
                continue
            best, most = code, known
        return best


def _is_about_contact(tokens: Sequence[Token], beginnings: tuple[str, ...]) -> bool:
    """Tell whether a word is about being written to; in Chinese, wherever it stands."""
    joined = "".join(each.text if each.kind == "han" else " " for each in tokens)
    return any(each.text.startswith(beginnings) for each in tokens if each.kind == "word") or any(
        each in joined for each in beginnings if is_han(each[0])
    )


def _script(word: str) -> str:
    """The name of the alphabet of a word."""
    return unicodedata.name(word[0], "").partition(" ")[0]


def _listened_to(text: str) -> str:
    """What of a message is listened to: all of it, or the two ends of a long one."""
    if len(text) <= MOST_SIGNS:
        return text
    half = MOST_SIGNS // 2
    return f"{_to_space(text[:half])}\n{_from_space(text[-half:])}"


def _to_space(text: str) -> str:
    """Up to the last blank, so that no word is cut."""
    return text.rpartition(" ")[0] or text


def _from_space(text: str) -> str:
    return text.partition(" ")[2] or text


def _checked(own: Own) -> dict[Meaning, frozenset[str]]:
    checked: dict[Meaning, frozenset[str]] = {}
    for meaning, texts in own.items():
        try:
            known = Meaning(meaning)
        except ValueError:
            names = ", ".join(each.value for each in Meaning if each != Meaning.STOP)
            raise ValueError(f"own: {meaning!r} is no meaning; use one of {names}") from None
        if known is Meaning.STOP:
            raise ValueError("own: words of one's own cannot mean stop; it ends all questions")
        if isinstance(texts, str) or not all(isinstance(each, str) for each in texts):
            raise ValueError(f"own: {known.value} has to be a list of texts")
        checked[known] = frozenset(bare(each) for each in texts) - {""}
    return checked


def shipped() -> Ear:
    """The ear with the words of all languages that are spoken, read once."""
    return _of(in_use())


@lru_cache(maxsize=2)
def _of(spoken: Languages) -> Ear:
    files = {each.code: spoken.files(each.code).get(EAR) for each in spoken.added}
    return Ear.load(added={code: path for code, path in files.items() if path})


def hear(text: str, *, own: Own | None = None) -> Heard:
    """What the text means, in the languages that are spoken; see :meth:`Ear.hear`."""
    return shipped().hear(text, own=own)
