"""The unit of work: one transaction, its reads cached, its writes gathered.

Everything that is decided in a unit is written together when it is committed; leaving it without
`commit()` leaves the database as it was. Writes wait in memory until then (or until a query needs
them), so that a batch of updates costs a few statements with many rows and not many statements.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    Dialect,
    Executable,
    Insert,
    Select,
    Table,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from flows.entities import Counter, Fact, Outgoing, Timer
from storage import tables
from storage.bulk import Bulk, insert_into
from storage.concerned import among, concerns, is_referred_to, plain
from storage.errors import PartialFlushError
from storage.ids import new_id
from storage.known import Key, Known, Shelf
from storage.records import RECORDS, Record
from storage.repositories.asks.audiences import Audiences
from storage.repositories.asks.pauses import Pauses
from storage.repositories.asks.schedules import Schedules
from storage.repositories.base import chunks
from storage.repositories.book.stories import Stories
from storage.repositories.changes.changes import Changes
from storage.repositories.changes.telling import Telling
from storage.repositories.configuration.configurations import Configurations
from storage.repositories.console.passes import Passes
from storage.repositories.data.copying import Copying
from storage.repositories.data.hooks import Hooks
from storage.repositories.data.imports import Imports
from storage.repositories.data.retention import Retention
from storage.repositories.data.uploads import Uploads
from storage.repositories.data.webhooks import Webhooks
from storage.repositories.desk.audit import Audit
from storage.repositories.desk.search import Search
from storage.repositories.desk.tickets import Tickets
from storage.repositories.desk.waiting import Waiting
from storage.repositories.dialogue.conversations import Conversations
from storage.repositories.dialogue.remarks import Remarks
from storage.repositories.entrances.visits import Visits
from storage.repositories.hypotheses.hypotheses import Hypotheses
from storage.repositories.identity.customers import Customers
from storage.repositories.identity.erasure import Erasure
from storage.repositories.identity.kept import Kept
from storage.repositories.identity.people import People
from storage.repositories.insight.comparisons import Comparisons
from storage.repositories.insight.figures import Figures
from storage.repositories.insight.letters import Letters
from storage.repositories.insight.overviews import Overviews
from storage.repositories.insight.recurring import Recurring
from storage.repositories.insight.worth import Worth
from storage.repositories.lost.sales import LostSales
from storage.repositories.machinery.due import Due
from storage.repositories.machinery.facts import Facts
from storage.repositories.machinery.inbox import Inbox
from storage.repositories.machinery.outbox import Outbox
from storage.repositories.machinery.refusals import Refusals
from storage.repositories.machinery.timers import Timers
from storage.repositories.praise.praises import Praises
from storage.repositories.recalls.recalls import Recalls
from storage.repositories.recovery.ledger import Ledger
from storage.repositories.recovery.passings import Passings
from storage.repositories.recovery.proofs import Proofs
from storage.repositories.recovery.remedies import Remedies
from storage.repositories.slots.slots import Slots
from storage.repositories.themes.likeness import Comparing
from storage.repositories.themes.themes import Themes

T = TypeVar("T")
K = TypeVar("K")
NEWS = "verso_outbox"
"""PostgreSQL's channel on which it is said that there are messages for the leader to send."""
_ORDER = {cls: position for position, cls in enumerate(RECORDS)}
_UPSERTED = (Timer, Fact)
"""Classes of which there is one value for a key, whoever wrote it: writing puts it in its place."""


class Savepoint:
    """A point inside a unit to which it can go back, made by `Unit.mark()`."""

    def __init__(self, undo: int, outgoing: int, flushes: int, after: int, words: int) -> None:
        self.undo, self.outgoing, self.flushes, self.after = undo, outgoing, flushes, after
        self.words = words


