"""Intervals for shares, so that nobody reads a pattern into twelve answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import erfc, sqrt

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: a two-sided interval of 95 %."""

ENOUGH_FOR_A_HINT = 100
ENOUGH_TO_CONCLUDE = 150
"""The journey-map practice: 100 to 150 cases before a conclusion."""


FORESEEN = timedelta(days=730)
"""Farther ahead nobody is told when there will be enough cases."""


class Evidence(StrEnum):
    """How much a number of cases allows one to say: the one rule of small numbers."""

    NOT_ENOUGH = "not_enough"
    """Fewer than 100: people are counted, and there is neither a share nor an interval."""
    HINT = "hint"
    """100 to 149: shown with its interval, no conclusion."""
    ENOUGH = "enough"
    """150 or more."""


def evidence(cases: int) -> Evidence:
    """What so many cases allow one to say; for a comparison, give the smaller group."""
    if cases < ENOUGH_FOR_A_HINT:
        return Evidence.NOT_ENOUGH
    return Evidence.HINT if cases < ENOUGH_TO_CONCLUDE else Evidence.ENOUGH


def needed(cases: int) -> int | None:
    """How many cases it takes to say more than so many allow; None: they allow everything."""
    steps = (ENOUGH_FOR_A_HINT, ENOUGH_TO_CONCLUDE)
    return next((step for step in steps if cases < step), None)


def enough_at(cases: int, since: datetime, now: datetime) -> datetime | None:
    """When there will be as many cases as it takes to say more, if they come as they did `since`.

    None where there are enough, where none came, or where it would take longer than FORESEEN.
    """
    step = needed(cases)
    if step is None or not cases or now <= since:
        return None
    left = (now - since) * ((step - cases) / cases)
    return now + left if left <= FORESEEN else None


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the range in which the true value lies, as parts of 1."""

    estimate: float
    low: float
    high: float

    def excludes_zero(self) -> bool:
        """Whether a difference this clear is more than chance at the interval's confidence."""
        return self.low > 0 or self.high < 0


def wilson(hits: int, cases: int, z: float = Z95) -> Interval | None:
    """The score interval of a share; None without any cases.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927). Raises ValueError for counts that
    cannot be.
    """
    if not 0 <= hits <= cases:
        raise ValueError("There cannot be more hits than cases, nor fewer than none.")
    if cases == 0:
        return None
    share = hits / cases
    scale = 1 + z * z / cases
    centre = (share + z * z / (2 * cases)) / scale
    half = z * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)) / scale
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == cases else min(1.0, centre + half)
    return Interval(share, low, high)


def newcombe(
    hits: int, cases: int, other_hits: int, other_cases: int, z: float = Z95
) -> Interval | None:
    """The interval of the difference of two independent shares, first minus other.

    None when either group is empty. Source: R. G. Newcombe, "Interval estimation for the
    difference between independent proportions: comparison of eleven methods", Statistics in
    Medicine 17 (1998), method 10 (hybrid score, without continuity correction).
    """
    one, two = wilson(hits, cases, z), wilson(other_hits, other_cases, z)
    if one is None or two is None:
        return None
    difference = one.estimate - two.estimate
    below = sqrt((one.estimate - one.low) ** 2 + (two.high - two.estimate) ** 2)
    above = sqrt((one.high - one.estimate) ** 2 + (two.estimate - two.low) ** 2)
    return Interval(difference, difference - below, difference + above)


SPLIT_IS_OFF = 0.001
"""Below this probability a split did not come about by chance."""
LEAST_EXPECTED = 5
"""Fewer expected in either group, and the chi-square distribution is no good approximation."""


def split_probability(first: float, second: float, share: float) -> float | None:
    """How probable a split at least this uneven is when `share` of all belong to the first group.

    Below SPLIT_IS_OFF something but chance sorted people, and what is compared between the groups
    is not to be trusted (sample-ratio mismatch). None when fewer than LEAST_EXPECTED are expected
    in a group. Pearson's chi-square with one degree of freedom: the sum of (observed - expected)² /
    expected; its upper tail is erfc(√(χ²/2)). Sources: K. Pearson, Philosophical Magazine 50
    (1900); the use and the limit of 0.001: R. Kohavi, D. Tang, Y. Xu, "Trustworthy Online
    Controlled Experiments" (2020), chapter 21. Raises ValueError for counts below none.
    """
    if min(first, second) < 0:
        raise ValueError("There cannot be fewer than none in a group.")
    every = first + second
    meant = every * share
    if min(meant, every - meant) < LEAST_EXPECTED:
        return None
    square = (first - meant) ** 2
    return erfc(sqrt((square / meant + square / (every - meant)) / 2))
