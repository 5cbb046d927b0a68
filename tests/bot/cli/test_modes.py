"""What `verso` writes is its own user's, and the doctor sees what is not."""

import os
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.cli.doctor.modes import check_modes
from tests.bot.making import settings


def test_what_verso_writes_only_its_user_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["verso", "--version"])
    before = os.umask(0o022)
    try:
        with pytest.raises(SystemExit):
            cli.main()
        made = tmp_path / "links.csv"
        made.write_text("ref,link\n", "utf-8")
    finally:
        os.umask(before)
    assert made.stat().st_mode & 0o777 == 0o600


async def test_the_doctor_names_what_others_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/my verso.db")
    assert (await check_modes(given)).ok
    made = [tmp_path / name for name in (".env", "my verso.db", "my verso.db-wal")]
    for path, mode in zip(made, (0o644, 0o640, 0o600), strict=True):
        path.touch()
        path.chmod(mode)
    line = await check_modes(given)
    assert not line.ok
    assert line.remedy == f"chmod 600 .env '{tmp_path}/my verso.db'"
    for path in made:
        path.chmod(0o600)
    assert (await check_modes(given)).ok
    postgres = settings(database_url="postgresql+asyncpg://verso@db/verso")
    assert (await check_modes(postgres)).ok
