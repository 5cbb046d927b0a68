"""What comes of looking at a difference every day: A/A tests, and real effects.

By hand, for docs/decisions/0074-figures-and-pictures.md, in some minutes:

    python -m tests.flows.insight.looking
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from flows.insight.sequential import difference
from flows.insight.stats import Evidence, Interval, evidence, newcombe

DAYS = 180


@dataclass(frozen=True)
class Test:
    """So many cases a day, `holdout` of them left unasked, and the share of hits in each group."""

    a_day: int
    base: float
    effect: float = 0.0
    holdout: float = 0.1

    __test__ = False


Counts = tuple[int, int, int, int]
"""Hits and cases of the asked, hits and cases of the others."""


def histories(test: Test, runs: int, seed: int = 7) -> Iterator[Iterator[Counts]]:
    """What is counted at the end of each day, of each run."""
    chance = np.random.default_rng(seed)
    size = (runs, DAYS)
    held = chance.binomial(test.a_day, test.holdout, size)
    asked = test.a_day - held
    hits = chance.binomial(asked, test.base + test.effect)
    other = chance.binomial(held, test.base)
    for columns in zip(hits, asked, other, held, strict=True):
        yield zip(*(np.cumsum(each).tolist() for each in columns), strict=True)


def is_clear(counts: Counts, look: Callable[..., Interval | None]) -> bool:
    """Whether a reader is told that there is a difference."""
    if evidence(min(counts[1], counts[3])) is not Evidence.ENOUGH:
        return False
    found = look(*counts)
    return found is not None and found.excludes_zero()


def ever_clear(test: Test, runs: int, *, naive: bool = False) -> float:
    """In which share of runs a difference is called clear on any day."""
    look = newcombe if naive else difference
    clear = [any(is_clear(day, look) for day in days) for days in histories(test, runs)]
    return sum(clear) / runs


def main() -> None:
    """Print what stands in the decision."""
    for a_day in (20, 100, 500):
        for base in (0.01, 0.1, 0.5):
            test, runs = Test(a_day, base), 2000
            print(a_day, base, "A/A", ever_clear(test, runs), ever_clear(test, runs, naive=True))
    for a_day in (50, 75, 100, 125, 150, 200):
        print(a_day, "+3 points on 10 %", ever_clear(Test(a_day, 0.1, 0.03), 1000))


if __name__ == "__main__":
    main()
