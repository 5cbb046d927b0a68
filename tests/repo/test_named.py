"""What README and the documents name is there: commands, their options, settings, files."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bot.cli import verso
from bot.handlers import command_names
from bot.settings import Settings
from tests.bot.cli.test_documented import members

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for path in ROOT.glob("docs/**/*.md") if "decisions" not in path.parts),
    *sorted(path for path in (ROOT / "packaging").rglob("*") if path.is_file()),
    ROOT / "compose.yaml",
    ROOT / ".env.example",
]
SETTINGS = {f"VERSO_{name.upper()}" for name in Settings.model_fields}
BESIDE = {"VERSO_", "VERSO_OWNER_ID", "VERSO_API", "VERSO_KEY"}
"""The beginning of all, an example of a wrong one, and what a shop keeps in its own settings."""
_CALL = re.compile(r"(?<![\w.-])verso (?!verso\b)([a-z].*)")
"""Also in `docker compose exec verso verso doctor`, where the first one is a container."""
_CODE = re.compile(r"`([^`\n]+)`|```[a-z]*\n(.*?)```", re.DOTALL)
_MAKE = re.compile(r"(?:^|&& )make ([a-z-]+)")
_TYPED = re.compile(r"(?:^|\s)/([a-z_]{2,})(?![\w/.-])")
COMMANDS = {*command_names.CUSTOMERS, *command_names.ADMINS, *command_names.STAFF, "start"}
ELSEWHERE = {"newbot", "setprivacy"} | {"healthz", "readyz", "metrics", "customers", "about"}
"""What is typed to BotFather, and ends of addresses."""
_PLACE = re.compile(r"(?<![\w./-])((?:bot|flows|storage|tests|docs|packaging|\.ci)/[\w./*-]*\w)")
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def code_in(page: Path) -> list[str]:
    """What stands in a page as code, line by line."""
    found = _CODE.findall(page.read_text("utf-8"))
    return [line for one, several in found for line in (one or several).splitlines()]


def calls_in(page: Path) -> list[list[str]]:
    """The commands of ours that a page names, each with its words."""
    lines = [line.partition(" #")[0] for line in code_in(page)]
    calls = [match for line in lines for match in _CALL.findall(line)]
    return [words_of(re.split(r"[|;&>]", call)[0]) for call in calls]


def words_of(call: str) -> list[str]:
    try:
        return shlex.split(re.sub(r"[\[\]]", " ", call))
    except ValueError:
        return call.split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = set(re.findall(r"\bVERSO_[A-Z_]*", text))
    assert {name for name in named if not name.startswith("VERSO_BENCH_")} <= SETTINGS | BESIDE
    made = makes()
    if page.suffix != ".md":
        return
    assert {word for line in code_in(page) for word in _MAKE.findall(line)} <= made
    for words in calls_in(page):
        leads_somewhere(words)


def test_what_is_typed_and_what_is_looked_into_is_there() -> None:
    lines = {(page, line) for page in PAGES if page.suffix == ".md" for line in code_in(page)}
    typed = {name for _, line in lines for name in _TYPED.findall(line)}
    assert typed <= COMMANDS | ELSEWHERE | {"cancel"}  # which is taken, and in no menu
    places = {(page.name, place) for page, line in lines for place in _PLACE.findall(line)}
    assert [each for each in places if "NAME" not in each[1] and not any(ROOT.glob(each[1]))] == []


def makes() -> set[str]:
    return set(_TARGET.findall((ROOT / "Makefile").read_text("utf-8")))


def test_every_target_of_make_is_said_by_its_help() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    assert makes() == set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))


def leads_somewhere(words: list[str]) -> None:
    """See that a command is one, with all options that stand beside it."""
    command: click.Command = verso
    within = dict(members(verso))
    while words and words[0] in within:
        command = within[words.pop(0)]
        within = dict(members(command)) if isinstance(command, click.Group) else {}
    assert command is not verso, words
    options = {
        name
        for each in (command, *within.values())
        for one in each.params
        for name in (*one.opts, *one.secondary_opts)
    }
    given = {word.partition("=")[0] for word in words if re.fullmatch(r"--[a-z-]+(=.*)?", word)}
    assert given <= options | {"--help", "--debug"}, (command.name, words)
