"""Places to which customers come, each at a time that they choose."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from flows.config.fields import AtLeast, Clock, Days, Zone, as_text, expected, is_line, reader
from flows.config.parts import OneOrMany, Part, Titled
from flows.time.durations import Period
from flows.time.opening import ClockTime, Weekdays

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=12)
FARTHEST, MOST_NOTICE = timedelta(days=90), timedelta(days=7)
LONGEST_ADDRESS = 200
LENGTH_EXPECTED = "a length in hours and minutes from PT5M to PT12H, such as PT30M"
AHEAD_EXPECTED = "a number of days or weeks from P1D to P90D, such as P14D"
NOTICE_EXPECTED = "a length from PT0S to P7D, such as PT2H"
ADDRESS_EXPECTED = f"1 to {LONGEST_ADDRESS} visible characters on one line"


def _length(period: Period) -> bool:
    return period.is_exact and not period.seconds and SHORTEST <= period.exact <= LONGEST


def _ahead(period: Period) -> bool:
    whole_days = not (period.years or period.months or period.exact)
    return whole_days and timedelta(days=1) <= period.approximate() <= FARTHEST


def _notice(period: Period) -> bool:
    return not (period.years or period.months) and period.approximate() <= MOST_NOTICE


def _address(text: str) -> bool:
    return is_line(text, LONGEST_ADDRESS)


class SlotHours(Part):
    """When there are slots at a place, by its clock: one after the other, of one length."""

    days: Days = Weekdays(frozenset(range(5)))
    opens: Clock = Field(default=ClockTime(9 * 60), alias="from")
    closes: Clock = Field(default=ClockTime(18 * 60), alias="to")
    length: Annotated[Period, reader(Period, LENGTH_EXPECTED, Period.parse, _length), as_text] = (
        Period(minutes=30)
    )
    capacity: AtLeast = 1
    """For how many customers there is room in each."""

    @property
    def minutes(self) -> int:
        """The length of each slot in minutes."""
        return round(self.length.exact / timedelta(minutes=1))

    @model_validator(mode="after")
    def _holds_one(self) -> SlotHours:
        if self.closes.minutes - self.opens.minutes < self.minutes:
            raise expected('a "from" earlier than "to" on the same day by a "length" or more')
        return self


class Place(Titled):
    """Where customers come at a time that they choose. Its title is what they read of it."""

    address: Annotated[str, reader(str, ADDRESS_EXPECTED, str, _address)] | None = None
    time_zone: Zone | None = None
    """By whose clock its times are meant and said; None: the brand's."""
    slots: Annotated[tuple[SlotHours, ...], OneOrMany, Field(min_length=1)]
    ahead: Annotated[Period, reader(Period, AHEAD_EXPECTED, Period.parse, _ahead), as_text] = (
        Period(days=14)
    )
    """How many days in advance a time may be chosen."""
    notice: Annotated[Period, reader(Period, NOTICE_EXPECTED, Period.parse, _notice), as_text] = (
        Period(hours=2)
    )
    """How long before it begins a time can still be chosen."""
