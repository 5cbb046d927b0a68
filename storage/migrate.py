"""Bringing a database up to date when Verso starts."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
NEWEST = max(each.stem.partition("_")[0] for each in _VERSIONS.glob("[0-9]*.py"))
"""The newest revision in `migrations/versions`, by its file's name; a test sees that it is."""
_LOCK = 0x4D49_4752
"""Key of PostgreSQL's advisory lock under which one process migrates ("MIGR")."""


async def upgrade(connection: AsyncConnection) -> None:
    """Walk the database up to the newest revision; several processes may try at once.

    Raises DatabaseTooNew when the database is at a revision that this Verso does not know.
    """
    await migrate(connection, "head")


async def migrate(connection: AsyncConnection, target: str) -> None:
    """Walk the database to a revision (`head`, `base`, or a revision's name)."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    await connection.run_sync(_walk, target)
    await connection.commit()


async def is_current(connection: AsyncConnection) -> bool:
    """Tell whether the database is at the newest revision that this Verso knows."""
    return await connection.run_sync(_revision) == NEWEST


def _walk(connection: Connection, target: str) -> None:
    current = _revision(connection)
    if target == "head" and current == NEWEST:
        return
    # Alembic takes a tenth of the whole start to import, and is rarely needed.
    from storage.walking import walk  # noqa: PLC0415

    walk(connection, current, target)


def _revision(connection: Connection) -> str | None:
    """Read where the database stands, where Alembic keeps it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version"))
    revision: str | None = found.scalar_one_or_none()
    return revision
