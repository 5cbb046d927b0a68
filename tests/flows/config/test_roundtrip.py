from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from flows.config import Config, diff_config, dump_config, load_config
from tests.flows.rule_strategies import configs

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "verso.yaml"


@settings(max_examples=20)
@given(configs())
def test_what_is_dumped_loads_as_the_same(config: Config) -> None:
    assert load_config(dump_config(config)) == config


@settings(max_examples=20)
@given(configs(), configs())
def test_a_difference_is_told_exactly_when_there_is_one(one: Config, two: Config) -> None:
    assert diff_config(one, one) == []
    assert bool(diff_config(one, two)) == (one != two)


def changed(*replacements: tuple[str, str]) -> list[str]:
    source = EXAMPLE.read_text(encoding="utf-8")
    new = source
    for old_words, new_words in replacements:
        assert old_words in new
        new = new.replace(old_words, new_words)
    return diff_config(load_config(source), load_config(new))


def test_a_changed_value_is_told_with_its_key_and_both_values() -> None:
    assert changed(("cooldown: P60D", "cooldown: P90D")) == [
        "schedules[after-delivery].cooldown: P60D → P90D"
    ]
    assert changed(("holidays: [2026-12-24, 2026-12-25, 2026-12-26, 2027-01-01]", "")) == [
        "holidays: 2026-12-24, 2026-12-25, 2026-12-26, 2027-01-01 → none"
    ]


def test_entries_are_followed_by_their_ids() -> None:
    assert changed(("id: after-delivery", "id: delivered")) == [
        "schedules[after-delivery]: removed",
        "schedules[delivered]: added",
    ]
    assert changed(("# chat: -1001234567890", "chat: -1001234567890 #")) == [
        "teams[support].chat: added -1001234567890"
    ]


def test_a_new_order_is_told() -> None:
    source = EXAMPLE.read_text(encoding="utf-8")
    line = next(line for line in source.splitlines() if "id: pro," in line) + "\n"
    moved = source.replace(line, "").replace("products:\n", f"products:\n{line}")
    assert diff_config(load_config(source), load_config(moved)) == [
        "products: new order pro, trial_box"
    ]


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Config().brand.name = "Other"  # type: ignore[misc]
