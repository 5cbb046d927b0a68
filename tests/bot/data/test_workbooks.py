"""Workbooks: read as people see them, by a process that a hostile one cannot leave."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.data.transfer.cells import Reading
from bot.data.transfer.errors import NotATable, TransferError
from bot.data.transfer.importing import import_file
from bot.data.transfer.workbooks import sheets_of
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


def archive(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(name, content)
    return made.getvalue()


def bomb() -> bytes:
    """An archive that says truly how large it is, and is not as large."""
    made = archive("xl/workbook.xml", b"<workbook/>")
    return made.replace((11).to_bytes(4, "little"), (1 << 31).to_bytes(4, "little"))


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
