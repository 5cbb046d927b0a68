"""Reading a table of text row by row, with true line numbers, however large or broken it is."""

import contextlib
import csv
import io
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import TextIO

from bot.data.transfer import layouts
from bot.data.transfer.encodings import Open, encoding_of
from bot.data.transfer.errors import TransferError, UnknownColumns
from bot.data.transfer.layouts import Layout, Places, plain

_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r'"?sep=(?P<sign>[,;\t|])"?\s*', re.IGNORECASE)
"""What Excel writes and reads above a table."""
MOST_ABOVE = 20
"""Lines that may stand above the header: a title, a date, nothing."""
LONGEST_ROW = 200
"""Lines of one row. A quote that is not closed would swallow all that follow."""


_UNREADABLE, _NOT_TEXT = "\ufffd", "the row holds characters that cannot be read"


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


@dataclass(frozen=True, slots=True)
class Row:
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
    _single: tuple[tuple[str, int], ...] = field(init=False, repr=False)
    """Fields with one column, which nearly all have, and it."""
    _others: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        single = {
            name: choices[0][0]
            for name, choices in self.places.items()
            if len(choices) == 1 and len(choices[0]) == 1
        }
        object.__setattr__(self, "_single", tuple(single.items()))
        others = tuple(name for name in self.places if name not in single)
        object.__setattr__(self, "_others", others)

    def cells_of(self, row: Row) -> dict[str, str]:
        """The known columns of a row that are not empty."""
        found, cells = dict[str, str](), row.cells
        width = len(cells)
        for name, at in self._single:
            if at < width and (cell := cells[at].strip()):
                found[name] = cell
        for name in self._others:
            if cell := self._joined(cells, self.places[name]):
                found[name] = cell
        return found

    def cell_of(self, row: Row, name: str) -> str:
        """One known column of a row; empty: it is, or there is no such column."""
        places = self.places.get(name)
        return self._joined(row.cells, places) if places else ""

    def country_of(self, row: Row) -> str:
        """The country that a row names; empty: none."""
        at = self.country
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""

    def _joined(self, cells: Sequence[str], choices: tuple[tuple[int, ...], ...]) -> str:
        if len(choices) == 1 and len(choices[0]) == 1:
            [at] = choices[0]
            return cells[at].strip() if at < len(cells) else ""
        for places in choices:
            found = [cells[at].strip() for at in places if at < len(cells)]
            if any(found):
                return " ".join(filter(None, found))
        return ""


class _TooLong(Exception):
    """A row has more lines than any row has."""


