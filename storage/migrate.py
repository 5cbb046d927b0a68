"""Bringing a database up to date when Verso starts."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import DatabaseTooNew

_FOLDER = Path(__file__).parent / "migrations"
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
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return await connection.run_sync(_revision) == head


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def _walk(connection: Connection, target: str) -> None:
    config = _config()
    script = ScriptDirectory.from_config(config)
    current = _revision(connection)
    known: set[Any] = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNew(
            f"The database is at revision {current}, which this Verso does not know: a newer "
            "Verso has written it. Run that version, or restore a backup made before the upgrade."
        )
    if target == "head" and current == script.get_current_head():
        return
    config.attributes["connection"] = connection
    down = target == "base" or (current is not None and _is_before(script, target, current))
    (command.downgrade if down else command.upgrade)(config, target)


def _is_before(script: ScriptDirectory, target: str, current: str) -> bool:
    if target == "head":
        return False
    below = {revision.revision for revision in script.iterate_revisions(current, "base")}
    return target in below
