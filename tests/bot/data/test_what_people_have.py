"""Files as people have them: other encodings, other systems' exports, local forms of everything."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.items import CustomerItem, Faulty, read_item
from bot.data.transfer import cells
from bot.data.transfer.cells import Reading, country_of_zone
from bot.data.transfer.encodings import encoding_of
from bot.data.transfer.errors import NotATable, TransferError
from bot.data.transfer.importing import CUSTOMERS, EVENTS, ORDERS, Kind, import_file
from bot.data.transfer.maps import parsed
from tests.bot.data.test_csv import Taker, rejected, written

BERLIN = Reading("Europe/Berlin", "DE")


async def read(
    folder: Path, content: str | bytes, kind: Kind = CUSTOMERS, **how: Any
) -> tuple[list[Any], Any, Taker]:
    taker = Taker()
    how = {"reading": BERLIN} | how
    summary = await import_file(
        written(folder, content), kind, taker, warn=taker.warnings.append,
        progress=taker.positions.append, **how,
    )  # fmt: skip
    return taker.items, summary, taker


def test_no_language_is_called_like_a_tag() -> None:
    """A cell that looks like a tag is taken as one, without the names of all languages."""
    assert not any(cells._TAG.fullmatch(name) for name in cells._language_names())


# -- encodings and dialects -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
async def test_unicode(tmp_path: Path, encoding: str) -> None:
    content = "ref\tname\nC-1\tАнна\nC-2\t李娜\n".encode(encoding)
    items, _, _ = await read(tmp_path, content)
    assert [item.name for item in items] == ["Анна", "李娜"]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1251", ["Анна Иванова", "ПЁТР", "Юля"]),
        ("cp1252", ["Jürgen Müßig", "José Núñez", "Ævar – “x”"]),
        ("gb18030", ["李娜", "王小明", "欧阳修"]),
        ("koi8-r", ["Анна Иванова", "ПЁТР", "Юля"]),
        ("cp866", ["Анна Иванова", "ПЁТР", "Юля"]),
        ("mac-cyrillic", ["Анна Иванова", "ПЁТР", "Юля"]),
        ("cp1250", ["Łukasz Żółć", "Jiří Dvořák", "Šárka Němcová"]),
        ("cp1250", ["Jiří Dvořák", "Šárka Kučerová", "Tomáš Růžička"]),
        ("cp1254", ["Çağrı Şimşek", "Işık Öztürk"]),
        ("mac-roman", ["Jürgen Müßig", "José Núñez"]),
        ("cp850", ["Jürgen Müßig", "José Núñez"]),
        ("big5", ["陳大文", "林美玲", "張家豪"]),
        ("cp932", ["山田太郎", "佐藤さくら", "鈴木"]),
    ],
)
async def test_encodings_of_before(tmp_path: Path, encoding: str, names: list[str]) -> None:
    rows = "".join(f"C-{n};{name}\n" for n, name in enumerate(names))
    items, _, taker = await read(tmp_path, f"ref;name\n{rows}".encode(encoding))
    assert [item.name for item in items] == names
    # Nothing in the file says so: whoever looks at the names is shown some.
    [warning] = [each for each in taker.warnings if each.startswith("Its letters are read as")]
    assert names[1] in warning


async def test_an_encoding_is_named(tmp_path: Path) -> None:
    content = "ref;name\nC-1;Γιώργος\n".encode("cp1253")
    [item], _, taker = await read(tmp_path, content, encoding="windows-1253")
    assert (item.name, taker.warnings) == ("Γιώργος", [])
    for name in ("cp9999", "base64", "a\0b"):
        with pytest.raises(TransferError, match="--encoding"):
            await read(tmp_path, content, encoding=name)


async def test_one_broken_character_does_not_make_all_of_them_other_ones(tmp_path: Path) -> None:
    content = "ref,name\nC-1,Анна\nC-2,Bo".encode() + b"\xff" + "b\nC-3,Юля\n".encode()
    items, summary, _ = await read(tmp_path, content)
    assert [item.name for item in items] == ["Анна", "Юля"]
    assert summary.rejected == 1
    items, summary, _ = await read(tmp_path, "ref,name\nC-1,Ünal\nC-2,M".encode() + b"\xfcller\n")
    assert ([item.name for item in items], summary.rejected) == (["Ünal"], 1)


@given(st.binary(max_size=300))
def test_every_file_has_an_encoding_that_python_knows(content: bytes) -> None:
    try:
        found = encoding_of(lambda: io.BytesIO(b"ref,name\n" + content))
    except NotATable:
        return  # too many bytes that no text has
    assert content.decode(found, "replace") is not None


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\nref;name\nC-1;Anna\n",
        '"sep=;"\nref;name\nC-1;Anna\n',
        "\n\nref,name\nC-1,Anna\n",
        "Customers of the shop\n2026-05-04\n\nref;name\nC-1;Anna\n",
        "клиент,имя\nC-1,Anna\n",
        "客户编号,姓名\nC-1,Anna\n",
        "ref|name\nC-1|Anna\n",
        'ref, name, phone\nC-1, "Anna", ""\n',
        "ref,name\nC-1,Anna\nref,name\n",
        'ref,name\n"=""C-1""",Anna\n',
        '"Customer\nID","Full\nname","Total\nspent"\nC-1,Anna,\n',
        '5" pipes, and more\nref,name\nC-1,Anna\n',
        "Customer ID,First name,Last name\nC-1,Anna,\n",
        "# of the shop\nref,name\nC-1,Anna\n# the end\n",
        "'ref','name','tags'\n'C-1','Anna','a, b'\n",
    ],
)
async def test_what_stands_above_and_what_columns_are_called(tmp_path: Path, content: str) -> None:
    items, _, _ = await read(tmp_path, content)
    assert [(item.ref, item.name) for item in items] == [("C-1", "Anna")]


