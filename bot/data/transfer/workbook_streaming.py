"""Large workbooks of Excel, read row by row in memory that does not grow with them.

They say what calamine reads of the same sheet, about a third as fast. The texts that cells share
lie on disk; of a sheet no more is held than the rows of one piece.
"""

import os
import re
import tempfile
import zipfile
from array import array
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from bot.data.transfer.workbook_cells import COLUMNS, ROWS, Merged, Refusal, said, shown

LARGE = 32 << 20
"""Bytes of a workbook, unpacked, from which on a workbook is read so: what calamine needs
for less is about 90 MB."""
_PIECE = 1 << 14
"""Bytes read at a time: of few, many rows can be made that are sixteen thousand cells wide."""
BOOK = "xl/workbook.xml"
"""Where every workbook of Excel begins."""
_TEXTS, _STYLES = "sharedStrings", "styles"
_VALUES = frozenset({"v", "t"})
_KEPT = 64
"""Characters of a text up to which it is kept in memory when it has just been used."""
_AMOUNT, _MOMENT, _LASTS = "", "moment", "lasts"
_BUILT_IN = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), _MOMENT),
    46: _LASTS,
}
"""What the numbers of formats mean that are written nowhere (ECMA-376, 18.8.30)."""
_ASIDE = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
"""What says nothing in a format: texts, colours, languages, room."""
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_OF_TIME = re.compile(r"[dmyhs]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FIGURES = "0123456789"
_LETTERS = re.compile(r"[A-Z]{1,3}")
_CELL = rb"[A-Z]{1,3}\d{1,7}"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"'](%b):(%b)[\"']" % (_CELL, _CELL))
_LONGEST_TAG = 256
_LONGEST_MARK = 1 << 20
"""Bytes of a tag with all that it says: expat before 2.6 begins it anew with every piece."""
_LONGEST_FORMAT = 255
"""Characters, as in Excel; to look through more takes the longer the more there are."""
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  no zones
_LAST_DAY = 2_958_466
"""The first of January 10000, which no calendar has."""


class SheetPart(NamedTuple):
    """A sheet as the workbook names it."""

    name: str
    visible: bool
    part: str
    """Where it is in the archive."""


