"""``python -m tests.ear.learning``: learns the net of `flows.ear.likeness` from the phrases.

Needs the extra ``themes``: from its model comes the sense of words that are in no phrase
(`tests.ear.senses`). First it is learned what texts mean at a question, from all phrases. Then it
is learned how far to believe that and how far the rules, from phrases by writers whom neither has
seen: the points of each such file are those of a net that was learned without it.
"""

from __future__ import annotations

import argparse
import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.ear import Ear
from flows.ear.guessing import may_guess, values_of
from flows.ear.likeness import WEIGHTS, Layer, Likeness, number_of, stored
from tests.ear.measuring import Phrase, read
from tests.ear.nets import (
    MEANINGS,
    QUESTIONS,
    SETTINGS,
    Above,
    Below,
    Lessons,
    learn_above,
    learn_below,
    wanted,
)
from tests.ear.senses import Numbers, Pieces, pieces

HERE = Path(__file__).parent
KEPT_BACK = "held_out_5.csv"
UNSEEN = (
    ("tuning_4_en_a", "tuning_4_ru_a", "tuning_4_zh_a"),
    ("tuning_4_en_b", "tuning_4_ru_b", "tuning_4_zh_b"),
    ("held_out_4", "tuning_4_mix_c", "tuning_4_mix_d"),
)
"""Files by whose phrases no rule was written, in groups: each is judged without its own."""


def files() -> list[Path]:
    """The files of phrases that are learned from: all but the one that is kept back."""
    return [each for each in sorted(HERE.glob("*.csv")) if each.name != KEPT_BACK]


def made_of() -> str:
    """A hash of the phrases, and of what is set above."""
    settings = repr((*SETTINGS, UNSEEN))
    found = hashlib.sha256(settings.encode())
    for each in files():
        found.update(each.name.encode() + b"\0" + each.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class Unseen:
    """Phrases of one group of writers whom neither rules nor points have seen."""

    phrases: list[Phrase]
    values: Numbers
    goal: Numbers


def unseen(by_file: Mapping[str, list[Phrase]], known: Pieces, ear: Ear) -> list[Unseen]:
    """The phrases of each group, each with the points of a net that was learned without it."""
    found = []
    for group in UNSEEN:
        own = [each for name in group for each in by_file.get(name, [])]
        own = [each for each in own if may_guess(ear.judged(each.text), each.question)]
        others = [each for name, of in by_file.items() if name not in group for each in of]
        if own:
            below = learn_below(Lessons.of(others, known))
            points = below.of(Lessons.of(own, known))
            found.append(Unseen(own, _values(own, points, ear), wanted(own)))
    return found


def _values(phrases: Sequence[Phrase], points: Numbers, ear: Ear) -> Numbers:
    rows = [
        values_of(ear.judged(phrase.text), row.tolist(), phrase.question)
        for phrase, row in zip(phrases, points, strict=True)
    ]
    return np.array(rows, np.float32)


def learn(by_file: Mapping[str, list[Phrase]], known: Pieces) -> Likeness:
    """Both nets, packed as they are shipped."""
    groups = unseen(by_file, known, Ear.load())
    values = np.concatenate([each.values for each in groups])
    above = learn_above(values, np.concatenate([each.goal for each in groups]))
    below = learn_below(Lessons.of([each for of in by_file.values() for each in of], known))
    return _packed(below, above, known)


def _packed(below: Below, above: Above, known: Pieces) -> Likeness:
    hashes = np.array([number_of(each) for each in known.names])
    order = np.argsort(hashes)
    rows: list[array[int]] = []
    scales: list[float] = []
    for weights in (below.parts, known.vectors[order] @ below.sense):
        unit = float(np.abs(weights).max()) / 127
        rows.append(array("b", np.rint(weights / unit).astype(np.int8).tobytes()))
        scales.append(round(unit, 8))
    return Likeness(
        meanings=MEANINGS,
        scales=(scales[0], scales[1]),
        questions=dict(zip(QUESTIONS, _rounded(below.question), strict=True)),
        points=_layer(below.points, below.bias),
        bent=_layer(above.bent, above.bent_bias),
        straight=_layer(above.straight, above.bias),
        above=_layer(above.above, np.zeros(len(MEANINGS), np.float32)),
        parts=rows[0],
        known=array("I", hashes[order].tolist()),
        pieces=rows[1],
    )


def _layer(weights: Numbers, bias: Numbers) -> Layer:
    return Layer(_rounded(weights.T), _rounded(bias[None])[0])


def _rounded(weights: Numbers) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(each), 4) for each in row) for row in weights)


def main() -> None:
    """Learn from all files of phrases but the one that is kept back, and write the net."""
    parser = argparse.ArgumentParser(prog="python -m tests.ear.learning", description=main.__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="files that are left out, by name")
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="where the net goes")
    options = parser.parse_args()
    by_file = {each.stem: read(each) for each in files() if each.name not in options.without}
    options.into.write_bytes(stored(learn(by_file, pieces()), made_of()))
    count = sum(map(len, by_file.values()))
    print(f"{options.into}: {count} phrases, {options.into.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
