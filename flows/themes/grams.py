"""What a text is compared by: its words, pairs of words, their stems, and runs of characters.

Every text becomes counts of features; a feature is a number that a hash makes of it, so that no
list of words is kept. All texts of a batch are read at once (numpy): the hash of any run of
characters is a difference of two sums, and no run is ever cut out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 2_000
"""Characters of a text that count: people say at the beginning what it is about."""
BITS = 18
"""Features of one kind are told apart by so many bits."""
KIND = 1 << BITS


class Kind(IntEnum):
    """Kinds of features; those of one kind are numbers from `kind * KIND` on."""

    CHARACTERS = 0
    WORD = 1
    PAIR = 2
    STEM = 3


KINDS = len(Kind)
CHARACTERS = (3, 4, 5)
"""Lengths of the runs of characters within a word, its edges included."""
STEM = 5
"""Characters of a word that most of its forms share."""
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_WIDE}]|[^\W_{_WIDE}]+")
_BASE = 0x9E3779B97F4A7C15
_SPACE = np.uint64(ord(" "))

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Grams:
    """Counts of features, sorted by text and feature; each pair is there once."""

    texts: int
    text: Numbers
    """Which text of the batch, from 0."""
    feature: Numbers
    count: Numbers

    def of(self, position: int) -> tuple[Numbers, Numbers]:
        """The features of one text and how often it has each."""
        first, last = np.searchsorted(self.text, [position, position + 1])
        return self.feature[first:last], self.count[first:last]


def words(text: str) -> list[str]:
    """The words of a text in small letters; of scripts without spaces, each character."""
    found: list[str] = _WORD.findall(text[:LONGEST].casefold())
    return found


def grams(texts: Sequence[str], *, stems_only: bool = False) -> Grams:
    """Count the features of texts, of all kinds or only the fewest."""
    lines = [f" {' '.join(words(text))} " for text in texts]
    letters = "".join(lines).encode("utf-32-le", "surrogatepass")
    run = _Run(np.frombuffer(letters, dtype=np.uint32).astype(np.uint64), [*map(len, lines)])
    stems, others = run.words()
    keys = stems if stems_only else np.concatenate([run.characters(), others, stems])
    pairs, count = np.unique(keys, return_counts=True)
    return Grams(
        len(texts),
        (pairs >> np.uint64(32)).astype(np.int64),
        (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64),
        count,
    )


class _Run:
    """All letters of a batch, one text after the other; words stand between spaces."""

    def __init__(self, letters: Numbers, lengths: Sequence[int]) -> None:
        self._size = size = len(letters)
        self._text = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
        self._space = letters == _SPACE
        self._spaces = np.concatenate([[0], np.cumsum(self._space)])
        # A number in the base of `_BASE`, modulo 2^64; its inverse moves a part of it to the front.
        up = _powers(_BASE, size)
        self._down = _powers(pow(_BASE, -1, 1 << 64), size)
        sums = np.cumsum((letters + np.uint64(1)) * up[:-1])
        self._sums = np.concatenate([np.zeros(1, dtype=np.uint64), sums])

    def _hash(self, first: Numbers, after: Numbers) -> Numbers:
        return _mixed((self._sums[after] - self._sums[first]) * self._down[first])

    def _keys(self, first: Numbers, hashes: Numbers, kind: Kind) -> Numbers:
        feature = (hashes >> np.uint64(64 - BITS)) + np.uint64(kind * KIND)
        return (self._text[first] << np.uint64(32)) | feature

    def characters(self) -> Numbers:
        """Runs of characters that do not go beyond a word and the space on either side."""
        found = []
        for length in CHARACTERS:
            first = np.arange(max(0, self._size - length + 1))
            inner = self._spaces[first + length - 1] - self._spaces[first + 1]
            first = first[(inner == 0) & (self._text[first] == self._text[first + length - 1])]
            found.append(self._keys(first, self._hash(first, first + length), Kind.CHARACTERS))
        return np.concatenate(found)

    def words(self) -> tuple[Numbers, Numbers]:
        """The stems of words; whole words and pairs of words that follow each other."""
        first = np.flatnonzero(self._space[:-1] & ~self._space[1:]) + 1
        after = np.flatnonzero(~self._space[:-1] & self._space[1:]) + 1
        whole = self._hash(first, after)
        paired = self._text[first[:-1]] == self._text[first[1:]]
        both = _mixed(whole[:-1] * np.uint64(31) + whole[1:])[paired]
        stems = self._hash(first, np.minimum(after, first + STEM))
        pairs = self._keys(first[:-1][paired], both, Kind.PAIR)
        others = np.concatenate([self._keys(first, whole, Kind.WORD), pairs])
        return self._keys(first, stems, Kind.STEM), others


def _powers(base: int, count: int) -> Numbers:
    """The powers of a base from 0 to `count`, modulo 2^64."""
    factors = np.full(count + 1, base, dtype=np.uint64)
    factors[0] = 1
    powers: Numbers = np.cumprod(factors)
    return powers


def _mixed(hashes: Numbers) -> Numbers:
    """Spread what differs over all bits (the finish of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Numbers = hashes ^ (hashes >> np.uint64(31))
    return mixed
