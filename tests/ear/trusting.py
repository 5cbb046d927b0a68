"""``python -m tests.ear.trusting``: how likely a meaning has to be, from what errors cost.

Every phrase that no rule was written by is heard by nets that have not seen its writers; of the
values that `flows.ear.guessing.Trust` might have, those are shown that cost the least. They are
written there by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

import numpy as np

from flows.ear import Ear, Meaning
from flows.ear.guessing import Trust, settled
from flows.ear.judging import Judged
from flows.ear.table import Kind, decide
from tests.ear.learning import Unseen, files, unseen
from tests.ear.measuring import Phrase, matches, read
from tests.ear.nets import MEANINGS, learn_above
from tests.ear.senses import pieces

LOST, ASKED_ABOUT, FILED, NO_STOP, MISSED = 5.0, 1.0, 3.0, 15.0, 3.0
"""The price of a complaint that is lost, of asking, of a harmless text that is filed, of a stop
that nobody asked for, and of one that is taken for something else."""
TRIED = tuple(each / 20 for each in range(2, 20))
Case = tuple[Phrase, Judged, Mapping[Meaning, float]]


def cases(groups: list[Unseen], ear: Ear) -> Iterator[Case]:
    """Phrases with what is likely for a net that was learned from the other groups."""
    for own in groups:
        others = [each for each in groups if each is not own]
        above = learn_above(
            np.concatenate([each.values for each in others]),
            np.concatenate([each.goal for each in others]),
        )
        for phrase, row in zip(own.phrases, above.of(own.values), strict=True):
            likely = dict(zip(MEANINGS, row.tolist(), strict=True))
            yield phrase, ear.judged(phrase.text), likely


def price(found: Iterable[Case], trust: Trust) -> float:
    """What is paid for all errors."""
    return sum(_price(phrase, judged, likely, trust) for phrase, judged, likely in found)


def _price(phrase: Phrase, judged: Judged, likely: Mapping[Meaning, float], trust: Trust) -> float:
    heard = settled(judged, likely, phrase.question, trust)
    acts = decide(heard, phrase.question)
    if matches(acts, phrase):
        return 0
    kinds = {each.kind for each in acts}
    if Kind.STOP in kinds and not any(Meaning.STOP in each for each in phrase.meanings):
        return NO_STOP
    if Kind.ASK_BACK in kinds:
        return ASKED_ABOUT
    if "complaint" in phrase.kind:
        return 0 if kinds & {Kind.COMPLAINT, Kind.QUESTION} else LOST
    if phrase.kind == "stop":
        return MISSED
    return FILED if Kind.COMPLAINT in kinds else ASKED_ABOUT + 1


def cheapest(found: list[Case], trust: Trust) -> Trust:
    """The values that cost the least, one after another, until none is better."""
    paid = price(found, trust)
    while True:
        tried = [replace(trust, **{each.name: value}) for each in fields(trust) for value in TRIED]
        costs = [price(found, each) for each in tried]
        if min(costs) >= paid:
            return trust
        paid, trust = min(costs), tried[costs.index(min(costs))]


def main() -> None:
    """Print the values that cost the least."""
    by_file = {each.stem: read(each) for each in files()}
    ear = Ear.load()
    found = list(cases(unseen(by_file, pieces(), ear), ear))
    best = cheapest(found, Trust())
    print(f"{len(found)} phrases: {price(found, Trust()):.0f} with what is set, {best}")
    print(f"costs {price(found, best):.0f}")


if __name__ == "__main__":
    main()
