"""Connections to SQLite that ask their thread once for a statement.

The library has a thread for each connection and hands every step over to it: opening a cursor,
executing, fetching, closing. Each hand-over waits until the thread has its turn, and a batch of
updates is some thirty statements, one after the other.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
AHEAD = 1_000
"""Rows that come along when a statement is executed; the others are fetched when asked for."""


def opener(url: URL) -> Callable[[], Awaitable[aiosqlite.Connection]]:
    """What opens a connection to the database at `url`, as SQLAlchemy would."""
    arguments, options = url.get_dialect()().create_connect_args(url)

    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    async def opened() -> aiosqlite.Connection:
        return await Connection(lambda: connect(*arguments, **options))

    return opened


class Connection(aiosqlite.Connection):
    """A connection that says once what the library says in many steps."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, iter_chunk_size=AHEAD)
        self._thread.daemon = True
        self._has_ended = False
        """Whether nothing was begun since a transaction ended here."""
        self._transaction: _Transaction | None = None
        """What the next statement belongs to."""

    def cursor(self) -> Any:
        """A cursor, which is opened in the thread when it executes something."""
        return Cursor(self)

    def begin(self, how: str) -> None:
        """Have the next statement begin a transaction, by this one before it."""
        self._transaction = _Transaction(how)

    async def commit(self) -> None:
        """End the transaction. Cancelled, it may have been ended or not."""
        self._transaction = None
        await super().commit()
        self._has_ended = True

    async def rollback(self) -> None:
        """Go back to before the transaction, if there is one: nothing to ask after a commit."""
        self._transaction = None
        if not self._has_ended:
            await super().rollback()
            self._has_ended = True

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the driver's connection in its thread."""
        self._has_ended = False
        transaction = self._transaction  # also when it is done after whoever asked was cancelled
        found: T = await self._execute(  # type: ignore[no-untyped-call]
            lambda: self._do(work, transaction)
        )
        return found

    def _do(self, work: Callable[[sqlite3.Connection], T], transaction: "_Transaction | None") -> T:
        """In the thread; where a transaction could not begin, the next statement tries again."""
        if transaction is not None and not transaction.has_begun:
            self._conn.execute(transaction.how)
            transaction.has_begun = True
        return work(self._conn)


class _Transaction:
    """One that begins with its first statement."""

    def __init__(self, how: str) -> None:
        self.how, self.has_begun = how, False


def begin(connection: AsyncConnection, how: str) -> None:
    """Begin a transaction with the next statement; nobody can tell, for nothing was read before."""
    outer = connection.sync_connection
    inner = outer.connection.driver_connection if outer is not None else None
    if not isinstance(inner, Connection):
        raise TypeError("this is no open connection to SQLite")
    inner.begin(how)


class Cursor:
    """A cursor of the driver, as SQLAlchemy uses it, with its first rows fetched already."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        """None: there is nothing more to fetch."""
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        """Execute a statement and fetch its first rows."""
        await self._connection.run(lambda connection: self._begin(connection, statement, values))
        return self

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> "Cursor":
        """Execute a statement that gives nothing for each of these rows."""
        await self._connection.run(
            lambda connection: self._note(connection.executemany(statement, rows))
        )
        return self

    async def fetchone(self) -> Any:
        """The next row, or None."""
        found = await self.fetchmany(1)
        return found[0] if found else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """So many of the next rows."""
        count = size or self.arraysize
        if len(self._rows) < count and self._open is not None:
            await self._connection.run(lambda _: self._fetch(max(count, AHEAD)))
        found, self._rows = self._rows[:count], self._rows[count:]
        return found

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        while self._open is not None:
            await self._connection.run(lambda _: self._fetch(AHEAD))
        found, self._rows = self._rows, []
        return found

    async def close(self) -> None:
        """Let go of what was not fetched."""
        if self._open is not None:
            await self._connection.run(lambda _: self._close())

    # -- in the thread -----------------------------------------------------------------------------

    def _begin(self, connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> None:
        self._open = cursor = connection.execute(statement, values)
        self._fetch(AHEAD)
        self._note(cursor)

    def _note(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self.rowcount = cursor.rowcount

    def _fetch(self, count: int) -> None:
        if self._open is None:
            return
        found = self._open.fetchmany(count)
        self._rows += found
        if len(found) < count:
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
