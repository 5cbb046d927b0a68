"""Lengths of time as operators write them: ISO 8601 periods, shares and progress in percent."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

PERIOD_EXPECTED = "an ISO 8601 period such as P3D, PT4H, P1M or P1Y"
SHARE_EXPECTED = "a share in percent from 0% to 100%, such as 10% or 2.5%"

MOST_PROGRESS = 1000
PROGRESS_EXPECTED = f"whole percent of the promised time from 1% to {MOST_PROGRESS}%, such as 150%"

LONGEST = timedelta(days=36525)
"""A hundred years: nobody plans further, and dates stay inside what Python can hold."""

THE_END = datetime(9999, 12, 30, tzinfo=UTC)
"""Stands for "never" where adding a period would leave the calendar."""

THE_BEGINNING = datetime(1, 1, 3, tzinfo=UTC)
"""Stands for "always" where taking a period away would leave the calendar."""

_PERIOD = re.compile(
    r"P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
_PROGRESS = re.compile(r"(\d{1,4}) ?%", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?) ?%", re.ASCII)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive one: it names no moment."""
    if moment.tzinfo is UTC:  # as nearly all are
        return moment
    if moment.utcoffset() is None:
        raise ValueError("A moment needs a time zone; this one has none.")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """An ISO 8601 length of time in whole units.

    Years, months, weeks and days follow the calendar of a zone ("same time of day, one month
    on"); hours, minutes and seconds are exact. Weeks and days may be mixed with the others, which
    ISO 8601-2 allows.
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0

    def __post_init__(self) -> None:
        if min(self._numbers()) < 0 or self.approximate() > LONGEST:
            raise ValueError("A period lies between nothing and a hundred years.")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `P3D`, `PT4H30M`, `P1Y2M` … Raises ValueError saying what is expected."""
        return _parsed(text)

    def __str__(self) -> str:
        date = _join("YMWD", self._numbers()[:4])
        time = _join("HMS", self._numbers()[4:])
        return f"P{date}" + (f"T{time}" if time else "") if date or time else "PT0S"

    def __bool__(self) -> bool:
        return any(self._numbers())

    @property
    def exact(self) -> timedelta:
        """The hours, minutes and seconds alone."""
        return timedelta(hours=self.hours, minutes=self.minutes, seconds=self.seconds)

    @property
    def is_exact(self) -> bool:
        """Whether it is hours, minutes and seconds alone, the same length on every calendar."""
        return not (self.years or self.months or self.weeks or self.days)

    @property
    def _has_hours(self) -> bool:
        return bool(self.hours or self.minutes or self.seconds)

    def approximate(self) -> timedelta:
        """For comparing and for words alone: a year as 365.25 days, a month as a twelfth of it."""
        months = self.years * 12 + self.months
        return timedelta(days=months * 30.4375 + self.weeks * 7 + self.days) + self.exact

    def after(self, moment: datetime, zone: tzinfo = UTC) -> datetime:
        """The moment (UTC) one such period later by the calendar of `zone`.

        31 January and P1M give the last day of February. A time of day that the zone skips
        becomes the same distance after the gap (RFC 5545); one that occurs twice is the first.
        Beyond the year 9999 the answer is THE_END. Raises ValueError for a naive moment.
        """
        start = as_utc(moment)
        try:
            shifted = self._shift_days(start, zone)
            return min(shifted + self.exact if self._has_hours else shifted, THE_END)
        except OverflowError:
            return THE_END

    def before(self, moment: datetime, zone: tzinfo = UTC) -> datetime:
        """The moment (UTC) one such period earlier, by the same calendar as `after`.

        Before the year 1 the answer is THE_BEGINNING. Raises ValueError for a naive moment.
        """
        end = as_utc(moment)
        try:
            return max(self._shift_days(end - self.exact, zone, -1), THE_BEGINNING)
        except (OverflowError, ValueError):
            return THE_BEGINNING

    def _shift_days(self, start: datetime, zone: tzinfo, sign: int = 1) -> datetime:
        if self.is_exact:
            return start
        local = start.astimezone(zone).replace(tzinfo=None, fold=0)
        if self.years or self.months or local.year >= THE_END.year:
            month = local.month - 1 + sign * self.months
            year = local.year + sign * self.years + month // 12
            if year >= THE_END.year:
                return THE_END
            month = month % 12 + 1
            day = min(local.day, monthrange(year, month)[1])
            local = local.replace(year=year, month=month, day=day)
        local += sign * timedelta(days=self.weeks * 7 + self.days)
        return local.replace(tzinfo=zone).astimezone(UTC)

    def _numbers(self) -> tuple[int, ...]:
        years, months, weeks, days = self.years, self.months, self.weeks, self.days
        return years, months, weeks, days, self.hours, self.minutes, self.seconds


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Period:
    """Read a period; a business has few different ones, and tells them a million times."""
    match = _PERIOD.fullmatch(text)
    if match is None or text in {"P", "PT"}:
        raise ValueError(PERIOD_EXPECTED)
    try:
        return Period(*(int(number or 0) for number in match.groups()))
    except (ValueError, OverflowError):
        raise ValueError(f"{PERIOD_EXPECTED}, at most a hundred years") from None


def _join(letters: str, numbers: tuple[int, ...]) -> str:
    return "".join(f"{n}{letter}" for n, letter in zip(numbers, letters, strict=True) if n)


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """A part of a whole, kept in hundredths of a percent (0 to 10,000) so that it is exact."""

    hundredths: int

    def __post_init__(self) -> None:
        if not 0 <= self.hundredths <= 10_000:
            raise ValueError("A share lies between 0 and 100 percent.")

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read `10%` or `2.5%`. Raises ValueError saying what is expected."""
        match = _SHARE.fullmatch(text)
        if match is None:
            raise ValueError(SHARE_EXPECTED)
        try:
            return cls(int(Decimal(match[1]) * 100))
        except (ValueError, InvalidOperation):
            raise ValueError(SHARE_EXPECTED) from None

    @property
    def fraction(self) -> float:
        """Between 0.0 and 1.0."""
        return self.hundredths / 10_000

    def of(self, length: timedelta) -> timedelta:
        """That part of a length of time."""
        return length * self.hundredths / 10_000

    def __str__(self) -> str:
        whole, rest = divmod(self.hundredths, 100)
        return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"


@dataclass(frozen=True, slots=True, order=True)
class Progress:
    """How much of a promised time has passed, in whole percent; beyond 100 it is over."""

    percent: int

    def __post_init__(self) -> None:
        if not 1 <= self.percent <= MOST_PROGRESS:
            raise ValueError(PROGRESS_EXPECTED)

    @classmethod
    def parse(cls, text: str) -> Progress:
        """Read `50%` or `150%`. Raises ValueError saying what is expected."""
        match = _PROGRESS.fullmatch(text)
        if match is None:
            raise ValueError(PROGRESS_EXPECTED)
        return cls(int(match[1]))

    def of(self, length: timedelta) -> timedelta:
        """That part of a length of time."""
        return length * self.percent / 100

    def __str__(self) -> str:
        return f"{self.percent}%"
