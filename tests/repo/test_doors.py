"""Doors are shut unless they are opened: whatever is put into any folder, lint sees it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "flows", "storage")
PROBE = "newly_written"
"""A module that nobody has named in any contract."""
TOGETHER = {"bot.app", "bot.cli", "bot.cli.doctor", "bot.demo"}
"""Those who put things together."""
KNOW_TELEGRAM = TOGETHER | {
    "bot.runtime", "bot.runtime.intake", "bot.runtime.sending", "bot.handlers",
    "bot.handlers.customer", "bot.handlers.staff", "bot.handlers.admin",
}  # fmt: skip
PLACES_THE_ENGINE = TOGETHER | {"bot.runtime", "bot.runtime.intake", "bot.runtime.sending"}


def folders(room: str) -> list[str]:
    """All folders of a room that hold modules, as packages."""
    found = {
        path.parent.relative_to(ROOT)
        for path in (ROOT / room).rglob("__init__.py")
        if "migrations" not in path.parts
    }
    return sorted(".".join(path.parts) for path in found)


def forbidden_in(package: str) -> list[str]:
    """What a module of this folder must not import."""
    room = package.partition(".")[0]
    if room == "flows":
        return ["bot.core.work", "storage.unit", "telegram", "sqlalchemy", "asyncio", "aiohttp"]
    if room == "storage":
        return ["bot.core.work", "telegram", "apscheduler"]
    shut = []
    if package not in TOGETHER:
        shut += ["storage.unit", "sqlalchemy", "bot.app"]
    if package not in KNOW_TELEGRAM:
        shut.append("telegram")
    if package not in PLACES_THE_ENGINE:
        shut.append("bot.runtime.worker")
    if package not in TOGETHER and not package.startswith("bot.sandbox"):
        shut.append("bot.sandbox.server")
    if package.endswith(".views"):
        shut.append("bot.core.ports")
    return [] if package == "bot" else shut


def lint(tree: Path) -> tuple[int, str]:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the rooms that may be spoiled."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "*.yaml")
        )
    return tmp_path


def test_a_forbidden_import_in_any_folder_is_seen(tree: Path) -> None:
    wanted = []
    for room in ROOMS:
        for package in folders(room):
            shut = forbidden_in(package)
            path = tree.joinpath(*package.split("."), f"{PROBE}.py")
            lines = [f"import {each}" for each in shut]
            path.write_text("\n".join(['"""A module."""', *lines, ""]), "utf-8")
            wanted += [(f"{package}.{PROBE}", each) for each in shut]
    status, told = lint(tree)
    assert status == 1
    # Layers say "is not allowed to import" and name the chain; all name the module and its target.
    unseen = [pair for pair in wanted if f"{pair[0]} -> {pair[1]}" not in told]
    assert not unseen
    assert len(wanted) > 100


def test_a_folder_that_no_layer_names_is_seen(tree: Path) -> None:
    for room in ROOMS:
        new = tree / room / f"new_in_{room}"
        new.mkdir()
        (new / "__init__.py").write_text('"""A room."""\n', "utf-8")
    status, told = lint(tree)
    assert status == 1
    assert all(f"new_in_{room}" in told for room in ROOMS)


def test_a_circle_of_two_files_is_seen(tree: Path) -> None:
    folder = tree / "bot" / "desk"
    for one, other in (("first", "second"), ("second", "first")):
        (folder / f"{one}.py").write_text(f'"""A."""\nfrom bot.desk import {other}\n', "utf-8")
    status, told = lint(tree)
    assert status == 1
    assert "bot.desk" in told
    assert "first" in told
