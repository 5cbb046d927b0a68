"""Tags: cleaned the same way wherever they come from, few, and short enough for every place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.callbacks import pack
from flows.desk import tags
from flows.desk.lists import ALL, TAG, fitting, is_filter, meant
from flows.entities.lifecycle import Refusal
from tests.flows.desk.test_lists import ticket

HIGHEST = 2**63 - 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("#VIP", "vip"),
        ("To the_kitchen!", "to-the-kitchen"),
        ("Ёлка", "ёлка"),
        ("急件", "急件"),
        ("हिन्दी", "हिन्दी"),
        ("ﬁne", "fine"),
        ("2024", "2024"),
        ("…", ""),
        ("a:b", "a-b"),
        ("漢" * 40, "漢" * 13),
    ],
)
def test_what_is_kept_of_a_word(typed: str, kept: str) -> None:
    assert tags.cleaned(typed) == kept


@given(st.text(max_size=60))
def test_a_tag_is_clean_and_fits_everywhere(text: str) -> None:
    tag = tags.cleaned(text)
    assert tags.cleaned(tag) == tag
    assert len(tags.as_word(tag)) <= 24
    if tag:
        assert pack("w", "tag", HIGHEST, tag)
        assert pack("t", "list", f"{TAG}{tag}", 9_999)


def test_what_is_typed_comes_and_goes() -> None:
    assert tags.typed("#VIP kitchen -old vip – …") == tags.Typed(("vip", "kitchen"), ("old",))
    assert tags.changed(("old", "vip"), ["kitchen", "vip"], ["old"]) == ("vip", "kitchen")
    many = tuple(f"t{each}" for each in range(tags.MOST))
    assert tags.changed(many, ["one-more"], []) == Refusal("too_many_tags")
    assert tags.changed(many, ["one-more"], ["t0"]) == (*many[1:], "one-more")


def test_tags_are_sought_beside_words() -> None:
    assert tags.sought("broken #VIP lid #12 #…") == (["vip"], "broken lid #12 #…")
    assert tags.most_used([("a", "b"), ("b",), ()], 5) == ["b", "a"]


def test_a_list_is_filtered_by_a_tag() -> None:
    marked, other = ticket(1, tags=("vip",)), ticket(2)
    which = meant("#Vip", {"vip": ["VIP"]})
    assert which == f"{TAG}vip", "with its sign it is a tag, whatever else is called so"
    assert is_filter(which)
    assert fitting([marked, other], which, None, marked.opened_at) == [marked]
    assert meant("#", {}) is None
    assert meant("", {}) == ALL
