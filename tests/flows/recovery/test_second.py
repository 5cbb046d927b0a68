"""What follows a second failure, on plain data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.config import SecondFailure, load_config
from flows.config.problems import ConfigError
from flows.entities import CustomerId, Ticket, TicketId
from flows.entities.lifecycle import Person, Refusal
from flows.recovery.remedies import fitting, gestures
from flows.recovery.second import Box, asks_at, tick, wants_gesture, whose

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CLARA, DAN = Person(7002, "Clara"), Person(7003, "Dan")
TICKET = replace(
    Ticket(TicketId(1), 4, CustomerId(1), 501, "resolved", NOW, "support"), failed_again=True
)
TITLE = "title: {en: A, ru: A, zh: A}"


def test_a_box_is_as_somebody_wants_it_however_often_it_is_pressed() -> None:
    ticked = tick(TICKET, Box.AS_BEFORE, ticked=True)
    assert ticked == replace(TICKET, as_before=True)
    assert tick(replace(TICKET, as_before=True), Box.AS_BEFORE, ticked=True) == Refusal("as_it_is")
    both = tick(replace(TICKET, as_before=True), Box.MADE_UP, ticked=True)
    assert both == replace(TICKET, as_before=True, made_up=True)
    once = replace(TICKET, failed_again=False)
    assert tick(once, Box.MADE_UP, ticked=True) == Refusal("no_second_failure")


def test_a_senior_keeps_what_they_have_and_others_take_turns() -> None:
    assert whose(TICKET, []) is None
    assert whose(TICKET, [CLARA, DAN]) == CLARA
    assert whose(replace(TICKET, number=5), [CLARA, DAN]) == DAN
    assert whose(replace(TICKET, number=5, owner_id=CLARA.id), [CLARA, DAN]) == CLARA


def test_a_gesture_is_chosen_once_for_what_is_done() -> None:
    assert wants_gesture(TICKET)
    assert wants_gesture(replace(TICKET, state="verified", gesture="asked"))
    for each in (
        replace(TICKET, state="reopened"),
        replace(TICKET, state="declined"),
        replace(TICKET, failed_again=False),
        replace(TICKET, chat_id=0),
        replace(TICKET, gesture="given"),
        replace(TICKET, gesture="declined"),
    ):
        assert not wants_gesture(each)
    assert asks_at(SecondFailure(), NOW, ZoneInfo("UTC")) == NOW + timedelta(days=3)


def test_what_is_stronger_comes_first_then_and_gestures_only_afterwards() -> None:
    config = load_config(
        f"remedies:\n  - {{id: tin, {TITLE}, kind: replacement}}\n"
        f"  - {{id: two, {TITLE}, kind: replacement, after_second_failure: true}}\n"
        f"  - {{id: flowers, {TITLE}, kind: other, gesture: true}}\n"
    )
    nothing: frozenset[str] = frozenset()
    assert [each.id for each in fitting(config, "", nothing)] == ["tin"]
    again = fitting(config, "", nothing, failed_again=True)
    assert [each.id for each in again] == ["two", "tin"]
    assert [each.id for each in gestures(config, "", nothing)] == ["flowers"]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("kind: other, gesture: true, trusted: {severity: 1}", 'no "trusted"'),
        ("kind: other, after_second_failure: true, trusted: {severity: 1}", 'no "trusted"'),
        ("kind: refund, gesture: true", "a gesture is chosen with one button"),
        ("kind: other, gesture: true, after_second_failure: true", 'either "gesture"'),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(option: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(f"remedies:\n  - {{id: a, {TITLE}, {option}}}\n")
    [problem] = refused.value.problems
    assert problem.line == 2
    assert expected in problem.expected
