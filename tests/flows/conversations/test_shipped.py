"""The flows that come with Verso: their words, their pages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flows import diagrams
from flows.asks.templates import templates
from flows.config import SHIPPED_FLOWS
from flows.conversations import Flow, FlowLibrary
from flows.conversations.phrases import PHRASES
from tests.flows.conversations.talk import FACTS, LIBRARY, Talk

FLOWS = list(LIBRARY)
DEFINITIONS = Path(diagrams.__file__).parent / "definitions"


def test_the_shipped_flows_are_these() -> None:
    assert LIBRARY.names() == (
        "check_in",
        "complaint",
        "guarantee_none",
        "guarantee_photo",
        "guarantee_receipt",
        "purchase_check_in",
        "recall_question",
        "three_questions",
        "trial_check_in",
        "verification",
    )


def test_schedules_begin_those_that_ask_first_and_need_nothing_of_a_change() -> None:
    assert LIBRARY.for_schedules() == SHIPPED_FLOWS
    for template in templates().values():
        assert template.schedule.get("flow") in {*SHIPPED_FLOWS, None}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_texts_are_calm_and_plain_in_every_language(flow: Flow) -> None:
    assert flow.definition.languages == ("en", "ru", "zh")
    for key, texts in flow.definition.texts.items():
        for language, text in texts.items():
            plain = re.sub(r"\{\w+\}", "", text)
            assert not re.search(r"[!！<>*_`]", plain), (key, language)
            assert (re.search("[一-鿿]", text) is not None) <= (language == "zh"), (key, language)
            assert (re.search("[а-яё]", text) is not None) <= (language == "ru"), (key, language)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_each_language_keeps_the_placeholders_of_the_others(flow: Flow) -> None:
    for key, texts in flow.definition.texts.items():
        named = {language: sorted(re.findall(r"\{\w+\}", texts[language])) for language in texts}
        assert len({str(names) for names in named.values()}) == 1, key


@pytest.mark.parametrize(
    "name", ["check_in", "trial_check_in", "purchase_check_in", "verification"]
)
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_an_ask_offers_later_and_stop_at_once(name: str, language: str) -> None:
    talk = Talk(name, replace(FACTS, language=language))
    assert {"later", "stop"} <= talk.screen.actions()


def test_an_unanswered_ask_fits_above_its_buttons_on_a_phone() -> None:
    for flow in FLOWS:
        listened_for = {
            key
            for step in flow.definition.steps.values()
            for option in step.options
            for key in (option.heard, option.replied)
        }
        for key, texts in flow.definition.texts.items():
            if key not in listened_for:
                assert all(len(text) <= 330 for text in texts.values())


def test_no_phrase_of_the_engine_is_spare() -> None:
    code = "\n".join(
        file.read_text("utf-8")
        for file in (DEFINITIONS.parent / "conversations").glob("*.py")
        if file.name != "phrases.py"
    )
    for key in PHRASES:
        prefix, _, rest = key.partition("_")
        built = prefix in ("btn", "kind", "refused") and f'"{rest}"' in code
        built = built or f'"{rest.removesuffix("_menu")}"' in code
        assert built or f'"{key}"' in code, key


def test_the_diagrams_are_current() -> None:
    written = {file.name: file.read_text("utf-8") for file in diagrams.FOLDER.glob("*.md")}
    assert written == diagrams.pages(FlowLibrary.shipped()), "run: python -m flows.diagrams"


def test_diagrams_are_written_where_asked(tmp_path: Path) -> None:
    diagrams.write(tmp_path / "flows")
    assert {file.stem for file in (tmp_path / "flows").iterdir()} == set(LIBRARY.names())


def test_a_diagram_shows_every_way_forward() -> None:
    for flow in FLOWS:
        drawn = {(source, target) for source, target, _ in diagrams.edges(flow)}
        meant = {
            (step.id, target.step)
            for step in flow.definition.steps.values()
            for target in step.targets()
        }
        assert drawn == meant
