"""A consistent copy of a SQLite database while Verso runs."""

import contextlib
import os
import shlex
import sqlite3
from pathlib import Path

from bot.core.ports import Database
from bot.data.transfer.errors import TransferError
from flows import system_faults

_OWNER_ONLY = 0o600
_OF_SQLITE = (
    ("FULL", "the disk is full"),
    ("BUSY", "another program holds the database"),
    ("LOCKED", "another program holds the database"),
    ("CORRUPT", "the database is damaged, and so would be its copy"),
    ("NOTADB", "the database is damaged, or is none of SQLite"),
    ("IOERR", "the disk reports a fault"),
    ("CANTOPEN", "the database or its folder cannot be opened"),
)
"""Parts of the names of SQLite's errors; a copy that does not pass the check has none."""


def back_up(database: Database, target: Path) -> int:
    """Copy the database to `target` and prove that the copy is whole; give its size in bytes.

    `VACUUM INTO` reads one moment of the database and keeps nobody from writing meanwhile; what
    was erased before is not in the copy. Raises TransferError, also on PostgreSQL, whose own
    `pg_dump` does this better.
    """
    url = database.engine.url
    if not database.is_sqlite:
        where = url.set(drivername="postgresql", password=None).render_as_string()
        raise TransferError(
            "PostgreSQL has a tool of its own for this, which copies while Verso runs: "
            f"pg_dump --format=custom --file={shlex.quote(str(target))} {shlex.quote(where)}"
        )
    _reserve(target)
    try:
        _copy(str(url.database), target)
        _verify(target)
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        raise TransferError(f"The copy failed: {_why(error)}. {target} was not written.") from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def _reserve(target: Path) -> None:
    """Make the empty file, readable by its owner only; an existing one is never overwritten."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
    except FileExistsError:
        raise TransferError(f"{target} exists already. Name another file.") from None
    except OSError as error:
        raise TransferError(f"{target} cannot be written: {_why(error)}.") from None


def _why(error: OSError | sqlite3.Error) -> str:
    """What went wrong, in words of ours: SQLite's and the system's are for programmers."""
    if isinstance(error, OSError):
        return system_faults.of_a_file(error)
    name = getattr(error, "sqlite_errorname", None) or "SQLITE_CORRUPT"
    return next((words for part, words in _OF_SQLITE if part in name), "SQLite refuses it")


def _copy(source: str, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(source, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _verify(target: Path) -> None:
    with contextlib.closing(sqlite3.connect(target)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if found != ["ok"] or broken is not None:
        raise sqlite3.DatabaseError("the copy does not pass SQLite's integrity check")
