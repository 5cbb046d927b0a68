"""All phrases of all languages in one net, and what of them stands where in a text.

The net is rows of numbers: its forty thousand nodes took many times the memory as objects.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.ear.letters import NAME, NUMBER, Token

FILLER = "filler"
MOST_SKIPPED = 3
"""Fillers that may stand inside one phrase."""
ROOT, FILLERS, SETS = 0, 1, 2
"""The nodes from which phrases go out, fillers, and the sets, from the first one on."""
NONE = -1
"""In place of a word that no phrase has."""
FORK = -2
"""In place of a node where there are several."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a phrase is, and where it may stand."""

    name: str
    starts: int = 0
    ends: int = 0


def numbers() -> array[int]:
    """An empty row of numbers."""
    return array("I")


@dataclass(slots=True)
class Net:
    """The phrases of `flows.ear.tree`, to be read only. Words, nodes and sets are numbers.

    What belongs to a node `n` stands in rows beside one another, from place `words_at[n]` to before
    `words_at[n + 1]`.
    """

    vocabulary: dict[str, int] = field(default_factory=dict)
    """The number of each word."""
    tongues: list[frozenset[str]] = field(default_factory=list)
    tongue: array[int] = field(default_factory=numbers)
    """The languages that share words; the place in them by word."""
    labels: list[tuple[Label, ...]] = field(default_factory=list)
    label: array[int] = field(default_factory=numbers)
    """What may have been said; the place in them by node."""
    words_at: array[int] = field(default_factory=numbers)
    words: array[int] = field(default_factory=numbers)
    after_words: array[int] = field(default_factory=numbers)
    """By node the words that may follow, the least first, and the node that each leads to."""
    sets_at: array[int] = field(default_factory=numbers)
    sets: array[int] = field(default_factory=numbers)
    after_sets: array[int] = field(default_factory=numbers)
    """By node the sets that may follow, and the node that each leads to."""
    first_from: array[int] = field(default_factory=numbers)
    first_to: array[int] = field(default_factory=numbers)
    """By set the places in `words` of those with which it can begin."""
    begun_at: array[int] = field(default_factory=numbers)
    begun: array[int] = field(default_factory=numbers)
    """By word the places in `sets` of those at the root that it can begin: there are too many to
    try them all."""

    def number(self, word: str) -> int:
        """The number of a word; `NONE` for one that no phrase has."""
        return self.vocabulary.get(word, NONE)

    def languages_of(self, word: str) -> frozenset[str]:
        """The codes of the languages that have a word."""
        number = self.number(word)
        return frozenset() if number == NONE else self.tongues[self.tongue[number]]

    def after(self, node: int, word: int) -> int:
        """The node that a word leads to; `NONE` when it cannot follow."""
        end = self.words_at[node + 1]
        at = bisect_left(self.words, word, self.words_at[node], end)
        return self.after_words[at] if at < end and self.words[at] == word else NONE

    def only_way(self, node: int, word: int) -> int:
        """As `after`; `FORK` when a set that may follow can begin with the word as well."""
        for at in range(self.sets_at[node], self.sets_at[node + 1]):
            if self._begins(self.sets[at], word):
                return FORK
        first, end = self.words_at[node], self.words_at[node + 1]
        if first == end:
            return NONE
        at = bisect_left(self.words, word, first, end)
        return self.after_words[at] if at < end and self.words[at] == word else NONE

    def beginning(self, node: int, word: int, other: int) -> Sequence[int]:
        """The places in `sets` of those after a node that can begin with one of two words."""
        if node == ROOT:
            return self._begun(word, other)
        first, end = self.sets_at[node], self.sets_at[node + 1]
        if first == end or word == other == NONE:
            return ()
        return [
            at
            for at in range(first, end)
            if self._begins(self.sets[at], word) or self._begins(self.sets[at], other)
        ]

    def _begun(self, word: int, other: int) -> Sequence[int]:
        some = self._begun_by(word)
        if other == NONE:
            return some
        return sorted({*some, *self._begun_by(other)})

    def _begun_by(self, word: int) -> Sequence[int]:
        return () if word == NONE else self.begun[self.begun_at[word] : self.begun_at[word + 1]]

    def _begins(self, each: int, word: int) -> bool:
        if word == NONE:
            return False
        end = self.first_to[each]
        at = bisect_left(self.words, word, self.first_from[each], end)
        return at < end and self.words[at] == word


