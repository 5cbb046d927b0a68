"""Every column says what erasing a person does with it, and what they say fits together."""

from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from storage.tables import customers, entries, groups, metadata, outbox, tickets, timers
from storage.tables.personal import (
    NOTHING_PERSONAL,
    WITH_ROW,
    Declaration,
    Fate,
    Finds,
    blanked,
    blanks,
    finders,
    finding,
    goes,
    personal,
    personal_columns,
)

COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_says_what_erasing_a_person_does_with_it(column: Column[Any]) -> None:
    assert isinstance(personal(column), Declaration)


def test_a_column_that_says_nothing_is_found() -> None:
    silent = Table("new", MetaData(), Column("id", Integer, info=WITH_ROW), Column("x", Integer))
    with pytest.raises(LookupError, match=r"new\.x"):
        goes(silent)


def test_rows_go_whole_and_can_be_found() -> None:
    gone = [table for table in metadata.sorted_tables if goes(table)]
    assert len(gone) > 5
    for table in gone:
        fates = {personal(column).fate for column in table.columns}
        # What staff did goes along; it is only not a part of what the person is shown of it.
        assert Fate.WITH_ROW in fates <= {Fate.WITH_ROW, Fate.OF_STAFF}, table
        assert finders(table), table


def test_what_is_blanked_can_be_found_and_may_be_blank() -> None:
    for table in metadata.sorted_tables:
        for only, values in blanks(table):
            assert finders(table), table
            assert only is None or only[0] in table.c
            for name, value in values.items():
                assert value is not None or table.c[name].nullable, table.c[name]


def test_a_table_refers_to_what_goes_only_from_what_goes() -> None:
    for column in COLUMNS:
        for key in column.foreign_keys:
            referred = key.column.table
            lets_go = personal(column).fate is Fate.BLANKED and personal(column).blank is None
            assert goes(column.table) or lets_go or not goes(referred), column
            parent = personal(column).finds is Finds.PARENT
            assert not parent or finders(referred), column


def test_declarations_are_read_back() -> None:
    assert finders(timers) == {timers.c.subject: Finds.TIMER}
    assert set(finders(outbox).values()) == {
        Finds.CUSTOMER, Finds.CHAT, Finds.TICKET, Finds.SUBJECT,
    }  # fmt: skip
    always, of_customers = blanks(entries)
    assert always == (None, {"text": "", "album": "", "file": {}, "outbox_id": None})
    assert of_customers[0] == ("side", "customer")
    table = Table(
        "new",
        MetaData(),
        Column("id", ForeignKey("customers.id"), info=finding(Finds.CUSTOMER, NOTHING_PERSONAL)),
        Column("a", Integer, info=blanked(7)),
    )
    assert finders(table) == {table.c.id: Finds.CUSTOMER}
    assert blanks(table) == [(None, {"a": 7})]
    assert not goes(table)


def test_what_is_known_of_a_customer_is_listed() -> None:
    found = personal_columns(metadata)
    assert {customers.c.name, customers.c.phone, customers.c.created_at} <= set(found[customers])
    assert entries.c.text in found[entries]
    assert tickets.c.owner_name not in found[tickets]
    assert groups not in found
