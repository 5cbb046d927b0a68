"""A customer's words are quoted whole, or up to the end of a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from flows.changes.sentences import whole_sentences
from flows.utf16 import utf16_length

TEXTS = st.text(st.sampled_from("ab .!?…\n。！😀«»\"'"), max_size=60)


def test_a_text_that_is_too_long_ends_with_a_whole_sentence() -> None:
    said = "It leaks. I wrote to you at 3.5 o'clock! Nobody “came”?"
    assert whole_sentences(said, 500) == said
    assert whole_sentences(said, 45) == "It leaks. I wrote to you at 3.5 o'clock!"
    assert whole_sentences(said, 30) == "It leaks."
    assert whole_sentences(said, 5) == said, "nothing is broken off within a sentence"
    assert whole_sentences("盖子漏水。没有人来！真的", 8) == "盖子漏水。"
    assert whole_sentences("It leaks\nNobody came", 12) == "It leaks"


@given(TEXTS, st.integers(1, 60))
def test_words_are_never_altered(text: str, most: int) -> None:
    kept = whole_sentences(text, most)
    assert text.startswith(kept)
    assert kept == text or (kept.strip() and utf16_length(kept) <= most)
