"""Excel workbooks written by hand, row by row, so that a million take no memory."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from typing import IO, Any
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DAYS_FROM = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook knows no zones
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
    "</styleSheet>"
)

_COLUMNS = [first + last for first in ("", *ascii_uppercase) for last in ascii_uppercase]
_HIDDEN = {True: ' state="hidden"', False: ""}


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows, whether it is hidden, and which cells are one (`B2:B3`)."""

    name: str
    rows: Iterable[Sequence[Any]]
    hidden: bool = False
    merged: Sequence[str] = ()
    raw: str = ""
    """XML of further rows."""


def write(target: IO[bytes], sheets: Sequence[Sheet], *, shared: bool = False) -> None:
    """Write a workbook. `shared`: its texts stand by themselves, each once, as Excel does it."""
    texts: dict[str, int] | None = {} if shared else None
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _related([("officeDocument", "xl/workbook.xml")]))
        named = "".join(
            f'<sheet name="{escape(sheet.name)}" sheetId="{at}"{_HIDDEN[sheet.hidden]} '
            f'r:id="r{at}"/>'
            for at, sheet in enumerate(sheets, 1)
        )
        book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        parts = [("worksheet", f"worksheets/{at}.xml") for at in range(1, len(sheets) + 1)]
        parts += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        archive.writestr("xl/_rels/workbook.xml.rels", _related(parts))
        archive.writestr("xl/styles.xml", _STYLES)
        for at, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/{at}.xml", "w", force_zip64=True) as file:
                _write_sheet(file, sheet, texts)
        said = "".join(f"<si>{_text(text)}</si>" for text in texts or ())
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{said}</sst>')


def workbook(*sheets: Sheet, shared: bool = False) -> bytes:
    """A workbook as bytes."""
    made = io.BytesIO()
    write(made, sheets, shared=shared)
    return made.getvalue()


def _related(parts: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _write_sheet(file: IO[bytes], sheet: Sheet, texts: dict[str, int] | None) -> None:
    file.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
    for number, row in enumerate(sheet.rows, 1):
        cells = "".join(
            _cell(f"{_COLUMNS[at]}{number}", value, texts)
            for at, value in enumerate(row)
            if value is not None
        )
        file.write(f'<row r="{number}">{cells}</row>'.encode())
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in sheet.merged)
    ends = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    file.write(f"{sheet.raw}</sheetData>{ends}</worksheet>".encode())


def _text(said: str) -> str:
    return f'<t xml:space="preserve">{escape(said)}</t>'


def _cell(place: str, value: Any, texts: dict[str, int] | None) -> str:
    if isinstance(value, str) and value.startswith("="):
        return f'<c r="{place}" t="str"><f>{value[1:]}</f><v>{value[1:]}</v></c>'
    if isinstance(value, str) and texts is not None:
        return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is>{_text(value)}</is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        days = (value - _DAYS_FROM).total_seconds() / 86400
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'
