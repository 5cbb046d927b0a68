"""Reads a workbook, in a process of its own: one that means harm harms nothing else.

    python -I workbook_reader.py [SHEET] < WORKBOOK > ROWS

Without SHEET every sheet that can be seen is read. ROWS gets one JSON array for each row that is
not empty, sheet after sheet: its number in the sheet, then its cells as text, as people see them.
The last line of the standard error is JSON: `sheets` (name, begin, end: bytes in ROWS), or
`refused` (why; see `Refusal`; `stuck`: it is the machine that failed, not the workbook). A process
that dies without a word was in need of too much.

It imports nothing of Verso, so that it starts at once.
"""

import errno
import io
import math
import os
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import orjson
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

LARGEST = 1 << 30
"""Bytes of everything in a workbook when it is unpacked; a table of a million rows has a third."""
MEMORY = 2 << 30
"""Bytes that this process may have: a million rows of six cells take 640 MB."""
SECONDS = 120
"""Of the processor; a million rows take ten."""
ROWS, COLUMNS = 1 << 20, 1 << 14
"""Of a sheet (Excel's own limits); what stands elsewhere is a lie."""
_EXACT, _DIGITS = 1 << 53, 10**15
"""From the first number on not every whole one is a number of a workbook; Excel keeps fifteen
digits and makes the others 0."""
_LIKE_GROUPS = re.compile(r"-?\d{1,3}\.\d{3}")


class Refusal(Exception):
    """A workbook is not read: `too_big`, `protected`, `broken`, `no_sheet` or `packed`."""


def main(arguments: Sequence[str]) -> None:
    """Read, and say what was read or why nothing was."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
    told: dict[str, Any]
    try:
        told = {"sheets": _read(sys.stdin.buffer.read(), arguments, sys.stdout.buffer)}
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
    except BaseException as error:
        # A panic of the reader, which is no Exception: the workbook is not what it says it is.
        told = {"refused": "too_big" if "capacity" in str(error) else "broken"}
    sys.stderr.write("\n" + orjson.dumps(told).decode())


def _read(content: bytes, wanted: Sequence[str], out: BinaryIO) -> list[dict[str, Any]]:
    if content.startswith(b"PK"):
        _weigh(content)
    elif _LOCKED in content:
        raise Refusal("protected")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    del content
    sheets: list[dict[str, Any]] = []
    position = 0
    for at in _chosen(book, wanted):
        begin = position
        for row in _rows(book.get_sheet_by_index(at)):
            line = orjson.dumps(row) + b"\n"
            position += out.write(line)
        sheets.append({"name": book.sheet_names[at], "begin": begin, "end": position})
    out.flush()
    return sheets


def _weigh(content: bytes) -> None:
    """Refuse what is larger than it looks, before it is unpacked. The memory is limited besides:
    what an archive says of itself may be a lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = archive.infolist()
            if sum(each.file_size for each in inside) > LARGEST:
                raise Refusal("too_big")
            names = {each.filename.lower() for each in inside}
            if _OPEN_DOCUMENT in names and b"encryption-data" in archive.read(_MANIFEST):
                raise Refusal("protected")
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError):
        raise Refusal("broken") from None
    if not any(name.endswith(_HEARTS) for name in names):
        raise Refusal("packed")


_OPEN_DOCUMENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_HEARTS = ("workbook.xml", "workbook.bin", _OPEN_DOCUMENT)
"""What an archive has that is a workbook."""
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""What a file holds in which Excel has locked a workbook away."""


def _chosen(book: CalamineWorkbook, wanted: Sequence[str]) -> list[int]:
    sheets = [
        (at, each)
        for at, each in enumerate(book.sheets_metadata)
        if each.typ == SheetTypeEnum.WorkSheet
    ]
    if not wanted:
        return [at for at, each in sheets if each.visible == SheetVisibleEnum.Visible]
    name = wanted[0].strip().casefold()
    found = [at for at, each in sheets if each.name.strip().casefold() == name]
    if not found:
        raise Refusal("no_sheet")
    return found[:1]


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows that say something; a cell merged over several rows says so in each."""
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[0] >= ROWS or sheet.end[1] >= COLUMNS:
        raise Refusal("broken")
    left = sheet.start[1]
    merged = sorted(
        (first[0], last[0], first[1] - left)
        for first, last in sheet.merged_cell_ranges or ()
        if last[0] > first[0] and first[1] >= left
    )[::-1]
    standing: dict[int, tuple[int, str]] = {}
    for at, row in enumerate(sheet.iter_rows()):
        cells = [cell if type(cell) is str else _text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if any(map(str.strip, cells)):
            for column, (last, said) in standing.items():
                if at <= last:
                    cells += [""] * (column + 1 - len(cells))
                    cells[column] = cells[column] or said
            yield [at + 1, *cells]
        while merged and merged[-1][0] <= at:
            first, last, column = merged.pop()
            if first == at and column < len(cells):
                standing[column] = (last, cells[column])


def _text(value: Any) -> str:
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
        shown = f"{value:.15g}"
        # 1.234 is one and a bit, and must not be read as a thousand with a point between.
        return shown + "0" if _LIKE_GROUPS.fullmatch(shown) else shown
    size = abs(value)
    if size >= _EXACT or (size >= _DIGITS and value % 10 == 0):
        return f"{value:.14E}"  # not the id that it was: refused as such, like 9.01381E+12
    return str(int(value))


if __name__ == "__main__":
    main(sys.argv[1:])
