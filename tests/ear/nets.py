"""The two nets of `flows.ear.likeness` while they are learned; deterministic, by numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from flows.ear.likeness import beside, is_beside, number_of, parts_of, pieces_of, plainly
from flows.ear.meanings import Meaning, Question
from tests.ear.measuring import Phrase
from tests.ear.senses import Numbers, Pieces, Places

MEANINGS = tuple(Meaning)
QUESTIONS = tuple(Question)
ROWS, WIDTH = 1 << 16, 24
BENT = 32
ROUNDS, LOT = 12, 512
"""How often all phrases are gone through, and how many are taken at once."""
STEPS = 400
DROPPED = 0.2
"""The share of parts, and of what is bent, that is left out at each step."""
DEAR, DEARER = 3e-6, 1e-3
"""The price of weights below and above: the dearer, the less is learned by heart."""
SETTINGS = (ROWS, WIDTH, BENT, ROUNDS, LOT, STEPS, DROPPED, DEAR, DEARER)


@dataclass(frozen=True)
class Rows:
    """The parts of texts as places in a table, all in one row, with what each counts."""

    places: Places
    worth: Numbers
    begins: Places
    """Where each text begins, and the end of the last."""

    def lot(self, chosen: Places) -> Rows:
        """Those of some texts."""
        sizes = self.begins[chosen + 1] - self.begins[chosen]
        ends = np.cumsum(sizes)
        at = np.arange(ends[-1]) + np.repeat(self.begins[chosen] - (ends - sizes), sizes)
        return Rows(self.places[at], self.worth[at], np.concatenate([[0], ends]))

    def sums(self, table: Numbers) -> Numbers:
        """The rows of a table, added up by text."""
        found: Numbers = np.add.reduceat(
            table[self.places] * self.worth[:, None], self.begins[:-1], axis=0
        )
        return found

    def spread(self, by_text: Numbers, table: Numbers) -> Numbers:
        """What each row of a table like this one gets back from the texts."""
        of_text = np.repeat(np.arange(len(by_text)), np.diff(self.begins))
        order = np.argsort(self.places, kind="stable")
        used, begins = np.unique(self.places[order], return_index=True)
        found = np.zeros_like(table)
        found[used] = np.add.reduceat(
            by_text[of_text[order]] * self.worth[order][:, None], begins, axis=0
        )
        return found


def rows_of(phrases: Sequence[Phrase]) -> Rows:
    """The remainders of the hashes of each text's parts, alone and beside its question."""
    places: list[int] = []
    worth: list[float] = []
    begins = [0]
    for each in phrases:
        parts = parts_of(plainly(each.text))
        with_question = [beside(each.question, part) for part in parts if is_beside(part)]
        here = [n for group in (parts, with_question) for n in _remainders(group)]
        places += here or [0]
        worth += [1 / np.sqrt(len(parts))] * len(here) if here else [0.0]
        begins.append(len(places))
    return Rows(np.array(places), np.array(worth, np.float32), np.array(begins))


def _remainders(parts: Iterable[str]) -> list[int]:
    return sorted({number_of(each) % ROWS for each in parts})


@dataclass(frozen=True)
class Lessons:
    """Phrases as numbers: parts, senses, questions, and what is wanted."""

    rows: Rows
    senses: Numbers
    questions: Places
    wanted: Numbers

    @classmethod
    def of(cls, phrases: Sequence[Phrase], known: Pieces) -> Lessons:
        at = {name: number for number, name in enumerate(known.names)}
        senses = np.zeros((len(phrases), known.vectors.shape[1]), np.float32)
        for number, phrase in enumerate(phrases):
            runs = pieces_of(plainly(phrase.text), at.get)
            here = [place for run in runs for place in run.pieces]
            if here:
                senses[number] = known.vectors[here].sum(0) / np.sqrt(len(here))
        questions = np.array([QUESTIONS.index(each.question) for each in phrases])
        return cls(rows_of(phrases), senses, questions, wanted(phrases))


def wanted(phrases: Sequence[Phrase]) -> Numbers:
    """By phrase and meaning 1 for what is meant, a half for what may be meant as well."""
    found = np.zeros((len(phrases), len(MEANINGS)), np.float32)
    for row, phrase in zip(found, phrases, strict=True):
        for number, meant in enumerate(phrase.meanings):
            for each in meant:
                place = MEANINGS.index(each)
                row[place] = max(row[place], 0.5 if number else 1.0)
    return found


class _Learning:
    """Weights that are changed where they stand, by Adam with a rate that sinks to nothing."""

    def __init__(self, weights: Sequence[Numbers], rate: float, steps: int) -> None:
        self._weights = [(each, np.zeros_like(each), np.zeros_like(each)) for each in weights]
        self._rate, self._steps, self._number = rate, steps, 0

    def step(self, slopes: Sequence[Numbers]) -> None:
        self._number += 1
        rate = self._rate * 0.5 * (1 + np.cos(np.pi * self._number / self._steps))
        even = 1 - 0.9**self._number, 1 - 0.99**self._number
        for (weights, mean, square), slope in zip(self._weights, slopes, strict=True):
            mean[...] += 0.1 * (slope - mean)
            square[...] += 0.01 * (slope * slope - square)
            weights[...] -= rate * (mean / even[0]) / (np.sqrt(square / even[1]) + 1e-8)


