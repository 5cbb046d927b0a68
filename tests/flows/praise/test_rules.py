"""Whom praise may be for, and when it is passed on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.entities import CustomerId, Entry, Praise, PraiseId, Side, TicketId, Whom
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal
from flows.praise.rules import (
    CHOOSING,
    LONGEST,
    Answerer,
    address,
    answerers,
    is_due,
    thank,
    with_words,
    worth_passing_on,
)

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
PRAISE = Praise(PraiseId(1), CustomerId(2), 501, NOW, "You are lovely", 3)
BORIS = Answerer(7001, "Boris", -1001)


def line(author: int, days: int, side: Side = Side.STAFF) -> tuple[Entry, int]:
    at = NOW - timedelta(days=days)
    made = Entry(author + days, TicketId(1), at, side, EntryKind.TEXT)
    return replace(made, author_id=author, author_name=f"N{author}"), -1001


def test_those_are_offered_who_answered_last_and_nobody_twice() -> None:
    lines = [line(1, 9), line(2, 1), line(1, 2), line(3, 3), line(4, 5), line(5, 200)]
    lines += [line(6, 0, Side.CUSTOMER), line(-1001, 0)]
    assert [each.id for each in answerers(lines, NOW)] == [2, 1, 3]


@pytest.mark.parametrize("text", ["all good", "ok 👍", "", "很好", "всё хорошо"])
def test_all_good_is_thanked_for_and_not_passed_on(text: str) -> None:
    assert not worth_passing_on(text)


@pytest.mark.parametrize("text", ["you are lovely", "вы лучшие ❤️", "小满的服务太贴心了"])
def test_praise_that_says_something_is_passed_on(text: str) -> None:
    assert worth_passing_on(text)


def test_it_is_addressed_once_and_thanked_once() -> None:
    mine = address(PRAISE, Whom.PERSON, BORIS, -1001)
    assert isinstance(mine, Praise)
    assert (mine.whom, mine.staff_id, mine.staff_name) == ("person", 7001, "Boris")
    assert address(mine, Whom.ALL, None, -1001) == Refusal("passed_on")
    thanked = thank(mine, Person(7001, "Boris"), NOW)
    assert isinstance(thanked, Praise)
    assert thank(thanked, Person(7002, "Clara"), NOW) == Refusal("thanked")


def test_it_waits_for_its_author_and_not_for_ever() -> None:
    assert not is_due(PRAISE, NOW)
    assert is_due(PRAISE, NOW + CHOOSING)
    assert is_due(replace(PRAISE, whom=Whom.TEAM.value), NOW)


def test_words_are_added_until_somebody_has_read_it() -> None:
    longer = with_words(PRAISE, "Really")
    assert isinstance(longer, Praise)
    assert longer.text == "You are lovely\nReally"
    most = with_words(PRAISE, "a" * 5000)
    assert isinstance(most, Praise)
    assert len(most.text) == LONGEST
    shown = replace(PRAISE, shown_at=NOW)
    assert with_words(shown, "Really") == Refusal("passed_on")
    assert address(shown, Whom.ALL, None, None) == Refusal("passed_on")
