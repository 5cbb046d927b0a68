"""Times during which customers are with the business: a stay, an event, a course."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from flows.config.fields import Clock, DataKey, EventType, Id, SomeLength, Titles, expected
from flows.config.parts import Part, Some
from flows.time.durations import Period
from flows.time.opening import ClockTime


class CustomerPeriod(Part):
    """What customers are inside of for a time, as one event of theirs tells.

    It ends as the event's data say, else after the event's own period. One whose end is not told
    is none: nothing can be due before it.
    """

    id: Id
    title: Titles | None = None
    event: EventType
    """The event with which it begins."""
    until: DataKey = "until"
    """The key of the event's data that says when it ends: a moment, or a day."""
    hour: Clock = ClockTime(11 * 60)
    """When it ends on a day of which nothing else is told, by the brand's clock."""
    ended_by: Annotated[tuple[EventType, ...], Some] = ()
    """Events that end it before its time."""
    where: DataKey | None = None
    """The key of the event's data that says where they are found: a room, a table."""
    cushion: SomeLength = Period(hours=2)
    """How long before its end all that is promised is due."""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> CustomerPeriod:
        if self.event in self.ended_by:
            raise expected(
                f'"ended_by" without {self.event}, with which it begins: it would end at once'
            )
        return self
