"""CSV files: whatever a spreadsheet or an enemy writes, good rows are taken and bad ones named."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.items import CustomerItem, EventItem, is_shortened
from bot.data.transfer.errors import TransferError
from bot.data.transfer.exporting import cell
from bot.data.transfer.importing import (
    BATCH,
    CUSTOMERS,
    EVENTS,
    Kind,
    Outcome,
    Summary,
    import_file,
)
from bot.data.transfer.reading import NOTHING
from bot.data.transfer.text import TextSource


class Taker:
    """Takes in items like a use case, and remembers them."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.batches: list[int] = []
        self.warnings: list[str] = []
        self.positions: list[int] = []

    async def __call__(self, items: Sequence[Any]) -> list[Outcome]:
        self.items += items
        self.batches.append(len(items))
        return [Outcome("created") for _ in items]


async def taken(path: Path, kind: Kind = CUSTOMERS) -> tuple[Taker, Summary]:
    taker = Taker()
    summary = await import_file(
        path, kind, taker, warn=taker.warnings.append, progress=taker.positions.append
    )
    return taker, summary


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rejected(path: Path) -> list[list[str]]:
    text = path.with_suffix(".rejected.csv").read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_good_rows_are_taken_and_bad_ones_put_aside(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "ref,name,language,time_zone,phone,tags,stage,value,colour\n"
        'a,"Anna\n Ivanova",ru,,,eu,,,red\n'
        'b,"Bob ""B""",,Europe/Berlin,+49 30 1234567,"eu, pro|vip",first_use,120,\n'
        "\n"
        ",nobody,,,,,,,\n"
        "c,,xx!,,,,,much,\n",
    )
    taker, summary = await taken(path)
    assert [item.given() | {"ref": item.ref} for item in taker.items] == [
        {"ref": "a", "name": "Anna Ivanova", "language": "ru", "tags": ("eu",)},
        {
            "ref": "b",
            "name": 'Bob "B"',
            "time_zone": "Europe/Berlin",
            "phone": "+49301234567",
            "tags": ("eu", "pro", "vip"),
            "stage": "first_use",
            "value": 120,
        },
        {"ref": "c"},
    ]
    assert (summary.counts, summary.rejected, summary.incomplete) == ({"created": 3}, 1, 1)
    rows = rejected(path)
    assert rows[0] == [
        "line",
        "reason",
        *["ref", "name", "language", "time_zone", "phone", "tags", "stage", "value", "colour"],
    ]
    assert [row[0] for row in rows[1:]] == ["6", "7"]
    assert "ref: missing" in rows[1][1]
    assert "taken without the cell: language" in rows[2][1]
    assert "value" in rows[2][1]
    assert rows[2][2:5] == ["c", "", "xx!"]


async def test_mended_rejects_can_be_imported(tmp_path: Path) -> None:
    path = written(tmp_path, "ref,language\na,??\nb,de\n")
    await taken(path)
    again = path.with_suffix(".rejected.csv")
    again.write_text(again.read_text("utf-8").replace("??", "ru"), "utf-8")
    taker, summary = await taken(again)
    assert [(item.ref, item.language) for item in taker.items] == [("a", "ru")]
    assert (summary.rejected, summary.incomplete) == (0, 0)


