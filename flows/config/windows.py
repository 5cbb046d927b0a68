"""The part of a day in which something may happen."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from pydantic import Field, model_validator

from flows.config.fields import Clock, Day, Days, expected
from flows.config.parts import Part
from flows.time.opening import EVERY_DAY, ClockTime, Opening, Weekdays

SHORTEST_WINDOW = 30
"""In minutes. Less would hardly be met by a sender that paces itself."""


class Window(Part):
    """The part of a day in which something may happen. It cannot span midnight."""

    opens: Clock = Field(default=ClockTime(10 * 60), alias="from")
    closes: Clock = Field(default=ClockTime(20 * 60), alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.closes.minutes - self.opens.minutes < SHORTEST_WINDOW:
            raise expected('a "from" at least 30 minutes earlier than "to" on the same day')
        return self

    def opening(self, holidays: tuple[Day, ...] = ()) -> Opening:
        """The window on every day but the holidays."""
        return _opening(self.opens, self.closes, EVERY_DAY, holidays)


class WorkingHours(Window):
    """When a team works."""

    days: Days = Weekdays(frozenset(range(5)))
    opens: Clock = Field(default=ClockTime(9 * 60), alias="from")
    closes: Clock = Field(default=ClockTime(18 * 60), alias="to")

    def opening(self, holidays: tuple[Day, ...] = ()) -> Opening:
        """The working hours without the holidays."""
        return _opening(self.opens, self.closes, self.days, holidays)


@lru_cache(maxsize=256)
def _opening(
    opens: ClockTime, closes: ClockTime, days: Weekdays, holidays: tuple[date, ...]
) -> Opening:
    """A business has few different windows, and looks at them with every decision."""
    return Opening(opens, closes, days, frozenset(holidays))
