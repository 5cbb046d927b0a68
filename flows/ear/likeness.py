"""How like a text is to what people wrote who meant this or that, at the question that was open.

Every part of a text (its words and pairs of words, parts of words, runs of Chinese characters, each
alone and beside the question, and its *pieces*, of which thirty thousand are known with their
sense) has a row of numbers; the rows of a text are added up and bent once (`Likeness.of`), which
gives points for each meaning. A second, smaller net weighs the points against what rules have made
of the text (`Likeness.weighed`). All is learned by ``python -m tests.ear.learning`` and read once,
at the first text that needs it.
"""

from __future__ import annotations

import json
import math
import operator
import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

from flows.ear.meanings import Meaning, Question

WEIGHTS = Path(__file__).with_name("likeness.bin")
MOST_SIGNS = 240
"""Characters that are compared: a guess is about short messages."""
LONGEST_PIECE = 14
MOST_POINTS = 30.0
"""Beyond these a likelihood is 0 or 1."""
STRANGE = 2.0
"""Letters of the pieces into which a word falls that is none."""
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
class Trace:
    """What a text leaves in the net before the question is known."""

    sums: tuple[float, ...]
    beside: tuple[str, ...]
    """The parts that may mean something else at each question."""
    share: float
    """What one part counts."""
    strange: bool
    """There is a word in it that nobody can know anything about, or a letter of other languages."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights by what they lead to, and what is added to each."""

    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    def of(self, values: Sequence[float]) -> list[float]:
        """The sums for what comes in."""
        return [
            add + sum(map(operator.mul, row, values))
            for row, add in zip(self.weights, self.bias, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters without a blank, and the places of the pieces of which they are."""

    letters: str
    pieces: list[int]

    def length(self) -> float:
        """The letters of its pieces, on average; those of a short word, or of Chinese, suffice."""
        if len(self.letters) < FEWEST_LETTERS or _HAN.match(self.letters):
            return math.inf
        share = CYRILLIC if self.letters[0] >= "а" else 1.0
        return share * len(self.letters) / max(1, len(self.pieces))


@dataclass(frozen=True, slots=True)
class Likeness:
    """A row for each part and piece, in whole numbers from -127 to 127, and the layers above."""

    meanings: tuple[Meaning, ...]
    scales: tuple[float, float]
    """What one unit is worth, for parts and for pieces."""
    questions: Mapping[Question, tuple[float, ...]]
    """What each question adds to the sums."""
    points: Layer
    """From the bent sums to points by meaning."""
    bent: Layer
    """From points and what rules say to what is bent again."""
    straight: Layer
    """From points and what rules say to the meanings, directly."""
    above: Layer
    """From what was bent again to the meanings."""
    parts: array[int]
    """A row for each remainder of a part's hash."""
    known: array[int]
    """The hashes of all pieces, sorted."""
    pieces: array[int]
    """A row for each piece."""

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return len(self.points.weights[0])

    def trace(self, text: str) -> Trace:
        """What can be said of a text at whatever question."""
        plain = plainly(text)
        parts = parts_of(plain)
        share = 1 / math.sqrt(len(parts)) if parts else 0.0
        runs = pieces_of(plain, self._place)
        pieces = [place for run in runs for place in run.pieces]
        of_parts = self._sum(self.parts, self._places(parts), share * self.scales[0])
        root = math.sqrt(len(pieces)) if pieces else 1.0
        of_pieces = self._sum(self.pieces, pieces, self.scales[1] / root)
        return Trace(
            tuple(map(operator.add, of_parts, of_pieces)),
            tuple(sorted(each for each in parts if is_beside(each))),
            share,
            strange=bool(_OTHER.search(plain)) or any(run.length() < STRANGE for run in runs),
        )

    def of(self, trace: Trace, question: Question) -> list[float]:
        """Points by meaning of a text at a question: the more, the likelier."""
        places = self._places(beside(question, each) for each in trace.beside)
        of_question = self._sum(self.parts, places, trace.share * self.scales[0])
        sums = zip(trace.sums, of_question, self.questions[question], strict=True)
        return self.points.of([math.tanh(sum(each)) for each in sums])

    def weighed(self, values: Sequence[float]) -> dict[Meaning, float]:
        """How likely each meaning is, from points and what rules say (`guessing.values_of`)."""
        bent = [math.tanh(each) for each in self.bent.of(values)]
        found = zip(self.meanings, self.straight.of(values), self.above.of(bent), strict=True)
        return {each: _share(one + other) for each, one, other in found}

    def _places(self, parts: Iterable[str]) -> list[int]:
        rows = len(self.parts) // self.width
        return sorted({number_of(each) % rows for each in parts})

    def _sum(self, rows: array[int], places: list[int], unit: float) -> list[float]:
        size = self.width
        if not places:
            return [0.0] * size
        chosen = [rows[at * size : at * size + size] for at in places]
        return [unit * sum(column) for column in zip(*chosen, strict=True)]

    def _place(self, piece: str) -> int | None:
        number = number_of(piece)
        at = bisect_left(self.known, number)
        return at if at < len(self.known) and self.known[at] == number else None


def _share(points: float) -> float:
    return 1 / (1 + math.exp(-max(-MOST_POINTS, min(MOST_POINTS, points))))


def is_beside(part: str) -> bool:
    """Tell whether a part may mean something else at each question."""
    return part.startswith(("1:", "2:", "f:", "h:"))


def beside(question: Question, part: str) -> str:
    """The name of a part at a question."""
    return f"{question.value}|{part}"


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


_LAYERS = ("points", "bent", "straight", "above")


def stored(model: Likeness, made_of: str) -> bytes:
    """The net as a file: a line of JSON, then the rows. ``made_of``: a hash of what it is learned
    from."""
    head = {
        "made_of": made_of,
        "meanings": [each.value for each in model.meanings],
        "scales": model.scales,
        "questions": {each.value: row for each, row in model.questions.items()},
        **{name: _written(getattr(model, name)) for name in _LAYERS},
        "parts": len(model.parts),
        "known": len(model.known),
    }
    known = array("I", model.known)
    if sys.byteorder == "big":
        known.byteswap()
    line = json.dumps(head).encode() + b"\n"
    return line + model.parts.tobytes() + model.pieces.tobytes() + known.tobytes()


def _written(layer: Layer) -> dict[str, object]:
    return {"weights": layer.weights, "bias": layer.bias}


def _layer(head: Mapping[str, Any]) -> Layer:
    return Layer(tuple(tuple(row) for row in head["weights"]), tuple(head["bias"]))


def read(content: bytes) -> Likeness:
    """The net of a file that `stored` has made."""
    line, _, rows = content.partition(b"\n")
    head = json.loads(line)
    layers = {name: _layer(head[name]) for name in _LAYERS}
    size = len(layers["points"].weights[0])
    ends = head["parts"], head["parts"] + head["known"] * size
    known = array("I", rows[ends[1] :])
    if sys.byteorder == "big":
        known.byteswap()
    return Likeness(
        meanings=tuple(Meaning(each) for each in head["meanings"]),
        scales=(head["scales"][0], head["scales"][1]),
        questions={Question(each): tuple(row) for each, row in head["questions"].items()},
        **layers,
        parts=array("b", rows[: ends[0]]),
        known=known,
        pieces=array("b", rows[ends[0] : ends[1]]),
    )


@lru_cache(maxsize=2)
def learned(path: Path = WEIGHTS) -> Likeness:
    """The net of a file, else the one that is shipped, read once."""
    return read(path.read_bytes())
