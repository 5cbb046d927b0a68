"""The unit of work: one transaction, its reads cached, its writes gathered.

Everything that is decided in a unit is written together when it is committed; leaving it without
`commit()` leaves the database as it was. Writes wait in memory until then (or until a query needs
them), so that a batch of updates costs a few statements with many rows and not many statements.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Executable, Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.entities import Outgoing, Timer
from storage import tables
from storage.bulk import Bulk, insert_into
from storage.errors import PartialFlushError
from storage.ids import new_id
from storage.records import RECORDS
from storage.repositories.asks.audiences import Audiences
from storage.repositories.asks.pauses import Pauses
from storage.repositories.asks.schedules import Schedules
from storage.repositories.changes.changes import Changes
from storage.repositories.configuration.configurations import Configurations
from storage.repositories.data.copying import Copying
from storage.repositories.data.hooks import Hooks
from storage.repositories.data.retention import Retention
from storage.repositories.data.uploads import Uploads
from storage.repositories.desk.audit import Audit
from storage.repositories.desk.search import Search
from storage.repositories.desk.tickets import Tickets
from storage.repositories.dialogue.conversations import Conversations
from storage.repositories.dialogue.remarks import Remarks
from storage.repositories.identity.customers import Customers
from storage.repositories.identity.erasure import Erasure
from storage.repositories.identity.people import People
from storage.repositories.insight.comparisons import Comparisons
from storage.repositories.insight.figures import Figures
from storage.repositories.machinery.facts import Facts
from storage.repositories.machinery.inbox import Inbox
from storage.repositories.machinery.outbox import Outbox
from storage.repositories.machinery.refusals import Refusals
from storage.repositories.machinery.timers import Timers

T = TypeVar("T")
Key = tuple[type, tuple[Any, ...]]
_ORDER = {cls: position for position, cls in enumerate(RECORDS)}


class Savepoint:
    """A point inside a unit to which it can go back, made by `Unit.mark()`."""

    def __init__(self, undo: int, outgoing: int, flushes: int, after: int, words: int) -> None:
        self.undo, self.outgoing, self.flushes, self.after = undo, outgoing, flushes, after
        self.words = words


class Unit:
    """One transaction over all that Verso remembers."""

    def __init__(self, connection: AsyncConnection, *, token: str | None, writing: bool) -> None:
        self.connection = connection
        self.token = token
        """The claim under which this process sends; None when another process sends."""
        self._writing = writing
        self._known: dict[Key, Any] = {}
        self._stored: dict[Key, Any] = {}
        self._dirty: dict[Key, None] = {}
        self._undo: list[tuple[Key, Any, bool]] = []
        self._outgoing: list[Outgoing] = []
        self._flushes = 0
        self._after: list[Callable[[], object]] = []
        self.committed: list[Outgoing] = []
        """The outgoing messages that this unit wrote, with their ids; filled by `commit()`."""
        self.customers = Customers(self)
        self.conversations = Conversations(self)
        self.remarks = Remarks(self)
        self.tickets = Tickets(self)
        self.changes = Changes(self)
        self.schedules = Schedules(self)
        self.pauses = Pauses(self)
        self.inbox = Inbox(self)
        self.outbox = Outbox(self)
        self.refusals = Refusals(self)
        self.people = People(self)
        self.audit = Audit(self)
        self.search = Search(self)
        self.facts = Facts(self)
        self.hooks = Hooks(self)
        self.uploads = Uploads(self)
        self.configurations = Configurations(self)
        self.erasure = Erasure(self)
        self.copying = Copying(self)
        self.figures = Figures(self)
        self.comparisons = Comparisons(self)
        self.audiences = Audiences(self)
        self.retention = Retention(self)
        self.timers = Timers(self)

    @property
    def is_postgres(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.connection.dialect.name == "postgresql"

    @staticmethod
    def new_id() -> int:
        """An id for a new value that nothing has had before."""
        return new_id()

    def insert(self, table: Any) -> Any:
        """Begin an INSERT that can be given `on_conflict_…`, in the database's own dialect."""
        return insert_into(table, self.connection.dialect)

    # -- values ----------------------------------------------------------------------------

    async def get(self, cls: type[T], *key: Any) -> T | None:
        """The value with this primary key as this unit sees it, or None.

        A value read in a writing unit is locked until the unit ends (PostgreSQL).
        """
        known = self._known.get((cls, key))
        if known is not None or (cls, key) in self._dirty:
            return cast("T | None", known)
        record = RECORDS[cls]
        query = select(*record.columns).where(
            *(column == part for column, part in zip(record.table.primary_key, key, strict=True))
        )
        rows = await self.find(cls, query, flush=False, lock=self._writing)
        return rows[0] if rows else None

    async def find(
        self, cls: type[T], query: Select[Any], *, flush: bool = True, lock: bool = False
    ) -> list[T]:
        """The values that a query over all columns of `cls` finds."""
        if flush:
            await self.flush()
        if lock and self._writing:
            query = query.with_for_update()
        record = RECORDS[cls]
        found = await self.connection.execute(query)
        return [self._see(cls, value) for value in record.from_rows(found)]

    def _see(self, cls: type[T], value: Any) -> T:
        key = (cls, RECORDS[cls].key_of(value))
        if key in self._known:
            return cast("T", self._known[key])
        self._known[key] = self._stored[key] = value
        return cast("T", value)

    def add(self, value: Any) -> None:
        """Write a new value."""
        self._set((type(value), RECORDS[type(value)].key_of(value)), value)

    def put(self, value: Any) -> None:
        """Write the new form of a value that this unit has read or added."""
        key = (type(value), RECORDS[type(value)].key_of(value))
        if key not in self._known:
            raise LookupError(f"{key} was not read in this unit; it cannot be changed blindly")
        if self._known[key] != value:
            self._set(key, value)

    def delete(self, value: Any) -> None:
        """Remove a value that this unit has read."""
        self._set((type(value), RECORDS[type(value)].key_of(value)), None)

    def _set(self, key: Key, value: Any) -> None:
        self._undo.append((key, self._known.get(key), key in self._dirty))
        self._known[key] = value
        self._dirty[key] = None

    def set_timer(self, timer: Timer) -> None:
        """Set the one timer of this kind and subject; an earlier one is moved."""
        self._set((Timer, (timer.kind, timer.subject)), timer)

    def send(self, message: Outgoing) -> None:
        """Put a message into the outbox; it leaves after the unit is committed."""
        self._outgoing.append(message)

    def after_commit(self, action: Callable[[], object]) -> None:
        """Have something done once this unit is committed, before anybody else is let in.

        Never done when the unit is left without. It must not wait and must not raise: what was
        committed stays.
        """
        self._after.append(action)

    # -- going back --------------------------------------------------------------------------

    def mark(self) -> Savepoint:
        """Remember this point, to go back to it when one update of a batch fails."""
        return Savepoint(
            len(self._undo),
            len(self._outgoing),
            self._flushes,
            len(self._after),
            len(self.search.gathered),
        )

    def can_roll_back_to(self, mark: Savepoint) -> bool:
        """Tell whether all that was written since `mark` is still in memory only."""
        return mark.flushes == self._flushes

    def rollback_to(self, mark: Savepoint) -> None:
        """Forget all that was written since `mark`.

        Raises PartialFlushError when some of it has reached the database already; the whole unit
        must be left then.
        """
        undone = self._undo[mark.undo :]
        if not self.can_roll_back_to(mark):
            raise PartialFlushError("writes since the mark were flushed")
        for key, before, was_dirty in reversed(undone):
            if before is None and not was_dirty:
                self._known.pop(key, None)
            else:
                self._known[key] = before
            if not was_dirty:
                self._dirty.pop(key, None)
        del self._undo[mark.undo :]
        del self._outgoing[mark.outgoing :]
        del self._after[mark.after :]
        del self.search.gathered[mark.words :]

    def expire_all(self) -> None:
        """Read everything anew from here on: rows were changed past this unit's values."""
        self._known = {key: self._known[key] for key in self._dirty}
        self._stored = {key: row for key, row in self._stored.items() if key in self._dirty}

    # -- writing -----------------------------------------------------------------------------

    async def flush(self) -> None:
        """Send the gathered writes to the database, inside the transaction."""
        if not self._dirty and not self._outgoing and not self.search.gathered:
            return
        self._flushes += 1
        dirty, self._dirty = self._dirty, {}
        for cls in sorted({key[0] for key in dirty}, key=_ORDER.__getitem__):
            await self._flush_class(cls, [key for key in dirty if key[0] is cls])
        await self.search.write()
        outgoing, self._outgoing = self._outgoing, []
        if outgoing:
            self.committed += await self.outbox.insert(outgoing)

    async def _flush_class(self, cls: type, keys: list[Key]) -> None:
        if cls is Timer:
            await self._flush_timers(keys)
            return
        record = RECORDS[cls]
        added: list[dict[str, Any]] = []
        changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key in keys:
            value, stored = self._known[key], self._stored.get(key)
            if value is None:
                await self._delete(key)
            elif stored is None:
                added.append(record.to_row(value))
            else:
                row = _difference(record.fields, stored, value)
                row |= {f"key_{name}": part for name, part in zip(record.key, key[1], strict=True)}
                changed.setdefault(tuple(row), []).append(row)
            self._remember(key, value)
        if added:
            await self.connection.execute(insert(record.table), added)
        for names, rows in changed.items():
            await self._update(cls, names, rows)

    def _remember(self, key: Key, value: Any) -> None:
        if value is None:
            self._stored.pop(key, None)
            self._known.pop(key, None)
        else:
            self._stored[key] = value

    async def _update(self, cls: type, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        if not all(name.startswith("key_") for name in names):
            await _updating(cls, names).run(self.connection, rows)

    async def _delete(self, key: Key) -> None:
        table = RECORDS[key[0]].table
        await self.connection.execute(
            delete(table).where(
                *(column == part for column, part in zip(table.primary_key, key[1], strict=True))
            )
        )

    async def _flush_timers(self, keys: list[Key]) -> None:
        record = RECORDS[Timer]
        upserts = [record.to_row(self._known[key]) for key in keys if self._known[key] is not None]
        for key in keys:
            if self._known[key] is None:
                await self._delete(key)
            self._remember(key, self._known[key])
        if upserts:
            statement = self.insert(tables.timers)
            excluded = statement.excluded
            await self.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["kind", "subject"],
                    set_={"due_at": excluded.due_at, "data": excluded.data},
                ),
                upserts,
            )

    async def run(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> Any:
        """Run a statement of a repository, after what was gathered before it."""
        await self.flush()
        return await self.connection.execute(statement, rows)

    async def next_number(self, name: str) -> int:
        """The next of a series of numbers that people read (`ticket`, `change`).

        A unit that is not committed gives its number back.
        """
        return await self.reserve(name, 1)

    async def reserve(self, name: str, count: int) -> int:
        """Take `count` numbers of a series and give the first."""
        statement = self.insert(tables.counters).values(name=name, value=count)
        statement = statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": tables.counters.c.value + count}
        ).returning(tables.counters.c.value)
        last = (await self.connection.execute(statement)).scalar_one()
        return int(last) - count + 1

    async def commit(self) -> None:
        """Write everything and end the transaction; nothing is lost from here on.

        What was to be done after it (`after_commit`) is done.
        """
        await self.flush()
        await self.connection.commit()
        after, self._after = self._after, []
        for action in after:
            action()


def _difference(fields: Sequence[str], before: Any, after: Any) -> dict[str, Any]:
    return {name: new for name in fields if (new := getattr(after, name)) != getattr(before, name)}


@lru_cache(maxsize=256)
def _updating(cls: type, names: tuple[str, ...]) -> Bulk:
    """The statement that changes these fields (and finds rows by those of `key_…`)."""
    record = RECORDS[cls]
    columns = record.table.c
    return Bulk(
        lambda _: (
            update(record.table)
            .where(*(columns[name] == bindparam(f"key_{name}") for name in record.key))
            .values({name: bindparam(name) for name in names if not name.startswith("key_")})
        ),
        names,
    )
