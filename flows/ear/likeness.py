"""How like a text is to what people wrote who meant this or that: a guess, where rules are unsure.

Every part of a text (its words and pairs of words, parts of words, runs of Chinese characters, and
its *pieces*, of which thirty thousand are known with their sense) has a weight for each meaning,
and the weights are added up: logistic regression, each meaning against the rest. The weights are
learned by ``python -m tests.ear.learning`` and read once, at the first text that needs them.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from flows.ear.meanings import Meaning

WEIGHTS = Path(__file__).with_name("likeness.bin")
MOST_SIGNS = 240
"""Characters that are compared: a guess is about short messages."""
LONGEST_PIECE = 14
MOST_POINTS = 30.0
"""Beyond these a likelihood is 0 or 1."""
STRANGE, ODD = 2.2, 2.8
"""Letters of the pieces into which a word falls that is none, and one that is hardly known."""
CYRILLIC = 1.2
"""So much shorter are the pieces of words that are inflected as Russian ones are."""
FEWEST_LETTERS = 5
"""Letters from which on a word can be either; shorter ones are how people abbreviate."""
BEGINS = "\N{LOWER ONE EIGHTH BLOCK}"
"""Stands before a piece with which a word begins, as in the vocabulary that they are from."""
_WORDS = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]|[^\W\d_]+|\d+|[^\w\s]")
_RUNS = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]+|[a-zа-я]+")
_OTHER = re.compile(r"[^\W\d_a-zа-яё\u4e00-\u9fff\u3400-\u4dbf]")
"""A letter of no language that the phrases are in."""
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]+")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_RUN = re.compile(r"(.)\1{2,}")
_MARKS = frozenset(",.;:!…")
_OF_WORD = (3, 4, 5)
_OF_HAN = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Guess:
    """How likely each meaning is, from 0 to 1, each for itself: where none is, all are near 0."""

    likely: Mapping[Meaning, float]
    strange: bool = False
    """There is a word in it that nobody can know anything about, or a letter of other languages."""
    odd: bool = False
    """There is one of which at most its parts are known."""


@dataclass(frozen=True, slots=True)
class Run:
    """Letters without a blank, and the places of the pieces of which they are."""

    letters: str
    pieces: list[int]

    def length(self) -> float:
        """The letters of its pieces, on average; those of a short word, or of Chinese, suffice."""
        if len(self.letters) < FEWEST_LETTERS or _HAN.match(self.letters):
            return ODD
        share = CYRILLIC if self.letters[0] >= "а" else 1.0
        return share * len(self.letters) / max(1, len(self.pieces))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Weights by meaning of the parts of texts, in whole numbers from -127 to 127."""

    meanings: tuple[Meaning, ...]
    bias: tuple[float, ...]
    scales: tuple[float, float]
    """What one unit is worth, for parts and for pieces."""
    parts: array[int]
    """A row of weights for each remainder of a part's hash."""
    known: array[int]
    """The hashes of all pieces, sorted."""
    pieces: array[int]
    """A row of weights for each piece."""

    def of(self, text: str) -> Guess:
        """The likelihood of each meaning that the weights know."""
        plain = plainly(text)
        size = len(self.meanings)
        rows = len(self.parts) // size
        hashes = {number_of(each) % rows for each in parts_of(plain)}
        score = list(self.bias)
        runs = pieces_of(plain, self._place)
        pieces = [place for run in runs for place in run.pieces]
        for weights, places, unit in (
            (self.parts, sorted(hashes), self.scales[0]),
            (self.pieces, pieces, self.scales[1]),
        ):
            if not places:
                continue
            share = unit / math.sqrt(len(places))
            chosen = [weights[at * size : at * size + size] for at in places]
            for number, column in enumerate(zip(*chosen, strict=True)):
                score[number] += share * sum(column)
        likely = {
            each: 1 / (1 + math.exp(-max(-MOST_POINTS, min(MOST_POINTS, points))))
            for each, points in zip(self.meanings, score, strict=True)
        }
        lengths = [run.length() for run in runs]
        return Guess(
            likely,
            strange=bool(_OTHER.search(plain)) or any(each < STRANGE for each in lengths),
            odd=any(each < ODD for each in lengths),
        )

    def _place(self, piece: str) -> int | None:
        number = number_of(piece)
        at = bisect_left(self.known, number)
        return at if at < len(self.known) and self.known[at] == number else None


