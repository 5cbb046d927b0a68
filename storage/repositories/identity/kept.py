"""Everything that is kept of one person, derived from what the columns say.

A new table or column is in it as soon as it says what it holds, which a test demands of it.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_, select

from storage.repositories.base import Repository, chunks
from storage.repositories.data.copying import LEFT_OUT
from storage.repositories.identity.erasure import Footprint, theirs_in
from storage.tables import (
    bookings,
    customers,
    facts,
    inbox,
    journal,
    metadata,
    outbox,
    search_words,
    slots,
    vectors,
)
from storage.tables.personal import Fate, finders, personal, personal_columns

_OTHERS = {customers: ("ref",), journal: ("subject", "data"), inbox: ("payload",)}
"""Columns of which erasing knows what becomes of them, beside those that say it."""
NOT_THEIRS = frozenset({facts.name, search_words.name, vectors.name})
"""What has no rows of a customer as a customer (who was seen in a group of staff, by staff), or
nothing but what other rows say: the words by which complaints are found, and their meaning in
numbers."""


_OF_SLOTS = ("starts_at", "minutes", "zone", "title", "address")
"""What a person reads of the time that they have."""


class Kept(Repository):
    """What a person may ask to see."""

    async def of(self, found: Footprint) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
        """The rows of each table that are about a person, oldest first; tables without are left
        out."""
        for table in metadata.sorted_tables:
            if table not in personal_columns(metadata) or table.name in NOT_THEIRS:
                continue
            rows: dict[Any, dict[str, Any]] = {}
            for theirs in _conditions(table, found):
                query = select(table).where(theirs).order_by(*table.primary_key.columns)
                for row in (await self._unit.run(query)).mappings():
                    key = tuple(row[column.name] for column in table.primary_key)
                    rows[key] = _shown(table, dict(row))
            if table is bookings:
                await self._add_slots(rows.values())
            if rows:
                yield str(table.name), list(rows.values())

    async def _add_slots(self, rows: Iterable[dict[str, Any]]) -> None:
        """Say when and where a person comes, and not only by which number that is known."""
        rows = list(rows)
        found: dict[int, dict[str, Any]] = {}
        for part in chunks(row["slot_id"] for row in rows if row["slot_id"] is not None):
            query = select(slots.c.id, *(slots.c[name] for name in _OF_SLOTS))
            for slot in (await self._unit.run(query.where(slots.c.id.in_(part)))).mappings():
                found[slot["id"]] = {name: slot[name] for name in _OF_SLOTS}
        for row in rows:
            row["slot"] = found.get(row["slot_id"])


def _conditions(table: Table, found: Footprint) -> Iterable[ColumnElement[bool]]:
    """How the rows are found; of messages only those that go to the person.

    What goes to staff repeats what stands under tickets, in words that name staff.
    """
    if table is outbox:
        return [outbox.c.chat_id.in_(part) for part in chunks(found.telegram_ids)]
    if table is inbox:
        return [inbox.c.lane.in_(part) for part in chunks(found.telegram_ids)]
    if table is journal:
        by_them = [f"customer:{each}" for each in (*found.telegram_ids, found.customer.id)]
        about = [journal.c.subject.in_(part) for part in chunks(found.refs)]
        return [or_(journal.c.actor.in_(by_them), *about)]
    return theirs_in(table, found) if finders(table) else ()


def _shown(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    # SQLAlchemy's names are a kind of texts of its own, which not every writer of JSON takes.
    shown = (str(each.name) for each in table.columns if _is_shown(table, each, row))
    return {name: row[name] for name in shown}


def _is_shown(table: Table, column: Column[Any], row: dict[str, Any]) -> bool:
    """Whether a value is about the person: not who of staff it was, nor what a process notes."""
    said = personal(column)
    if f"{table.name}.{column.name}" in LEFT_OUT:
        return False
    if said.fate is Fate.BLANKED and said.only is not None:
        name, value = said.only
        return bool(row[name] == value)
    known = said.fate in (Fate.FIGURE, Fate.WITH_ROW, Fate.BLANKED)
    return known or column.name in _OTHERS.get(table, ())
