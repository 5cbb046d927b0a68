"""Formatting stays on the words that it was given to, however a text is cut and joined."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.formatted import Formatted, joined, of_customer, of_staff
from flows.utf16 import utf16_length

texts = st.text(st.sampled_from([*"ab ñ好\n", "👍", "🫖"]), min_size=1, max_size=30)


def marked(text: str, start: int, end: int) -> Formatted:
    """A text of which some characters are bold."""
    offset, length = utf16_length(text[:start]), utf16_length(text[start:end])
    entity = {"type": "bold", "offset": offset, "length": length}
    return Formatted(text, (entity,) if length else ())


def bold_in(said: Formatted) -> str:
    units = said.text.encode("utf-16-le")
    return "".join(
        units[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le")
        for each in said.entities
    )


@given(texts, st.data())
def test_a_part_keeps_what_of_it_is_marked(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    start, end = sorted([data.draw(places), data.draw(places)])
    first, last = sorted([data.draw(places), data.draw(places)])
    part = marked(text, start, end).part(first, last)
    assert part.text == text[first:last]
    assert bold_in(part) == text[max(start, first) : max(start, first, min(end, last))]


@given(texts, texts, st.data())
def test_joined_texts_keep_what_is_marked(one: str, two: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(two)))
    both = joined([Formatted(one), marked(two, begin, len(two))])
    assert (both.text, bold_in(both)) == (f"{one}\n{two}", two[begin:])


def test_what_stands_after_a_command_keeps_its_place() -> None:
    text = "/resolve #1  🫖 our page "
    said = marked(text, text.index("page"), text.index("page") + 4)
    done = said.ending("🫖 our page ").stripped()
    assert (done.text, bold_in(done)) == ("🫖 our page", "page")


def test_a_quotation_is_found_with_what_it_may_have() -> None:
    link = {"type": "text_link", "offset": 4, "length": 4, "url": "https://x.example"}
    bold = {"type": "bold", "offset": 0, "length": 8}
    said = Formatted("See this page", (link, bold)).quoted("this")
    assert said == Formatted("this", ({"type": "bold", "offset": 0, "length": 4},))
    assert Formatted("See this page").quoted("that") is None
    assert Formatted("See this page").quoted("") is None


KINDS: list[tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]] = [
    ({"type": "spoiler"}, {"type": "spoiler"}, {"type": "spoiler"}),
    ({"type": "pre", "language": "c"}, {"type": "pre", "language": "c"}, None),
    ({"type": "custom_emoji", "custom_emoji_id": "5"}, None, None),
    ({"type": "mention"}, {"type": "code"}, {"type": "mention"}),
    ({"type": "hashtag"}, {}, {"type": "hashtag"}),
    ({"type": "bot_command"}, {}, {}),
    ({"type": "text_mention", "user": {"id": 7, "first_name": "Nora"}}, {}, {}),
    ({"type": "text_link", "url": "tg://user?id=7"}, {}, {}),
    ({"type": "text_link", "url": "TG://user?id=7"}, {}, {}),
    ({"type": "invented", "what": 1}, {}, {}),
]


@pytest.mark.parametrize(("given", "of_theirs", "of_ours"), KINDS)
def test_only_what_does_no_harm_is_carried(
    given: dict[str, Any], of_theirs: dict[str, Any] | None, of_ours: dict[str, Any] | None
) -> None:
    where = {"offset": 1, "length": 2}
    for carry, wanted in ((of_customer, of_theirs), (of_staff, of_ours)):
        expected = given if wanted is None else wanted
        assert carry([given | where]) == ((expected | where,) if expected else ())
