"""Connections to SQLite: one hand-over a statement, every row, and nothing of what was left."""

import asyncio
import sqlite3

import aiosqlite
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from storage.database import Database
from storage.sqlite import AHEAD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COUNTED = """
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :last)
    SELECT n FROM counted
"""


@pytest.fixture
def hand_overs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one for each time that a connection's thread is given something."""
    given, execute = list[int](), aiosqlite.Connection._execute

    def counted(self: aiosqlite.Connection, *args: object, **more: object) -> object:
        given.append(1)
        return execute(self, *args, **more)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return given


async def test_a_unit_hands_over_once_for_each_thing(
    database: Database, hand_overs: list[int]
) -> None:
    async with database.unit():
        pass  # by now the connection is open
    hand_overs.clear()
    async with database.unit() as unit:  # begins with its first statement
        insert = "INSERT INTO counters (name, value) VALUES ('tin', 7) RETURNING value"
        assert (await unit.connection.execute(text(insert))).scalar_one() == 7
        changed = await unit.connection.execute(text("UPDATE counters SET value = 8"))
        assert changed.rowcount == 1
        assert (await unit.connection.execute(text("SELECT value FROM counters"))).all() == [(8,)]
        await unit.commit()
    assert len(hand_overs) == 4


async def test_a_transaction_that_could_not_begin_is_begun_by_the_next_statement(
    database: Database, database_url: str
) -> None:
    file = make_url(database_url).database or ""
    other = sqlite3.connect(file, isolation_level=None, timeout=0)
    async with database.unit() as unit:
        await unit.connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    insert = text("INSERT INTO counters VALUES ('tin', 1)")
    async with database.unit() as unit:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(OperationalError, match="locked"):
                await unit.connection.execute(insert)
        other.execute("ROLLBACK")
        await unit.connection.execute(insert)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO counters VALUES ('cup', 1)")
    assert other.execute("SELECT count(*) FROM counters").fetchone() == (0,)  # it was not committed
    other.close()


@pytest.mark.parametrize("last", [1, AHEAD - 1, AHEAD, AHEAD + 1, 3 * AHEAD])
async def test_every_row_comes_once(database: Database, last: int) -> None:
    async with database.reading() as unit:
        query, expected = text(COUNTED).bindparams(last=last), list(range(1, last + 1))
        assert list((await unit.connection.execute(query)).scalars()) == expected
        async with unit.connection.stream(query) as result:
            assert [row.n async for row in result] == expected
        async with unit.connection.stream(query) as result:
            assert (await result.fetchone()) == (1,)  # and the others are let go of
        assert (await unit.connection.execute(text("SELECT 1"))).scalar_one() == 1


@pytest.mark.parametrize("passes", range(0, 30, 3))
async def test_what_is_cancelled_leaves_nothing_behind(database: Database, passes: int) -> None:
    """Wherever in the unit it is cancelled: before it began, in a statement, after it."""

    async def write() -> None:
        async with database.unit() as unit:
            await unit.connection.execute(text("INSERT INTO counters VALUES ('tin', 1)"))
            await unit.connection.execute(text(COUNTED), {"last": 2 * AHEAD})
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    for _ in range(passes):
        await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with database.unit() as unit:
        assert (await unit.connection.execute(text("SELECT * FROM counters"))).all() == []
        await unit.connection.execute(text("INSERT INTO counters VALUES ('tin', 2)"))
        await unit.commit()
    async with database.reading() as unit:
        assert (await unit.connection.execute(text("SELECT value FROM counters"))).all() == [(2,)]
