"""Formatted texts: nothing is lost when they are split, and nothing is too long."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.rich import Rich, bold, clipped, newest, plain, quote
from flows.utf16 import utf16_length

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


@given(st.lists(long_texts, min_size=1, max_size=30), st.integers(12, 200), st.integers(2, 9))
def test_the_newest_texts_fit_and_say_that_something_is_left_out(
    parts: list[str], limit: int, most: int
) -> None:
    short = newest(parts, limit, most)
    assert utf16_length(short) <= limit
    whole = "\n".join(parts)
    if len(parts) <= most and utf16_length(whole) <= limit:
        assert short == whole
    else:
        assert "…" in short


def test_the_first_text_and_the_newest_stay() -> None:
    assert newest(["leaks", "a", "b", "c"], 100, 3) == "leaks\n…\nb\nc"
    assert newest(["leaks", "a" * 30, "b" * 30, "c"], 45, 9) == f"leaks\n…\n{'b' * 30}\nc"
    assert newest(["leaks", "one two three four five"], 20, 9) == "leaks\none two…"


@given(long_texts)
def test_entities_count_as_telegram_counts(text: str) -> None:
    params = (plain("👍") + bold(text) + "end").params()
    entities = params.get("entities", [])
    assert params["text"] == f"👍{text}end"
    assert [(e["offset"], e["length"]) for e in entities] == (
        [(2, utf16_length(text))] if text.strip() else []
    )
