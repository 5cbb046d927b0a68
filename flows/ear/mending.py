"""Spelling: the word of ours that somebody most likely meant."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any
from zlib import crc32

SHORTEST = 5
"""Letters that a word has at least before one of them may be wrong."""
LONG = 9
"""From so many letters on, two may be wrong."""
_NUMBER_BITS = 20
"""Bits of a word's number beside its hash: there are fewer than a million words."""
_RUN = re.compile(r"(.)\1{2,}")
_PAIR = re.compile(r"(.)\1")


class Mender:
    """Knows all words, those that may be meant, and those to leave alone."""

    def __init__(
        self,
        known: Collection[str] = (),
        meant: Iterable[str] = (),
        alone: Iterable[str] = (),
    ) -> None:
        self._words = known
        self._alone = frozenset(alone)
        self._meant = [word for word in meant if len(word) >= SHORTEST - 1 and word.isalpha()]
        self._near = array(
            "Q",
            sorted(
                _key(each) << _NUMBER_BITS | number
                for number, word in enumerate(self._meant)
                for each in _shorter(word)
            ),
        )
        """For every word, and all that it is without a letter: hash and number in one.

        As a dictionary it would take ten times the memory, more than all the phrases.
        """
        self._remember()

    def _remember(self) -> None:
        self.mended = lru_cache(maxsize=4096)(self._mended)
        """The word that was meant, or the word itself."""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "mended"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._remember()

    def _mended(self, word: str) -> str:
        if word in self._words or word in self._alone or len(word) > 2 * LONG + 6:
            return word
        for pattern, put in ((_RUN, r"\1"), (_RUN, r"\1\1"), (_PAIR, r"\1")):
            shorter = pattern.sub(put, word)
            if shorter != word and shorter in self._words and len(shorter) > 1:
                return shorter
        word_once = _RUN.sub(r"\1", word)
        if len(word_once) < SHORTEST or word_once in self._alone:
            return word
        return self._nearest(word_once) or word

    def _nearest(self, word: str) -> str:
        """The only word at the least distance; empty when there is none or more than one."""
        allowed = 2 if len(word) >= LONG else 1
        near = {other for each in _shorter(word) for other in self._alike(each)}
        best: list[tuple[int, str]] = sorted(
            (distance, other)
            for other in near
            if (distance := _distance(word, other)) <= allowed
            and len(other) >= SHORTEST - 1
            and (other[0] == word[0] or distance == 1)
        )
        if not best or (len(best) > 1 and best[0][0] == best[1][0] > 1):
            return ""
        return best[0][1]

    def _alike(self, short: str) -> Iterator[str]:
        """The words that are this without a letter; seldom others, which the distance tells."""
        key = _key(short)
        at = bisect_left(self._near, key << _NUMBER_BITS)
        while at < len(self._near) and self._near[at] >> _NUMBER_BITS == key:
            yield self._meant[self._near[at] & (1 << _NUMBER_BITS) - 1]
            at += 1


def _key(short: str) -> int:
    # Not `hash`, which differs from process to process: the words are kept.
    return crc32(short.encode())


def _shorter(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _distance(one: str, other: str) -> int:
    """Letters to change, add, leave out, or swap with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, against in enumerate(other, 1):
            cost = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != against))
            if at > 1 < to and letter == other[to - 2] and one[at - 2] == against:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
    return row[-1]
