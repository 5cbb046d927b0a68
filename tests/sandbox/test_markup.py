"""Markup and entities, with the examples of Telegram's own test-suite and documentation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import ApiError
from bot.sandbox.markup.entities import utf16_length, utf16_slice
from bot.sandbox.markup.formatted import formatted, message_text


def marks(text: str, mode: str | None) -> tuple[str, list[tuple[str, str]]]:
    done = formatted(text, mode)
    return done.text, [
        (e["type"], utf16_slice(done.text, e["offset"], e["length"])) for e in done.entities
    ]


def refusal(text: str, mode: str | None = None, entities: object = None) -> str:
    with pytest.raises(ApiError) as caught:
        message_text(text, mode, entities)
    return caught.value.description.removeprefix("Bad Request: ").removeprefix(
        "can't parse entities: "
    )


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("a &lt;b&gt; &amp; &quot;&#33;", 'a <b> & "!', []),
        ("AT&T &nbsp; &", "AT&T &nbsp; &", []),
        ("<b>b<i>bi</i></b>", "bbi", [("bold", "bbi"), ("italic", "bi")]),
        ("<STRONG>x</strong>", "x", [("bold", "x")]),
        ('<a href="tea.com">t</a>', "t", [("text_link", "t")]),
        ('<a href="nothing">t</a>', "t", []),
        ("<b></b>x", "x", []),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", "x")]),
        ("<pre>x</pre><code>y</code>", "xy", [("pre", "x"), ("code", "y")]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", "s")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", "q")]),
        ("😀<u>😀x</u>", "😀😀x", [("underline", "😀x")]),
        ("<b>bold</b >", "bold", [("bold", "bold")]),
        ('<tg-time unix="1700000000" format="wDT">t</tg-time>', "t", [("date_time", "t")]),
        ("<tg-time>t</tg-time>", "t", []),
    ],
)
def test_html(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert marks(source, "HTML") == (text, expected)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a <p>b</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("é<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<tg-time unix="1" format="x">t</tg-time>', "Invalid date format used"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_errors(source: str, error: str) -> None:
    assert refusal(source, "HTML") == error


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("*b _bi_*", "b bi", [("bold", "b bi"), ("italic", "bi")]),
        (
            "__u__ ~s~ ||h||",
            "u s h",
            [("underline", "u"), ("strikethrough", "s"), ("spoiler", "h")],
        ),
        (r"1\. \_x\_", "1. _x_", []),
        ("[t](http://tea.com/a\\)b)", "t", [("text_link", "t")]),
        ("```py\nx=1```", "x=1", [("pre", "x=1")]),
        ("`a*b`", "a*b", [("code", "a*b")]),
        (">q1\n>q2\nafter", "q1\nq2\nafter", [("blockquote", "q1\nq2")]),
        ("**>q1\n>q2||", "q1\nq2", [("expandable_blockquote", "q1\nq2")]),
        ("![👍](tg://emoji?id=5368324170671202286)", "👍", [("custom_emoji", "👍")]),
        ("![now](tg://time?unix=1700000000&format=r)", "now", [("date_time", "now")]),
    ],
)
def test_markdown_v2(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert marks(source, "MarkdownV2") == (text, expected)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a-b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("🏟 🏟_abacaba", "Can't find end of Italic entity at byte offset 9"),
        ("🏟 🏟_abac * asd ", "Can't find end of Bold entity at byte offset 15"),
        ("🏟 🏟_abac * asd _", "Can't find end of Italic entity at byte offset 21"),
        ("🏟 🏟`", "Can't find end of Code entity at byte offset 9"),
        ("🏟 🏟```", "Can't find end of Pre entity at byte offset 9"),
        ("🏟 🏟```a ", "Can't find end of PreCode entity at byte offset 9"),
        ("🏟 🏟__🏟 🏟_", "Can't find end of Italic entity at byte offset 20"),
        ("🏟 🏟_🏟 🏟__", "Can't find end of Underline entity at byte offset 19"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
        ("![a](tea.com)", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
def test_markdown_v2_errors(source: str, error: str) -> None:
    assert refusal(source, "MarkdownV2") == error


def test_old_markdown() -> None:
    assert marks("*b* _i_ `c` \\_ [t](tea.com)", "Markdown") == (
        "b i c _ t",
        [("bold", "b"), ("italic", "i"), ("code", "c"), ("text_link", "t")],
    )
    expected = "Can't find end of the entity starting at byte offset 5"
    assert refusal("snake_case", "Markdown") == expected


def test_what_telegram_finds_by_itself() -> None:
    text = "/start@tea_bot @anna #tea $TEA a@b.com tea.com/x?y=1, +49 170 1234567, 1/2"
    assert marks(text, None)[1] == [
        ("bot_command", "/start@tea_bot"),
        ("mention", "@anna"),
        ("hashtag", "#tea"),
        ("cashtag", "$TEA"),
        ("email", "a@b.com"),
        ("url", "tea.com/x?y=1"),
        ("phone_number", "+49 170 1234567"),
    ]


def test_nothing_is_found_inside_code_and_links() -> None:
    assert marks("<code>/start</code>", "HTML")[1] == [("code", "/start")]


@pytest.mark.parametrize(
    ("entities", "error"),
    [
        (
            [{"type": "bold", "offset": 0, "length": 99}],
            "entity beginning at UTF-16 offset 0 ends after the end of the text "
            "at UTF-16 offset 99",
        ),
        (
            [{"type": "bold", "offset": 9, "length": 1}],
            "entity begins after the end of the text at UTF-16 offset 9",
        ),
        (
            [{"type": "bold", "offset": 1, "length": 2}],
            "entity begins in a middle of a UTF-16 symbol at byte offset 0",
        ),
        (
            [{"type": "bold", "offset": 0, "length": 1}],
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol "
            "at byte offset 0",
        ),
        (
            [{"type": [], "offset": 0, "length": 2}],
            'can\'t parse MessageEntity: Field "type" must be of type String',
        ),
        (
            [{"type": "loud", "offset": 0, "length": 2}],
            "can't parse MessageEntity: Unsupported type specified",
        ),
        (
            [{"type": "text_link", "offset": 0, "length": 2}],
            "can't parse MessageEntity: Can't find field \"url\"",
        ),
    ],
)
def test_entities_are_validated(entities: object, error: str) -> None:
    assert refusal("😀a", None, entities) == error


def test_texts_are_trimmed_and_entities_follow() -> None:
    done = formatted(" \n hello \n", entities=[{"type": "bold", "offset": 3, "length": 7}])
    assert (done.text, done.entities) == (
        "hello",
        [{"type": "bold", "offset": 0, "length": 5}],
    )
    assert refusal(" \n ") == "text must be non-empty"
    assert refusal("") == "message text is empty"


def test_limits_count_utf16_units_after_parsing() -> None:
    assert message_text("<b>" + "a" * 4096 + "</b>", "HTML").text == "a" * 4096
    assert refusal("😀" * 2049) == "message is too long"
    assert refusal("x", "XML") == "unsupported parse_mode"


@given(st.text(max_size=80), st.sampled_from(["HTML", "Markdown", "MarkdownV2", None]))
def test_any_text_is_parsed_or_refused_and_entities_stay_inside(
    text: str, mode: str | None
) -> None:
    try:
        done = formatted(text, mode)
    except ApiError:
        return
    for entity in done.entities:
        assert entity["offset"] >= 0
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= utf16_length(done.text)
