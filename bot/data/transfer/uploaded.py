"""A CSV file that came as a message: which kind it is, and its rows."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from bot.data.items import Item
from bot.data.transfer.errors import TransferError
from bot.data.transfer.importing import KINDS, Kind, Sayings, read_row
from bot.data.transfer.reading import Columns, Header, Row, open_table

_PIECE = 1 << 16


class NotUtf8(TransferError):
    """The file is in another encoding; `line` is the first that shows it."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is not UTF-8")
        self.line = line


class UnknownHeader(TransferError):
    """The columns are neither those of customers nor those of events."""


class Sheet:
    """A file's rows, read once from the first to the last."""

    def __init__(self, content: bytes, name: str, say: Sayings) -> None:
        _check_encoding(content)
        self._say = say
        self.kind, self.header, self._rows = _opened(content, name)
        self.position = 0
        """Rows given so far; blank ones do not count."""

    def take(self, count: int) -> list[tuple[Row, Item | str]]:
        """The next rows with what they tell, or why they cannot be taken."""
        rows = list(islice(self._rows, count))
        self.position += len(rows)
        return [(row, read_row(self.kind, self.header, row, self._say)) for row in rows]

    def skip(self, count: int) -> int:
        """Pass over rows without looking at them; give how many there were."""
        passed = sum(1 for _ in islice(self._rows, count))
        self.position += passed
        return passed


def _opened(content: bytes, name: str) -> tuple[Kind, Header, Iterator[Row]]:
    """Take the file for what its header fits."""
    for kind in KINDS.values():
        file = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
        if _fits(file, kind.columns):
            file.seek(0)
            header, rows = open_table(file, Path(name), kind.columns)
            return kind, header, rows
    raise UnknownHeader(f"{name} holds neither customers nor events")


def _fits(file: io.TextIOWrapper, columns: Columns) -> bool:
    first = file.readline().lower()
    split = [next(csv.reader([first], delimiter=sign), []) for sign in ",;\t"]
    names = [{cell.strip().replace(" ", "_") for cell in cells} for cells in split]
    return any(found.issuperset(columns.required) for found in names)


def _check_encoding(content: bytes) -> None:
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    for start in range(0, len(content) + 1, _PIECE):
        piece = content[start : start + _PIECE]
        try:
            decoder.decode(piece, final=start + _PIECE > len(content))
        except UnicodeDecodeError as error:
            raise NotUtf8(line + piece[: max(error.start, 0)].count(b"\n")) from None
        line += piece.count(b"\n")


def rejects(header: Header, rows: Iterable[Row], reasons: Mapping[int, str]) -> bytes:
    """A file of the rows with a reason: mended, it can be sent again like any other."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=header.delimiter)
    writer.writerow(["line", "reason", *header.names])
    for row in rows:
        if row.line in reasons:
            writer.writerow([row.line, reasons[row.line], *row.cells])
    return made.getvalue().encode("utf-8-sig")
