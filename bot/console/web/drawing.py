"""Small pictures of what a trial shows: a difference on a line, or how many people are there."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.console.scale import scale_for
from flows.insight.stats import Interval

_LEFT, _WIDTH = 10, 280
"""Where lines begin, and how long they are."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture; its text alternative says every figure of it."""

    alt: str
    ends: Sequence[str]
    """What stands below it, from left to right."""
    tone: str = "open"
    """`open`: it may be chance; `good` or `bad`: it is plain."""
    span: tuple[int, int, int] | None = None
    """Low, estimate and high of the difference on the line; None: there are too few people."""
    expected: int | None = None
    """Where the difference was expected."""
    part: int = 0
    """How much of the line is full, where there are too few people."""


def difference(
    found: Interval,
    alt: str,
    no_difference: str,
    *,
    tone: str = "open",
    expected: float | None = None,
) -> Drawn:
    """Draw a difference of two shares with its interval, and where it was expected."""
    scale = scale_for(found.low, found.high, *(() if expected is None else (expected,)))

    def place(share: float) -> int:
        return _LEFT + round(_WIDTH * scale.at(share))

    return Drawn(
        alt,
        (f"\u2212{scale.end}", no_difference, f"+{scale.end}"),
        tone,
        (place(found.low), place(found.estimate), place(found.high)),
        None if expected is None else place(expected),
    )


def progress(people: int, needed: int, alt: str, until: str) -> Drawn:
    """Draw how many of the people are there that it takes to say anything."""
    return Drawn(alt, (str(people), until), part=round(_WIDTH * min(1.0, people / needed)))
