"""Who did what: which doings are wanted, and what each of them is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

_NUMBER = re.compile(r"#(\d{1,9})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
CSV = "csv"


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that somebody did."""

    id: int
    at: datetime
    actor: str
    """`staff:ID`, `admin:ID` or `cli:NAME`."""
    name: str
    """What they were called then; empty where it is not kept."""
    kind: str
    """An `EntryKind`, `answered`, or the kind of a line of the journal."""
    subject: str
    """`#12` for a ticket, else as in the journal."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which doings are wanted; what is left out does not matter."""

    person: int | None = None
    """The Telegram id of who did them."""
    ticket: int | None = None
    """The number of the ticket that they were done to."""
    since: datetime | None = None
    until: datetime | None = None
    group: int | None = None
    """The chat of the group in which they were done."""
    before: int | None = None
    """Only those with smaller ids, which are earlier ones."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed after `/audit`."""

    ticket: int | None = None
    day: date | None = None
    who: str = ""
    """A Telegram id, a handle or a name."""
    csv: bool = False


def typed(words: Sequence[str]) -> Typed:
    """Read `#12`, `2026-05-04`, `csv`, and a name of one or several words, in any order."""
    ticket, day, who, csv = None, None, [], False
    for word in words:
        number, moment = _NUMBER.fullmatch(word), _day(word)
        if number is not None:
            ticket = int(number[1])
        elif moment is not None:
            day = moment
        elif word.lower() == CSV:
            csv = True
        else:
            who.append(word)
    return Typed(ticket, day, " ".join(who), csv)


def _day(word: str) -> date | None:
    if not _DAY.fullmatch(word):
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
