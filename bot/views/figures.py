"""Shares and differences as admins read them, with what they rest on."""

from collections.abc import Callable

from flows.stats import Evidence, evidence, wilson

Say = Callable[..., str]
"""Gives a sentence by key and values, in some language."""


def share_line(say: Say, name: str, hits: int, cases: int) -> str:
    """A share with its interval, or with the word that there is not enough data yet."""
    of, interval = f"{hits} / {cases}", wilson(hits, cases)
    if interval is None or evidence(cases) is Evidence.NOT_ENOUGH:
        return say("stats.not_enough", name=name, of=of)
    shares = {
        "share": percent(interval.estimate),
        "low": percent(interval.low),
        "high": percent(interval.high),
    }
    return say("stats.rate", name=name, of=of, **shares)


def percent(share: float) -> str:
    """`12.5`, of a part of 1."""
    return f"{share * 100:.1f}".removesuffix(".0")


def points(difference: float) -> str:
    """`+3.2`: a difference of two shares in percentage points, with its sign."""
    shown = f"{difference * 100:+.1f}".removesuffix(".0")
    return "0" if shown in {"+0", "-0"} else shown.replace("-", "\u2212")
