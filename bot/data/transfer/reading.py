"""Reading a CSV file row by row, with true line numbers, however large it is."""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from bot.data.transfer.errors import TransferError

_DELIMITERS = ",;\t"
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of file."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

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


@dataclass(frozen=True, slots=True)
class Header:
    """The first row: names as they stand there, and where the known columns are."""

    names: tuple[str, ...]
    places: dict[str, int]
    delimiter: str
    doubts: tuple[str, ...] = ()
    """Sentences about columns that were probably meant otherwise."""

    def cells_of(self, row: Row) -> dict[str, str]:
        """The known columns of a row that are not empty."""
        cells = row.cells
        found = {name: cells[at].strip() for name, at in self.places.items() if at < len(cells)}
        return {name: cell for name, cell in found.items() if cell}


def check_encoding(path: Path) -> None:
    """See that the whole file is UTF-8 before anything of it is taken.

    Raises TransferError with the line of the first byte that is not.
    """
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                line += piece[: max(error.start, 0)].count(b"\n")
                raise TransferError(
                    f"{path} is not UTF-8: line {line} holds other bytes. Save it as "
                    '"CSV UTF-8"; nothing was taken.'
                ) from None
            line += piece.count(b"\n")
            if not piece:
                return


def open_table(file: TextIO, path: Path, columns: Columns) -> tuple[Header, Iterator[Row]]:
    """Read the header, and give it with an iterator over the rows that follow.

    `file` is opened with `newline=""` and `utf-8-sig`. Raises TransferError for a header that
    does not have the required columns.
    """
    first = file.readline()
    if not first.strip():
        raise TransferError(f"{path} has no header row. Expected: {','.join(columns.known)}")
    delimiter = _delimiter(first, columns)
    names = next(csv.reader([first], delimiter=delimiter), [])
    header = _header(names, delimiter, path, columns)
    return header, _rows(file, header)


def _delimiter(first: str, columns: Columns) -> str:
    """The one that splits the header into the most known columns; spreadsheets differ."""

    def known(delimiter: str) -> int:
        names = next(csv.reader([first], delimiter=delimiter), [])
        return sum(_plain(name) in columns.known for name in names)

    return max(_DELIMITERS, key=known)


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _header(names: list[str], delimiter: str, path: Path, columns: Columns) -> Header:
    places: dict[str, int] = {}
    for position, name in enumerate(map(_plain, names)):
        if name in columns.known and name in places:
            raise TransferError(f"{path}, line 1: the column {name} is there twice. Remove one.")
        if name in columns.known:
            places[name] = position
    doubts = [_doubt(name, columns, places) for name in map(_plain, names)]
    missing = [name for name in columns.required if name not in places]
    if missing:
        hints = " ".join(doubt for doubt in doubts if doubt)
        raise TransferError(
            f"{path}, line 1: missing column {', '.join(missing)}. "
            f"Expected: {','.join(columns.known)}. {hints}".rstrip()
        )
    return Header(tuple(names), places, delimiter, tuple(filter(None, doubts)))


def _doubt(name: str, columns: Columns, places: dict[str, int]) -> str:
    absent = [known for known in columns.known if known not in places]
    close = get_close_matches(name, absent, n=1) if name not in columns.known else []
    return f"The column {name[:40]!r} is not known; did you mean {close[0]!r}?" if close else ""


def _rows(file: TextIO, header: Header) -> Iterator[Row]:
    reader = csv.reader(file, delimiter=header.delimiter, strict=True)
    before = reader.line_num
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(before + 2, (), _broken(before + 2, reader.line_num + 1, error), True)
        else:
            if any(cell.strip() for cell in cells):
                yield Row(before + 2, tuple(cells), _too_many(cells, header))
        before = reader.line_num


def _broken(first: int, last: int, error: csv.Error) -> str:
    where = f"lines {first} to {last} " if last > first else "the row "
    return f"{where}cannot be read ({error}); is a quote not closed or not doubled?"


def _too_many(cells: list[str], header: Header) -> str:
    extra = [cell for cell in cells[len(header.names) :] if cell.strip()]
    if not extra:
        return ""
    return (
        f"{len(cells)} cells, but the header has {len(header.names)}; put a cell that holds "
        f"{header.delimiter!r} into double quotes"
    )


def progress_of(file: TextIO) -> Callable[[], int]:
    """A function that tells how many bytes of the file were read so far."""
    return file.buffer.tell
