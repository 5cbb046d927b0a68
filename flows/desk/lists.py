"""Which open complaints a list shows: those of somebody, of a kind, or in some trouble.

Pure. A filter is named by a word that fits into a button: one of `KINDS`, or `c.` with the id of a
category, `e.` with that of an entrance, or `t.` with a tag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from flows.desk.tags import SIGN, cleaned
from flows.desk.tickets import is_overdue
from flows.entities import TicketId

ALL, MINE = "all", "mine"
CATEGORY = "c."
"""How the filter of a category begins."""
TAG = "t."
"""How the filter of a tag begins."""
ENTRANCE = "e."
"""How the filter of an entrance begins."""


class Listed(NamedTuple):
    """What decides whether a list shows an open complaint; it is read of hundreds of them."""

    id: TicketId
    state: str
    urgent: bool
    due_at: datetime | None
    owner_id: int | None
    owner_name: str
    category: str
    entrance: str | None
    tags: Sequence[str]


_FITS: Mapping[str, Callable[[Listed, int | None, datetime], bool]] = {
    ALL: lambda ticket, reader, now: True,
    MINE: lambda ticket, reader, now: reader is not None and ticket.owner_id == reader,
    "overdue": lambda ticket, reader, now: is_overdue(ticket, now),
    "free": lambda ticket, reader, now: not ticket.owner_name,
    "urgent": lambda ticket, reader, now: ticket.urgent,
    "waiting": lambda ticket, reader, now: ticket.state == "waiting",
}
KINDS = tuple(_FITS)


def is_filter(which: str) -> bool:
    """Whether a word names a filter."""
    return which in _FITS or which.startswith((CATEGORY, ENTRANCE, TAG))


def fitting(
    tickets: Iterable[Listed], which: str, reader: int | None, now: datetime
) -> list[Listed]:
    """The tickets that a filter leaves, in their order, for whoever reads the list."""
    if which.startswith(CATEGORY):
        wanted = which.removeprefix(CATEGORY)
        return [ticket for ticket in tickets if ticket.category == wanted]
    if which.startswith(TAG):
        tag = which.removeprefix(TAG)
        return [ticket for ticket in tickets if tag in ticket.tags]
    if which.startswith(ENTRANCE):
        wanted = which.removeprefix(ENTRANCE)
        return [ticket for ticket in tickets if ticket.entrance == wanted]
    fits = _FITS.get(which, _FITS[ALL])
    return [ticket for ticket in tickets if fits(ticket, reader, now)]


def meant(
    typed: str,
    categories: Mapping[str, Iterable[str]],
    entrances: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> str | None:
    """The filter that somebody typed. None: there is none; nothing typed means all.

    `categories` and `entrances` by id, with their titles. A word with `#` before it is a tag,
    whatever else it is.
    """
    word = " ".join(typed.split()).casefold()
    if not word:
        return ALL
    if word.startswith(SIGN) and (tag := cleaned(word)):
        return f"{TAG}{tag}"
    if word in _FITS:
        return word
    for beginning, known in ((CATEGORY, categories), (ENTRANCE, entrances)):
        for name, titles in known.items():
            if word == name or word in {title.casefold() for title in titles}:
                return f"{beginning}{name}"
    return None


def ranges(numbers: Iterable[int]) -> list[str]:
    """Numbers of tickets, those that follow one another put together: `#3`, `#7–#12`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [f"#{one}" if one == last else f"#{one}–#{last}" for one, last in runs]
