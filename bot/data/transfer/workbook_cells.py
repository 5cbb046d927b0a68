"""Cells of workbooks as people see them, and what every reader of workbooks refuses."""

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

ROWS, COLUMNS = 1 << 20, 1 << 14
"""Of a sheet (Excel's own limits); what stands elsewhere is a lie."""
_EXACT, _DIGITS = 1 << 53, 10**15
"""From the first number on not every whole one is a number of a workbook; Excel keeps fifteen
digits and makes the others 0."""
_LIKE_GROUPS = re.compile(r"-?\d{1,3}\.\d{3}")
Merged = tuple[int, int, int]
"""Cells that are one: the first row, the last, and the column, from 0."""


class Refusal(Exception):
    """A workbook is not read: `too_big`, `protected`, `broken`, `no_sheet` or `packed`."""


def shown(value: Any) -> str:
    """A cell as people see it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, datetime):
        # What was typed to the second is kept as a fraction of a day.
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value != int(value):
        written = f"{value:.15g}"
        # 1.234 is one and a bit, and must not be read as a thousand with a point between.
        return written + "0" if _LIKE_GROUPS.fullmatch(written) else written
    size = abs(value)
    if size >= _EXACT or (size >= _DIGITS and value % 10 == 0):
        return f"{value:.14E}"  # not the id that it was: refused as such, like 9.01381E+12
    return str(int(value))


def said(
    rows: Iterable[tuple[int, list[str]]], merged: Iterable[Merged]
) -> Iterator[tuple[int, list[str]]]:
    """Rows without the empty cells at their ends; a cell merged over several says so in each.

    `rows`: the number of each from 0, and its cells. They are changed where they stand.
    """
    begins = sorted(merged, reverse=True)
    standing: dict[int, tuple[int, str]] = {}
    for at, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if any(map(str.strip, cells)):
            for column, (last, text) in standing.items():
                if at <= last:
                    cells.extend([""] * (column + 1 - len(cells)))
                    cells[column] = cells[column] or text
            yield at, cells
        while begins and begins[-1][0] <= at:
            first, last, column = begins.pop()
            if first == at and column < len(cells):
                standing[column] = (last, cells[column])
