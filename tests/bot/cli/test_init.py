"""`verso init`: the first files, from flags, from answers, and never over what is there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import beginning, verso
from bot.sandbox import running_sandbox
from bot.settings import load_settings
from flows.config import load_config
from tests.bot.cli.conftest import Verso
from tests.bot.cli.test_documented import commands

UNKNOWN = "111111111:AAEwrongwrongwrongwrongwrongwrongwrong"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What somebody at the terminal answers, in order; empty: what is offered."""
    given: list[str] = []

    def answer(_text: str, default: str = "", **_more: object) -> str:
        return given.pop(0) or default

    monkeypatch.setattr(click, "prompt", answer)
    monkeypatch.setattr(click, "confirm", lambda _text, **_more: given.pop(0) == "y")
    yield given
    assert given == []


async def test_the_first_files_work_and_are_never_overwritten(
    run: Verso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env, config, file = tmp_path / ".env", tmp_path / "verso.yaml", tmp_path / "token"
    async with running_sandbox() as sandbox:
        bot = await sandbox.create_bot(username="tea_bot", first_name='Tea "Ко" #1')
        monkeypatch.setenv("VERSO_BOT_API_URL", sandbox.url)
        code, _, err = await asyncio.to_thread(run, "init")
        assert (code, "--token-file" in err) == (2, True)
        file.write_text(UNKNOWN)
        code, _, err = await asyncio.to_thread(run, "init", "--token-file", "token")
        assert (code, "does not know" in err, UNKNOWN in err) == (2, True, False)
        file.write_text(f"{bot.token}\n")
        given = ("init", "--token-file", "token", "--time-zone")
        code, _, err = await asyncio.to_thread(run, *given, "Mars/Base")
        assert (code, "brand.time_zone" in err) == (2, True)
        assert not env.exists()
        assert not config.exists()
        code, out, _ = await asyncio.to_thread(run, *given, "Europe/Riga", "--languages", "ru, en")
    assert (code, "@tea_bot" in out, bot.token in out) == (0, True, False)
    assert (mode(env), mode(config)) == (0o600, 0o644)
    monkeypatch.delenv("VERSO_BOT_API_URL")
    made = load_settings(env)
    assert (made.bot_token.get_secret_value(), made.bot_api_url) == (bot.token, sandbox.url)
    applied = load_config(config.read_bytes())
    assert (applied.brand.name, applied.brand.languages) == ('Tea "Ко" #1', ("ru", "en"))
    assert (len(applied.teams), len(applied.categories)) == (1, 0)
    assert not any(schedule.enabled for schedule in applied.schedules)
    config.unlink()
    before = env.read_text()
    assert run("init", "--name", "Anew")[0] == 0
    code, _, err = run("init", "--name", "Once more")
    assert (code, "stays as it is" in err) == (1, True)
    assert load_config(config.read_bytes()).brand.name == "Anew"
    assert env.read_text() == before


def test_somebody_at_the_terminal_is_asked_until_it_fits(
    run: Verso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    monkeypatch.setattr(beginning, "at_terminal", lambda: True)
    monkeypatch.setattr(beginning, "local_zone", lambda: "Asia/Almaty")
    answers += ["no token", UNKNOWN, "Lumen", "xx", "", "Lumen", "ru,zh", ""]
    code, out, err = run("init", "--unchecked")
    assert (code, "VERSO_BOT_TOKEN" in err, "brand.languages" in err) == (0, True, True)
    assert UNKNOWN not in out + err
    brand = load_config((tmp_path / "verso.yaml").read_bytes()).brand
    assert (brand.languages, brand.time_zone) == (("ru", "zh"), "Asia/Almaty")
    answers += ["n", "y", "Another", "", ""]
    assert run("init")[0] == 0
    assert load_settings(tmp_path / ".env").bot_token.get_secret_value() == UNKNOWN
    assert load_config((tmp_path / "verso.yaml").read_bytes()).brand.name == "Another"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_the_commands(run: Verso, shell: str) -> None:
    code, out, _ = run("completion", shell)
    assert (code, f"_VERSO_COMPLETE={shell}_complete" in out) == (0, True)


def test_the_manual_names_every_command(run: Verso) -> None:

    code, out, _ = run("man")
    assert (code, out.startswith(".TH VERSO 1 ")) == (0, True)
    for command in commands(verso):
        name = command.replace("-", r"\-")
        assert f'.SS "{name} ' in out
