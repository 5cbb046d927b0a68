"""Why a database does not open is said in our words, with what to do; nothing shows a password."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from storage.database import Database
from storage.errors import DatabaseUnreachable
from storage.opening import why_shut

SERVER = make_url("postgresql+asyncpg://verso:hush-hush@db.example/verso")
REFUSALS: list[tuple[type[asyncpg.PostgresError], str, str]] = [
    (asyncpg.InvalidPasswordError, "does not let this user in", "%40"),
    (asyncpg.InvalidCatalogNameError, "no database of this name", "CREATE DATABASE"),
    (asyncpg.InsufficientPrivilegeError, "may not make tables", "owner"),
    (asyncpg.TooManyConnectionsError, "too many", "max_connections"),
    (asyncpg.CannotConnectNowError, "starting or stopping", "again in a moment"),
    (asyncpg.ReadOnlySQLTransactionError, "may only read it", "may write"),
    (asyncpg.DiskFullError, "disk is full", "Make room"),
    (asyncpg.ConnectionDoesNotExistError, "has ended the connection", "log"),
    (asyncpg.UndefinedTableError, "its state is 42P01", "log"),
]


@pytest.mark.parametrize(("kind", "why", "what"), REFUSALS, ids=str)
def test_what_the_server_refuses(kind: type[asyncpg.PostgresError], why: str, what: str) -> None:
    said = why_shut(SERVER, kind("the library's own words"))
    assert why in said
    assert what in said
    assert "library" not in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("SQLITE_NOTADB", "is no database of SQLite"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_READONLY_DIRECTORY", "may only be read"),
        ("SQLITE_FULL", "the disk is full"),
        ("SQLITE_BUSY", "another program holds it"),
        ("SQLITE_ERROR", "SQLite refuses it"),
    ],
)
def test_what_sqlite_refuses(tmp_path: Path, name: str, why: str) -> None:
    error = sqlite3.OperationalError("the library's own words")
    error.sqlite_errorname = name
    url = make_url(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    said = why_shut(url, OperationalError("", {}, error))
    assert why in said
    assert "library" not in said


async def test_what_is_not_there_not_a_file_or_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"no database at all" * 100)
    for path, words in (
        ("no/such/verso.db", "its folder is not there"),
        ("", "it is a folder"),
        ("notes.db", "is no database of SQLite"),
    ):
        with pytest.raises(DatabaseUnreachable) as caught:
            await Database.open(f"sqlite+aiosqlite:///{tmp_path}/{path}")
        assert words in str(caught.value)
    with pytest.raises(DatabaseUnreachable, match="nobody takes connections there") as refused:
        await Database.open("postgresql+asyncpg://verso:hush-hush@127.0.0.1:1/verso")
    assert "hush" not in str(refused.value)


async def test_a_server_without_that_database(postgres_server: str) -> None:
    """The driver's error comes as it is, not wrapped."""
    with pytest.raises(DatabaseUnreachable, match="no database of this name"):
        await Database.open(f"postgresql+asyncpg://postgres@/nowhere?host={postgres_server}")