async def test_an_earlier_run_s_rejects_do_not_stay(tmp_path: Path) -> None:
    path = written(tmp_path, "ref\n \x07\n")
    _, summary = await taken(path)
    assert summary.rejects is not None
    assert summary.rejects.exists()
    _, summary = await taken(written(tmp_path, "ref\na\n"))
    assert summary.rejects is None
    assert not path.with_suffix(".rejected.csv").exists()


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffref,name\r\na,Анна\r\n",
        "ref;name\na;Анна\n",
        "ref\tname\na\tАнна\n",
        '\ufeffRef;Name\r\n"a";"Анна"\r\n',
        "ref,name\na,Анна",
        "ref , name\n a , Анна ,,\n",
    ],
)
async def test_what_spreadsheets_write_is_read(tmp_path: Path, content: str) -> None:
    taker, summary = await taken(written(tmp_path, content))
    assert [(item.ref, item.name) for item in taker.items] == [("a", "Анна")]
    assert summary.rejected == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no header row"),
        (b"\n\n", "no header row"),
        (b"refs,name\n", "did you mean 'ref'?"),
        (b"name\nAnna\n", "missing column ref"),
        (b"ref,ref\n", "there twice"),
        (b"PK\x03\x04ref,name\n", "no workbook that can be read"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8bref", "packed"),
    ],
)
async def test_a_file_that_cannot_be_read_changes_nothing(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(TransferError, match=said.replace("?", r"\?")):
        await taken(written(tmp_path, content))
    assert names_in(tmp_path) == ["people.csv"]


async def test_a_column_that_was_probably_meant_otherwise_is_named(tmp_path: Path) -> None:
    taker, _ = await taken(written(tmp_path, "ref,langauge,colour\na,ru,red\n"))
    assert taker.warnings == ["The column 'langauge' is not known; did you mean 'language'?"]


async def test_a_quote_that_is_not_closed_does_not_hide_the_rest(tmp_path: Path) -> None:
    path = written(tmp_path, 'ref,name\na,x\nb,"open\nc,y\n')
    taker, summary = await taken(path)
    assert [item.ref for item in taker.items] == ["a", "c"]
    assert summary.rejected == 1
    assert rejected(path)[1][2:] == ["b", "open"]
    path = written(tmp_path, 'ref,name\na,"x"y\nb,z\n')
    taker, summary = await taken(path)
    assert [item.ref for item in taker.items] == ["b"]
    assert rejected(path)[1][0] == "2"


async def test_too_many_cells_are_not_cut_off(tmp_path: Path) -> None:
    path = written(tmp_path, "ref,name\na,Ivanova, Anna\n")
    _, summary = await taken(path)
    assert summary.rejected == 1
    assert "3 cells, but the header has 2" in rejected(path)[1][1]


async def test_large_files_come_in_batches(tmp_path: Path) -> None:
    count = BATCH * 2 + 7
    path = written(tmp_path, "ref\n" + "".join(f"c{n}\n" for n in range(count)))
    taker, summary = await taken(path)
    assert taker.batches == [BATCH, BATCH, 7]
    assert summary.counts["created"] == count
    assert taker.positions == sorted(taker.positions)


async def test_events(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "id,customer,type,at,period,product\n"
        "1,a,trial_started,2026-05-04T09:30:00+02:00,P14D,pro\n"
        "2,a,trial_started,soon,,\n",
    )
    taker, summary = await taken(path, EVENTS)
    [item] = taker.items
    assert (item.id, item.period, item.product) == ("1", "P14D", "pro")
    assert item.at == datetime(2026, 5, 4, 7, 30, tzinfo=UTC)
    assert summary.rejected == 1


refs = (
    st.text(
        st.characters(
            categories=("L", "M", "N", "P", "S"),
            include_characters=" ",
            exclude_characters="\ufffd<",
        ),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(lambda ref: ref and not ref.startswith(("'", '="')))
    .filter(lambda ref: ref not in NOTHING and not is_shortened(ref))
)
"""Whatever can be printed, without space around it, or what spreadsheets and programs make."""
names = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffd&<"),
        min_size=1,
        max_size=40,
    )
    .map(lambda name: " ".join(name.split()))
    .filter(lambda name: name not in NOTHING)
)


async def test_a_row_may_take_an_event_back(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "id,customer,type,at,withdrawn\n"
        "1,a,purchase,2026-05-04T09:30:00Z,true\n"
        "2,a,purchase,2026-05-04T09:30:00Z,\n"
        "3,a,purchase,2026-05-04T09:30:00Z,perhaps\n",
    )
    taker, summary = await taken(path, EVENTS)
    assert [item.withdrawn for item in taker.items] == [True, None, None]
    assert (summary.rejected, summary.incomplete) == (0, 1)
    assert "withdrawn: expected true or false" in rejected(path)[1][1]


@given(
    st.lists(st.tuples(refs, names), max_size=20, unique_by=lambda pair: pair[0]),
    st.sampled_from(",;\t"),
)
async def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]], delimiter: str
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([("ref", "name"), *people])
    path = written(tmp_path_factory.mktemp("csv"), buffer.getvalue())
    taker, summary = await taken(path)
    assert [(item.ref, item.name or "") for item in taker.items] == people
    assert summary.rejected == 0


@given(st.text(st.sampled_from("ab,; \t\r\n\x0b\x1c\x85\u2028é")), st.sampled_from(",;\t"))
def test_a_line_without_quotes_is_the_row_that_a_reader_of_csv_reads(body: str, sign: str) -> None:
    source = TextSource(lambda: io.BytesIO(f"ref{sign}name\n{body}".encode()), "people.csv")
    rows = source.open(CUSTOMERS.columns, {})[1]
    read = csv.reader(io.StringIO(body, newline=""), delimiter=sign)
    assert [list(row.cells) for row in rows] == [row for row in read if any(map(str.strip, row))]
    rows.close()


@given(st.binary(max_size=400))
async def test_any_bytes_are_read_or_explained(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("csv"), b"ref,name\n" + content)
    taker, summary = await taken(path)
    assert all(isinstance(item, CustomerItem | EventItem) for item in taker.items)
    assert summary.counts["created"] == len(taker.items)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_acts_as_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text(max_size=20))
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text).removeprefix("'") == text.removeprefix("'")
    assert cell(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


def test_values_have_one_form() -> None:
    moment = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    given = [None, True, 7, -7, moment, {"a": [1]}, ["x"]]
    assert [cell(value) for value in given] == [
        "",
        "true",
        "7",
        "-7",
        "2026-05-04T09:30:00+00:00",
        '{"a":[1]}',
        '["x"]',
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_no_cell_acts_as_a_formula_in_any_spreadsheet(sign: str) -> None:
    """Full-width signs begin one where Chinese and Japanese are written."""
    assert cell(f"{sign}cmd()") == f"'{sign}cmd()"
    assert cell(f"1{sign}1") == f"1{sign}1"
