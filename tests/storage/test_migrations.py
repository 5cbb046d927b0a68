"""The tables come and go by migration, and match their definition."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.errors import DatabaseTooNew, DatabaseUnreachable
from storage.migrate import NEWEST, migrate, upgrade
from storage.tables import metadata
from storage.walking import newest


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_up_down_up(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        for target, expected in (("head", set(metadata.tables)), ("base", set())) * 2:
            await migrate(connection, target)
            assert await connection.run_sync(_tables) == expected
    await database.close()


def test_the_start_knows_the_newest_revision() -> None:
    assert newest() == NEWEST


async def test_what_migrations_make_is_what_is_defined(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_a_newer_database_is_refused(database_url: str) -> None:
    database = await Database.open(database_url)
    async with database.engine.connect() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await connection.commit()
        await connection.rollback()
        with pytest.raises(DatabaseTooNew, match="9999"):
            await upgrade(connection)
    await database.close()


async def test_an_unreachable_database_says_what_to_check() -> None:
    with pytest.raises(DatabaseUnreachable, match="VERSO_DATABASE_URL"):
        await Database.open("sqlite+aiosqlite:////no/such/folder/verso.db")
    with pytest.raises(DatabaseUnreachable) as caught:
        await Database.open("postgresql+asyncpg://verso:secret@127.0.0.1:1/verso")
    assert "secret" not in str(caught.value)
