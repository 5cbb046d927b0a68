"""All phrases of all languages in one tree, and what of them stands where in a text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from flows.ear.letters import NAME, NUMBER, Token
from flows.ear.notation import Choice, Form, Phrase, SetName

FILLER = "filler"
MOST_SKIPPED = 3
"""Fillers that may stand inside one phrase."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a phrase is, and where it may stand."""

    name: str
    starts: int = 0
    ends: int = 0


class Node:
    """A point in the tree: what may follow, and what has been said when it is reached."""

    __slots__ = ("labels", "sets", "words")

    def __init__(self) -> None:
        self.words: dict[str, Node] = _NO_WORDS
        self.sets: dict[int, Node] = _NO_SETS
        self.labels: tuple[Label, ...] = ()


_NO_WORDS: dict[str, Node] = {}
_NO_SETS: dict[int, Node] = {}
"""Shared by the many nodes that have none; never written to."""


class Net:
    """The tree with its sets; built once, read only afterwards."""

    def __init__(self) -> None:
        self.root = Node()
        self.fillers = Node()
        self.sets: list[Node] = []
        self.vocabulary: dict[str, frozenset[str]] = {}
        """The languages of each word."""
        self._shared: dict[frozenset[str], frozenset[str]] = {}
        self._names: dict[tuple[str, str], int] = {}
        self._choices: dict[tuple[str, Choice], int] = {}
        self.first: list[Collection[str]] = []
        """With which tokens each set can begin."""
        self._beginning: dict[str, tuple[int, ...]] = {}
        """The sets at the root that can begin with a token: there are too many to try them all."""

    def declare(self, language: str, name: str) -> None:
        """Make an empty set, so that others may name it before it is filled."""
        self._names[language, name] = self._new_set()

    def fill(self, language: str, name: str, phrases: Iterable[Phrase]) -> None:
        """Put phrases into a set. Raises ``LookupError`` for a set that is not there."""
        node = self.sets[self._names[language, name]]
        for phrase in phrases:
            for form in phrase.forms:
                self._end(node, form, language).labels = (Label(name),)

    def add(self, language: str, name: str, phrases: Iterable[Phrase]) -> None:
        """Add phrases under a label. Raises ``LookupError`` for a set that is not there."""
        roots = [self.root, self.fillers] if name == FILLER else [self.root]
        for phrase in phrases:
            label = Label(name, phrase.starts, phrase.ends)
            for root in roots:
                for form in phrase.forms:
                    end = self._end(root, form, language)
                    if label not in end.labels:
                        end.labels = (*end.labels, label)

    def finish(self) -> None:
        """Share what is alike, and work out with which tokens each set can begin.

        Call once, after everything is added: nothing can be added to a shared tree.
        """
        self._share()
        for built_from in (self._choices, self._names, self._shared):
            built_from.clear()
        self.first = [node.words for node in self.sets]
        naming = [(number, node) for number, node in enumerate(self.sets) if node.sets]
        alike: dict[frozenset[str], frozenset[str]] = {}
        changed = True
        while changed:
            changed = False
            for number, node in naming:
                known = self.first[number]
                more = frozenset(known).union(*(self.first[each] for each in node.sets))
                changed |= len(more) > len(known)
                self.first[number] = alike.setdefault(more, more)
        beginning: dict[str, list[int]] = {}
        for each in self.root.sets:
            for token in self.first[each]:
                beginning.setdefault(token, []).append(each)
        self._beginning = {token: tuple(sets) for token, sets in beginning.items()}

    def _share(self) -> None:
        """Make one node of all that have the same labels and are followed by the same.

        Most phrases end alike; without this the tree would take several times the memory.
        """
        kept: dict[tuple[object, ...], Node] = {}

        def share_all(node: Node) -> None:
            for word, child in node.words.items():
                node.words[word] = shared(child)
            for each, child in node.sets.items():
                node.sets[each] = shared(child)

        def shared(node: Node) -> Node:
            share_all(node)
            key = (
                tuple(sorted((word, id(child)) for word, child in node.words.items())),
                tuple(sorted((each, id(child)) for each, child in node.sets.items())),
                frozenset(node.labels),
            )
            return kept.setdefault(key, node)

        for top in (self.root, self.fillers, *self.sets):
            share_all(top)

    def beginning(self, node: Node, text: str, other: str) -> Iterator[tuple[int, Node]]:
        """The sets after a node that can begin with a token, and what comes after each."""
        if node is self.root and not other:
            yield from ((each, node.sets[each]) for each in self._beginning.get(text, ()))
            return
        for each, child in node.sets.items():
            first = self.first[each]
            if text in first or other in first:
                yield each, child

    def _new_set(self) -> int:
        self.sets.append(Node())
        return len(self.sets) - 1

    def _end(self, node: Node, form: Form, language: str) -> Node:
        for element in form:
            if isinstance(element, str):
                languages = self.vocabulary.get(element, frozenset()) | {language}
                self.vocabulary[element] = self._shared.setdefault(languages, languages)
                if node.words is _NO_WORDS:
                    node.words = {}
                node = node.words.setdefault(element, Node())
            else:
                if node.sets is _NO_SETS:
                    node.sets = {}
                node = node.sets.setdefault(self._number(element, language), Node())
        return node

    def _number(self, element: SetName | Choice, language: str) -> int:
        if isinstance(element, SetName):
            if (language, element.name) not in self._names:
                raise LookupError(element.name)
            return self._names[language, element.name]
        key = (language, element)
        if key not in self._choices:
            self._choices[key] = self._new_set()
            for form in element.forms:
                self._end(self.sets[self._choices[key]], form, language).labels = (Label(""),)
        return self._choices[key]


