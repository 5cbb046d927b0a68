"""Numbers of receipts as people type them, so that the same one is known again however written."""

from unicodedata import normalize

SHORTEST, LONGEST = 3, 64
"""Letters and digits in what is taken for a number."""


def number_in(text: str) -> str:
    """The number of a receipt in what somebody wrote, in one way of writing; empty: none is there.

    It is made of the words in which a digit stands: "Receipt № 42-17 a" has `4217`.
    """
    words = normalize("NFKC", text).casefold().split()
    found = "".join(
        "".join(each for each in word if each.isalnum())
        for word in words
        if any(each.isdigit() for each in word)
    )
    return found if SHORTEST <= len(found) <= LONGEST else ""
