"""A text is covered with phrases, so that as few words as possible stay unexplained."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flows.ear.letters import Token
from flows.ear.lexicon import (
    ASKS,
    CONTRAST,
    COURTESY,
    HEDGE,
    HELLO,
    MAYBE_STOP,
    NEGATION,
    OK,
    TROUBLE,
    WHEN,
    WITH,
)
from flows.ear.meanings import Meaning
from flows.ear.net import FILLER, Chart, Label, Net

UNKNOWN = "unknown"
_SOFT = {FILLER, COURTESY, OK, HELLO, *(Meaning.THANKS, Meaning.YES, Meaning.NO)}
"""May stand before the beginning and after the end of a message that is one phrase."""
_COST = {FILLER: 1.0, COURTESY: 1.0, NEGATION: 1.5}
_PER_PHRASE = {
    TROUBLE: 0.7,
    CONTRAST: 0.75,
    HEDGE: 0.75,
    HELLO: 0.6,
    OK: 0.6,
    ASKS: 1.6,
    MAYBE_STOP: 0.56,
    Meaning.YES: 0.72,
    Meaning.NO: 0.73,
}
_COMPANY = 0.6
"""Less than trouble: in the company of a stop, "annoying" is about the messages."""
_UNKNOWN_COST = {"word": 10.0, "han": 6.0, "number": 10.0, "sign": 3.0}


@dataclass(frozen=True, slots=True)
class Part:
    """Some tokens, from ``start`` to before ``end``, and what explains them."""

    start: int
    end: int
    label: str


class Cover:
    """What may explain the tokens of one text; asked for once without company, once with it."""

    def __init__(self, net: Net, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._found = _anchored(Chart(net, tokens).found, tokens)

    @property
    def times(self) -> list[str]:
        """The times that are named, whatever else explains their words, the last one last."""
        return [
            max(here)[1][len(WHEN) :]
            for each in self._found
            if (here := [(end, label) for end, label in each if label.startswith(WHEN)])
        ]

    def may_be(self, part: Part, label: str) -> bool:
        """Tell whether this label explains the same tokens, whatever explains them best."""
        return (part.end, label) in self._found[part.start]

    def parts(self, company: Collection[str] = ()) -> list[Part]:
        """The cheapest cover: few unexplained tokens first, long phrases second.

        ``company``: the meanings in whose company further words say nothing.
        """
        tokens = self._tokens
        best: list[tuple[float, int, str]] = [(0.0, 0, "")] * (len(tokens) + 1)
        for at in reversed(range(len(tokens))):
            best[at] = min(
                (_cost(label, end - at, tokens[at]) + best[end][0], end, label)
                for end, label in [*self._found[at], (at + 1, UNKNOWN)]
                if not label.startswith(WITH) or label[len(WITH) :] in company
            )
        parts: list[Part] = []
        at = 0
        while at < len(tokens):
            _, end, label = best[at]
            parts.append(Part(at, end, label))
            at = end
        return parts


def _cost(label: str, length: int, token: Token) -> float:
    if label == UNKNOWN:
        return _UNKNOWN_COST[token.kind]
    if label.startswith(WITH):
        return _COMPANY + 0.01 * length
    if label in _COST:
        return _COST[label] * (1 if token.kind == "han" else length)
    return _PER_PHRASE.get(label, 0.55 if label.startswith(WHEN) else 0.5) + 0.01 * length


def _anchored(
    found: list[list[tuple[int, Label]]], tokens: list[Token]
) -> list[list[tuple[int, str]]]:
    """Without the phrases that may not stand where they stand."""
    soft = [[end for end, label in each if label.name in _SOFT] for each in found]
    joins = [[end for end, label in each if label.name == CONTRAST] for each in found]
    begins, ends = _edges(tokens, soft, joins)
    return [
        [
            (end, label.name)
            for end, label in each
            if begins[at] >= label.starts and ends[end] >= label.ends
        ]
        for at, each in enumerate(found)
    ]


def _edges(
    tokens: list[Token], soft: list[list[int]], joins: list[list[int]]
) -> tuple[list[int], list[int]]:
    """Before and behind which tokens a message (2) or a clause (1) is at its edge.

    A clause begins after a "but" (``joins``) as well.
    """
    size = len(tokens)
    begins = [2, *(int(each.broken or each.apart) for each in tokens[1:]), 0]
    ends = [0, *(int(each.broken or each.apart) for each in tokens[1:]), 2]
    for at in range(size):
        for end in joins[at]:
            begins[end] = max(begins[end], 1)
        for end in soft[at]:
            begins[end] = max(begins[end], begins[at])
    for at in reversed(range(size)):
        for end in soft[at]:
            ends[at] = max(ends[at], ends[end])
    return begins, ends
