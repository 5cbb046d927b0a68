"""Does it still happen after a change: complaints before and since, by how many could complain.

Days are compared in pairs: the first day since with the last day before, the second with the one
before that, and so on. What each pair tells of the ratio of both rates is then free of the rate
itself. If `before` and `after` are the complaints of one pair, Poisson with means λ·e₀ and θ·λ·e₁,
then of their sum n each is one of the later day with probability p(θ) = θr / (1 + θr), r = e₁ / e₀,
whatever λ is, and λ may be another one for each pair. So, under a ratio θ,

    M(θ) = ∫ ∏ p(t)^after (1 - p(t))^before dG(t) / ∏ p(θ)^after (1 - p(θ))^before

over all pairs up to a day is a martingale from 1 (Robbins' mixture), for any distribution G chosen
beforehand: the mean of each factor, given n, is the sum of binomial probabilities, which is one.
By Ville's inequality it ever reaches 1/α with probability at most α. All θ with M(θ) < 1/α are
therefore an interval that covers the true ratio on all days at once with probability 1 - α: it may
be looked at every day. Log M is convex in log θ, so that it is an interval.

G is Beta(2, 2) for p at equal exposures, in steps (any G is right; this one is quickest where
rates are halved or doubled).

Sources: H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of
Mathematical Statistics 41 (1970); the conditional test of two Poisson means: J. Przyborowski,
H. Wilenski, Biometrika 31 (1940); confidence sequences: S. Howard, A. Ramdas, J. McAuliffe,
J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics
49 (2021).

What is left to judgement: a change is often made because of a bad week, and after a bad week comes
a better one anyway; and a complaint counts only where somebody has seen that it belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import exp, fsum, inf, log, log1p

ALPHA = 0.05
_STEPS = 320
_WIDEST = 8.0
"""As far as log ratios of G go, both ways: three thousand times as many."""
_FARTHEST = 40.0
"""Log ratios beyond which an end of the interval is none."""
_FINE = 50
"""Halvings of a stretch in which an end of the interval lies."""


class Trend(StrEnum):
    """What an interval for the ratio of two rates says."""

    FELL = "fell"
    ROSE = "rose"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two days as far from the change, before and since: complaints, and people who could."""

    before: int
    after: int
    exposed_before: float
    exposed_after: float


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often it happened before a change and since, over as many days."""

    before: int
    after: int
    exposed_before: float
    """Days times the people who could complain on them."""
    exposed_after: float
    low: float
    """The ratio of the rates, since to before, lies from here ..."""
    high: float
    """... to here, with probability 95 % on all days together; infinite: no end."""
    days: int = 0
    """Days since, and as many before, on which somebody could complain."""

    @property
    def rates(self) -> tuple[float, float] | None:
        """Complaints a day for each person who could, before and since; None: nobody could."""
        if not self.exposed_before or not self.exposed_after:
            return None
        return self.before / self.exposed_before, self.after / self.exposed_after

    @property
    def people(self) -> float:
        """How many could complain on a day, before or since, whichever were fewer."""
        return min(self.exposed_before, self.exposed_after) / self.days if self.days else 0

    @property
    def trend(self) -> Trend:
        """What the interval says; it may be asked every day."""
        if self.high < 1:
            return Trend.FELL
        return Trend.ROSE if self.low > 1 else Trend.UNCLEAR

    def has_not_fallen(self, at_least: int) -> bool:
        """Tell whether it happens as often as before, seen by the plain rates.

        Not after fewer than `at_least` complaints since, and not where the interval says that it
        has fallen.
        """
        rates = self.rates
        if rates is None or self.after < at_least or self.trend is Trend.FELL:
            return False
        return rates[1] >= rates[0]


def recurrence(pairs: Iterable[Pair], alpha: float = ALPHA) -> Recurrence:
    """Compare what came since a change with what came before it, in pairs of days.

    Pairs in which nobody could complain on one of the days say nothing and are left out. Raises
    ValueError for counts or exposures below none.
    """
    used = [each for each in pairs if _is_telling(each)]
    before, after = sum(each.before for each in used), sum(each.after for each in used)
    low, high = _interval(_grouped(used), alpha)
    return Recurrence(
        before,
        after,
        fsum(each.exposed_before for each in used),
        fsum(each.exposed_after for each in used),
        low,
        high,
        len(used),
    )


def evidence_against(ratio: float, pairs: Iterable[Pair]) -> float:
    """Log M of a ratio: it ever reaches log 20 with a probability of at most 5 % if it is true.

    Raises ValueError for a ratio that is not above zero.
    """
    if ratio <= 0:
        raise ValueError("A ratio of rates is above zero.")
    groups = _grouped([each for each in pairs if _is_telling(each)])
    return _mixture(groups) - _likelihood(groups, log(ratio))


def _is_telling(pair: Pair) -> bool:
    if min(pair.before, pair.after, pair.exposed_before, pair.exposed_after) < 0:
        raise ValueError("There cannot be fewer than none.")
    return pair.exposed_before > 0 and pair.exposed_after > 0


_Groups = Sequence[tuple[float, int, int]]
"""Log of the exposures' ratio, complaints before and since; one for each ratio."""


def _grouped(pairs: Iterable[Pair]) -> _Groups:
    counts: dict[float, tuple[int, int]] = {}
    for each in pairs:
        if each.before or each.after:
            ratio = each.exposed_after / each.exposed_before
            before, after = counts.get(ratio, (0, 0))
            counts[ratio] = before + each.before, after + each.after
    return [(log(ratio), before, after) for ratio, (before, after) in counts.items()]


def _likelihood(groups: _Groups, u: float) -> float:
    """Log likelihood of a log ratio, up to what all ratios share."""
    return fsum(
        -after * _softplus(-(u + ratio)) - before * _softplus(u + ratio)
        for ratio, before, after in groups
    )


def _softplus(x: float) -> float:
    return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))


@cache
def _prior() -> tuple[tuple[float, float], ...]:
    """Log ratios and the logs of their weights: Beta(2, 2) for the share of the later day."""
    nodes = [_WIDEST * (2 * step / _STEPS - 1) for step in range(_STEPS + 1)]
    weights = [-2 * (_softplus(node) + _softplus(-node)) for node in nodes]
    total = log(fsum(exp(weight) for weight in weights))
    return tuple((u, weight - total) for u, weight in zip(nodes, weights, strict=True))


def _mixture(groups: _Groups) -> float:
    logs = [weight + _likelihood(groups, u) for u, weight in _prior()]
    most = max(logs)
    return most + log(fsum(exp(each - most) for each in logs))


def _interval(groups: _Groups, alpha: float) -> tuple[float, float]:
    """Where the likelihood is above α times the mixture."""
    least = _mixture(groups) + log(alpha)

    def inside(u: float) -> bool:
        return _likelihood(groups, u) > least

    middle = _best(groups)
    low = 0.0 if inside(-_FARTHEST) else exp(_edge(inside, middle, -_FARTHEST))
    high = inf if inside(_FARTHEST) else exp(_edge(inside, middle, _FARTHEST))
    return low, high


def _best(groups: _Groups) -> float:
    """The most likely log ratio: where as many came since as it says."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_FINE):
        u = (low + high) / 2
        rest = fsum(
            after - (before + after) * exp(-_softplus(-(u + ratio)))
            for ratio, before, after in groups
        )
        low, high = (u, high) if rest > 0 else (low, u)
    return (low + high) / 2


def _edge(inside: Callable[[float], bool], within: float, without: float) -> float:
    for _ in range(_FINE):
        u = (within + without) / 2
        within, without = (u, without) if inside(u) else (within, u)
    return without
