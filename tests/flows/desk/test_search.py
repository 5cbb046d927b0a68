"""What texts are found by, in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.desk.search import LONGEST, MOST, words_of


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("The lids were broken.", "lid"),
        ("It was BROKEN again", "broken"),
        ("Deliveries are late", "delivery"),
        ("крышки сломались", "крышка"),
        ("Чёрный чай", "черный"),
        ("о доставке", "доставка"),
        ("盖子坏了，漏水", "盖子"),
        ("盖子坏了，漏水", "坏了"),
        ("Order №A-1042", "1042"),
        ("call +49 30 1234567", "1234567"),
        ("ＡＢＣ full width", "abc"),
    ],
)
def test_what_was_said_is_found(said: str, sought: str) -> None:
    assert set(words_of(sought)) <= set(words_of(said))


@pytest.mark.parametrize(("said", "sought"), [("盖子坏了", "子盖"), ("lid", "lip"), ("12", "13")])
def test_other_words_are_not(said: str, sought: str) -> None:
    assert not set(words_of(sought)) <= set(words_of(said))


def test_nothing_is_found_by_nothing() -> None:
    assert words_of("… !? _ 。") == []


@given(st.text(max_size=400))
def test_any_text_is_taken_and_finds_itself(text: str) -> None:
    words = words_of(text)
    assert words == words_of(text)
    assert len(words) == len(set(words)) <= MOST
    assert all(0 < len(word) <= LONGEST for word in words)


@given(st.text(max_size=60), st.text(max_size=60))
def test_more_said_is_never_less_found(first: str, second: str) -> None:
    assert set(words_of(first)) <= set(words_of(f"{first} {second}"))
