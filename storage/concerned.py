"""Which tables a statement concerns: what is gathered for others need not be written before it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, Executable, Select, Table, tuple_
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.visitors import iterate

from storage.tables import metadata


def concerns(statement: Executable) -> frozenset[Table] | None:
    """The tables that a statement reads, or changes with those tied to them; None: not known."""
    if isinstance(statement, UpdateBase):
        return _tied(statement.table) | _named(statement)
    if isinstance(statement, Select):
        return _named(statement)
    return None


def _named(statement: Any) -> frozenset[Table]:
    return frozenset(part for part in iterate(statement) if isinstance(part, Table))


@cache
def _tied(table: Table) -> frozenset[Table]:
    """A table, those that it refers to, and those that refer to it."""
    parents = {key.column.table for key in table.foreign_keys}
    return frozenset({table} | parents | _referring(table))


@cache
def _referring(table: Table) -> frozenset[Table]:
    return frozenset(
        other
        for other in metadata.tables.values()
        if any(key.column.table is table for key in other.foreign_keys)
    )


def is_referred_to(table: Table) -> bool:
    """Tell whether rows of other tables, or of this one, refer to rows of a table."""
    return bool(_referring(table))


def among(
    columns: Sequence[Column[Any]], keys: Sequence[Any] | BindParameter[Any]
) -> ColumnElement[bool]:
    """A condition: these columns have one of these values (of several columns: tuples).

    As a parameter the keys are given when it is asked, as by `plain`.
    """
    wanted = keys if isinstance(keys, BindParameter) else plain(keys)
    return (tuple_(*columns) if len(columns) > 1 else columns[0]).in_(wanted)


def plain(keys: Sequence[Any]) -> list[Any]:
    """Keys as conditions take them: those of one column are no tuples."""
    return [key[0] if isinstance(key, tuple) and len(key) == 1 else key for key in keys]
