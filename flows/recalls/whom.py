"""Whom a recall concerns: a list, a segment, or who got a product in a time. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LIST, SEGMENT, PRODUCT = "list", "segment", "product"
KINDS = (LIST, SEGMENT, PRODUCT)
_EARLIEST = date(2000, 1, 1)
_DAYS = re.compile(
    r"\s*(\d{4}-\d{2}-\d{2})(?:\s*(?:-|–|—|\.\.|to|до|到|\s)\s*(\d{4}-\d{2}-\d{2}))?\s*"
)


class WhomError(ValueError):
    """Nobody can be found by what was said; its word is a key for a sentence."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the last one included."""

    first: date
    last: date

    def within(self, zone: str) -> tuple[datetime, datetime]:
        """Its beginning and its end, in UTC, by the clock of a zone."""
        at = ZoneInfo(zone)
        begins = datetime(self.first.year, self.first.month, self.first.day, tzinfo=at)
        after = self.last + timedelta(days=1)
        ends = datetime(after.year, after.month, after.day, tzinfo=at)
        return begins.astimezone(UTC), ends.astimezone(UTC)


def period(text: str) -> Period:
    """Read `2026-01-01 2026-03-31`, or one day. Raises WhomError: `days` or `backwards`."""
    found = _DAYS.fullmatch(text)
    if found is None:
        raise WhomError("days")
    try:
        first = date.fromisoformat(found[1])
        last = date.fromisoformat(found[2] or found[1])
    except ValueError:
        raise WhomError("days") from None
    if last < first:
        raise WhomError("backwards")
    return Period(first, last)


def ever(today: date) -> Period:
    """Any day up to today."""
    return Period(_EARLIEST, today)


def of_product(product: str, days: Period) -> dict[str, Any]:
    """Everybody who got a product in a time, as a recall keeps it."""
    return {
        "kind": PRODUCT,
        "product": product,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
    }


def of_segment(segment: str) -> dict[str, Any]:
    """Everybody of a segment, as a recall keeps it."""
    return {"kind": SEGMENT, "segment": segment}


def days_of(whom: Mapping[str, Any]) -> Period:
    """The days of a product's recall."""
    return Period(date.fromisoformat(whom["from"]), date.fromisoformat(whom["to"]))


def refs_in(text: str) -> list[str]:
    """The references in a list: one a line, or the first column of a table with a heading."""
    lines = [line.strip().lstrip("\ufeff") for line in text.splitlines()]
    cells = [re.split(r"[,;\t]", line)[0].strip().strip('"') for line in lines if line]
    if cells and cells[0].lower() == "ref":
        cells = cells[1:]
    return list(dict.fromkeys(cell for cell in cells if cell))


def strangers(refs: Sequence[str], known: Mapping[str, object]) -> list[str]:
    """Those references that nobody has."""
    return [ref for ref in refs if ref not in known]
