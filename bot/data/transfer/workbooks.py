"""Workbooks as tables: read by a process of its own into a file without a name, row by row."""

import io
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

import bot
from bot.data.transfer.encodings import Open
from bot.data.transfer.errors import NotATable, TransferError
from bot.data.transfer.reading import MOST_ABOVE, Columns, Header, Row, fitting, header_of

_READER = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from bot.data.transfer.workbook_reader import main; main(sys.argv[1:])"
)
_ROOT = str(Path(bot.__file__).parents[1])
"""Where the reader finds itself: what is isolated looks nowhere of itself."""
_SECONDS = 300.0
"""How long the reader may take; its own limit is of the processor's time."""
_PIECE = 1 << 20
_ENVIRONMENT = {
    name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR") if name in os.environ
}
"""No token, no key: the reader needs nothing of ours."""


class Spool:
    """The rows of all sheets, on disk; they go when nobody holds this any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it is closed with this object
        weakref.finalize(self, self._file.close)

    def fileno(self) -> int:
        """The file, for whoever writes it."""
        return self._file.fileno()

    def lines(self, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
        """The lines between two positions, each with the position up to which was read."""
        at, rest = begin, b""
        while at < end:
            piece = os.pread(self._file.fileno(), min(_PIECE, end - at), at)
            if not piece:
                return
            at += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield at, line


class SheetSource:
    """One sheet of a workbook."""

    guessed = ""

    def __init__(self, spool: Spool, name: str, told: Mapping[str, Any], delimiter: str) -> None:
        self.name, self.sheet = name, str(told["name"])
        self._spool, self._delimiter = spool, delimiter
        self._begin, self._end = int(told["begin"]), int(told["end"])

    @property
    def size(self) -> int:
        """Bytes to be read."""
        return self._end - self._begin

    def doubtful(self) -> list[str]:
        """None: a workbook says in which encoding it is."""
        return []

    def open(self, columns: Columns, chosen: Mapping[str, str]) -> tuple[Header, "SheetRows"]:
        """Find the header, and give it with the rows below. Raises TransferError."""
        rows = SheetRows(self._spool.lines(self._begin, self._end), self._begin)
        sign = self._delimiter
        candidates = (
            (row.line, header_of(row.cells, sign, columns, chosen)) for row in self._top(rows)
        )
        header = fitting(candidates, self.name, columns, chosen)
        rows.header = header.names
        return header, rows

    def top(self) -> list[Row]:
        """What stands first."""
        return list(self._top(SheetRows(self._spool.lines(self._begin, self._end), self._begin)))

    def _top(self, rows: "SheetRows") -> Iterator[Row]:
        for _ in range(MOST_ABOVE):
            row = next(rows, None)
            if row is None:
                return
            yield row


class SheetRows:
    """The rows of a sheet, one after the other."""

    def __init__(self, lines: Iterator[tuple[int, bytes]], begin: int) -> None:
        self._lines, self._begin, self._at = lines, begin, begin
        self.header: tuple[str, ...] = ()
        """What the columns are called, once that is known; rows that repeat it are none."""

    def __iter__(self) -> "SheetRows":
        return self

    def __next__(self) -> Row:
        for at, line in self._lines:
            self._at = at
            number, *cells = orjson.loads(line)
            row = tuple(cells)
            if row != self.header:
                return Row(number, row)
        raise StopIteration

    @property
    def position(self) -> int:
        """How many bytes have been read."""
        return self._at - self._begin

    def close(self) -> None:
        """Nothing is to be closed: the file goes with the workbook."""


def sheets_of(
    opened: Open, name: str, *, sheet: str | None = None, delimiter: str = ","
) -> list[SheetSource]:
    """Read a workbook: its sheets that can be seen and hold anything, or the one that is named.

    `delimiter`: of the file in which rejected rows come back. Raises TransferError.
    """
    spool = Spool()
    found = [
        SheetSource(spool, name, told, delimiter) for told in _read(opened, name, sheet, spool)
    ]
    full = [each for each in found if each.size]
    if not full:
        raise NotATable("workbook_empty")
    return full


def _read(opened: Open, name: str, sheet: str | None, spool: Spool) -> Sequence[Mapping[str, Any]]:
    command = [sys.executable, "-I", "-c", _READER, _ROOT, *([] if sheet is None else [sheet])]
    with opened() as file:
        content = file.read() if isinstance(file, io.BytesIO) else None
        try:
            done = subprocess.run(  # noqa: S603  our own reader, by its path
                command,
                input=content,
                stdin=None if content is not None else file,
                stdout=spool.fileno(),
                stderr=subprocess.PIPE,
                env=_ENVIRONMENT,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotATable("workbook_too_big") from None
    told = _told(done.stderr)
    if "sheets" in told:
        sheets: Sequence[Mapping[str, Any]] = told["sheets"]
        return sheets
    why = told.get("refused", "too_big")
    if why == "no_sheet":
        raise TransferError(f"{name} has no sheet {sheet!r}.")
    raise NotATable(why if why == "packed" else f"workbook_{why}")


def _told(said: bytes) -> Mapping[str, Any]:
    """What the reader said last; nothing when it died."""
    try:
        told = orjson.loads(said.rpartition(b"\n")[2])
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}
