"""The weekly letter: what it is made of, how much of it two minutes have room for, when it is due.

How fast people read: K. Rayner, E. Schotter, M. Masson, M. Potter, R. Treiman, "So much to read, so
little time", Psychological Science in the Public Interest 17 (2016); for languages side by side
S. Trauzettel-Klosinski, K. Dietz, "Standardized assessment of reading performance: the new
International Reading Speed Texts IReST", Investigative Ophthalmology & Visual Science 53 (2012):
184 words a minute in Russian, 228 in English, 255 signs in Chinese. The slowest counts for all that
is written in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from unicodedata import east_asian_width

from flows.config.goals import EVENING, MORNING
from flows.time.opening import ClockTime

WEEK = timedelta(days=7)
LATEST = timedelta(days=2)
"""So long after its hour a letter is still sent, because nobody could send it before."""
SECONDS = 120
"""As long as a letter takes to read."""
MOST = 5
"""Lines of a part in the letter; where two minutes have no room for them, fewer."""
_WORDS, _SIGNS = 184 / 60, 255 / 60
_MORE = 4 / _WORDS
"""Seconds for the line that says how many lines were left out."""
_WIDE = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Heard:
    """People who complained at one stage about one kind of thing; either may be empty."""

    stage: str
    category: str
    people: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A complaint that no person has answered."""

    number: int
    since: datetime
    team_id: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What people said in a time who were asked whether a change helped."""

    change_id: int
    no: int
    """Those who say no, or partly."""
    yes: int


@dataclass(frozen=True, slots=True, order=True)
class Praised:
    """Whom praise was for; of a person the name, of a team its id."""

    whom: str
    team_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with lines below it; `all` counts also what has no line."""

    heading: str
    lines: Sequence[str] = field(default=())
    all: int = 0

    def left_out(self, shown: int) -> int:
        """How many have no line where so many lines are shown."""
        return max(self.all, len(self.lines)) - min(shown, len(self.lines))


def seconds_to_read(text: str) -> float:
    """How long a text takes to read, in the language in which that takes longest."""
    wide = sum(east_asian_width(each) in _WIDE and each.isalnum() for each in text)
    apart = "".join(" " if east_asian_width(each) in _WIDE else each for each in text)
    words = sum(any(map(str.isalnum, word)) for word in apart.split())
    return words / _WORDS + wide / _SIGNS


def room(head: str, parts: Sequence[Part], seconds: float = SECONDS) -> list[int]:
    """How many lines of each part fit into a time, at least one of each; the longest give way."""
    shown = [min(MOST, len(each.lines)) for each in parts]

    def needed() -> float:
        pairs = list(zip(parts, shown, strict=True))
        kept = (line for part, n in pairs for line in part.lines[:n])
        more = sum(part.left_out(n) > 0 for part, n in pairs) * _MORE
        text = "\n".join([head, *(each.heading for each in parts), *kept])
        return seconds_to_read(text) + more

    while needed() > seconds and max(shown, default=0) > 1:
        longest = max(range(len(shown)), key=lambda at: (shown[at], at))
        shown[longest] -= 1
    return shown


def due_at(now: datetime, place: tzinfo, weekday: int, at: ClockTime) -> datetime | None:
    """When this week's letter was due by a clock, if it may be sent now; None: not now.

    `weekday`: Monday is 0. Never at night, also where it is late.
    """
    local = now.astimezone(place)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    due = datetime(day.year, day.month, day.day, at.minutes // 60, at.minutes % 60, tzinfo=place)
    by_day = MORNING.minutes <= local.hour * 60 + local.minute <= EVENING.minutes
    return due if by_day and due <= local < due + LATEST else None


def week_of(due: datetime) -> str:
    """The week of the calendar to which a letter belongs, `2026-W49`: each has one letter."""
    year, week, _ = due.isocalendar()
    return f"{year}-W{week:02}"
