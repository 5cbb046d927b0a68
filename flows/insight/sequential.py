"""Intervals for shares, and for the difference of two, that may be looked at every day.

An interval of 95 % leaves out the truth one time in twenty when it is looked at once. Looked at
every day for half a year, it does so at some time in three of ten tests in which there is nothing
to be found. These here leave it out on *any* day with a probability of at most 5 %, on all days
together, as cases come in: one may look as often as one likes, and stop when one likes.

One share: the likelihood of the counts, mixed over Beta(1, 1), over their likelihood under a share
p is a martingale from 1 if p is true (Robbins' mixture), and reaches 1/α ever with a probability of
at most α (Ville). The shares where it has not are the interval. It is exact.

A difference: Newcombe's interval of two shares (`stats.newcombe`) with another normal point. If an
estimate of a difference has the variance V, the same mixture over normal differences with the
standard deviation τ gives

    (δ̂ - δ)² < V (1 + V/τ²) (2 log(1/α) + log(1 + τ²/V)),

as if the normal point were the root of what stands behind V. That holds for sums of many, and
Newcombe's limits bend it into what counts of few can be. So it is right in the limit; how right
from 150 cases in the smaller group on is counted in docs/decisions/0074-figures-and-pictures.md.

Both are for counts that grow. A figure of the last thirty days forgets as it learns: of it they
say that they hold today, with something to spare.

Sources: H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of
Mathematical Statistics 41 (1970); I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas,
"Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52
(2024); R. Johari, P. Koomen, L. Pekelis, D. Walsh, "Always valid inference", Operations Research 70
(2022).
"""

from __future__ import annotations

from collections.abc import Callable
from math import lgamma, log, log1p, sqrt

from flows.insight.stats import Interval, newcombe

ALPHA = 0.05
EFFECT = 0.04
"""τ, as a part of 1: differences of a few points are found soonest. Any τ is right that was chosen
before anybody looked; between 0.02 and 0.08 it hardly matters."""
_FINE = 50
"""Halvings of a stretch in which an end of the interval lies."""


def share(hits: int, cases: int, alpha: float = ALPHA) -> Interval | None:
    """The share with the interval that holds on all days together; None without any cases.

    Raises ValueError for counts that cannot be.
    """
    if not 0 <= hits <= cases:
        raise ValueError("There cannot be more hits than cases, nor fewer than none.")
    if cases == 0:
        return None
    misses, estimate = cases - hits, hits / cases
    mixed = lgamma(hits + 1) + lgamma(misses + 1) - lgamma(cases + 2)
    least = mixed + log(alpha)

    def inside(p: float) -> bool:
        return hits * log(p) + misses * log1p(-p) > least

    low = 0.0 if hits == 0 else _edge(inside, estimate, 0.0)
    high = 1.0 if misses == 0 else _edge(inside, estimate, 1.0)
    return Interval(estimate, low, high)


def difference(
    hits: int, cases: int, other_hits: int, other_cases: int, alpha: float = ALPHA
) -> Interval | None:
    """The difference of two shares, first minus other, with such an interval.

    None when either group is empty. Raises ValueError for counts that cannot be.
    """
    if newcombe(hits, cases, other_hits, other_cases) is None:
        return None
    variance = _variance(hits, cases) + _variance(other_hits, other_cases)
    return newcombe(hits, cases, other_hits, other_cases, normal_point(variance, alpha))


def normal_point(variance: float, alpha: float = ALPHA) -> float:
    """By how many standard errors an estimate may ever stray, with probability 1 - `alpha`.

    Of a difference that is estimated with this variance by now.
    """
    known = EFFECT * EFFECT / variance
    return sqrt((1 + 1 / known) * (2 * log(1 / alpha) + log1p(known)))


def _variance(hits: int, cases: int) -> float:
    """Of a share; with one hit and one miss more, so that none of ten is not known for certain."""
    likely = (hits + 1) / (cases + 2)
    return likely * (1 - likely) / cases


def _edge(inside: Callable[[float], bool], within: float, without: float) -> float:
    for _ in range(_FINE):
        middle = (within + without) / 2
        within, without = (middle, without) if inside(middle) else (within, middle)
    return without
