"""Every sentence of the desk exists in every language, with the same gaps; staff can look it up."""

from pathlib import Path

import pytest

from bot.handlers import staff
from bot.words import LANGUAGES, Words, placeholders
from flows.changes import EDGES as CHANGE_EDGES
from flows.tickets import EDGES as TICKET_EDGES
from flows.tickets import STATES

WORDS = Words.shipped()
MINE = ("desk.", "changes.")


def texts(language: str) -> dict[str, object]:
    catalogue = WORDS._catalogues[language]
    return {key: text for key, text in catalogue.items() if key.startswith(MINE)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_in_a_language(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert placeholders(other[key]) == placeholders(text), key
        assert "!" not in str(other[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_and_state_has_words(language: str) -> None:
    keys = WORDS.keys(language)
    reasons = {f"desk.refused_{r}" for edge in TICKET_EDGES for _, r in edge.guards}
    reasons |= {f"changes.refused_{r}" for edge in CHANGE_EDGES for _, r in edge.guards}
    states = {f"desk.state_{state}" for state in STATES}
    states |= {f"desk.short_{state}" for state in STATES}
    assert reasons | states <= keys


def test_every_command_is_described_and_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "staff.md").read_text("utf-8")
    for command in staff.COMMANDS:
        assert f"`/{command}" in page
        for language in LANGUAGES:
            assert f"commands.{command}" in WORDS.keys(language)


def test_every_button_of_a_card_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "staff.md").read_text("utf-8")
    names = ("take", "take_over", "hint", "wait", "resolve", "reopen", "change", "again")
    for name in names:
        assert WORDS.say("en", f"desk.b_{name}") in page