class Chart:
    """What of the net stands where in one text."""

    def __init__(self, net: Net, tokens: list[Token]) -> None:
        self._net = net
        self._tokens = tokens
        self._ends: dict[tuple[int, int], tuple[int, ...]] = {}
        self._words = [net.number(token.text) for token in tokens]
        self._others = [net.number(self._other(token)) for token in tokens]
        self._only = [
            max(pair) if NONE in pair else None
            for pair in zip(self._words, self._others, strict=True)
        ]
        """The one word that a token is, if it is one."""
        self._skips: list[tuple[int, ...]] = [()] * len(tokens)
        self.found: list[list[tuple[int, Label]]] = [[] for _ in tokens]
        for at in reversed(range(len(tokens))):
            self._skips[at] = self._ends_of(FILLERS, at)
        for at in range(len(tokens)):
            self.found[at] = self._walked(ROOT, at, MOST_SKIPPED)

    def _other(self, token: Token) -> str:
        """What a token is for phrases that take any number, or any name."""
        if token.kind == "number":
            return NUMBER
        return NAME if token.capital and token.text not in self._net.vocabulary else ""

    def _walked(self, top: int, start: int, skips: int) -> list[tuple[int, Label]]:
        """What goes out from a node at a token: where it ends, and what it is."""
        net, tokens = self._net, self._tokens
        found: list[tuple[int, Label]] = []
        todo = [(top, start, skips, False)]
        seen: set[tuple[int, int, bool]] = set()
        while todo:
            node, at, left, skipped = todo.pop()
            if (node, at, skipped) in seen:
                continue
            seen.add((node, at, skipped))
            if not skipped:
                found += [(at, label) for label in net.labels[net.label[node]]]
            if at < len(tokens) and (at == start or not tokens[at].broken):
                self._step(node, at, left, todo)
                if left and node != top:
                    todo += [(node, end, left - 1, True) for end in self._skips[at]]
        return found

    def _step(self, node: int, at: int, left: int, todo: list[tuple[int, int, int, bool]]) -> None:
        """Add to what is to be looked at what may follow a node at a token."""
        net, word, other = self._net, self._words[at], self._others[at]
        for each in (word, other):
            if each != NONE and (child := net.after(node, each)) != NONE:
                todo.append((child, at + 1, left, False))
        for place in net.beginning(node, word, other):
            child = net.after_sets[place]
            todo += [(child, end, left, False) for end in self._set_ends(net.sets[place], at)]

    def _set_ends(self, each: int, at: int) -> tuple[int, ...]:
        key = (each, at)
        if key not in self._ends:
            self._ends[key] = ()
            self._ends[key] = self._ends_of(SETS + each, at)
        return self._ends[key]

    def _ends_of(self, top: int, at: int) -> tuple[int, ...]:
        """Where what goes out from a node at a token can end.

        In most sets there is one way to go from each word to the next, as far as it goes.
        """
        net, ends = self._net, [at] if self._net.labels[self._net.label[top]] else []
        node, end = top, at
        while (word := self._only[end]) is not None:
            node = net.only_way(node, word)
            if node == NONE:
                return tuple(ends)
            if node == FORK:
                break
            end += 1
            if net.labels[net.label[node]]:
                ends.append(end)
            if end == len(self._tokens) or self._tokens[end].broken:
                return tuple(ends)
        return tuple({end for end, _ in self._walked(top, at, 0)})
