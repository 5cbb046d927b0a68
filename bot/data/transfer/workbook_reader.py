"""Reads a workbook, in a process of its own: one that means harm harms nothing else.

    workbook_reader [SHEET] < WORKBOOK > ROWS

Without SHEET every sheet that can be seen is read. ROWS gets one JSON array for each row that is
not empty, sheet after sheet: its number in the sheet, then its cells as text, as people see them.
The last line of the standard error is JSON: `sheets` (name, begin, end: bytes in ROWS), or
`refused` (why; see `Refusal`; `stuck`: it is the machine that failed, not the workbook). A process
that dies without a word was in need of too much.

It imports nothing of Verso but what reads workbooks, so that it starts at once.
"""

import errno
import io
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, BinaryIO, TypeVar
from xml.parsers.expat import ExpatError
from xml.parsers.expat.errors import XML_ERROR_NO_MEMORY, codes

import orjson
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.data.transfer import workbook_streaming as streaming
from bot.data.transfer.workbook_cells import COLUMNS, ROWS, Refusal, said, shown

LARGEST = 1 << 30
"""Bytes of everything in a workbook when it is unpacked; a table of a million rows has a third."""
MEMORY = 2 << 30
"""Bytes that this process may have, for sheets with much room between their cells."""
STREAMED = 384 << 20
"""Bytes that it may have for what is read row by row, whatever is written in it."""
SHEETS = 1000
"""Of a workbook; each may name the same part, which is read as often."""
LONGEST_ROW = 4 << 20
"""Bytes of a row as JSON, of which whoever reads ROWS holds one at a time."""
_LONGEST_NAME = 255
SECONDS = 120
"""Of the processor; a million rows take thirty."""


def main(arguments: Sequence[str]) -> None:
    """Read, and say what was read or why nothing was."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (STREAMED, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
    told: dict[str, Any]
    try:
        told = {"sheets": _read(_content(), arguments, sys.stdout.buffer)}
    except Refusal as error:
        told = {"refused": str(error)}
    except PasswordError:
        told = {"refused": "protected"}
    except MemoryError:
        told = {"refused": "too_big"}
    except OSError as error:
        told = {"refused": "too_big" if error.errno == errno.EFBIG else "stuck"}
    except CalamineError:
        told = {"refused": "broken"}
    except ExpatError as error:
        told = {"refused": "too_big" if error.code == _NO_MEMORY else "broken"}
    except BaseException as error:
        # A panic of the reader, which is no Exception: the workbook is not what it says it is.
        told = {"refused": "too_big" if "capacity" in str(error) else "broken"}
    sys.stderr.write("\n" + orjson.dumps(told).decode())


def _content() -> BinaryIO:
    """The workbook; what comes by a pipe was no file, and is as large as a message."""
    given = sys.stdin.buffer
    return given if given.seekable() else io.BytesIO(given.read())


def _read(content: BinaryIO, wanted: Sequence[str], out: BinaryIO) -> list[dict[str, Any]]:
    start = content.read(4)
    content.seek(0)
    is_large = start.startswith(b"PK") and _weigh(content) >= streaming.LARGE
    content.seek(0)
    if is_large:
        return _written(streamed(content, wanted), out)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    read = content.read()
    if not start.startswith(b"PK") and _LOCKED in read:
        raise Refusal("protected")
    return _written(whole(io.BytesIO(read), wanted), out)


_NO_MEMORY = codes[XML_ERROR_NO_MEMORY]
Rows = Iterator[tuple[int, list[str]]]
"""The number of each row from 0, and its cells."""


def _written(sheets: Iterator[tuple[str, Rows]], out: BinaryIO) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    position = 0
    for name, rows in sheets:
        begin = position
        for at, cells in rows:
            line = orjson.dumps([at + 1, *cells])
            if len(line) > LONGEST_ROW:
                raise Refusal("too_big")
            position += out.write(line + b"\n")
        told.append({"name": name[:_LONGEST_NAME], "begin": begin, "end": position})
    out.flush()
    return told


def whole(content: BinaryIO, wanted: Sequence[str]) -> Iterator[tuple[str, Rows]]:
    """The sheets of any workbook, each held as a whole. Raises Refusal and what calamine does."""
    book = CalamineWorkbook.from_filelike(content)
    sheets = [
        (each.name, each.visible == SheetVisibleEnum.Visible, at)
        for at, each in enumerate(book.sheets_metadata)
        if each.typ == SheetTypeEnum.WorkSheet
    ]
    for name, _, at in _chosen(sheets, wanted):
        yield name, _rows(book.get_sheet_by_index(at))


def streamed(content: BinaryIO, wanted: Sequence[str]) -> Iterator[tuple[str, Rows]]:
    """The sheets of a workbook of Excel. Raises Refusal and what zip and XML do."""
    with zipfile.ZipFile(content) as archive, closing(streaming.Book(archive)) as book:
        for sheet in _chosen(book.sheets, wanted):
            yield sheet.name, book.rows(sheet)


def _weigh(content: BinaryIO) -> int:
    """How much of a workbook of Excel is to be read, in bytes unpacked; 0: it is another one.

    Refuses what is larger than it looks, before it is unpacked. The memory is limited besides:
    what an archive says of itself may be a lie.
    """
    try:
        with zipfile.ZipFile(content) as archive:
            inside = archive.infolist()
            if sum(each.file_size for each in inside) > LARGEST:
                raise Refusal("too_big")
            if any(each.flag_bits & _ENCRYPTED for each in inside):
                raise Refusal("protected")
            names = {each.filename.lower() for each in inside}
            if _OPEN_DOCUMENT in names and b"encryption-data" in archive.read(_MANIFEST):
                raise Refusal("protected")
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError):
        raise Refusal("broken") from None
    if not any(name.endswith(_HEARTS) for name in names):
        raise Refusal("packed")
    if streaming.BOOK not in {each.filename for each in inside}:
        return 0
    # Any part may be a sheet, wherever it stands and whatever it is called.
    return sum(each.file_size for each in inside)


_ENCRYPTED = 1
"""The bit of an archive's part that needs a password."""
_OPEN_DOCUMENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_HEARTS = ("workbook.xml", "workbook.bin", _OPEN_DOCUMENT)
"""What an archive has that is a workbook."""
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""What a file holds in which Excel has locked a workbook away."""


S = TypeVar("S", bound=tuple[str, bool, Any])


def _chosen(sheets: Sequence[S], wanted: Sequence[str]) -> Sequence[S]:
    """The sheets that can be seen, or the one that is wanted."""
    if len(sheets) > SHEETS:
        raise Refusal("too_big")
    if not wanted:
        return [each for each in sheets if each[1]]
    name = wanted[0].strip().casefold()
    found = [each for each in sheets if each[0].strip().casefold() == name]
    if not found:
        raise Refusal("no_sheet")
    return found[:1]


def _rows(sheet: CalamineSheet) -> Rows:
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[0] >= ROWS or sheet.end[1] >= COLUMNS:
        raise Refusal("broken")
    left = sheet.start[1]
    merged = [
        (first[0], last[0], first[1] - left)
        for first, last in sheet.merged_cell_ranges or ()
        if last[0] > first[0] and first[1] >= left
    ]
    rows = (
        [cell if type(cell) is str else shown(cell) for cell in row] for row in sheet.iter_rows()
    )
    yield from said(enumerate(rows), merged)
