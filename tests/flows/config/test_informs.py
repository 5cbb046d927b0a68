"""What a schedule that informs may say, and what is said of one that does not fit."""

import pytest

from flows.config import Config, ConfigError, dump_config, load_config

HEAD = "brand: {languages: [en, ru]}\nschedules:\n - {id: a, "
CHAIN = "kind: inform, when: {event: order}, until: [delivered], "
TEXT = "text: {en: Here, ru: Здесь}"
STEPS = f"steps: [{{after: PT1H, {TEXT}}}, {{after: P2D, {TEXT}}}]"


def loaded(rest: str) -> Config:
    return load_config(f"{HEAD}{rest}}}\n")


@pytest.mark.parametrize(
    "rest",
    [
        f"{CHAIN}{STEPS}",
        f"kind: inform, when: {{event: order, after: P1D}}, {TEXT}",
        f'kind: inform, when: {{cron: "0 10 1 * *"}}, {TEXT}',
        "kind: inform, when: {event: order}, text: {en: 'On it. {event.carrier} has it.', ru: Да}",
    ],
)
def test_it_is_read_and_written_back(rest: str) -> None:
    config = loaded(rest)
    assert load_config(dump_config(config)) == config
    assert config.schedules[0].informs
    assert config.schedules[0].stopped_as == "inform"


@pytest.mark.parametrize(
    ("rest", "key", "expected"),
    [
        (f"{CHAIN}{STEPS}, flow: check_in", "", 'no "flow"'),
        (f"kind: inform, when: {{event: order}}, {STEPS}", "", '"until" with the events that end'),
        (f"{CHAIN}", "", 'a "text", or "steps"'),
        (f"{CHAIN}steps: [{{after: P2D, {TEXT}}}, {{after: P1D, {TEXT}}}]", "", "in their order"),
        (f"{CHAIN}steps: [{{after: P1D, {TEXT}}}, {{after: P1D, {TEXT}}}]", "", "in their order"),
        (f"{CHAIN}steps: [{{{TEXT}}}, {{after: P1D}}]", ".steps[1].text", "'text'"),
        (f"{CHAIN}steps: [{{text: {{en: Here}}}}]", ".steps[0].text", "a text in each of en, ru"),
        (f"{CHAIN}steps: [{{text: {{en: a, ru: b, zh: c}}}}]", ".steps[0].text.zh", "a language"),
        (
            f"{CHAIN}steps: [{{text: {{en: 'a {{nmae}}', ru: b}}}}]",
            ".steps[0].text.en",
            "did you mean {name}",
        ),
        (
            "kind: inform, when: {event: order}, text: {en: 'a. {event.order_id}', ru: b}",
            ".text.en",
            "no id",
        ),
        (f"{CHAIN}{STEPS}, {TEXT}", "", 'either "text" or "steps"'),
        (f"{CHAIN}unless: [x], {TEXT}", "", 'in place of "unless"'),
        (
            f'kind: inform, when: {{cron: "0 10 1 * *"}}, until: [x], {STEPS}',
            "",
            'after an "event"',
        ),
        (
            f"kind: inform, when: {{event: order, after: P1D}}, until: [x], {STEPS}",
            "",
            "stands in each step",
        ),
        (
            f"{CHAIN}steps: [{', '.join(f'{{after: P{n}D, {TEXT}}}' for n in range(1, 10))}]",
            "",
            "at most 8 steps",
        ),
        ("kind: tell, when: {event: order}, flow: check_in", ".kind", "ask or inform"),
        (f"when: {{event: order}}, {TEXT}", "", '"kind: inform" for what asks nothing'),
        ("when: {event: order}, flow: check_in, until: [x]", "", 'with "kind: inform" only'),
        (
            "when: {event: order}, flow: check_in, text: {en: 'a. {event.b}', ru: b}",
            "",
            "{event.b} with kind: inform only",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(rest: str, key: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(rest)
    assert any(
        each.key == f"schedules[0]{key}" and expected in each.expected
        for each in caught.value.problems
    ), caught.value.problems
