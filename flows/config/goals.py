"""Goals that everybody sees, and the pictures that groups are shown by themselves."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from flows.config.fields import (
    AtLeast,
    Clock,
    Day,
    Days,
    Id,
    Titles,
    as_text,
    chosen,
    expected,
    reader,
)
from flows.config.parts import Part, Some
from flows.time.opening import ClockTime, Weekdays

MOST_GOALS = 5
"""More are no goals any more (C. Sewell, "Customers for Life")."""


class Counted(StrEnum):
    """What good can happen to people, and can be counted in people."""

    ASKED = "asked"
    HEARD = "heard"
    """They told what went wrong."""
    ANSWERED = "answered"
    """By a person."""
    IN_TIME = "in_time"
    """A first answer came within the promised time."""
    TOLD = "told"
    """They know what changed because of them."""
    HELPED = "helped"
    """They say that it helped."""
    PRINTED = "printed"
    """They let others read their page."""


class PictureName(StrEnum):
    """What can be shown as a picture."""

    FUNNEL = "funnel"
    BARRIERS = "barriers"
    WEEKS = "weeks"
    PROMISES = "promises"
    GOALS = "goals"


COUNTED_EXPECTED = f"one of {', '.join(Counted)}"
PICTURE_EXPECTED = f"one of {', '.join(PictureName)}"


class Goal(Part):
    """So many people, to whom something good has happened by a day."""

    id: Id
    title: Titles | None = None
    count: Annotated[
        Counted, reader(Counted, COUNTED_EXPECTED, chosen(COUNTED_EXPECTED, Counted)), as_text
    ]
    people: AtLeast
    since: Day | None = None
    """From this day on they are counted; None: from the first of the month of `by`."""
    by: Day
    """The last day."""

    @model_validator(mode="after")
    def _in_order(self) -> Goal:
        if self.begins > self.by:
            raise expected('a "since" that is not after "by"')
        return self

    @property
    def begins(self) -> date:
        """The first day on which people count."""
        return self.since or self.by.replace(day=1)


PictureNamed = Annotated[
    PictureName,
    reader(PictureName, PICTURE_EXPECTED, chosen(PICTURE_EXPECTED, PictureName)),
    as_text,
]


class Pictures(Part):
    """What every group is shown by itself, and when, by its team's clock."""

    show: Annotated[tuple[PictureNamed, ...], Some, Field(max_length=len(PictureName))] = ()
    """Empty: nothing."""
    days: Days = Weekdays(frozenset({0}))
    at: Clock = ClockTime(10 * 60)
