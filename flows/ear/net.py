"""All phrases of all languages in one net, and what of them stands where in a text.

The net is rows of numbers: its forty thousand nodes took many times the memory as objects.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.ear.letters import NAME, NUMBER, Token

FILLER = "filler"
MOST_SKIPPED = 3
"""Fillers that may stand inside one phrase."""
ROOT, FILLERS, SETS = 0, 1, 2
"""The nodes from which phrases go out, fillers, and the sets, from the first one on."""
NONE = -1
"""In place of a word that no phrase has."""


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

    def beginning(self, node: int, word: int, other: int) -> Iterator[tuple[int, int]]:
        """The sets after a node that can begin with one of two words, and what comes after each."""
        if node == ROOT:
            for at in self._begun(word, other):
                yield self.sets[at], self.after_sets[at]
            return
        for at in range(self.sets_at[node], self.sets_at[node + 1]):
            each = self.sets[at]
            if self._begins(each, word) or self._begins(each, other):
                yield each, self.after_sets[at]

    def _begun(self, word: int, other: int) -> list[int]:
        found = {
            at
            for each in (word, other)
            if each != NONE
            for at in self.begun[self.begun_at[each] : self.begun_at[each + 1]]
        }
        return sorted(found)

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
        self._skips: list[tuple[int, ...]] = [()] * len(tokens)
        self.found: list[list[tuple[int, Label]]] = [[] for _ in tokens]
        for at in reversed(range(len(tokens))):
            self._skips[at] = tuple({end for end, _ in self._walk(FILLERS, at, 0)})
        for at in range(len(tokens)):
            self.found[at] = list(self._walk(ROOT, at, MOST_SKIPPED))

    def _other(self, token: Token) -> str:
        """What a token is for phrases that take any number, or any name."""
        if token.kind == "number":
            return NUMBER
        return NAME if token.capital and token.text not in self._net.vocabulary else ""

    def _walk(self, top: int, start: int, skips: int) -> Iterator[tuple[int, Label]]:
        net = self._net
        todo = [(top, start, skips, False)]
        seen: set[tuple[int, int, bool]] = set()
        while todo:
            node, at, left, skipped = todo.pop()
            if (node, at, skipped) in seen:
                continue
            seen.add((node, at, skipped))
            for label in () if skipped else net.labels[net.label[node]]:
                yield at, label
            if at < len(self._tokens) and (at == start or not self._tokens[at].broken):
                todo.extend((child, end, left, False) for child, end in self._steps(node, at))
                if left and node != top:
                    todo.extend((node, end, left - 1, True) for end in self._skips[at])

    def _steps(self, node: int, at: int) -> Iterator[tuple[int, int]]:
        net, word, other = self._net, self._words[at], self._others[at]
        for each in (word, other):
            if each != NONE and (child := net.after(node, each)) != NONE:
                yield child, at + 1
        for each, child in net.beginning(node, word, other):
            for end in self._set_ends(each, at):
                yield child, end

    def _set_ends(self, each: int, at: int) -> tuple[int, ...]:
        key = (each, at)
        if key not in self._ends:
            self._ends[key] = ()
            found = {end for end, _ in self._walk(SETS + each, at, 0)}
            self._ends[key] = tuple(found)
        return self._ends[key]