class Unit:
    """One transaction over all that Verso remembers; a repository is made when it is asked for."""

    customers = cached_property(Customers)
    conversations = cached_property(Conversations)
    remarks = cached_property(Remarks)
    tickets = cached_property(Tickets)
    waiting = cached_property(Waiting)
    changes = cached_property(Changes)
    telling = cached_property(Telling)
    stories = cached_property(Stories)
    visits = cached_property(Visits)
    schedules = cached_property(Schedules)
    pauses = cached_property(Pauses)
    inbox = cached_property(Inbox)
    outbox = cached_property(Outbox)
    refusals = cached_property(Refusals)
    people = cached_property(People)
    audit = cached_property(Audit)
    search = cached_property(Search)
    facts = cached_property(Facts)
    hooks = cached_property(Hooks)
    uploads = cached_property(Uploads)
    imports = cached_property(Imports)
    webhooks = cached_property(Webhooks)
    configurations = cached_property(Configurations)
    erasure = cached_property(Erasure)
    kept = cached_property(Kept)
    copying = cached_property(Copying)
    due = cached_property(Due)
    figures = cached_property(Figures)
    comparisons = cached_property(Comparisons)
    overviews = cached_property(Overviews)
    letters = cached_property(Letters)
    worth = cached_property(Worth)
    recurring = cached_property(Recurring)
    audiences = cached_property(Audiences)
    retention = cached_property(Retention)
    timers = cached_property(Timers)
    themes = cached_property(Themes)
    recalls = cached_property(Recalls)
    hypotheses = cached_property(Hypotheses)
    remedies = cached_property(Remedies)
    ledger = cached_property(Ledger)
    passings = cached_property(Passings)
    proofs = cached_property(Proofs)
    slots = cached_property(Slots)
    lost = cached_property(LostSales)
    praises = cached_property(Praises)
    passes = cached_property(Passes)
    comparing = cached_property(Comparing)

    def __init__(self, connection: AsyncConnection, *, token: str | None, writing: bool) -> None:
        self.connection = connection
        self.token = token
        """The claim under which this process sends; None when another process sends."""
        self._writing = writing
        self._known = Known()
        self._outgoing: list[Outgoing] = []
        self._flushes = 0
        self._after: list[Callable[[], object]] = []
        self.committed: list[Outgoing] = []
        """The outgoing messages that this unit wrote, with their ids; filled by `commit()`."""

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

    async def get(self, cls: type[T], *key: Any, lock: bool = True) -> T | None:
        """The value with this primary key as this unit sees it, or None.

        A value read in a writing unit is locked until the unit ends (PostgreSQL), unless `lock`
        is False.
        """
        if not self._known.settles((cls, key)):
            await self.load(cls, [key], lock=lock)
        return cast("T | None", self._known.get((cls, key)))

    def knows(self, cls: type, key: tuple[Any, ...]) -> bool:
        """Tell whether this unit has read a value, or made it."""
        return (cls, key) in self._known

    async def load(
        self, cls: type[T], keys: Iterable[tuple[Any, ...]], *, lock: bool = True
    ) -> None:
        """Read the values with these primary keys that are not known yet, all together."""
        query = _among(RECORDS[cls], RECORDS[cls].key, locked=lock and self._writing)
        wanted = [key for key in dict.fromkeys(keys) if not self._known.settles((cls, key))]
        for part in chunks(wanted):
            await self._see(cls, query, keys=plain(part))
            self._known.missing((cls, key) for key in part)

    async def get_all(self, cls: type[T], keys: Iterable[K], *, lock: bool = True) -> dict[K, T]:
        """Those of the values with these primary keys (of one column) that there are, by key."""
        keys = list(dict.fromkeys(keys))
        await self.load(cls, [(key,) for key in keys], lock=lock)
        found = {key: self._known.get((cls, (key,))) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    async def find(
        self, cls: type[T], query: Select[Any], *, flush: bool = True, lock: bool = False
    ) -> list[T]:
        """The values that a query over all columns of `cls` finds.

        What was gathered is written before, as far as the query asks for it.
        """
        if flush:
            await self._flush_for(query)
        if lock and self._writing:
            query = query.with_for_update()
        return await self._see(cls, query)

    async def _see(self, cls: type[T], query: Select[Any], **given: Any) -> list[T]:
        found = await self.connection.execute(query, given)
        seen = [self._known.see(cls, value) for value in RECORDS[cls].from_rows(found)]
        return [value for value in seen if value is not None]

    async def on_shelf(self, shelf: Shelf[T], keys: Iterable[Any]) -> dict[Any, list[T]]:
        """The values on a shelf by key, in no order; each key is asked for once in a unit."""
        keys = list(dict.fromkeys(keys))
        # In the order of ids: two processes that lock the same rows do not wait in a circle.
        locked = shelf.locked and self._writing
        query = _among(RECORDS[shelf.cls], shelf.columns, locked=locked, ordered=True)
        for part in chunks(self._known.unread(shelf, keys)):
            await self._see(shelf.cls, query, keys=plain(part))
            self._known.read(shelf, part)
        return {key: list(self._known.on(shelf, key)) for key in keys}

    def added(self, cls: type[T]) -> Iterator[T]:
        """The new values of a class that are not written yet, in their order."""
        return self._to_write(cls, lambda key: key not in self._known.stored)

    def changed(self, cls: type[T]) -> Iterator[T]:
        """The values of a class with a new form that is not written yet, in their order."""
        return self._to_write(cls, self._known.stored.__contains__)

    def _to_write(self, cls: type[T], fits: Callable[[Key], bool]) -> Iterator[T]:
        for key in self._known.dirty:
            value = self._known.get(key) if key[0] is cls and fits(key) else None
            if value is not None:
                yield value

    def add(self, value: Any) -> None:
        """Write a new value."""
        cls = type(value)
        key = RECORDS[cls].key_of(value)
        self._known.set((cls, key), value)
        self._known.made(cls, key)

    def put(self, value: Any) -> None:
        """Write the new form of a value that this unit has read or added."""
        key = (type(value), RECORDS[type(value)].key_of(value))
        if key not in self._known:
            raise LookupError(f"{key} was not read in this unit; it cannot be changed blindly")
        if self._known.get(key) != value:
            self._known.set(key, value)

    def delete(self, value: Any) -> None:
        """Remove a value that this unit has read."""
        self._known.set((type(value), RECORDS[type(value)].key_of(value)), None)

    def set_timer(self, timer: Timer) -> None:
        """Set the one timer of this kind and subject; an earlier one is moved."""
        self._known.set((Timer, (timer.kind, timer.subject)), timer)

    def send(self, message: Outgoing) -> None:
        """Put a message into the outbox; it leaves after the unit is committed."""
        self._outgoing.append(message)

    @property
    def gathered(self) -> Sequence[Outgoing]:
        """The messages that are not written yet, in their order."""
        return self._outgoing

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
            self._known.mark(),
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
        if not self.can_roll_back_to(mark):
            raise PartialFlushError("writes since the mark were flushed")
        self._known.rollback_to(mark.undo)
        del self._outgoing[mark.outgoing :]
        del self._after[mark.after :]
        del self.search.gathered[mark.words :]

    def expire_all(self) -> None:
        """Read everything anew from here on: rows were changed past this unit's values."""
        self._known.expire()
        self.outbox.forget()
        self.facts.forget()

    # -- writing -----------------------------------------------------------------------------

    async def _flush_for(self, statement: Executable) -> None:
        """Write what was gathered, if a statement reads or changes any of its tables.

        What refers to one that is changed, or is referred to by it, counts too.
        """
        if self._known.dirty or self._outgoing:
            concerned = concerns(statement)
            if concerned is None or not concerned.isdisjoint(self._gathered()):
                await self.flush()

    def _gathered(self) -> Iterator[Table]:
        """The tables that are to be written."""
        if self._outgoing:
            yield tables.outbox
        for cls in {key[0] for key in self._known.dirty}:
            yield RECORDS[cls].table

    async def flush(self) -> None:
        """Send the gathered writes to the database, inside the transaction."""
        if not self._known.dirty and not self._outgoing and not self.search.gathered:
            return
        self._flushes += 1
        dirty, self._known.dirty = self._known.dirty, {}
        doomed: list[Key] = []
        for cls in sorted({key[0] for key in dirty}, key=_ORDER.__getitem__):
            keys = [key for key in dirty if key[0] is cls]
            if is_referred_to(RECORDS[cls].table):
                doomed += [key for key in keys if self._known.get(key) is None]
                keys = [key for key in keys if self._known.get(key) is not None]
            await self._flush_class(cls, keys)
        for key in reversed(doomed):  # by now nothing refers to them any more
            await self._delete(key)
            self._known.written(key, None)
        await self.search.write()
        outgoing, self._outgoing = self._outgoing, []
        if outgoing:
            self.committed += await self.outbox.insert(outgoing)

    async def _flush_class(self, cls: type, keys: list[Key]) -> None:
        if cls in _UPSERTED:
            await self._upsert(cls, keys)
            return
        record = RECORDS[cls]
        added: list[dict[str, Any]] = []
        changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key in keys:
            value, stored = self._known.get(key), self._known.stored.get(key)
            if value is None:
                await self._delete(key)
            elif stored is None:
                added.append(record.to_row(value))
            else:
                row = record.difference(stored, value)
                row |= {f"key_{name}": part for name, part in zip(record.key, key[1], strict=True)}
                changed.setdefault(tuple(row), []).append(row)
            self._known.written(key, value)
        if added:
            await _inserting(cls).run(self.connection, added)
        for names, rows in changed.items():
            await self._update(cls, names, rows)

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

    async def _upsert(self, cls: type, keys: list[Key]) -> None:
        record = RECORDS[cls]
        values = [self._known.get(key) for key in keys]
        for key, value in zip(keys, values, strict=True):
            if value is None:
                await self._delete(key)
            self._known.written(key, value)
        rows = [record.to_row(value) for value in values if value is not None]
        if rows:
            await _upserting(cls).run(self.connection, rows)

    def wrote(self) -> None:
        """Note that a statement has changed what `rollback_to` could not change back."""
        self._flushes += 1

    async def run(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> Any:
        """Run a statement of a repository, after what was gathered before and concerns it."""
        await self._flush_for(statement)
        if isinstance(statement, UpdateBase) and statement.table is tables.outbox:
            self.outbox.forget()
        return await self.connection.execute(statement, rows)

    async def next_number(self, name: str) -> int:
        """The next of a series of numbers that people read (`ticket`, `change`).

        A unit that is not committed, or goes back to a mark, gives its numbers back.
        """
        counter = await self.get(Counter, name)
        if counter is None:
            # Two units may begin the series at the same time: the second waits for the first.
            statement = self.insert(tables.counters).values(name=name, value=0)
            await self.run(statement.on_conflict_do_nothing(index_elements=["name"]))
            query = RECORDS[Counter].all.where(tables.counters.c.name == name)
            (counter,) = await self.find(Counter, query, lock=True)
        counter = replace(counter, value=counter.value + 1)
        self.put(counter)
        return counter.value

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
        if self.is_postgres and self.token is None and self.committed:
            await self.connection.execute(select(func.pg_notify(NEWS, "")))
        await self.connection.commit()
        after, self._after = self._after, []
        for action in after:
            action()


@cache
def _among(
    record: Record, names: tuple[str, ...], *, locked: bool, ordered: bool = False
) -> Select[Any]:
    """The question for all rows of a class that have one of the `keys` in these columns.

    Made once: SQLAlchemy works out of every new question which one it is.
    """
    columns = record.table.c
    keys: BindParameter[Any] = bindparam("keys", expanding=True)
    query = record.all.where(among([columns[name] for name in names], keys))
    if ordered:
        query = query.order_by(*record.table.primary_key)
    return query.with_for_update() if locked else query


@cache
def _inserting(cls: type) -> Bulk:
    """The statement that adds values of a class."""
    record = RECORDS[cls]
    return Bulk(lambda _: record.table.insert(), record.fields)


@cache
def _upserting(cls: type) -> Bulk:
    """The statement that puts values of a class in the place of earlier ones."""
    record = RECORDS[cls]

    def made(dialect: Dialect) -> Insert:
        statement = insert_into(record.table, dialect)
        others = [name for name in record.fields if name not in record.key]
        return cast(
            "Insert",
            statement.on_conflict_do_update(
                index_elements=list(record.key),
                set_={name: statement.excluded[name] for name in others},
            ),
        )

    return Bulk(made, record.fields)


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
