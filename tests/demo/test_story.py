"""Lines of the story: nothing is lost, and they fit."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.story import wrapped

WORDS = st.text(alphabet="ab茶罐 ", max_size=60)


@given(WORDS, st.integers(8, 40))
def test_lines_hold_all_words_and_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    longest = max((len(word) for word in text.split()), default=0)
    for line in lines:
        columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        assert columns <= max(width, 2 * longest)
