"""Hypotheses as they are written down before anybody is assigned."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from flows.config.fields import (
    Day,
    EventType,
    Id,
    SomeLength,
    Titles,
    as_text,
    expected,
    is_line,
    reader,
)
from flows.config.parts import Part
from flows.time.durations import Period, Share

LONGEST_CHANGE = 200
CONTROL_EXPECTED = "a share from 1% to 99%: some get the change, and some are compared with them"
EXPECT_EXPECTED = "points from -100 to 100 and not 0, such as 3 or -1.5"
CHANGE_EXPECTED = f"one line of 1 to {LONGEST_CHANGE} visible characters"
_ONE_PERCENT = 100
_NEARLY_ALL = 9900


def _points(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(EXPECT_EXPECTED) from None


def _share(text: str) -> Share:
    try:
        return Share.parse(text)
    except ValueError:
        raise ValueError(CONTROL_EXPECTED) from None


def are_points(number: float) -> bool:
    """Whether a difference of two shares, in points, can be expected."""
    return number != 0 and abs(number) <= 100


def divides(share: Share) -> bool:
    """Whether a control of this share leaves people in both groups."""
    return _ONE_PERCENT <= share.hundredths <= _NEARLY_ALL


Points = Annotated[
    float,
    reader(
        (int, float),
        EXPECT_EXPECTED,
        _points,
        lambda number: not isinstance(number, bool) and are_points(number),
    ),
]
Control = Annotated[Share, reader(Share, CONTROL_EXPECTED, _share, divides), as_text]
Line = Annotated[str, reader(str, CHANGE_EXPECTED, str, lambda text: is_line(text, LONGEST_CHANGE))]


class HypothesisPlan(Part):
    """What is to be changed for whom, what is expected of it, and when it is looked at."""

    id: Id
    title: Titles | None = None
    stage: Id | None = None
    category: Id | None = None
    """The barrier: where in the journey, and what kind of thing goes wrong there."""
    change: Line
    """What is changed for those who get it; the business's own systems do it."""
    segment: Id | None = None
    """For whom; None: for everybody."""
    event: EventType
    """What is to happen to more people, or to fewer."""
    expect: Points
    """By how many points its share is expected to differ from that of the control group."""
    within: SomeLength = Period(days=30)
    """What somebody does counts for so long after they were assigned."""
    control: Control = Share(5000)
    """The share of people who do not get the change."""
    look: Day | None = None
    """The day on which it is looked at, and nobody is assigned any more."""
    stop_if: EventType | None = None
    """What must not happen to more people; it stops by itself when it clearly does."""

    @model_validator(mode="after")
    def _has_an_end(self) -> HypothesisPlan:
        if self.look is None:
            raise expected('"look" with the day on which it ends, such as 2026-12-25')
        if self.stop_if == self.event:
            raise expected('a "stop_if" other than "event", whose wrong way stops it anyway')
        return self
