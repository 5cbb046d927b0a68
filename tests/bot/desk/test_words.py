"""Every sentence of the desk exists in every language, with the same gaps; staff can look it up."""

import re
from pathlib import Path

import pytest
import yaml

from bot import wiring
from bot.core import words
from bot.core.words import Words, joined, placeholders
from bot.handlers.staff import commands as staff_handlers
from flows.changes.changes import EDGES as CHANGE_EDGES
from flows.desk.tickets import EDGES as TICKET_EDGES
from flows.desk.tickets import STATES
from flows.languages import SHIPPED

WORDS = Words.shipped()
MINE = ("desk.", "changes.", "closing.", "staff_commands.")


def texts(language: str) -> dict[str, object]:
    catalogue = WORDS._catalogues[language]
    return {key: text for key, text in catalogue.items() if key.startswith(MINE)}


@pytest.mark.parametrize("language", SHIPPED)
def test_nothing_is_missing_in_a_language(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert placeholders(other[key]) == placeholders(text), key
        assert "!" not in str(other[key]), key


@pytest.mark.parametrize("language", SHIPPED)
def test_every_refusal_and_state_has_words(language: str) -> None:
    keys = WORDS.keys(language)
    reasons = {f"desk.refused_{r}" for edge in TICKET_EDGES for _, r in edge.guards}
    reasons |= {f"changes.refused_{r}" for edge in CHANGE_EDGES for _, r in edge.guards}
    states = {f"desk.state_{state}" for state in STATES}
    states |= {f"desk.short_{state}" for state in STATES}
    assert reasons | states <= keys


def test_every_command_is_described_and_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "staff.md").read_text("utf-8")
    for command in staff_handlers.COMMANDS:
        assert f"`/{command}" in page
        for language in SHIPPED:
            assert f"staff_commands.{command}" in WORDS.keys(language)


def test_no_text_is_said_twice() -> None:
    """A file that says what another one says would silently be believed."""
    with pytest.raises(ValueError, match=r"said twice: a\.help"):
        joined([{"a": {"help": "for staff", "take": "take"}}, {"a": {"help": "for customers"}}])
    for path in sorted((Path(words.__file__).parents[1] / "texts").glob("*.yaml")):
        node = yaml.compose(path.read_text("utf-8"))
        assert isinstance(node, yaml.MappingNode)
        for mapping in (node, *(value for _, value in node.value)):
            keys = [key.value for key, _ in mapping.value]
            assert len(keys) == len(set(keys)), path.name


@pytest.mark.parametrize("language", SHIPPED)
def test_customers_and_staff_have_a_help_of_their_own(language: str) -> None:
    published = wiring.commands()
    said = {
        scope: WORDS.say(language, f"{area}.help")
        for scope, (area, commands) in published.items()
        if "help" in commands
    }
    assert len(said) == len(set(said.values())) == 2


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("number", ["", " #5"])
def test_the_sentence_about_assigning_has_no_stray_spaces(language: str, number: str) -> None:
    text = WORDS.say(language, "desk.usage_assign", number=number)
    assert not re.search(r"\s[\s,.，。]", text)


def test_every_button_of_a_card_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "staff.md").read_text("utf-8")
    names = ("take", "take_over", "hint", "wait", "resolve", "reopen", "change", "again")
    for name in names:
        assert WORDS.say("en", f"desk.b_{name}") in page
    assert f"| {WORDS.say('en', 'desk.b_merge', number=11)} |" in page