async def test_a_quote_that_is_not_closed_costs_its_own_row(tmp_path: Path) -> None:
    rows = [f"C-{n},Name {n},note" for n in range(4000)]
    rows[9] = 'C-9,"Name 9,unclosed'
    rows[2700] = 'C-2700,"Name ""2700""",note'
    items, summary, _ = await read(tmp_path, "ref,name,note\n" + "\n".join(rows) + "\n")
    assert len(items) == 3999
    assert summary.rejected == 1
    aside = rejected(tmp_path / "people.csv")
    assert aside[1][0] == "11"
    assert aside[1][2:] == ["C-9", "Name 9,unclosed"]


async def test_a_quote_that_is_closed_rows_later_is_not_closed(tmp_path: Path) -> None:
    rows = ['C-1,"Anna,x', "C-2,Bob,y", "C-3,Carl,z", 'C-4,"Dan"",q"']
    items, summary, _ = await read(tmp_path, "ref,name,note\n" + "\n".join(rows) + "\n")
    assert {"C-2", "C-3"} <= {item.ref for item in items}
    assert len(items) + summary.rejected == 4


@given(
    rows=st.lists(st.text("ab,\"'\n ;x", max_size=12), min_size=1, max_size=12),
)
async def test_no_row_is_lost_without_a_word(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    """Every line is in a row that was taken or in one that was put aside."""
    folder = tmp_path_factory.mktemp("rows")
    lines = [f"C-{n},{row}" for n, row in enumerate(rows)]
    items, _, _ = await read(folder, "ref,name,note\n" + "\n".join(lines) + "\n")
    found = "".join(f"{item.ref} {item.name or ''}" for item in items)
    if (folder / "people.rejected.csv").exists():
        found += str(rejected(folder / "people.csv"))
    taken = [n for n in range(len(rows)) if f"C-{n}" in found]
    quoted = any('"' in row for row in rows)
    assert quoted or taken == list(range(len(rows)))


# -- exports of other systems ---------------------------------------------------------------------

SHOPIFY = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Country Code,Phone,Default Address Phone,Total Spent,Total Orders,Tags\n"
    '\'9013808660771,Lena,Morris,l@example.org,yes,,US,,(555) 555-5555,997.98,3,"VIP, eu"\n'
)
WOO = (
    "ID,user_login,user_email,first_name,last_name,billing_phone,billing_country\n"
    "26,john,j@example.org,John,O&Doe,0151 12345678,DE\n"
)
STRIPE = (
    "id,Description,Email,Name,Created (UTC),Delinquent,Card ID,Total Spend\n"
    "cus_9s6,,a@example.org,Anna,2026-05-04 09:00,false,,120.50\n"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage\n"
    "7751,Anna,Berg,a@example.org,+49 (0)30 1234567,Lead\n"
)
MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,LEID,EUID,TAGS\n"
    'a@example.org,Anna,Berg,2,4711,ab12cd,"""VIP"",""eu"""\n'
)