@dataclass(frozen=True)
class Below:
    """What is learned of texts: a row for each part, sense and question, and the points."""

    parts: Numbers
    sense: Numbers
    question: Numbers
    points: Numbers
    bias: Numbers

    def bent(self, lessons: Lessons) -> Numbers:
        return self._bent(lessons.rows, lessons.senses, lessons.questions)

    def _bent(self, rows: Rows, senses: Numbers, questions: Places) -> Numbers:
        found: Numbers = np.tanh(
            rows.sums(self.parts) + senses @ self.sense + self.question[questions]
        )
        return found

    def of(self, lessons: Lessons) -> Numbers:
        """Points by text and meaning."""
        found: Numbers = self.bent(lessons) @ self.points + self.bias
        return found

    def learn(self, lessons: Lessons, chance: np.random.Generator) -> None:
        """Go through all phrases in lots, leaving out parts by chance."""
        count = len(lessons.questions)
        lots = -(-count // LOT)
        learning = _Learning(
            [self.parts, self.sense, self.question, self.points, self.bias], 0.01, ROUNDS * lots
        )
        for _ in range(ROUNDS):
            order = chance.permutation(count)
            for begin in range(0, count, LOT):
                learning.step(self._slopes(lessons, order[begin : begin + LOT], chance))

    def _slopes(self, lessons: Lessons, lot: Places, chance: np.random.Generator) -> list[Numbers]:
        rows = lessons.rows.lot(lot)
        kept = _kept(rows.worth.shape, chance)
        rows = Rows(rows.places, rows.worth * kept, rows.begins)
        senses, questions = lessons.senses[lot], lessons.questions[lot]
        bent = self._bent(rows, senses, questions)
        mask = _kept(bent.shape, chance)
        error = (_share(bent * mask @ self.points + self.bias) - lessons.wanted[lot]) / len(lot)
        back = (error @ self.points.T * mask * (1 - bent * bent)).astype(np.float32)
        of_question = np.zeros_like(self.question)
        np.add.at(of_question, questions, back)
        return [
            rows.spread(back, self.parts) + DEAR * self.parts,
            senses.T @ back + DEAR * self.sense,
            of_question,
            (bent * mask).T @ error,
            error.sum(0),
        ]


def _kept(shape: tuple[int, ...], chance: np.random.Generator) -> Numbers:
    """What is left when some is left out, and counts the more for it."""
    found: Numbers = (chance.random(shape, np.float32) > DROPPED) / np.float32(1 - DROPPED)
    return found


def _share(points: Numbers) -> Numbers:
    found: Numbers = 1 / (1 + np.exp(-points))
    return found


def _by_chance(chance: np.random.Generator, *shape: int, size: float) -> Numbers:
    return (chance.normal(size=shape) * size).astype(np.float32)


def learn_below(lessons: Lessons) -> Below:
    """What texts mean at a question."""
    chance = np.random.default_rng(len(lessons.questions))
    found = Below(
        _by_chance(chance, ROWS, WIDTH, size=0.1),
        _by_chance(chance, lessons.senses.shape[1], WIDTH, size=0.3),
        _by_chance(chance, len(QUESTIONS), WIDTH, size=0.1),
        _by_chance(chance, WIDTH, len(MEANINGS), size=WIDTH**-0.5),
        np.full(len(MEANINGS), -2, np.float32),
    )
    untouched = np.ones(ROWS, bool)
    untouched[lessons.rows.places] = False
    found.parts[untouched] = 0  # a part that no phrase has says nothing
    found.learn(lessons, chance)
    return found


@dataclass(frozen=True)
class Above:
    """How far points and rules are believed."""

    bent: Numbers
    bent_bias: Numbers
    above: Numbers
    straight: Numbers
    bias: Numbers

    def of(self, values: Numbers) -> Numbers:
        """How likely each meaning is."""
        bent = np.tanh(values @ self.bent + self.bent_bias)
        return _share(bent @ self.above + values @ self.straight + self.bias)

    def learn(self, values: Numbers, goal: Numbers, chance: np.random.Generator) -> None:
        """All phrases at once, leaving out what is bent by chance."""
        weights = [self.bent, self.bent_bias, self.above, self.straight, self.bias]
        learning = _Learning(weights, 0.01, STEPS)
        for _ in range(STEPS):
            bent = np.tanh(values @ self.bent + self.bent_bias)
            mask = _kept(bent.shape, chance)
            found = _share(bent * mask @ self.above + values @ self.straight + self.bias)
            error = ((found - goal) / len(goal)).astype(np.float32)
            back = error @ self.above.T * mask * (1 - bent * bent)
            learning.step(
                [
                    values.T @ back + DEARER * self.bent,
                    back.sum(0),
                    (bent * mask).T @ error + DEARER * self.above,
                    values.T @ error + DEARER * self.straight,
                    error.sum(0),
                ]
            )


def learn_above(values: Numbers, goal: Numbers) -> Above:
    """How far to believe points and rules, from phrases that neither has seen."""
    chance = np.random.default_rng(len(goal))
    size = values.shape[1]
    found = Above(
        _by_chance(chance, size, BENT, size=size**-0.5),
        np.zeros(BENT, np.float32),
        _by_chance(chance, BENT, len(MEANINGS), size=BENT**-0.5),
        np.zeros((size, len(MEANINGS)), np.float32),
        np.zeros(len(MEANINGS), np.float32),
    )
    found.learn(values, goal, chance)
    return found
