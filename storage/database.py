"""Opening the database: engine, transactions, who may run and who may send."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from flows.entities.facts import LEAD, PROBE
from storage.errors import DatabaseUnreachable
from storage.files import FileLock, Identity, identity_of, make_private, trouble_with
from storage.gate import Gate
from storage.migrate import upgrade
from storage.opening import NO_ADDRESS, why_shut
from storage.sqlite import begin, opener
from storage.unit import NEWS, Unit

BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another program's lock before it says that the file is busy."""

_LEADER_LOCK = 0x5645_5253
"""Key of PostgreSQL's advisory lock that one sending process holds ("VERS")."""


_PASSING = ("08", "40", "53", "55", "57", "58")
"""Classes of PostgreSQL's states that pass: connections, conflicts and deadlocks, a full disk and
too many connections, busy locks, a server that restarts, trouble of the machine below it."""


class Database:
    """One opened database. Make it with `Database.open`."""

    def __init__(self, engine: AsyncEngine, writer: AsyncEngine | None = None) -> None:
        self._engine = engine
        self._writer = writer or engine
        """Where what may write runs: on SQLite one connection, with the larger cache."""
        self._gate = Gate() if self.is_sqlite else None
        self._leader: AsyncConnection | None = None
        self._term = ""
        """The name of the time during which this process leads; another for each."""
        self._file = _file_of(engine.url)
        self._opened: Identity | None = None
        """Which file it was when it was opened."""
        self._file_lock = FileLock(self._file) if self._file is not None else None
        self.token = secrets.token_hex(8)
        """The name under which this process claims outgoing messages."""
        self.leads = False
        """Whether this process sends and ticks; changed by `try_to_lead`."""
        self.news = asyncio.Event()
        """Set when another process has written messages that this one is to send (PostgreSQL)."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self._engine.dialect.name == "sqlite"

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for backup and export."""
        return self._engine

    @property
    def writer(self) -> AsyncEngine:
        """The engine of units that may write; on PostgreSQL the same."""
        return self._writer

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True, alone: bool = False) -> "Database":
        """Open the database at `url`, brought up to date.

        With `alone` as by `take_file`, and before anything is brought up to date under a process
        that runs. Raises DatabaseUnreachable when it cannot be opened, DatabaseTooNew when a newer
        Verso has written it, and what `take_file` raises.
        """
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise DatabaseUnreachable(NO_ADDRESS) from None
        database = cls(_engine(parsed), _writer(parsed) if _is_file(parsed) else None)
        try:
            await database._begin(migrate=migrate, alone=alone)
        except BaseException as error:
            await database.close()
            if not (sentence := why_shut(parsed, error)):
                raise
            raise DatabaseUnreachable(sentence) from error
        return database

    async def _begin(self, *, migrate: bool, alone: bool) -> None:
        if self._file is not None:
            make_private(self._file)
            self._opened = identity_of(self._file)
        if alone:
            self.take_file()
        async with self._engine.connect() as connection:
            if migrate:
                await upgrade(connection)
            else:
                await connection.execute(text("SELECT 1"))

    def take_file(self) -> None:
        """Keep other Verso processes from running on the same SQLite file.

        Raises DatabaseInUse with the other process's number. The lock ends with the process,
        however it ends. On PostgreSQL, where many may run, this does nothing.
        """
        if self._file_lock is not None:
            self._file_lock.take()

    async def trouble(self) -> str:
        """Why nothing can be kept at present, in a sentence; empty when it can.

        Writes a row and commits it, which a full disk or a server that only reads does not let
        pass, and looks whether the file is still the one that was opened.
        """
        if self._file is not None and self._opened is not None:
            found = await asyncio.to_thread(trouble_with, self._file, self._opened)
            if found:
                return found
        try:
            async with self.unit() as unit:
                await unit.facts.set(PROBE, secrets.token_hex(8))
                await unit.commit()
        except Exception as error:
            # Whatever the driver raises, it is the answer to the question.
            return f"cannot be written ({type(error).__name__})"
        return ""

    async def try_to_lead(self) -> bool:
        """Become the one process that sends and ticks, if no other is; tell whether it is.

        On SQLite the only process leads. On PostgreSQL the leader holds an advisory lock on a
        connection of its own; when it dies the lock is free for the next one.
        """
        if self.is_sqlite:
            self.leads = True
        elif self._leader is None:
            await self._try_lock()
        else:
            await self._check_lock(self._leader)
        return self.leads

    async def is_led(self) -> bool:
        """Tell whether a process leads (PostgreSQL), without becoming it."""
        if self.is_sqlite:
            return self.leads
        async with self._engine.connect() as connection:
            query = text("SELECT pg_try_advisory_xact_lock(:key)").bindparams(key=_LEADER_LOCK)
            return not (await connection.execute(query)).scalar_one()

    async def _try_lock(self) -> None:
        connection = await self._engine.connect()
        try:
            query = text("SELECT pg_try_advisory_lock(:key)").bindparams(key=_LEADER_LOCK)
            held = (await connection.execute(query)).scalar_one()
            await connection.commit()
        except BaseException:
            await connection.close()
            raise
        if not held:
            await connection.close()
            return
        self._term = secrets.token_hex(8)
        try:
            async with self.unit() as unit:
                await unit.facts.set(LEAD, self._term)
                await unit.commit()
        except BaseException:
            await connection.invalidate()  # gives the lock back
            await connection.close()
            raise
        await self._listen(connection)
        self._leader, self.leads = connection, True

    async def _listen(self, leader: AsyncConnection) -> None:
        """Hear of what other processes write as soon as they commit it.

        Heard or not, what they wrote is looked for now and then: a lost word costs a moment.
        """
        raw = await leader.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None  # noqa: S101  an open connection has one
        await driver.add_listener(NEWS, lambda *_: self.news.set())
        self.news.set()

    async def leads_still(self, unit: Unit) -> bool:
        """Tell whether this process leads, and let no other begin to before this unit ends.

        A process whose connection with the lock was cut hears of it a moment later, and another
        may lead by then.
        """
        return self.is_sqlite or await unit.facts.shared(LEAD) == self._term

    async def _check_lock(self, leader: AsyncConnection) -> None:
        """See that the connection that holds the lock still lives; a broken one has lost it."""
        try:
            await leader.execute(text("SELECT 1"))
            await leader.commit()
        except (OSError, SQLAlchemyError):
            self.leads = False
            self._leader = None
            with contextlib.suppress(OSError, SQLAlchemyError):
                await leader.invalidate()
                await leader.close()

    @contextlib.asynccontextmanager
    async def unit(self, *, hurry: bool = False) -> AsyncIterator[Unit]:
        """Begin a unit of work that may write. Leaving it without `commit()` changes nothing.

        In a `hurry` it goes before what others want to write to SQLite.
        """
        turn = self._gate.passed(hurry=hurry) if self._gate else contextlib.nullcontext()
        async with turn, self._writer.connect() as connection:
            if self.is_sqlite:
                begin(connection, "BEGIN IMMEDIATE")
            with contextlib.closing(
                Unit(connection, token=self.token if self.leads else None, writing=True)
            ) as unit:
                yield unit

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """Begin a unit of work that only reads: one consistent view, and no waiting for writers."""
        async with self._engine.connect() as connection:
            if self.is_sqlite:
                begin(connection, "BEGIN")
            elif self._engine.dialect.name == "postgresql":
                await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            with contextlib.closing(Unit(connection, token=None, writing=False)) as unit:
                yield unit

    async def truncate_wal(self) -> bool:
        """Have what was erased leave SQLite's log too; tell whether it has.

        The log keeps the earlier form of a page until it is written over. Somebody who reads at
        this moment is not waited for: then it is to be tried again. Elsewhere this does nothing.
        """
        if not self.is_sqlite:
            return True
        async with self._engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                # The first does most of it, without holding up anybody who writes meanwhile.
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
                found = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return not found.scalar_one()
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    @staticmethod
    def is_busy(error: BaseException) -> bool:
        """Tell whether an error means "try again soon".

        A lock, a deadlock, a full disk, a lost connection, a server that restarts. What the
        PostgreSQL driver raises while it connects comes as it is, not wrapped by SQLAlchemy.
        """
        if isinstance(error, OperationalError | PoolExhausted | OSError):
            return True
        if type(error).__module__.startswith("asyncpg."):
            return True
        if not isinstance(error, DBAPIError):
            return False
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or state.startswith(_PASSING)

    async def close(self) -> None:
        """Close all connections and give up the locks."""
        if self._leader is not None:
            await self._leader.close()
            self._leader = None
        self.leads = False
        await self._engine.dispose()
        if self._writer is not self._engine:
            await self._writer.dispose()
        if self._file_lock is not None:
            self._file_lock.release()


