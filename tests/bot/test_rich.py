"""Formatted texts: nothing is lost when they are split, and nothing is too long."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rich import Rich, bold, clipped, plain, quote, utf16_length

texts = st.text(max_size=300)
characters = st.sampled_from(["a", " ", "\n", "é", "👍", "好", "<b>", "\u202e"])
long_texts = st.lists(characters, max_size=400).map("".join)


@given(st.lists(st.tuples(st.sampled_from([plain, bold, quote]), long_texts), max_size=5))
def test_pages_hold_everything_and_fit(parts: list[tuple[object, str]]) -> None:
    rich = Rich()
    for style, text in parts:
        rich = rich + style(text)  # type: ignore[operator]
    pages = rich.pages(100)
    assert "".join(page.text for page in pages) == rich.text
    assert all(0 < utf16_length(page.text) <= 100 for page in pages)


@given(long_texts, st.integers(2, 200))
def test_clipped_fits_and_loses_no_more_than_a_word(text: str, limit: int) -> None:
    short = clipped(text, limit)
    assert utf16_length(short) <= limit
    if utf16_length(text) <= limit:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])


def test_clipped_ends_with_a_whole_word_where_it_can() -> None:
    assert clipped("hello world this is", 12) == "hello world…"
    assert clipped("a" * 50, 10) == "a" * 9 + "…"
    assert clipped("one two three", 9) == "one two…"
    assert utf16_length(clipped("word " * 4000, 12_000)) > 11_900


@given(long_texts)
def test_entities_count_as_telegram_counts(text: str) -> None:
    params = (plain("👍") + bold(text) + "end").params()
    entities = params.get("entities", [])
    assert params["text"] == f"👍{text}end"
    assert [(e["offset"], e["length"]) for e in entities] == (
        [(2, utf16_length(text))] if text.strip() else []
    )
