"""How alike two texts are by the overlap of their words, good enough to warn; and who fits whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from flows.entities import ChangeId, Ticket

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


def by_likeness(
    tickets: Iterable[Ticket], models: Sequence[Ticket], change_id: ChangeId
) -> list[Ticket]:
    """Sort tickets for a change that has the tickets `models`, those that fit it best first.

    What was found when they were compared decides (`Ticket.alike`): that the change itself fits,
    then that one of its tickets is alike; then those of the same category, the oldest first.
    """
    ids = {model.id for model in models}
    liked = {found for model in models for found in model.alike.get("tickets", ())}
    categories = {model.category for model in models if model.category}

    def rank(ticket: Ticket) -> tuple[bool, bool, bool, int]:
        fits = change_id in ticket.alike.get("changes", ())
        near = ticket.id in liked or not ids.isdisjoint(ticket.alike.get("tickets", ()))
        return (not fits, not near, ticket.category not in categories, ticket.number)

    return sorted(tickets, key=rank)
