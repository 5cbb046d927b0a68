"""Goals that everybody sees, and the pictures and letters that are sent by themselves."""

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


MORNING, EVENING = ClockTime(8 * 60), ClockTime(20 * 60)
"""Between these a letter may be sent: at night nobody is rung."""


class LetterTo(StrEnum):
    """Who is sent the weekly letter by itself."""

    GROUPS = "groups"
    ADMINS = "admins"


LETTER_TO_EXPECTED = f"one of {', '.join(LetterTo)}"


class Letter(Part):
    """Who is sent the weekly letter, and when: groups by their team's clock, admins by the brand's.

    Raises ValidationError for several days, and for an hour at which people sleep.
    """

    to: Annotated[
        tuple[
            Annotated[
                LetterTo,
                reader(LetterTo, LETTER_TO_EXPECTED, chosen(LETTER_TO_EXPECTED, LetterTo)),
                as_text,
            ],
            ...,
        ],
        Some,
    ] = ()
    """Empty: nobody, until they ask for it by `/letter`."""
    day: Days = Weekdays(frozenset({0}))
    at: Clock = ClockTime(9 * 60)
    picture: PictureNamed = PictureName.FUNNEL
    """What is shown with it."""

    @model_validator(mode="after")
    def _once_by_day(self) -> Letter:
        if len(self.day.days) != 1:
            raise expected("one day, such as mon: there is one letter a week")
        if not MORNING.minutes <= self.at.minutes <= EVENING.minutes:
            raise expected(f"an hour at which people are awake, from {MORNING} to {EVENING}")
        return self

    @property
    def weekday(self) -> int:
        """The number of its day; Monday is 0."""
        return next(iter(self.day.days))
