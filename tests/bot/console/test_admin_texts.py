"""The words of planning and admins: the same keys and placeholders in every language."""

import re
from pathlib import Path

import pytest

from bot.asks import evaluation
from bot.core.words import Words, placeholders
from bot.handlers.admin import commands
from flows.asks.decisions import Outcome
from flows.languages import SHIPPED

WORDS = Words.shipped()
AREAS = ("asking.", "admin.", "outcomes.", "why.", "stats.", "compare.", "wording.")
DOCS = Path(__file__).parents[3] / "docs" / "admins.md"


def keys(language: str) -> set[str]:
    return {key for key in WORDS.keys(language) if key.startswith(AREAS)}


@pytest.mark.parametrize("language", SHIPPED)
def test_every_language_says_the_same(language: str) -> None:
    assert keys(language) == keys("en")
    for key in keys("en"):
        own, english = WORDS._catalogues[language][key], WORDS._catalogues["en"][key]
        assert placeholders(own) == placeholders(english), key


@pytest.mark.parametrize("language", SHIPPED)
def test_no_placeholder_stays_unfilled(language: str) -> None:
    for key in WORDS.keys(language):
        text = WORDS._catalogues[language][key]
        values = dict.fromkeys({*placeholders(text), "n"}, 1)
        assert "{" not in WORDS.say(language, key, **values), key


@pytest.mark.parametrize("language", SHIPPED)
def test_every_outcome_and_command_has_words(language: str) -> None:
    own = {evaluation.PLANNED, evaluation.IN_DOUBT, evaluation.FAILED, evaluation.NO_PERIOD}
    for outcome in {each.value for each in Outcome} | own:
        assert WORDS.say(language, f"outcomes.{outcome}")
    for command in commands.COMMANDS:
        assert WORDS.say(language, f"commands.{command}")


def test_every_command_is_documented_and_none_is_invented() -> None:
    named = set(re.findall(r"^\| `/(\w+)", DOCS.read_text("utf-8"), re.MULTILINE))
    assert named == set(commands.COMMANDS)
