"""A brand that addresses formally says 您 to customers, and to them alone."""

import pytest

from bot import wiring
from bot.core.words import Words, is_for_customers
from flows.asks.templates import schedule_from, templates
from flows.config import Config, load_config
from flows.conversations import Facts, FlowLibrary
from flows.conversations.speech import Speaker
from flows.languages import SHIPPED
from storage.database import Database
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.stage import Somebody, buttons, make_stage, texts

FORMAL = Words.shipped().addressing(lambda: True)
PLAIN = Words.shipped()


def informal_in(text: object) -> bool:
    return "你" in str(text).replace("你们", "")


def test_no_sentence_for_customers_is_informal() -> None:
    for key, text in FORMAL.formal["zh"].items():
        if is_for_customers(key):
            assert not informal_in(text), key
            assert "您们" not in str(text), key
        else:
            assert text == PLAIN.texts("zh")[key], key


def test_no_flow_is_informal() -> None:
    for flow in FlowLibrary.shipped():
        for key, text in flow.definition.formal.items():
            assert not informal_in(text["zh"]), key
            said = flow.definition.texts[key]
            assert {code: text[code] for code in ("en", "ru")} == {
                code: said[code] for code in ("en", "ru")
            }


def test_english_and_russian_say_the_same() -> None:
    for language in ("en", "ru"):
        assert FORMAL.formal[language] == PLAIN.texts(language)


def test_templates_begin_in_the_address_of_the_brand() -> None:
    config = load_config("brand: {address: formal}")
    for template in templates().values():
        schedule = schedule_from(template, config)
        for text in [step.text for step in schedule.steps] or [schedule.text or {}]:
            assert not informal_in(text["zh"])
            assert "您" in text["zh"]


def test_what_is_filled_in_is_never_changed() -> None:
    said = FORMAL.say("zh", "customer.hello_name", name="你好", brand="你的茶")
    assert said.startswith("你好，您好。在这里可以告诉你的茶")
    flow = FlowLibrary.shipped().latest("check_in").definition
    facts = Facts("你的茶", "zh", formal=True, first_name="小明")
    assert Speaker(flow, facts).say("ask_check").startswith("小明，您好，这里是你的茶。我们为您")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="formal or informal"):
        load_config("brand: {address: polite}")
    assert load_config("brand: {address: formal}") != Config()


@ON_SQLITE
async def test_a_conversation_is_formal_from_the_moment_it_is_set(database: Database) -> None:
    stage = await make_stage(database, wiring.handlers())
    lina = Somebody(stage, 501, "Lina", "zh")
    [plain] = lina.told(await lina.says("/start"))
    assert "你好" in plain
    brand = stage.services.config.brand.model_copy(update={"address": "formal"})
    stage.services.config = load_config(
        "brand: {address: formal, name: Lumen Tea, languages: [en, ru, zh]}"
    )
    assert brand.name == "Lumen Tea"
    rows = await lina.says("/start")
    rows += await lina.says("茶罐漏了")
    said = "\n".join("\n".join([row.params["text"], *buttons(row)]) for row in texts(rows))
    assert not informal_in(said)
    assert "您" in said
    assert set(SHIPPED) == {"en", "ru", "zh"}
