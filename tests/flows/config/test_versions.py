"""Taking a change back, and what a file would replace."""

from flows.config import load_config, overwritten, take_back

BASE = """
limits: {asks: 2}
schedules:
  - {id: a, when: {event: x, after: P1D}, flow: trial_check_in, cooldown: P30D, holdout: 10%}
  - {id: b, when: {event: y}, flow: trial_check_in}
"""


BEFORE = load_config(BASE)
COOLER = load_config(BASE.replace("P30D", "P60D"))
COOLER_HELD = load_config(BASE.replace("P30D", "P60D").replace("10%", "20%"))
COOLEST = load_config(BASE.replace("P30D", "P90D"))


def test_a_change_is_taken_back_and_what_came_after_stays() -> None:
    back = take_back(BEFORE, COOLER, COOLER_HELD)
    assert back.conflicts == ()
    assert back.config == load_config(BASE.replace("10%", "20%"))


def test_what_was_changed_again_is_a_conflict_and_stays() -> None:
    back = take_back(BEFORE, COOLER, COOLEST)
    assert back.conflicts == ("schedules[a].cooldown",)
    assert back.config == COOLEST


def test_what_is_back_already_stays_as_it_is() -> None:
    assert take_back(BEFORE, COOLER, BEFORE).config == BEFORE


def test_an_entry_that_was_removed_comes_back_and_one_that_was_added_goes() -> None:
    without = BEFORE.model_copy(update={"schedules": BEFORE.schedules[:1]})
    assert take_back(BEFORE, without, without).config.schedule("b") == BEFORE.schedule("b")
    assert take_back(without, BEFORE, BEFORE).config == without


def test_a_key_that_was_left_out_is_left_out_again() -> None:
    named = load_config(BASE.replace("{id: a,", "{id: a, window: {from: '11:00'},"))
    assert take_back(BEFORE, named, named).config == BEFORE


def test_a_file_replaces_only_what_it_says_otherwise() -> None:
    file = load_config(BASE.replace("asks: 2", "asks: 3"))
    assert overwritten(BEFORE, COOLER, file) == ["schedules[a].cooldown: P60D → P30D"]
    assert overwritten(BEFORE, COOLER, COOLER_HELD) == []
    assert overwritten(BEFORE, BEFORE, file) == []
