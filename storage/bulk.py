"""Statements that write many rows, made ready once.

SQLAlchemy prepares every row of every execution by itself, which for the few statements that each
customer's message goes through takes more time than the database. Here a statement is compiled
once for a dialect, with how each value is stored; then rows go to the driver as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Insert, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Store = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as the driver takes it."""

    text: str
    read: Callable[[Mapping[str, Any]], Sequence[Any]]
    """Gives a row's values in their order."""
    stores: tuple[tuple[int, Store], ...]
    """The places of the values that are not stored as they are, and how each is."""
    same: Mapping[str, Any]
    """Values that are the same in every row."""

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of a row as the driver takes them."""
        found = list(self.read(row))
        for place, store in self.stores:
            found[place] = store(found[place])
        return tuple(found)


class Bulk:
    """One INSERT or UPDATE, whose rows all have the same names."""

    def __init__(self, make: Callable[[Dialect], Insert | Update], names: Sequence[str]) -> None:
        """`make` gives the statement for a dialect; `names` are those of each row's values."""
        self._make, self._names = make, tuple(names)
        self._ready: dict[str, _Ready] = {}

    async def run(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows, in their order. Raises what the database raises."""
        ready = self._for(connection.dialect)
        if ready.same:
            rows = [{**ready.same, **row} for row in rows]
        await connection.exec_driver_sql(ready.text, list(map(ready.values, rows)))

    def _for(self, dialect: Dialect) -> _Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = self._made_ready(dialect)
        return ready

    def _made_ready(self, dialect: Dialect) -> _Ready:
        compiled = self._make(dialect).compile(dialect=dialect, column_keys=list(self._names))
        names = compiled.positiontup or ()
        stores = [_store(compiled.binds[name].type, dialect) for name in names]
        return _Ready(
            compiled.string,
            _reader(names),
            tuple((place, store) for place, store in enumerate(stores) if store is not None),
            {name: compiled.params[name] for name in names if name not in self._names},
        )


def insert_into(table: Any, dialect: Dialect) -> Any:
    """Begin an INSERT that can be given `on_conflict_…`, in the database's own dialect."""
    return (postgresql.insert if dialect.name == "postgresql" else sqlite.insert)(table)


def _reader(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: [row[name] for name in names]


def _store(kind: Any, dialect: Dialect) -> Store | None:
    store: Store | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return store
