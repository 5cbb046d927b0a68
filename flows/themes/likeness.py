"""How alike two texts are: overlap of their words, good enough to sort and to warn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from flows.entities import Ticket

FORM_LETTER = 0.85
"""From this overlap on, an answer is called a repetition."""
LEAST_WORDS = 6
"""Shorter answers ("Thank you, on its way") may well be alike."""

_WORD = re.compile(r"[^\W_]+")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def tokens(text: str) -> frozenset[str]:
    """The words of a text; of scripts without spaces, the pairs of characters."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        runs = _IDEOGRAPHS.findall(word)
        if not runs:
            found.add(word)
        for run in runs:
            found.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
    return frozenset(found)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over all words (Jaccard's index), from 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def is_form_letter(text: str, earlier: Iterable[str]) -> bool:
    """Tell whether an answer repeats, nearly word for word, one of the earlier ones."""
    words = tokens(text)
    if len(words) < LEAST_WORDS:
        return False
    return any(overlap(words, tokens(each)) >= FORM_LETTER for each in earlier)


def most_like(name: str, others: Iterable[str], count: int) -> list[str]:
    """The names that are spelled most like this one, the most alike first."""

    def rank(other: str) -> tuple[float, str]:
        return (-SequenceMatcher(None, name, other).ratio(), other)

    return sorted(others, key=rank)[:count]


def most_alike(tickets: Iterable[Ticket], models: Iterable[Ticket]) -> list[Ticket]:
    """Sort tickets, those whose words are most like those of `models` first."""
    wanted = [(model.category, tokens(model.words)) for model in models]

    def rank(ticket: Ticket) -> tuple[bool, float, int]:
        words = tokens(ticket.words)
        same = any(category and category == ticket.category for category, _ in wanted)
        best = max((overlap(words, other) for _, other in wanted), default=0.0)
        return (not same, -best, ticket.number)

    return sorted(tickets, key=rank)
