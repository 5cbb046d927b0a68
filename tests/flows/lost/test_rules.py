"""Which names are the same thing, and when people may be told that it is here."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.entities import LostSale, LostSaleId, MissedItem, MissedItemId
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person, Refusal
from flows.lost.naming import LONGEST, alike, key_of, named
from flows.lost.telling import begin, call_off, hold, join, undo, unwanted

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
BORIS, CLARA = Person(7001, "Boris"), Person(7002, "Clara")
ITEM = MissedItem(MissedItemId(1), NOW)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oat milk", "  oat   MILK "),
        ("Oat milk", "oat-milk!"),
        ("green cups", "Green cup"),
        ("boxes", "box"),
        ("berries", "berry"),
        ("Чёрный чай", "черный  чай"),
        ("燕麦奶", "燕麦奶。"),
        ("<b>Oat</b>", "b oat b"),
        ("Earl Grey's", "earl greys"),
    ],
)
def test_the_same_in_other_letters(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("one", "other"), [("glass", "glas"), ("bus", "bu"), ("oat", "oat milk")])
def test_another_thing(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@given(st.text(max_size=LONGEST))
def test_a_name_is_one_line_and_its_key_has_no_other(text: str) -> None:
    name = named(text)
    if isinstance(name, Refusal):
        assert name.reason == "no_name"
        return
    assert "\n" not in name
    assert 0 < len(name) <= LONGEST
    assert key_of(name) == key_of(f"  {name} ")
    assert alike(name, {1: name}) == [1] or not key_of(name)


@pytest.mark.parametrize("text", ["", "  ", "…!", "🥛"])
def test_a_name_says_something(text: str) -> None:
    assert named(text) == Refusal("no_name")


def test_a_story_is_no_name() -> None:
    assert named("o" * 300) == Refusal("too_long")


def test_what_is_spelled_alike_is_offered_first() -> None:
    others = {1: "oat milks", 2: "barista oat milk", 3: "matcha", 4: "oat mlik"}
    assert alike("oat milk", others) == [1, 2, 4]


def held() -> MissedItem:
    found = hold(ITEM, BORIS, NOW, 3, -1001)
    assert isinstance(found, MissedItem)
    return found


def test_people_are_told_once_and_a_minute_later() -> None:
    begun = begin(held(), NOW)
    assert begun is not None
    assert (begun.held, begun.here_at, begun.here_by_name) == ({}, NOW, "Boris")
    assert begin(begun, NOW) is None
    assert hold(begun, CLARA, NOW, 3, -1001) == Refusal("told")
    assert hold(held(), CLARA, NOW, 3, -1001) == Refusal("held")
    assert hold(ITEM, CLARA, NOW, 0, -1001) == Refusal("nobody")
    assert call_off(begun, BORIS, Role.STAFF) == Refusal("told")


def test_who_began_it_or_a_senior_calls_it_off() -> None:
    assert call_off(held(), CLARA, Role.STAFF) == Refusal("not_yours")
    back = held()
    assert call_off(back, CLARA, Role.SENIOR) == replace(back, held={})
    assert call_off(ITEM, BORIS, Role.STAFF) == Refusal("not_held")


def test_what_is_being_told_is_joined_with_nothing() -> None:
    other = replace(ITEM, id=MissedItemId(2))
    assert join(ITEM, other) == replace(ITEM, into_id=other.id)
    assert join(ITEM, ITEM) == Refusal("same")
    assert join(ITEM, replace(held(), id=MissedItemId(2))) == Refusal("held")
    assert join(replace(ITEM, here_at=NOW), other) == Refusal("told")
    assert join(replace(ITEM, into_id=other.id), other) == Refusal("joined")


def test_a_lost_sale_that_was_told_stays_and_is_unwanted_once() -> None:
    sale = LostSale(LostSaleId(1), ITEM.id, NOW, "oat milk", "oat milk")
    assert undo(sale) is None
    assert undo(replace(sale, queued_at=NOW)) == Refusal("told")
    gone = unwanted(sale, NOW)
    assert gone.unwanted_at == NOW
    assert unwanted(gone, NOW.replace(hour=12)) is gone
