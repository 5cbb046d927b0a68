"""A table of text, read row by row, with true line numbers, however large or broken it is."""

import contextlib
import csv
import io
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TextIO

from bot.data.transfer.encodings import GUESSED, Open, encoding_of, named
from bot.data.transfer.reading import MOST_ABOVE, Columns, Header, Row, fitting, header_of

_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r'"?sep=(?P<sign>[,;\t|])"?\s*', re.IGNORECASE)
"""What Excel writes and reads above a table."""
_FOREIGN = re.compile(r"(?:[^\W\d_]* ?)[^\W\d_]*[^\x00-\x7f]{1,20}[^\W\d_]{0,20}")
_WORDS_SHOWN = 3
_SINGLE = re.compile(r"\s*'[^'\"]*'(?:[,;\t|]\s*'[^'\"]*')+\s*")
"""A line whose cells all stand in single quotes."""
LONGEST_ROW = 200
"""Lines of one row. A quote that is not closed would swallow all that follow."""
_LINES_OF_HEADER = 12
"""Lines over which the names of columns may go."""
_UNREADABLE, _NOT_TEXT = "\ufffd", "the row holds characters that cannot be read"


_COMMENT = "# "
"""How programs begin a line that is no row."""


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

    def first(self) -> str | None:
        """Begin a row, and give its first line; None: there are no more."""
        self.number += len(self.taken)
        line = self._again.popleft() if self._again else next(self._file, None)
        self.taken = [] if line is None else [line]
        return line

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

    def __init__(self, opened: Open, name: str, encoding: str | None = None) -> None:
        """Find out the encoding, unless somebody names it. Raises TransferError."""
        self.name, self._opened = name, opened
        self.encoding = encoding_of(opened) if encoding is None else named(encoding)
        self.guessed = GUESSED.get(self.encoding, "") if encoding is None else ""
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

    def doubtful(self) -> list[str]:
        """Some of the words that another encoding would make other ones."""
        found: dict[str, None] = {}
        with self._text() as text:
            while len(found) < _WORDS_SHOWN and (piece := text.read(1 << 16)):
                found |= dict.fromkeys(_FOREIGN.findall(piece)[:_WORDS_SHOWN])
        return list(found)[:_WORDS_SHOWN]

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
            yield lines.number, _closed(line, lines), told
        lines.begin()


def _closed(line: str, lines: Lines) -> str:
    """A line with those below it in which its last quote is closed: names of columns are written
    on several lines, too."""
    whole = line
    while whole.count('"') % 2:
        more = next(lines, None) if len(lines.taken) < _LINES_OF_HEADER else None
        if more is None:
            lines.give_back(1)
            return line
        whole += more
    return whole


def _candidates(
    lines: Lines, columns: Columns, chosen: Mapping[str, str]
) -> Iterator[tuple[int, Header]]:
    for number, line, told in _full(lines):
        yield number, _header(line, told, columns, chosen)


def _header(line: str, told: str, columns: Columns, chosen: Mapping[str, str]) -> Header:
    """A line as a header, split by the sign that gives the most known columns."""
    signs = told or _DELIMITERS
    headers = [header_of(_cells(line, sign), sign, columns, chosen) for sign in signs]
    found = max(headers, key=lambda header: (len(header.places), len(header.names)))
    return replace(found, quote=_quote(line))


def _quote(line: str) -> str:
    """What stands around cells, by their first line."""
    return "'" if _SINGLE.fullmatch(line) else '"'


def _cells(line: str, sign: str) -> list[str]:
    """One line, split; as it stands where no reader of CSV takes it."""
    try:
        return next(_reader([line], sign, _quote(line)), [])
    except csv.Error:
        return line.rstrip("\r\n").split(sign)


def _reader(
    lines: Iterable[str], sign: str, quote: str, *, strict: bool = False
) -> Iterator[list[str]]:
    """Spaces before a cell say nothing, but would hide the quote that follows."""
    return csv.reader(
        lines, delimiter=sign, quotechar=quote, skipinitialspace=sign != "\t", strict=strict
    )


def _rows(lines: Lines, header: Header) -> Iterator[Row]:
    """The rows below the header. A line without a quote is one, and needs no reader of CSV."""
    quoted = _Quoted(lines, header)
    while (line := lines.first()) is not None:
        if header.quote in line:
            lines.give_back(0)
            row = quoted.next()
        else:
            row = _row(lines.number, line.rstrip("\r\n").split(header.delimiter), line, header)
        if row is not None:
            yield row


def _row(number: int, cells: list[str], text: str, header: Header) -> Row | None:
    """The row that has these cells and was written as `text`; None: it is empty, or the header
    once more, as where files were put one below the other."""
    if not (cells[0].strip() or any(map(str.strip, cells))):
        return None
    row = tuple(cells)
    if row == header.names or (text.startswith(_COMMENT) and not any(map(str.strip, row[1:]))):
        return None
    if _UNREADABLE in text:
        return Row(number, row, _NOT_TEXT, broken=True)
    fault = _too_many(cells, header) if len(cells) > len(header.names) else ""
    return Row(number, row, fault)


class _Quoted:
    """Reads rows with quotes, which may have several lines."""

    def __init__(self, lines: Lines, header: Header) -> None:
        self._lines, self._header = lines, header
        self._reader = self._anew()

    def _anew(self) -> Iterator[list[str]]:
        return _reader(self._lines, self._header.delimiter, self._header.quote, strict=True)

    def next(self) -> Row | None:
        """The row that begins with the next line, of which there is one; None: it is empty."""
        lines = self._lines
        try:
            cells = next(self._reader)
        except (csv.Error, _TooLong):
            self._reader = self._anew()
            return _broken(lines, self._header)
        taken = lines.taken
        if len(taken) > _SUSPICIOUS and _swallows(taken, self._header):
            return _broken(lines, self._header)
        return _row(lines.number, cells, "".join(taken), self._header)


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


def _broken(lines: Lines, header: Header) -> Row:
    """The first line of what cannot be read, as far as it can be split; the rest is read again."""
    number = lines.number
    lines.give_back(1)
    cells = _cells(lines.taken[0].rstrip("\r\n"), header.delimiter)
    reason = "the row cannot be read; is a quote not closed or not doubled?"
    return Row(number, tuple(cells), reason, broken=True)


def _too_many(cells: list[str], header: Header) -> str:
    extra = [cell for cell in cells[len(header.names) :] if cell.strip()]
    if not extra:
        return ""
    return (
        f"{len(cells)} cells, but the header has {len(header.names)}; put a cell that holds "
        f"{header.delimiter!r} into double quotes"
    )