class Chart:
    """What of the net stands where in one text."""

    def __init__(self, net: Net, tokens: list[Token]) -> None:
        self._net = net
        self._tokens = tokens
        self._ends: dict[tuple[int, int], tuple[int, ...]] = {}
        self._others = [self._other(token) for token in tokens]
        self._skips: list[tuple[int, ...]] = [()] * len(tokens)
        self.found: list[list[tuple[int, Label]]] = [[] for _ in tokens]
        for at in reversed(range(len(tokens))):
            self._skips[at] = tuple({end for end, _ in self._walk(net.fillers, at, 0)})
        for at in range(len(tokens)):
            self.found[at] = list(self._walk(net.root, at, MOST_SKIPPED))

    def _other(self, token: Token) -> str:
        """What a token is for phrases that take any number, or any name."""
        if token.kind == "number":
            return NUMBER
        return NAME if token.capital and token.text not in self._net.vocabulary else ""

    def _walk(self, top: Node, start: int, skips: int) -> Iterator[tuple[int, Label]]:
        todo = [(top, start, skips, False)]
        seen: set[tuple[int, int, bool]] = set()
        while todo:
            node, at, left, skipped = todo.pop()
            if (id(node), at, skipped) in seen:
                continue
            seen.add((id(node), at, skipped))
            for label in () if skipped else node.labels:
                yield at, label
            if at < len(self._tokens) and (at == start or not self._tokens[at].broken):
                todo.extend((child, end, left, False) for child, end in self._steps(node, at))
                if left and node is not top:
                    todo.extend((node, end, left - 1, True) for end in self._skips[at])

    def _steps(self, node: Node, at: int) -> Iterator[tuple[Node, int]]:
        token = self._tokens[at]
        text = token.text
        if text in node.words:
            yield node.words[text], at + 1
        other = self._others[at]
        if other in node.words:
            yield node.words[other], at + 1
        for each, child in self._net.beginning(node, text, other):
            for end in self._set_ends(each, at):
                yield child, end

    def _set_ends(self, each: int, at: int) -> tuple[int, ...]:
        key = (each, at)
        if key not in self._ends:
            self._ends[key] = ()
            found = {end for end, _ in self._walk(self._net.sets[each], at, 0)}
            self._ends[key] = tuple(found)
        return self._ends[key]