def number_of(part: str) -> int:
    """The number by which a part is found; whatever was typed has one."""
    return crc32(part.encode("utf-8", "replace"))


def plainly(text: str) -> str:
    """Small letters without apostrophes, the longest runs of a sign cut short."""
    small = unicodedata.normalize("NFKC", text[:MOST_SIGNS]).casefold().replace("ё", "е")
    return _RUN.sub(r"\1\1", _APOSTROPHES.sub("", small))


def parts_of(plain: str) -> set[str]:
    """What is compared: words alone, in twos and threes, parts of words, runs of Han characters."""
    words = ["0" if each.isdigit() else each for each in _WORDS.findall(plain)]
    row = ["<", *(each for each in words if each not in _MARKS), ">"]
    parts = {f"f:{words[0]}"} if words else set()
    for length in (1, 2, 3):
        parts.update(
            f"{length}:{' '.join(row[at : at + length])}" for at in range(len(row) - length + 1)
        )
    for word in set(words):
        if len(word) > 1 and word[0].isalpha():
            parts.update(f"c:{each}" for each in _cuts(f"_{word}_", _OF_WORD))
    for run in _HAN.findall(plain):
        parts.update(f"h:{each}" for each in _cuts(run, _OF_HAN))
    return parts


def _cuts(text: str, lengths: Iterable[int]) -> Iterator[str]:
    for length in lengths:
        for at in range(len(text) - length + 1):
            yield text[at : at + length]


def pieces_of(plain: str, place: Callable[[str], int | None]) -> list[Run]:
    """The known pieces of each run of letters, the longest first; what is in none is passed over.

    A piece with which a word begins has `BEGINS` before it.
    """
    return [Run(run, list(_pieces_of(run, place))) for run in _RUNS.findall(plain)]


def _pieces_of(run: str, place: Callable[[str], int | None]) -> Iterator[int]:
    word = run if _HAN.match(run) else BEGINS + run
    at = 0
    while at < len(word):
        for end in range(min(len(word), at + LONGEST_PIECE), at, -1):
            found = place(word[at:end])
            if found is not None:
                yield found
                at = end
                break
        else:
            at += 1


def stored(model: Likeness, made_of: str) -> bytes:
    """The weights as a file: a line of JSON, then the rows. ``made_of``: a hash of what they are
    learned from."""
    head = {
        "made_of": made_of,
        "meanings": [each.value for each in model.meanings],
        "bias": [round(each, 4) for each in model.bias],
        "scales": model.scales,
        "parts": len(model.parts),
        "known": len(model.known),
    }
    known = array("I", model.known)
    if sys.byteorder == "big":
        known.byteswap()
    line = json.dumps(head).encode() + b"\n"
    return line + model.parts.tobytes() + model.pieces.tobytes() + known.tobytes()


def read(content: bytes) -> Likeness:
    """The weights of a file that `stored` has made."""
    line, _, rows = content.partition(b"\n")
    head = json.loads(line)
    ends = head["parts"], head["parts"] + head["known"] * len(head["meanings"])
    known = array("I", rows[ends[1] :])
    if sys.byteorder == "big":
        known.byteswap()
    return Likeness(
        tuple(Meaning(each) for each in head["meanings"]),
        tuple(head["bias"]),
        (head["scales"][0], head["scales"][1]),
        array("b", rows[: ends[0]]),
        known,
        array("b", rows[ends[0] : ends[1]]),
    )


@lru_cache(maxsize=2)
def learned(path: Path = WEIGHTS) -> Likeness:
    """The weights of a file, else those that are shipped, read once."""
    return read(path.read_bytes())
