"""Why a database cannot be opened, in a sentence that says what to do."""

import os
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from flows import system_faults

NO_ADDRESS = (
    "VERSO_DATABASE_URL is no address of a database. Write it as in .env.example: with a number "
    "after the last colon, and @ in a password as %40, / as %2F."
)
_BACKUP = (
    "Stop Verso, move the file and what lies beside it (-wal, -shm) away, and put your last backup "
    "in its place (docs/operators.md, Backup and restore)."
)
_HELD = "End the program that holds it (a copy, a viewer of databases), and try again."
_OF_SQLITE = (
    ("CORRUPT", "it is damaged", _BACKUP),
    ("NOTADB", "it is damaged, or is no database of SQLite", _BACKUP),
    ("FULL", "the disk is full", "Make room, and try again."),
    ("BUSY", "another program holds it", _HELD),
    ("LOCKED", "another program holds it", _HELD),
    ("IOERR", "the disk reports a fault, or is full", "Look at the disk and its room."),
    ("READONLY", "it may only be read", "Let this user write to the file and its folder."),
)
"""Parts of the names of SQLite's errors, what they mean, and what to do."""
_ANOTHER = "or name another file in VERSO_DATABASE_URL."
_OF_POSTGRESQL = (
    ("28", "the server does not let this user in", "Check the user and the password in "
     "VERSO_DATABASE_URL (@ is written %40, / is %2F), and the server's pg_hba.conf."),
    ("3D", "the server has no database of this name", "Make it (CREATE DATABASE verso "
     "OWNER verso), or name another in VERSO_DATABASE_URL."),
    ("42501", "this user may not make tables there", "Make the user the owner of the database."),
    ("53100", "the server's disk is full", "Make room, and try again."),
    ("53300", "too many are connected to the server", "Raise its max_connections, or end others."),
    ("57P", "the server is starting or stopping", "Try again in a moment."),
    ("25006", "the server may only read it", "Name the server that may write: this is its copy."),
    ("08", "the server has ended the connection", "Look at its log."),
)  # fmt: skip
"""Beginnings of PostgreSQL's states, what they mean, and what to do."""


def why_shut(url: URL, error: BaseException) -> str:
    """What to say of a database that does not open; empty when that is not what the error says."""
    if isinstance(error, DBAPIError):
        known: BaseException = error.orig if error.orig is not None else error
    elif isinstance(error, OSError) or type(error).__module__.startswith("asyncpg."):
        known = error  # PostgreSQL's driver is not wrapped while it connects
    elif isinstance(error, TypeError) and url.query:
        return f"VERSO_DATABASE_URL: nothing knows what stands after ? ({', '.join(url.query)})."
    else:
        return ""
    is_file = url.get_backend_name() == "sqlite"
    why, what = _of_a_file(url, known) if is_file else _of_a_server(known)
    where = url.render_as_string(hide_password=True)
    return f"The database {where} cannot be opened: {why}. {what}"


def _of_a_file(url: URL, error: BaseException) -> tuple[str, str]:
    name = str(getattr(error, "sqlite_errorname", None) or "")
    for part, why, what in _OF_SQLITE:
        if part in name:
            return why, what
    file = Path(url.database or "")
    if file.is_dir():
        return "it is a folder", "Name a file in VERSO_DATABASE_URL."
    if not file.absolute().parent.is_dir():
        return "its folder is not there", f"Make the folder, {_ANOTHER}"
    if not os.access(file.absolute().parent, os.W_OK | os.X_OK):
        return "this user may not write to its folder", f"Allow it, {_ANOTHER}"
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return "this user may not read and write it", f"Allow it, {_ANOTHER}"
    why = system_faults.of_a_file(error) if isinstance(error, OSError) else "SQLite refuses it"
    return why, "Check VERSO_DATABASE_URL, the file and its folder."


def _of_a_server(error: BaseException) -> tuple[str, str]:
    state = str(getattr(error, "sqlstate", None) or "")
    for beginning, why, what in _OF_POSTGRESQL:
        if state.startswith(beginning):
            return why, what
    if state:
        return f"the server refuses it (its state is {state})", "Look at its log."
    why = system_faults.of_a_way(error)
    return why, "See that PostgreSQL runs there, and check host and port in VERSO_DATABASE_URL."
