"""Reading every table as it is, for an export."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select

from storage.repositories.base import Repository
from storage.tables import metadata

LEFT_OUT = frozenset({"outbox.token", "outbox.claimed_at", "vectors.vector"})
"""Columns that mean something to a running process only: a vector, to the model that made it."""


class Copying(Repository):
    """All rows of all tables, one after the other."""

    async def tables(self) -> list[str]:
        """The names of all tables, what is referred to before what refers to it."""
        return [table.name for table in metadata.sorted_tables]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [
            column.name
            for column in metadata.tables[table].columns
            if f"{table}.{column.name}" not in LEFT_OUT
        ]

    async def rows(self, table: str) -> AsyncIterator[tuple[Any, ...]]:
        """A table's rows in the order of its key: moments aware, JSON as plain data.

        A few rows at a time are held, however large the table is.
        """
        found = metadata.tables[table]
        query = select(*(found.c[name] for name in self.columns(table)))
        query = query.order_by(*found.primary_key.columns)
        async with self._unit.connection.stream(query) as result:
            async for row in result:
                yield tuple(row)
