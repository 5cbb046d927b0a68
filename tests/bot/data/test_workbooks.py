"""Workbooks: read as people see them, by a process that a hostile one cannot leave."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.transfer import workbook_reader
from bot.data.transfer.cells import Reading
from bot.data.transfer.errors import NotATable, TransferError
from bot.data.transfer.importing import import_file
from bot.data.transfer.sources import sources_of
from bot.data.transfer.workbook_reader import LONGEST_ROW, SHEETS
from bot.data.transfer.workbook_streaming import LARGE, format_of
from bot.data.transfer.workbooks import SheetSource, sheets_of
from tests.bot.data.test_csv import Taker
from tests.workbooks import Sheet, workbook

BERLIN = Reading("Europe/Berlin", "DE")
AT = datetime(2026, 5, 4, 9, 30, 1)  # noqa: DTZ001  a workbook knows no zones
PEOPLE = [
    ["Customers of the shop"],
    [None],
    [None, "Customer ID", "Full name", "Phone", "Total spent", "Tags"],
    [None, 9013808660771, "Anna", 4915111111111, 123.456, "eu"],
    [None, 9013808660771234567, "Bob"],
    [None, 17, "=Carl", "030 1234567", 12.5, None, "a note beside the table"],
    [None, None, None, None, None, "pro"],
    [None, None, " "],
    [None, None, "Nobody"],
]
ORDERS = [
    ["id", "customer", "type", "at", "withdrawn", "product"],
    ["e-1", 17, "Order placed", AT, True, 0.1],
]
BOOK = (
    Sheet("Old", PEOPLE, hidden=True),
    Sheet("Notes", [["to do"], ["call Anna"]]),
    Sheet("People", PEOPLE, merged=("B6:B7", "C6:C7", "A1:F1")),
    Sheet("Orders", ORDERS),
)


async def taken(folder: Path, sheet: str | None = None) -> Taker:
    path = folder / "people.xlsx"
    path.write_bytes(workbook(*BOOK))
    taker = Taker()
    await import_file(
        path, None, taker, warn=taker.warnings.append, progress=taker.positions.append,
        reading=BERLIN, sheet=sheet, delimiter=";",
    )  # fmt: skip
    return taker


async def test_a_sheet_is_taken_as_people_see_it(tmp_path: Path) -> None:
    taker = await taken(tmp_path)
    assert [item.given() | {"ref": item.ref} for item in taker.items] == [
        {
            "ref": "9013808660771",
            "name": "Anna",
            "phone": "+4915111111111",
            "value": 123,
            "tags": ("eu",),
        },
        {"ref": "17", "name": "Carl", "phone": "+49301234567", "value": 12},
        {"ref": "17", "name": "Carl", "tags": ("pro",)},
    ]
    assert "'People'; left alone are 'Notes', 'Orders'" in taker.warnings[0]
    # Rejected rows say where they stand in the sheet; an id that was rounded is none.
    aside = (tmp_path / "people.rejected.csv").read_text("utf-8-sig").splitlines()
    assert aside[0] == "line;reason;;Customer ID;Full name;Phone;Total spent;Tags"
    assert [line.partition(";")[0] for line in aside[1:]] == ["5", "9"]
    assert "a spreadsheet has shortened this one" in aside[1]
    assert taker.positions == [1.0]
    # What was rejected is a table again: mended, it is taken.
    mended = tmp_path / "mended.csv"
    mended.write_text("\n".join(aside).replace("9.01380866077123E+18", "90138"), "utf-8")
    again = Taker()
    await import_file(mended, None, again, warn=again.warnings.append, progress=print)
    assert [item.ref for item in again.items] == ["90138"]


async def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    [item] = (await taken(tmp_path, "orders")).items
    assert (item.customer, item.type, item.withdrawn) == ("17", "order_placed", True)
    assert (item.at, item.product) == (AT.replace(hour=7, tzinfo=UTC), "0.1")
    assert len((await taken(tmp_path, "Old")).items) == 2
    with pytest.raises(TransferError, match="has no sheet 'None such'"):
        await taken(tmp_path, "None such")
    with pytest.raises(TransferError, match="says itself in which encoding"):
        sources_of(lambda: io.BytesIO(workbook(*BOOK)), "people.xlsx", encoding="koi8-r")


# -- large ones -----------------------------------------------------------------------------------

ROOM = " " * LARGE
"""Says nothing, and makes a workbook one of the large."""
ODD = """<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="d"><v>2026-01-02T03:04:05</v></c>
<c r="D2" t="inlineStr"><is><t xml:space="preserve"> a_x000D_b </t></is></c><c r="E2" s="1">
<v>0.5</v></c><c r="F2" s="1"><v>59</v></c><c r="G2" s="1"><v>61.25</v></c><c r="H2" t="str">
<f>x</f></c><c r="I2"><f>1+1</f><v></v></c><c r="J2" s="1"><v>3000000</v></c><c r="K2"><v>abc</v>
</c></row><row><c t="b"><v>0</v></c><c><v>6</v></c></row>"""


def rows(content: bytes) -> list[tuple[str, list[tuple[int, tuple[str, ...]]]]]:
    def below(sheet: SheetSource) -> list[tuple[int, tuple[str, ...]]]:
        return [(row.line, row.cells) for row in sheet.top()]

    return [(sheet.sheet, below(sheet)) for sheet in sheets_of(lambda: io.BytesIO(content), "a")]


def test_a_large_workbook_is_read_like_any() -> None:
    sheets = [Sheet("Cells", [["ref"]], raw=ODD), *BOOK]
    large = [*sheets[:-1], Sheet("Orders", ORDERS, raw=ROOM)]
    assert rows(workbook(*large, shared=True)) == rows(workbook(*sheets))


CELLS = st.none() | st.text("aß<_x0041 ", max_size=9) | st.booleans() | st.integers() | st.floats(
    allow_nan=False, allow_infinity=False
) | st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1))  # fmt: skip  # noqa: DTZ001


@given(st.lists(st.lists(CELLS, max_size=4), min_size=1, max_size=5), st.booleans())
def test_both_readers_see_the_same(rows: list[list[object]], shared: bool) -> None:
    made = workbook(Sheet("All", [["ref"], *rows], merged=("A1:A3", "B2:B4")), shared=shared)
    one, other = (
        [list(each) for _, each in read(io.BytesIO(made), [])]
        for read in (workbook_reader.whole, workbook_reader.streamed)
    )
    assert one == other


def test_what_others_write_is_a_workbook_too() -> None:
    """With a prefix before every name, dates from 1904 on, and formats of their own."""
    cell = '<row r="1"><c r="A1" s="1"><v>1.5</v></c></row>'
    parts = zipfile.ZipFile(io.BytesIO(workbook(Sheet("All", [], raw=cell))))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in parts.namelist():
            text = parts.read(name).decode()
            if "worksheets/" in name:
                text = re.sub(r"<(/?)(?=\w)", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
            text = text.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
            archive.writestr(name, text)
    [found] = [list(each) for _, each in workbook_reader.streamed(made, [])]
    assert found == [(0, ["1904-01-02 12:00:00"])]
    kinds = [format_of(code) for code in ("dd\\.mm", "[$-409]h:mm AM/PM;@", "[h]:mm", '0 "days"')]
    assert kinds == ["moment", "moment", "lasts", ""]
    assert format_of("[Red]#,##0.00") == format_of("General") == ""


def test_half_a_character_in_a_large_workbook_costs_no_more_than_itself() -> None:
    """Excel writes what XML has no room for by its number, and halves of characters too."""
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>a_xD800_b _xD83D__xDE42_</t></is></c></row>'
    made = workbook(Sheet("All", [], raw=cell + ROOM))
    assert rows(made) == [("All", [(1, ("a\ufffdb 🙂",))])]


def archive(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(name, content)
    return made.getvalue()


def bomb() -> bytes:
    """An archive that says truly how large it is, and is not as large."""
    made = archive("xl/workbook.xml", b"<workbook/>")
    return made.replace((11).to_bytes(4, "little"), (1 << 31).to_bytes(4, "little"))


ENTITIES = b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>' + ROOM.encode()


def with_entities(made: bytes, part: str = "worksheets/1.xml") -> bytes:
    """A workbook in which texts stand for other texts, whatever its part with them is called."""
    parts, anew = zipfile.ZipFile(io.BytesIO(made)), io.BytesIO()
    with zipfile.ZipFile(anew, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name in parts.namelist():
            said = parts.read(name).replace(b"worksheets/1.xml", part.encode())
            if "1.xml" in name:
                name, said = f"xl/{part}", ENTITIES  # noqa: PLW2901  it is called otherwise
            file.writestr(name, said)
    return anew.getvalue()


def locked() -> bytes:
    """A workbook of which an archiver has locked a part away."""
    made = bytearray(workbook(Sheet("A", [["ref"]])))
    made[made.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no archive": (lambda: b"PK\x03\x04" + b"x" * 99, "workbook_broken"),
    "another archive": (lambda: archive("people.csv", b"ref\nC-1\n"), "packed"),
    "a bomb": (bomb, "workbook_too_big"),
    "no XML": (lambda: workbook(Sheet("A", [], raw="<row><c")), "workbook_broken"),
    "far away": (
        lambda: workbook(Sheet("A", [["ref"]], raw='<row><c r="XFD1048576"><v>1</v></c></row>')),
        "workbook_too_big",
    ),
    "beyond every sheet": (
        lambda: workbook(Sheet("A", [], raw='<row><c r="ZZZZZZ99999999999"><v>1</v></c></row>')),
        "workbook_broken",
    ),
    "large, with entities": (lambda: with_entities(workbook(Sheet("A", []))), "workbook_broken"),
    "large, with a text that is not there": (
        lambda: workbook(
            Sheet("A", [], raw=f'{ROOM}<row r="1"><c r="A1" t="s"><v>9</v></c></row>')
        ),
        "workbook_broken",
    ),
    "large, with a row beyond every sheet": (
        lambda: workbook(Sheet("A", [], raw=f'{ROOM}<row r="99999999"/>')),
        "workbook_broken",
    ),
    "large, with a row that is longer than any": (
        lambda: workbook(Sheet("A", [["x" * LONGEST_ROW]], raw=ROOM)),
        "workbook_too_big",
    ),
    "large, with a tag that goes on and on": (
        lambda: workbook(Sheet("A", [], raw=f'<row x="{"1" * (2 << 20)}"/>{ROOM}')),
        "workbook_too_big",
    ),
    "large, with entities, among the pictures": (
        lambda: with_entities(workbook(Sheet("A", [])), "media/1.png"),
        "workbook_broken",
    ),
    "more sheets than anybody has": (
        lambda: workbook(*[Sheet("A", [])] * (SHEETS + 1)),
        "workbook_too_big",
    ),
    "a part that is locked": (locked, "workbook_protected"),
    "nothing": (lambda: workbook(Sheet("A", [["  "]] * 3)), "workbook_empty"),
    "a password": (
        lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "workbook_protected",
    ),
    "an older one that is none": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "workbook_broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_workbook_is_said(name: str) -> None:
    make, what = HOSTILE[name]
    content = make()
    with pytest.raises(NotATable) as error:
        sheets_of(lambda: io.BytesIO(content), "people.xlsx")
    assert error.value.what == what