class Lines:
    """The lines of a file; those of a row that turns out to be none are given again."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        """The lines of the row in hand."""
        self.number = 1
        """Of the first of them, from 1."""

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LONGEST_ROW:
            raise _TooLong
        line = self._again.popleft() if self._again else next(self._file)
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """Begin a row with the next line."""
        self.number += len(self.taken)
        self.taken = []

    def give_back(self, kept: int) -> None:
        """Give all but the first lines of the row again."""
        self._again.extendleft(reversed(self.taken[kept:]))
        del self.taken[kept:]

    @property
    def position(self) -> int:
        """How many bytes of the file have been read."""
        return self._file.buffer.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class TextSource:
    """A table as text."""

    sheet = ""

    def __init__(self, opened: Open, name: str) -> None:
        """Find out the encoding. Raises NotATable."""
        self.name, self._opened = name, opened
        self.encoding = encoding_of(opened)
        with opened() as file:
            self.size = file.seek(0, os.SEEK_END)

    def open(self, columns: Columns, chosen: Mapping[str, str]) -> "tuple[Header, TextRows]":
        """Find the header, and give it with the rows below.

        `chosen`: columns by field, as somebody has mapped them. Raises TransferError when no line
        has the columns that are needed.
        """
        lines = Lines(self._text())
        try:
            header = fitting(_candidates(lines, columns, chosen), self.name, columns, chosen)
        except BaseException:
            lines.close()
            raise
        return header, TextRows(lines, header)

    def top(self) -> list[Row]:
        """What stands first, split by the sign that gives the most cells."""
        with contextlib.closing(Lines(self._text())) as lines:
            told, found = "", list[tuple[int, str]]()
            for number, line, told in _full(lines):  # noqa: B007  the last of them counts
                found.append((number, line))
        every = [
            [Row(number, tuple(_cells(line, sign))) for number, line in found]
            for sign in told or _DELIMITERS
        ]
        return max(every, key=lambda rows: max((len(row.cells) for row in rows), default=0))

    def _text(self) -> TextIO:
        return io.TextIOWrapper(self._opened(), self.encoding, errors="replace", newline="")


class TextRows:
    """The rows of a text, one after the other."""

    def __init__(self, lines: Lines, header: Header) -> None:
        self._lines, self._rows = lines, _rows(lines, header)

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def __next__(self) -> Row:
        return next(self._rows)

    @property
    def position(self) -> int:
        """How many bytes have been read."""
        return self._lines.position

    def close(self) -> None:
        """Close the file."""
        self._lines.close()


def _full(lines: Lines) -> Iterator[tuple[int, str, str]]:
    """The first lines that are not empty: number, line, and the separator that was told above."""
    told, seen = "", False
    for line in islice(lines, MOST_ABOVE):
        separator = _SEPARATOR.fullmatch(line)
        if separator is not None and not seen:
            told = separator["sign"]
        elif line.strip(" \t\r\n,;"):
            seen = True
            yield lines.number, line, told
        lines.begin()


def _candidates(
    lines: Lines, columns: Columns, chosen: Mapping[str, str]
) -> Iterator[tuple[int, Header]]:
    for number, line, told in _full(lines):
        yield number, _header(line, told, columns, chosen)


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
        raise TransferError(f"{where}: the column {found} is there twice. Remove one.")
    return header


def _header(line: str, told: str, columns: Columns, chosen: Mapping[str, str]) -> Header:
    """A line as a header, split by the sign that gives the most known columns."""
    signs = told or _DELIMITERS
    headers = [header_of(_cells(line, sign), sign, columns, chosen) for sign in signs]
    return max(headers, key=lambda header: (len(header.places), len(header.names)))


def _cells(line: str, sign: str) -> list[str]:
    return next(csv.reader([line], delimiter=sign), [])


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


def _rows(lines: Lines, header: Header) -> Iterator[Row]:
    lines.begin()
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            if not lines.taken:
                return
            yield _broken(lines, header, error)
            reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
            continue
        taken = lines.taken
        if len(taken) > _SUSPICIOUS and _swallows(taken, header):
            yield _broken(lines, header, None)
        elif any(map(str.strip, cells)):
            if _UNREADABLE in taken[0] or _UNREADABLE in "".join(taken[1:]):
                yield Row(lines.number, tuple(cells), _NOT_TEXT, broken=True)
            else:
                fault = _too_many(cells, header) if len(cells) > len(header.names) else ""
                yield Row(lines.number, tuple(cells), fault)


_SUSPICIOUS = 3
"""Lines of one row above which they are looked at."""


def _swallows(taken: Sequence[str], header: Header) -> bool:
    """Whether the lines of one row look like rows each: a quote was not closed where it should."""
    width = len(header.names) - 1
    inner = taken[1:-1]
    return (
        width > 0
        and len(inner) > 1
        and all(line.count(header.delimiter) == width for line in inner)
    )


def _broken(lines: Lines, header: Header, error: Exception | None) -> Row:
    """The first line of what cannot be read, as far as it can be split; the rest is read again."""
    number = lines.number
    lines.give_back(1)
    cells = next(csv.reader([lines.taken[0].rstrip("\r\n")], delimiter=header.delimiter), [])
    why = f" ({error})" if isinstance(error, csv.Error) else ""
    reason = f"the row cannot be read{why}; is a quote not closed or not doubled?"
    return Row(number, tuple(cells), reason, broken=True)


def _too_many(cells: list[str], header: Header) -> str:
    extra = [cell for cell in cells[len(header.names) :] if cell.strip()]
    if not extra:
        return ""
    return (
        f"{len(cells)} cells, but the header has {len(header.names)}; put a cell that holds "
        f"{header.delimiter!r} into double quotes"
    )