SUBSCRIPTIONS = (
    "id,Customer ID,Customer Description,Customer Email,Plan,Quantity,Interval,Status,"
    "Created (UTC)\nsub_1,cus_9s6,Anna,a@example.org,price_1,1,month,active,2026-05-04 09:00\n"
)
IN_RUSSIAN = (
    "Адрес эл. почты,Имя,Фамилия,Телефон,MEMBER_RATING,LEID,EUID,TAGS\n"
    "a@example.org,Анна,Берг,030 1234567,2,4711,ab12cd,\n"
)


@pytest.mark.parametrize(
    ("content", "system", "expected"),
    [
        (SUBSCRIPTIONS, "Stripe", {"ref": "stripe:cus_9s6", "name": "Anna"}),
        (
            IN_RUSSIAN,
            "Mailchimp",
            {"ref": "mailchimp:ab12cd", "name": "Анна Берг", "phone": "+49301234567"},
        ),
        (
            HUBSPOT.replace("Record ID", "Record ID - Contact"),
            "HubSpot",
            {"ref": "hubspot:7751", "name": "Anna Berg", "phone": "+49301234567"},
        ),
        (
            SHOPIFY,
            "Shopify",
            {
                "ref": "shopify:9013808660771",
                "name": "Lena Morris",
                "phone": "+15555555555",
                "tags": ("VIP", "eu"),
                "value": 997,
            },
        ),
        (WOO, "WooCommerce", {"ref": "woo:26", "name": "John O&Doe", "phone": "+4915112345678"}),
        (STRIPE, "Stripe", {"ref": "stripe:cus_9s6", "name": "Anna", "value": 120}),
        (
            HUBSPOT,
            "HubSpot",
            {"ref": "hubspot:7751", "name": "Anna Berg", "phone": "+49301234567"},
        ),
        (
            MAILCHIMP,
            "Mailchimp",
            {"ref": "mailchimp:ab12cd", "name": "Anna Berg", "tags": ("VIP", "eu")},
        ),
    ],
)
async def test_an_export_is_taken_as_it_comes(
    tmp_path: Path, content: str, system: str, expected: dict[str, Any]
) -> None:
    [item], _, taker = await read(tmp_path, content)
    assert item.given() | {"ref": item.ref} == expected
    assert f"Read as an export of {system}." in taker.warnings


async def test_a_column_says_that_its_moments_are_in_utc(tmp_path: Path) -> None:
    head = "id,Created date (UTC),Amount,Amount Refunded,Description,Status,Customer ID,"
    row = "ch_1,2026-11-20 10:00,20.00,0.00,Lumen Tea,Paid,cus_9s6,a@example.org\n"
    [item], _, _ = await read(tmp_path, f"{head}Customer Email\n{row}", ORDERS)
    assert item.at == datetime(2026, 11, 20, 10, tzinfo=UTC)


async def test_columns_are_mapped(tmp_path: Path) -> None:
    _, chosen = parsed("crm: ref=Kd-Nr, name=Vorname+Nachname, phone=Tel", CUSTOMERS)
    content = "Kd-Nr;Vorname;Nachname;Tel\n17;Anna;Berg;030 1234567\n"
    [item], _, _ = await read(tmp_path, content, chosen=chosen)
    assert (item.ref, item.name, item.phone) == ("17", "Anna Berg", "+49301234567")
    with pytest.raises(TransferError, match="no column 'Tel' to be mapped"):
        await read(tmp_path, "Kd-Nr;Vorname;Nachname\n17;Anna;Berg\n", chosen=chosen)


@pytest.mark.parametrize("text", [":ref=a", "crm:name=a", "crm:reff=a", "crm:ref", "x" * 50])
def test_a_map_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(TransferError, match="--map"):
        parsed(text, CUSTOMERS)