WRITER_CACHE_KB, READER_CACHE_KB = 8_000, 2_000
"""Of each connection to SQLite. What is not in it, and what many have in common, the system keeps:
larger ones cost memory and saved no time (decision 64)."""
READERS, MORE_READERS = 3, 5
"""Connections that are kept open, and those that are opened beside them when all are used."""


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, READER_CACHE_KB, pool_size=READERS, max_overflow=MORE_READERS)
    return create_async_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, **_SHARED)


def _writer(url: URL) -> AsyncEngine:
    return _sqlite(url, WRITER_CACHE_KB, pool_size=1, max_overflow=0)


_SHARED: Mapping[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
    "hide_parameters": True,  # errors are logged; what people wrote is not
}


def _sqlite(url: URL, cache_kb: int, **pool: int) -> AsyncEngine:
    engine = create_async_engine(url, async_creator=opener(url), **pool, **_SHARED)

    def prepare(connection: Any, _record: Any) -> None:
        _prepare_sqlite(connection, cache_kb)

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _prepare_sqlite(connection: Any, cache_kb: int) -> None:
    """Set up one connection; transactions are begun by us, never by the driver.

    The driver's own legacy mode begins them late and deferred, in which concurrent
    read-modify-writes lose updates. FULL makes a commit survive a power cut; what is deleted is
    written over with zeros.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        f"cache_size = -{cache_kb}",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None: it has none, or it is not SQLite."""
    name = url.database
    is_file = url.get_backend_name() == "sqlite" and name and name != ":memory:"
    return Path(name) if is_file and name and not name.startswith("file:") else None
