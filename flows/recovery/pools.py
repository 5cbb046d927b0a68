"""Pools of codes: what a file holds, and when admins are told that a pool runs dry."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WARN_AT = (20, 5, 0)
"""Codes left at which admins are told, each once until codes are added."""
LONGEST_CODE = 200
MOST_CODES = 1_000_000
"""Codes in one file."""
_POOL = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_HEADINGS = frozenset({"code", "codes", "coupon", "voucher", "promo code", "gift card", "код"})


class CodesError(Exception):
    """A file of codes cannot be taken in; says what to do, and holds no code."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What a file holds."""

    lines: Mapping[str, int]
    """The codes, each once, with the line on which it stands first."""
    again: Sequence[int]
    """The lines on which a code stands that was there before."""


def is_pool(name: str) -> bool:
    """Whether a pool may be called so: as an id of the configuration."""
    return _POOL.fullmatch(name) is not None


def read_codes(text: str) -> Codes:
    """Read a file of codes: one a line, or a table whose column `code` (else its first) has them.

    Raises CodesError for a file without codes, and for what can be no code.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    column, rows = _table(lines)
    found: dict[str, int] = {}
    again: list[int] = []
    for line, cells in rows:
        code = cells[column].strip() if column < len(cells) else ""
        if not code:
            continue
        if len(code) > LONGEST_CODE or not code.isprintable():
            raise CodesError(
                f"Line {line} is no code: at most {LONGEST_CODE} visible characters. Nothing was "
                "taken in."
            )
        if code in found:
            again.append(line)
        found.setdefault(code, line)
    if not found:
        raise CodesError("There is no code in the file. Write one on each line.")
    if len(found) > MOST_CODES:
        raise CodesError(f"The file has more than {MOST_CODES} codes. Split it.")
    return Codes(found, again)


def _table(lines: Sequence[str]) -> tuple[int, list[tuple[int, list[str]]]]:
    """The column with the codes, and the rows below the heading with their lines."""
    first = lines[0] if lines else ""
    mark = next((each for each in (";", "\t", ",") if each in first), "")
    if mark:
        # Line by line: a code has no line break, and the lines are named by their numbers.
        rows = [(at, next(csv.reader([line], delimiter=mark), [])) for at, line in _named(lines)]
    else:
        rows = [(at, [line.strip().strip('"')]) for at, line in _named(lines)]
    headings = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    column = next((at for at, each in enumerate(headings) if each in _HEADINGS), None)
    return (0, rows) if column is None else (column, rows[1:])


def _named(lines: Sequence[str]) -> list[tuple[int, str]]:
    return [(at, line) for at, line in enumerate(lines, 1) if line.strip()]


def warning(left: int, told: int | None) -> int | None:
    """The threshold that admins are to be told of now; None: none, or it was told.

    `told` is the lowest threshold that they were told of since codes were added.
    """
    reached = min((each for each in WARN_AT if left <= each), default=None)
    return reached if reached is not None and (told is None or reached < told) else None