# -- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1,234.56", 1234), ("120.00", 120), ("1 234", 1234), ("€120", 120), ("1.234,56", 1234),
        ("120", 120), ("0", 0), ("-5", -5), ("1\u00a0234,50 ₽", 1234), ("¥12,000", 12000),
        ("997.98", 997), ("0.123", 0), ("1,23E+06", "1,23E+06"), ("₹1,23,456", 123456),
        ("(12.50)", -12), ("CHF 1'234.50", 1234), ("１２３", 123), ("-$12.50", -12),
        ("12,50-", -12), ("€ 12,-", 12), ("-0.50", 0), ("1\u2009234", 1234), ("12 € EUR", 12),
        ("1,5 тыс.", "1,5 тыс."), ("1.5k", "1.5k"), ("3万", "3万"),
    ],
)  # fmt: skip
def test_amounts(written: str, amount: int | str) -> None:
    assert cells.whole(written) == str(amount)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20 10:11:12", "2026-11-20T09:11:12"),
        ("20.11.2026 10:11", "2026-11-20T09:11:00"),
        ("20.11.26 10:11", "2026-11-20T09:11:00"),
        ("20.11.99", "1999-11-19T23:00:00"),
        ("11/20/2026", "2026-11-19T23:00:00"),
        ("11/20/26", "2026-11-19T23:00:00"),
        ("2026-11-20", "2026-11-19T23:00:00"),
        ("2026-11-20T10:11:12+02:00", "2026-11-20T08:11:12"),
        ("2026-11-20 10:11:12 +0200", "2026-11-20T08:11:12"),
        ("2026-11-20 10:11:12 UTC", "2026-11-20T10:11:12"),
        ("1700000000", "2023-11-14T22:13:20"),
        ("1700000000000", "2023-11-14T22:13:20"),
        ("Nov 20, 2026", "2026-11-19T23:00:00"),
        ("2026-11-20T24:00:00Z", "2026-11-21T00:00:00"),
        ("2026-11-20 10:11 PM +0200", "2026-11-20T20:11:00"),
        ("2026年11月20日 10:11", "2026-11-20T09:11:00"),
        ("2026年11月20日下午2:30", "2026-11-20T13:30:00"),
        ("20. November 2026, 10:11 Uhr", "2026-11-20T09:11:00"),
        ("пт, 20 ноября 2026 г., 10:11", "2026-11-20T09:11:00"),
        ("20 de noviembre de 2026", "2026-11-19T23:00:00"),
        ("Fri, 20 Nov 2026 10:11:12 +0200", "2026-11-20T08:11:12"),
        ("Fri Nov 20 2026 10:11:12 GMT+0200 (EET)", "2026-11-20T08:11:12"),
        ("Nov 20th, 2026 at 2:30 PM", "2026-11-20T13:30:00"),
        ("20-Nov-2026", "2026-11-19T23:00:00"),
        ("20261120", "2026-11-19T23:00:00"),
        ("1700000000.5", "2023-11-14T22:13:20"),
        ("45231", "2023-10-31T23:00:00"),
        ("45231,75", "2023-11-01T17:00:00"),
        ("1 дек. 2025", "2025-11-30T23:00:00"),
        ("1-Dec-25", "2025-11-30T23:00:00"),
        ("1er décembre 2025", "2025-11-30T23:00:00"),
        ("Dec 1 2025 3pm", "2025-12-01T14:00:00"),
        ("2025.12.01. 15:04", "2025-12-01T14:04:00"),
        ("2025-12-01 15.04", "2025-12-01T14:04:00"),
        ("2025年12月1日 15时04分", "2025-12-01T14:04:00"),
        ("20251201150405", "2025-12-01T14:04:05"),
        ("2025-12-01 15:04 MSK", "2025-12-01T12:04:00"),
    ],
)
async def test_moments(tmp_path: Path, written: str, moment: str) -> None:
    content = io.StringIO()
    csv.writer(content).writerows(
        [["id", "customer", "type", "at"], ["1", "C-1", "Order placed", written]]
    )
    [item], _, _ = await read(tmp_path, content.getvalue(), EVENTS)
    assert item.at == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert item.type == "order_placed"


async def test_the_order_of_days_and_months_is_the_files(tmp_path: Path) -> None:
    head = "id,customer,type,at\n1,C-1,a,03/04/2026\n"
    items, _, _ = await read(tmp_path, head + "2,C-1,a,25/12/2026\n", EVENTS)
    assert items[0].at.astimezone(UTC).month == 4
    items, summary, taker = await read(tmp_path, head, EVENTS)
    assert (items, summary.rejected) == ([], 1)
    assert "03/04/2026 may be two. Say which stands first: --day-first" in taker.warnings[0]
    items, _, taker = await read(tmp_path, head, EVENTS, reading=replace(BERLIN, day_first=False))
    assert (items[0].at.month, taker.warnings) == (3, [])


