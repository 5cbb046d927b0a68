"""A customer's own words in a notice: whole, or less at the end of a sentence, never altered."""

from __future__ import annotations

import re

from flows.utf16 import utf16_length

_ENDS = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s)|[。！？]+[」』”’）]*|(?=\n)")
"""Where a sentence ends: a mark with what closes behind it, or the end of a line."""


def whole_sentences(text: str, most: int) -> str:
    """The text, or its first sentences, in at most `most` UTF-16 units.

    One whose first sentence is longer is given whole: nothing is broken off within a sentence.
    """
    if utf16_length(text) <= most:
        return text
    kept = ""
    for found in _ENDS.finditer(text):
        if utf16_length(text[: found.end()]) > most:
            break
        kept = text[: found.end()]
    return kept if kept.strip() else text
