"""A text without all that does not matter when it is compared as a whole."""

from __future__ import annotations

import unicodedata

EMOJI = "\N{VARIATION SELECTOR-16}"


def bare(text: str) -> str:
    """The words alone, casefolded: without punctuation, emoji and surplus space.

    A text in which there is nothing else, such as an emoji, stays as it is.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(sign if _is_of_a_word(sign) else " " for sign in folded)
    return " ".join(words.split()) or folded.strip()


def _is_of_a_word(sign: str) -> bool:
    """Letters, the marks on them, and numbers; not the mark that makes a sign an emoji."""
    return unicodedata.category(sign)[0] in "LMN" and sign != EMOJI