async def test_a_short_year_that_may_stand_first_is_asked_about(tmp_path: Path) -> None:
    head = "id,customer,type,at\n1,C-1,a,20/11/26\n"
    items, summary, _ = await read(tmp_path, head, EVENTS)
    assert (items, summary.rejected) == ([], 1)
    items, _, _ = await read(tmp_path, head + "2,C-1,a,25/12/2026\n", EVENTS)
    assert items[0].at == datetime(2026, 11, 19, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+49 (0)30 1234567", "+49301234567"), ("+44 (0)20 7946 0000", "+442079460000"),
        ("+41 (0)79 123 45 67", "+41791234567"), ("+7 (8) 916 123 45 67", "+79161234567"),
        ("0049 (0)151 12345678", "+4915112345678"), ("+49 030 1234567", "+49301234567"),
        ("4915112345678", "+4915112345678"),
        ("030 1234567", "+49301234567"), ("+1 555 0100", None), ("+999 1234567", None),
        ("030 1234567 (mobile)", "+49301234567"), ("030 1234567 home", "+49301234567"),
        ("+49 30 1234567 ext. 12", "+49301234567"),
    ],
)  # fmt: skip
async def test_phones(tmp_path: Path, written: str, number: str | None) -> None:
    [item], summary, _ = await read(tmp_path, f"ref,phone\nC-1,{written}\n")
    assert item.phone == number
    assert summary.incomplete == (number is None)


@pytest.mark.parametrize(
    ("written", "lasts"),
    [
        ("P14D", "P14D"),
        ("14 days", "P14D"),
        ("2 недели", "P2W"),
        ("3个月", "P3M"),
        ("soon", "soon"),
    ],
)
def test_periods(written: str, lasts: str) -> None:
    assert cells.period(written) == lasts


def test_tags_that_a_program_has_written() -> None:
    assert cells.tags('["a", "b"]') == cells.tags("{a,b}") == cells.tags("'a'; b") == ("a", "b")


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("English", "en"), ("русский", "ru"), ("Russian", "ru"), ("中文", "zh"), ("de_AT", "de-AT"),
        ("ua", "uk"), ("xx", None), ("rus", "ru"), ("en_US.UTF-8", "en-US"), ("NULL", None),
    ],
)  # fmt: skip
async def test_languages(tmp_path: Path, written: str, tag: str | None) -> None:
    [item], _, _ = await read(tmp_path, f"ref,language\nC-1,{written}\n")
    assert item.language == tag


@pytest.mark.parametrize(
    ("written", "ref", "name"),
    [
        ("Given name;Surname;ref\nAnna;Berg;C-1", "C-1", "Anna Berg"),
        ("Код;Фамилия;Имя;Отчество\nC-1;Иванова;Анна;Петровна", "C-1", "Анна Иванова"),
        ("客户编号,姓,名\nC-1,王,小明", "C-1", "王小明"),
        ("ref;name\nAnn <ann@example.org>;Ann", "ann@example.org", "Ann"),
    ],
)
async def test_names(tmp_path: Path, written: str, ref: str, name: str) -> None:
    [item], _, _ = await read(tmp_path, written)
    assert (item.ref, item.name) == (ref, name)


