"""What a table is made of: its header, with the columns that are known, and its rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from bot.data.transfer import layouts
from bot.data.transfer.errors import ColumnTwice, TransferError, UnknownColumns
from bot.data.transfer.layouts import Layout, Places, plain

_HAN = re.compile(r"[\u3400-\u9fff]{1,4}")
"""Chinese names have no space inside."""
MOST_ABOVE = 20
"""Lines that may stand above the header: a title, a date, nothing."""

NOTHING = frozenset({
    "NULL", "null", "\\N", "None", "nan", "NaN", "<NA>", "N/A", "n/a", "#N/A", "#NV", "#Н/Д",
    "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "-", "–", "—",
})  # fmt: skip
"""What programs write into a cell in which there is nothing, and people, too."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of file."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    kind: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional


class Row(NamedTuple):
    """One row: its first line (from 1, header included), its cells, and why it cannot be read."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""
    broken: bool = False
    """Whether the fault is that it is no row at all; else it has too many cells."""
    also: tuple[tuple[str, ...], ...] = ()
    """The cells of further rows that are about the same order."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns as they stand there, and where the known ones are."""

    names: tuple[str, ...]
    places: Places
    delimiter: str
    doubts: tuple[tuple[str, str], ...] = ()
    """Columns that were probably meant otherwise, and as which."""
    layout: Layout | None = None
    """Whose export it is; None: columns of our own, or mapped ones."""
    country: int | None = None
    """The column with the country of a phone number that names none."""
    quote: str = '"'
    """What stands around cells that hold the delimiter."""
    _single: Mapping[str, int] = field(init=False, repr=False)
    """Fields with one column, which nearly all have, and it."""
    _others: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        single = {
            name: choices[0][0]
            for name, choices in self.places.items()
            if len(choices) == 1 and len(choices[0]) == 1
        }
        object.__setattr__(self, "_single", single)
        others = tuple(name for name in self.places if name not in single)
        object.__setattr__(self, "_others", others)

    @property
    def is_in_utc(self) -> bool:
        """Whether the column of moments says that they are."""
        found = {at for choice in self.places.get("at", ()) for at in choice}
        return any(plain(self.names[at]).endswith(" utc") for at in found)

    def cells_of(self, row: Row) -> dict[str, str]:
        """The known columns of a row that are not empty."""
        found, cells = dict[str, str](), row.cells
        width = len(cells)
        for name, at in self._single.items():
            if at < width and (cell := cells[at].strip()) and cell not in NOTHING:
                found[name] = cell
        for name in self._others:
            if cell := self._joined(cells, self.places[name]):
                found[name] = cell
        return found

    def cell_of(self, row: Row, name: str) -> str:
        """One known column of a row; empty: it is, or there is no such column."""
        at = self._single.get(name)
        if at is not None:
            cell = row.cells[at].strip() if at < len(row.cells) else ""
            return "" if cell in NOTHING else cell
        places = self.places.get(name)
        return self._joined(row.cells, places) if places else ""

    def country_of(self, row: Row) -> str:
        """The country that a row names; empty: none."""
        at = self.country
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""

    def _joined(self, cells: Sequence[str], choices: tuple[tuple[int, ...], ...]) -> str:
        for places in choices:
            found = [cells[at].strip() for at in places if at < len(cells)]
            said = [cell for cell in found if cell and cell not in NOTHING]
            if said:
                return ("" if all(map(_HAN.fullmatch, said)) else " ").join(said)
        return ""


def fitting(
    candidates: Iterable[tuple[int, Header]],
    name: str,
    columns: Columns,
    chosen: Mapping[str, str],
) -> Header:
    """The first line that has the needed columns; a title may stand above it.

    Raises TransferError.
    """
    first: tuple[int, Header] | None = None
    for number, header in candidates:
        first = first or (number, header)
        if not _missing(header, columns):
            where = f"{name}, line {number}"
            _check_chosen(header, chosen, where)
            return _without_twice(header, columns, where)
    if first is None:
        raise UnknownColumns(f"{name} has no header row. Expected: {','.join(columns.known)}")
    number, header = first
    missing, hints = ", ".join(_missing(header, columns)), " ".join(map(in_words, header.doubts))
    raise UnknownColumns(
        f"{name}, line {number}: missing column {missing}. "
        f"Expected: {','.join(columns.known)}. {hints}".rstrip()
    )


def _check_chosen(header: Header, chosen: Mapping[str, str], where: str) -> None:
    known = set(map(plain, header.names))
    for columns in chosen.values():
        for each in layouts.parts(columns, known):
            if plain(each) not in known:
                raise TransferError(f"{where}: there is no column {each.strip()!r} to be mapped.")


def _missing(header: Header, columns: Columns) -> list[str]:
    return [name for name in columns.required if name not in header.places]


def _without_twice(header: Header, columns: Columns, where: str) -> Header:
    found = layouts.find(header.names, columns.kind, columns.known, {}).twice
    if found and header.layout is None:
        raise ColumnTwice(where, found)
    return header


def header_of(
    names: Sequence[str], sign: str, columns: Columns, chosen: Mapping[str, str]
) -> Header:
    """The cells of a line as a header."""
    found = layouts.find(names, columns.kind, columns.known, chosen)
    doubts: list[tuple[str, str] | None] = []
    if found.layout is None and not chosen:
        every = found.places.values()
        taken = {at for choices in every for places in choices for at in places}
        others = [name for at, name in enumerate(names) if at not in taken]
        doubts = [_doubt(plain(name), columns, found.places) for name in others]
    return Header(
        tuple(names), found.places, sign, tuple(filter(None, doubts)), found.layout, found.country
    )


def _doubt(name: str, columns: Columns, places: Places) -> tuple[str, str] | None:
    absent = [known for known in columns.known if known not in places]
    written = name.replace(" ", "_")
    close = get_close_matches(written, absent, n=1)
    return (written[:40], close[0]) if close else None


def in_words(doubt: tuple[str, str]) -> str:
    """What is said of a column that was probably meant otherwise."""
    name, meant = doubt
    return f"The column {name!r} is not known; did you mean {meant!r}?"
