"""The file of a database: private, held by one process under whatever name, and watched."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import files
from storage.database import Database
from storage.errors import DatabaseInUse


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def symlink(path: Path) -> Path:
    (path.parent / "link.db").symlink_to(path)
    return path.parent / "link.db"


def hard_link(path: Path) -> Path:
    (path.parent / "elsewhere").mkdir()
    other = path.parent / "elsewhere/same.db"
    other.hardlink_to(path)
    return other


def folder_link(path: Path) -> Path:
    (path.parent / "folder").symlink_to(path.parent, target_is_directory=True)
    return path.parent / "folder" / path.name


def without_lock_file(path: Path) -> Path:
    path.with_name("verso.db.lock").unlink()
    return path


@pytest.mark.parametrize(
    "way", [lambda path: path, symlink, hard_link, folder_link, without_lock_file]
)
async def test_a_file_is_one_file_under_every_name(
    tmp_path: Path, way: Callable[[Path], Path]
) -> None:
    path = tmp_path / "verso.db"
    running = await Database.open(url(path), alone=True)
    other = way(path)
    with pytest.raises(DatabaseInUse, match="stop the other one"):
        await Database.open(url(other), alone=True)
    assert await running.trouble() == ""
    await running.close()
    await (await Database.open(url(other), alone=True)).close()


async def test_who_was_moved_away_still_holds_the_path(tmp_path: Path) -> None:
    path = tmp_path / "verso.db"
    running = await Database.open(url(path), alone=True)
    path.rename(tmp_path / "moved.db")
    with pytest.raises(DatabaseInUse, match=str(os.getpid())):
        await Database.open(url(path), alone=True)
    await running.close()


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = await Database.open(url(tmp_path / "verso.db"), alone=True)
    finally:
        os.umask(before)
    async with database.unit() as unit:
        await unit.facts.set("probe", "x")
        await unit.commit()
    found = modes(tmp_path)
    await database.close()
    assert set(found) == {"verso.db" + end for end in files.BESIDE}
    assert set(found.values()) == {0o600}


async def test_a_file_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "verso.db"
    path.touch(0o640)
    path.chmod(0o640)
    await (await Database.open(url(path))).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert files.open_to_others(path)


async def test_a_database_in_which_nothing_would_be_kept_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, away = tmp_path / "verso.db", tmp_path / "away.db"
    database = await Database.open(url(path))
    assert await database.trouble() == ""
    path.rename(away)
    assert "is gone" in await database.trouble()
    path.touch()
    assert "another file" in await database.trouble()
    away.rename(path)
    path.chmod(0o400)
    assert "may only be read" in await database.trouble()
    path.chmod(0o600)
    assert await database.trouble() == ""
    monkeypatch.setattr(files, "LEAST_FREE", 1 << 60)
    assert "is full" in await database.trouble()
    monkeypatch.undo()
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("DROP TABLE facts")
    assert "OperationalError" in await database.trouble()
    await database.close()


async def test_what_is_asked_is_answered_by_writing(database: Database) -> None:
    assert await database.trouble() == ""
    async with database.reading() as unit:
        first = await unit.facts.get("probe")
    assert await database.trouble() == ""
    async with database.reading() as unit:
        assert first
        assert await unit.facts.get("probe") not in (None, first)