class Book:
    """A workbook in its archive. Errors of zip and XML come out as they are."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Find its sheets. Raises Refusal."""
        self._archive = archive
        related = self._related()
        self.sheets: list[SheetPart] = []
        self._epoch = _EPOCH

        def begin(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self._epoch = _EPOCH_1904
            if name == "sheet":
                key = next((value for at, value in attributes.items() if at.endswith(":id")), "")
                kind, part = related.get(key, ("", ""))
                if kind == "worksheet":
                    seen = attributes.get("state", "visible") == "visible"
                    self.sheets.append(SheetPart(attributes.get("name", ""), seen, part))

        self._parse(BOOK, begin)
        parts = dict(related.values())
        self._formats = self._read_formats(parts.get(_STYLES, ""))
        self._texts = self._read_texts(parts.get(_TEXTS, ""))

    def close(self) -> None:
        """Let the texts go."""
        self._texts.close()

    def rows(self, sheet: SheetPart) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet that say something: the number of each from 0, and its cells."""
        merged = self._merged(sheet.part)
        cells = _Cells(self._formats, self._texts, self._epoch)
        yield from said(self._read(sheet.part, cells), merged)

    def _read(self, part: str, cells: "_Cells") -> Iterator[tuple[int, list[str]]]:
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = cells.begin, cells.end
        parser.CharacterDataHandler = cells.text
        for _ in self._fed(part, parser):
            yield from cells.done()

    def _merged(self, part: str) -> list[Merged]:
        """Cells merged over several rows, which stand below the rows."""
        found: list[Merged] = []
        rest = b""
        with self._archive.open(part) as file:
            while piece := file.read(_PIECE):
                whole = rest + piece
                at = whole.rfind(b"<")
                rest = whole[at:][:_LONGEST_TAG] if at >= 0 else b""
                for begin, end in _MERGED.findall(whole[:at]):
                    (first, column), (last, _) = _place(begin), _place(end)
                    if last > first:
                        found.append((first, last, column))
        return found

    def _parse(self, part: str, begin: Callable[[str, dict[str, str]], None]) -> None:
        if part not in self._archive.NameToInfo:
            return
        parser = _parser()
        parser.StartElementHandler = lambda name, attributes: begin(_local(name), attributes)
        for _ in self._fed(part, parser):
            pass

    def _fed(self, part: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Parse a part piece by piece. Raises Refusal."""
        read = 0
        with self._archive.open(part) as file:
            while piece := file.read(_PIECE):
                parser.Parse(piece, False)
                read += len(piece)
                if read - parser.CurrentByteIndex > _LONGEST_MARK:
                    raise Refusal("too_big")
                yield
        parser.Parse(b"", True)
        yield

    def _related(self) -> dict[str, tuple[str, str]]:
        """Parts of the workbook: kind and place of each, by its id."""
        found: dict[str, tuple[str, str]] = {}

        def begin(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship":
                target = normpath(join("/", dirname(BOOK), attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        self._parse("xl/_rels/workbook.xml.rels", begin)
        return found

    def _read_formats(self, part: str) -> list[str]:
        """What the numbers of each style are: amounts, moments, or how long something lasts."""
        own: dict[str, str] = {}
        formats: list[str] = []
        inside = False

        def begin(name: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            if name == "numFmt":
                code = attributes.get("formatCode", "")[:_LONGEST_FORMAT]
                own[attributes.get("numFmtId", "")] = format_of(code)
            elif name in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
                inside = name == "cellXfs"
            elif name == "xf" and inside:
                number = attributes.get("numFmtId", "0")
                built_in = _BUILT_IN.get(int(number), "") if number.isdecimal() else ""
                formats.append(own.get(number, built_in))

        self._parse(part, begin)
        return formats

    def _read_texts(self, part: str) -> "_Texts":
        texts = _Texts()
        if part in self._archive.NameToInfo:
            parser = _parser()
            parser.StartElementHandler, parser.EndElementHandler = texts.begin, texts.end
            parser.CharacterDataHandler = texts.text
            for _ in self._fed(part, parser):
                pass
        texts.finish()
        return texts


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse  # no part has one; entities come with it
    return parser


def _refuse(*_: object) -> None:
    raise Refusal("broken")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def format_of(code: str) -> str:
    """What numbers are that are shown by a format of one's own."""
    first = _ASIDE.sub("", code).partition(";")[0]
    if _ELAPSED.search(first):
        return _LASTS
    return _MOMENT if first.casefold() != "general" and _OF_TIME.search(first) else _AMOUNT


@lru_cache(maxsize=COLUMNS)
def _column(letters: str) -> int:
    """The number of a column from 0. Raises Refusal."""
    number = 0
    for letter in letters if _LETTERS.fullmatch(letters) else "":
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= COLUMNS:
        raise Refusal("broken")
    return number - 1


def _place(name: bytes) -> tuple[int, int]:
    """Row and column of `B7`, from 0. Raises Refusal."""
    place = name.decode()
    letters = place.rstrip(_FIGURES)
    return int(place[len(letters) :]) - 1, _column(letters)


def _unescaped(text: str) -> str:
    """A text with the characters that XML has no room for."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Texts:
    """The texts that cells share, on disk, each with the place where it ends."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  see `close`
        self._ends = array("Q", [0])
        self._parts: list[str] = []
        self._inside = self._aside = False
        self.recent = lru_cache(maxsize=4096)(self._read)

    def begin(self, name: str, _: dict[str, str]) -> None:
        kind = _local(name)
        self._aside = self._aside or kind == "rPh"
        self._inside = kind == "t" and not self._aside

    def end(self, name: str) -> None:
        kind = _local(name)
        self._inside = False
        if kind == "rPh":
            self._aside = False
        elif kind == "si":
            text = _unescaped("".join(self._parts)).encode()
            self._file.write(text)
            self._ends.append(self._ends[-1] + len(text))
            self._parts = []

    def text(self, data: str) -> None:
        if self._inside:
            self._parts.append(data)

    def finish(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _read(self, number: int) -> str:
        begin, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - begin, begin).decode()

    def __getitem__(self, number: int) -> str:
        """A text by its number. Raises Refusal when there is none."""
        if not 0 <= number < len(self._ends) - 1:
            raise Refusal("broken")
        short = self._ends[number + 1] - self._ends[number] <= _KEPT
        return self.recent(number) if short else self._read(number)


class _Cells:
    """Hears the XML of a sheet, and makes rows of it."""

    def __init__(self, formats: list[str], texts: _Texts, epoch: datetime) -> None:
        self._formats, self._texts, self._epoch = formats, texts, epoch
        self._rows: list[tuple[int, list[str]]] = []
        self._row, self._column = -1, -1
        self._cells: list[str] = []
        self._type = self._style = ""
        self._inside = False
        self._value: list[str] = []

    def done(self) -> list[tuple[int, list[str]]]:
        """The rows that have ended since."""
        rows, self._rows = self._rows, []
        return rows

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self._column = _column(place.rstrip(_FIGURES)) if place else self._column + 1
            self._type, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._value = []
        elif name in _VALUES:
            self._inside = (name == "t") == (self._type == "inlineStr")
        elif name == "row":
            self._begin_row(attributes.get("r", ""))
        elif ":" in name:
            self.begin(_local(name), attributes)

    def _begin_row(self, number: str) -> None:
        self._row = int(number) - 1 if number[:9].isdecimal() else self._row + 1
        self._column, self._cells = -1, []
        if not 0 <= self._row < ROWS:
            raise Refusal("broken")

    def text(self, data: str) -> None:
        if self._inside:
            self._value.append(data)

    def end(self, name: str) -> None:
        if name in _VALUES:
            self._inside = False
        elif name == "c":
            if self._value:
                self._put(self._shown())
        elif name == "row":
            self._rows.append((self._row, self._cells))
        elif ":" in name:
            self.end(_local(name))

    def _put(self, text: str) -> None:
        cells, column = self._cells, self._column
        missing = column - len(cells)
        if missing > 0:
            cells += [""] * missing
        if missing >= 0:
            cells.append(text)
        else:
            cells[column] = text

    def _shown(self) -> str:
        kind, value = self._type, "".join(self._value)
        if kind in ("inlineStr", "str"):
            return _unescaped(value) if "_x" in value else value
        if kind == "s":
            return self._texts[int(value)] if value.isdecimal() else ""
        if kind == "b":
            return shown(value != "0")
        if kind == "e":
            return ""
        return value.replace("T", " ") if kind == "d" else self._number(value)

    def _number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        style = int(self._style) if self._style.isdecimal() else 0
        kind = self._formats[style] if style < len(self._formats) else _AMOUNT
        return shown(_moment(number, kind, self._epoch) if kind else number)


def _moment(days: float, kind: str, epoch: datetime) -> date | time | timedelta | float:
    """What a number of days since the epoch is; Excel's 1900 had a 29th of February."""
    if kind == _LASTS:
        return timedelta(milliseconds=round(days * 86_400_000)) if abs(days) < _LAST_DAY else days
    if not 0 <= days < _LAST_DAY:
        return days  # no moment that can be told
    begun = epoch + timedelta(days=1) if days < 60 and epoch == _EPOCH else epoch
    moment = begun + timedelta(milliseconds=round(days * 86_400_000))
    if days < 1:
        return moment.time()
    return moment.date() if days == int(days) else moment
