"""The words of an ask: never a hole, a brace, a broken line or a text that Telegram refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.config.ask_texts import (
    MESSAGE_LIMIT,
    PLACEHOLDERS,
    RESERVED,
    TEXT_LIMIT,
    cleaned,
    expected,
    faults_in,
    faults_of,
    fill,
)
from flows.utf16 import utf16_length

KNOWN = {
    "name": "Anna", "first_name": "Anna", "product": "Monthly box", "brand": "Lumen Tea",
    "recent_change": "Lids.",
}  # fmt: skip
UNKNOWN = {"brand": "Lumen Tea"}


def kinds(text: str) -> list[str]:
    return [fault.kind for fault in faults_of(text)]


# -- what is missing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "with_name", "without"),
    [
        ("Hi {name}, how is it?", "Hi Anna, how is it?", "Hi, how is it?"),
        ("Hello, {name}! Well?", "Hello, Anna! Well?", "Hello! Well?"),
        ("{name}, how is it?", "Anna, how is it?", "How is it?"),
        ("Dear {name}, how is it?", "Dear Anna, how is it?", "How is it?"),
        ("Dear {name}: how is it?", "Dear Anna: how is it?", "How is it?"),
        ("Hi {name}'s tea. Well?", "Hi Anna's tea. Well?", "Well?"),
        ("How is it, {name}?", "How is it, Anna?", "How is it?"),
        ("Tell us, {name}, how it is.", "Tell us, Anna, how it is.", "Tell us, how it is."),
        ("{name}!\nHow is it?", "Anna!\nHow is it?", "How is it?"),
        ("Packed for {name} by hand. Well?", "Packed for Anna by hand. Well?", "Well?"),
        ("Good morning {name}\nWell?", "Good morning Anna\nWell?", "Good morning\nWell?"),
        ("Thanks {name}! Hi {name}, well?", "Thanks Anna! Hi Anna, well?", "Thanks! Hi, well?"),
        ("Здравствуйте, {name}! Всё ли так?", "Здравствуйте, Anna! Всё ли так?",
         "Здравствуйте! Всё ли так?"),
        ("{name}, всё ли так?", "Anna, всё ли так?", "Всё ли так?"),
        ("Уважаемая {name}, всё ли так?", "Уважаемая Anna, всё ли так?", "Всё ли так?"),
        ("Добрый день, {name}. Ну как?", "Добрый день, Anna. Ну как?", "Добрый день. Ну как?"),
        ("Набор для {name}. Ну как?", "Набор для Anna. Ну как?", "Ну как?"),
        ("{name}，你好。喝得怎么样？", "Anna，你好。喝得怎么样？", "你好。喝得怎么样？"),
        ("你好{name}，喝得怎么样？", "你好Anna，喝得怎么样？", "你好，喝得怎么样？"),
        ("{name}您好！喝得怎么样？", "Anna您好！喝得怎么样？", "您好！喝得怎么样？"),
        ("亲爱的{name}，喝得怎么样？", "亲爱的Anna，喝得怎么样？", "喝得怎么样？"),
        ("这是给{name}的茶。好喝吗？", "这是给Anna的茶。好喝吗？", "好喝吗？"),
    ],
)  # fmt: skip
def test_without_a_name_the_sentence_still_reads_well(
    text: str, with_name: str, without: str
) -> None:
    assert faults_of(text) == []
    assert fill(text, KNOWN) == with_name
    assert fill(text, UNKNOWN) == without
    assert fill(text, UNKNOWN | {"name": " \u200b\n"}) == without
    first = text.replace("{name}", "{first_name}")
    assert faults_of(first) == []
    assert fill(first, KNOWN) == with_name
    assert fill(first, UNKNOWN | {"name": "Acme GmbH"}) == without


def test_each_name_is_missed_by_itself() -> None:
    text = "Hi {first_name}, packed for {name}. Well?"
    assert fill(text, UNKNOWN | {"name": "Acme GmbH"}) == "Hi, packed for Acme GmbH. Well?"
    assert fill(text, UNKNOWN | {"first_name": "Anna"}) == "Well?"
    assert fill("Hi {name}, well? Bye, {first_name}.", KNOWN | {"first_name": ""}) == (
        "Hi Anna, well? Bye."
    )


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("How is it? {recent_change} Tell us.", "How is it? Tell us."),
        ("How is it?\n\nWhat is new: {recent_change}\n\nTell us.", "How is it?\n\nTell us."),
        ("How is it? (“{recent_change}”) Tell us!", "How is it? Tell us!"),
        ("怎么样？最近：{recent_change}。说吧。", "怎么样？说吧。"),
        ("怎么样？最近{recent_change}请告诉我们。", "怎么样？请告诉我们。"),
        ("How is it? As {recent_change}, tell us. Well?", "How is it? Well?"),
    ],
)
def test_without_a_recent_change_its_sentence_is_left_out(text: str, without: str) -> None:
    assert faults_of(text) == []
    assert "Lids." in fill(text, KNOWN)
    assert fill(text, UNKNOWN) == without


def test_a_recent_change_brings_its_own_full_stop() -> None:
    assert fill("So: {recent_change}. Well?", KNOWN) == "So: Lids. Well?"
    assert fill("So: {recent_change} Well?", KNOWN) == "So: Lids. Well?"


def test_the_brand_stands_in_for_a_product() -> None:
    assert fill("{product} by {brand}?", UNKNOWN) == "Lumen Tea by Lumen Tea?"


# -- what values may hold -------------------------------------------------------------------------


def test_values_are_hostile_and_put_in_as_they_are() -> None:
    values = UNKNOWN | {"name": "{brand} *b* <i>\n\x07\u202eevil", "product": "{name}"}
    assert fill("Hi {name}, {product}?", values) == "Hi {brand} *b* <i> evil, {name}?"


def test_a_value_from_right_to_left_does_not_turn_the_text_round() -> None:
    assert fill("Hi {name}, well?", UNKNOWN | {"name": "דנה"}) == "Hi \u2068דנה\u2069, well?"
    assert cleaned("\u202edna\ud800", 10) == "dna"


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" \u200b\n", "empty"),
        ("{name}", "empty"),
        ("Hi {name", "brace"),
        ("Hi name}", "brace"),
        ("Hi {{name}}", "brace"),
        ("Hi {nmae}, well?", "unknown"),
        ("Hi { name }, well?", "unknown"),
        ("{x}", "unknown"),
        ("Hi {}, well?", "unknown"),
        ("Well?\x07", "control"),
        ("Well?\tOr", "control"),
        ("\u202ellew?", "control"),
        ("Well \ud83d?", "control"),
        ("It is for {name}", "silent"),
        ("{recent_change}!", "silent"),
        ("x" * (TEXT_LIMIT + 1), "too_long"),
        ("😀" * (TEXT_LIMIT // 2 + 1), "too_long"),
        ("x" * (TEXT_LIMIT - PLACEHOLDERS["name"]) + ", {name}.", "too_long"),
    ],
)
def test_what_cannot_be_said_to_everybody_is_refused(text: str, kind: str) -> None:
    assert kinds(text) == [kind]
    assert expected(faults_of(text)[0])


def test_a_misspelt_placeholder_comes_with_the_right_one() -> None:
    [fault] = faults_of("Hi {nmae}, well?")
    assert "did you mean {name}?" in expected(fault)


def test_languages_that_are_missing_are_named() -> None:
    found = faults_in({"en": "Well?", "ru": "{"}, ["en", "ru", "zh"])
    assert {of: [fault.kind for fault in each] for of, each in found.items()} == {
        "ru": ["brace"],
        "zh": ["missing"],
    }
    assert expected(found["zh"][0])


# -- for every text and every value ---------------------------------------------------------------

parts = st.sampled_from(
    ["{name}", "{product}", "{brand}", "{recent_change}", "Hi ", ", ", "! ", "? ", "\n\n", ". "]
) | st.text(st.characters(exclude_characters="{}", exclude_categories=["Cc", "Cs"]), max_size=8)
asks = st.lists(parts, max_size=12).map("".join)
anything = st.dictionaries(
    st.sampled_from(sorted(PLACEHOLDERS)), st.text(max_size=30) | st.just("😀" * 700)
)


@settings(max_examples=60)
@given(asks, anything)
def test_what_passes_the_check_can_be_said_to_everybody(text: str, values: dict[str, str]) -> None:
    if faults_of(text):
        return
    said = fill(text, values | {"brand": "Lumen Tea"})
    assert said.strip()
    assert "None" not in said or "None" in text + "".join(values.values())
    assert utf16_length(said) <= MESSAGE_LIMIT - RESERVED
    said.encode("utf-8")
    if not any(brace in value for brace in "{}" for value in values.values()):
        assert not {"{", "}"} & set(said)


@settings(max_examples=50)
@given(st.text(max_size=60), st.integers(1, 40))
def test_a_cleaned_value_is_one_short_line(value: str, most: int) -> None:
    line = cleaned(value, most)
    assert utf16_length(line) <= most + 2
    assert len(line.splitlines()) <= 1


@settings(max_examples=60)
@given(st.text("{}nameb .!?,…。\n", max_size=80))
def test_the_check_itself_never_fails(text: str) -> None:
    faults_of(text)
    fill(text, UNKNOWN)
