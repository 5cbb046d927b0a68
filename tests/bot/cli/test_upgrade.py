"""Upgrade and restore as docs/operators.md tells operators to do them."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.cli.doctor.database import check_database
from storage import migrate
from storage.database import Database
from tests.bot.cli.conftest import Verso
from tests.bot.making import settings

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
OLDER = sorted(each.stem.partition("_")[0] for each in VERSIONS.glob("[0-9]*.py"))[-4]


async def walk(database_url: str, revision: str) -> None:
    database = await Database.open(database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate.migrate(connection, revision)
    await database.close()


def state(file: Path) -> tuple[str, list[str]]:
    """The revision of a database, and whom it knows."""
    with closing(sqlite3.connect(file)) as database:
        [(revision,)] = database.execute("SELECT version_num FROM alembic_version")
        refs = database.execute("SELECT ref FROM customers ORDER BY ref")
        return revision, [ref for (ref,) in refs]


def test_an_upgrade_goes_up_and_a_backup_goes_back(
    run: Verso, tmp_path: Path, database_url: str
) -> None:
    people, file = tmp_path / "people.csv", Path(make_url(database_url).database or "")
    people.write_text("ref,name\nann-17,Anna\nbob-1,Boris\n", "utf-8")
    assert run("import", "customers", str(people))[0] == 0
    asyncio.run(walk(database_url, OLDER))
    [line, *_], _ = asyncio.run(check_database(settings(database_url=database_url)))
    assert (line.ok, "Make a backup, then start Verso" in line.remedy) == (False, True)
    assert run("backup", "before.db")[0] == 0
    assert state(tmp_path / "before.db") == state(file) == (OLDER, ["ann-17", "bob-1"])
    assert run("forget", "bob-1", "--yes")[0] == 0
    assert state(file) == (migrate.NEWEST, ["ann-17"])
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    shutil.copy(tmp_path / "before.db", file)
    assert state(file) == (OLDER, ["ann-17", "bob-1"])
    code, out, _ = run("import", "customers", str(people))
    assert (code, "2 unchanged" in out) == (0, True)
    assert state(file)[0] == migrate.NEWEST