@pytest.mark.parametrize(
    "line", ["Total,,30", "Итого: 30,,", ",合计,30", "Код,Имя,Ценность", "(id),(text),(EUR)"]
)
async def test_what_is_about_nobody_is_nobody(tmp_path: Path, line: str) -> None:
    items, summary, _ = await read(tmp_path, f"ref,name,value\n{line}\nC-1,Total,10\n")
    assert ([item.name for item in items], summary.rejected) == (["Total"], 1)
    assert "a heading or a line of totals" in rejected(tmp_path / "people.csv")[1][1]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'[{"ref": "C-1"}]', "json"), (b"<?xml version='1.0'?><a/>", "markup"),
        (b"\n<table><tr><td>ref", "markup"), (b"BEGIN:VCARD\nFN:Anna", "vcard"),
        (b"\x89PNG\r\n", "binary"), (b"\0" * 999, "binary"), (bytes(range(256)), "binary"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said(content: bytes, what: str) -> None:
    with pytest.raises(NotATable) as error:
        encoding_of(lambda: io.BytesIO(content))
    assert error.value.what == what


async def test_a_doubtful_cell_costs_the_cell(tmp_path: Path) -> None:
    many = "|".join(f"t{n}" for n in range(60))
    content = f'ref,name,tags,value\nC-1,"Anna\nBerg",{many},plenty\n'
    [item], summary, _ = await read(tmp_path, content)
    assert (item.name, len(item.tags), item.value) == ("Anna Berg", 50, None)
    assert (summary.incomplete, summary.rejected) == (1, 0)


async def test_what_programs_write_for_nothing_and_for_browsers(tmp_path: Path) -> None:
    head = "ref,name,phone,time_zone\n"
    rows = "C-1,NULL,n/a,europe/berlin\nC-2,O&#8217;Conner &amp; <b>S\u00f6hne</b>,-,\n\\N,Anna,,\n"
    rows += "C-4,A & B\u200d <3,,\n"
    items, summary, _ = await read(tmp_path, head + rows)
    assert [(item.name, item.phone, item.time_zone) for item in items] == [
        (None, None, "Europe/Berlin"),
        ("O’Conner & Söhne", None, None),
        ("A & B\u200d <3", None, None),
    ]
    assert (summary.incomplete, summary.rejected) == (0, 1)
    assert rejected(tmp_path / "people.csv")[1][1].startswith("ref: missing")


@pytest.mark.parametrize("quote", ["", '"'])
async def test_a_huge_cell_ends_no_import(tmp_path: Path, quote: str) -> None:
    huge = f"ref,name,note\nC-1,Anna,{quote}{'x' * 200_000}{quote}\nC-2,Bob,y\n"
    items, summary, _ = await read(tmp_path, huge)
    assert [item.name for item in items][-1] == "Bob"
    assert len(items) + summary.rejected == 2


# -- rows that contradict one another -------------------------------------------------------------


async def test_rows_that_contradict_one_another_are_named_and_not_taken(tmp_path: Path) -> None:
    content = "ref,name,phone\nC-1,Anna,\nC-2,Bob,\nC-1,Boris,\nC-2,Bob,+4915111111111\n"
    items, summary, taker = await read(tmp_path, content)
    assert [item.ref for item in items] == ["C-2", "C-2"]
    assert summary.rejected == 2
    assert taker.warnings[0] == "Lines 2, 4 are about the same ref and differ in name."
    assert [row[0] for row in rejected(tmp_path / "people.csv")[1:]] == ["2", "4"]


async def test_one_id_for_two_things_is_named(tmp_path: Path) -> None:
    head = "id,customer,type,at,product\n"
    rows = "1041,C-1,order_placed,2026-11-20T10:11:12Z,Tea\n"
    rows += "1041,C-1,purchase,2026-11-21T10:11:12Z,Tea\n"
    items, summary, _ = await read(tmp_path, head + rows, EVENTS)
    assert (items, summary.rejected) == ([], 2)


@pytest.mark.parametrize(
    "ref", ["9.01381E+12", "1,00e+12", "1.5E12", "901380866077000000", "9E+15", "####"]
)
async def test_what_a_spreadsheet_has_made_of_an_id_is_no_id(tmp_path: Path, ref: str) -> None:
    items, summary, _ = await read(tmp_path, f'ref,name\n"{ref}",Anna\n')
    assert (items, summary.rejected) == ([], 1)
    assert "spreadsheet" in rejected(tmp_path / "people.csv")[1][1]
    # In an export, too, where the name of its system stands before the number.
    head = "Customer ID,First Name,Last Name,Email,Total Spent"
    items, _, _ = await read(tmp_path, f'{head}\n"{ref}",Anna,K,a@example.org,9\n')
    said = rejected(tmp_path / "people.csv")[1][1]
    assert (items, said) == (
        [],
        "ref: expected the id itself; a spreadsheet has shortened this one",
    )


@pytest.mark.parametrize("ref", ["1e5", "00123", "123.0", "9013808660771", "E+1", "#1041"])
def test_what_only_looks_like_it_is_one(ref: str) -> None:
    assert read_item(CustomerItem, {"ref": ref}).ref == ref


def test_an_id_that_was_shortened_is_refused_at_every_door() -> None:
    with pytest.raises(Faulty, match="a spreadsheet has shortened"):
        read_item(CustomerItem, {"ref": "9.01381E+12"})


def test_a_zone_has_a_country() -> None:
    assert country_of_zone("Europe/Berlin") == "DE"
    assert country_of_zone("UTC") == ""
