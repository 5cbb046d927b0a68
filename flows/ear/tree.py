"""All phrases of all languages as they are read: one tree, of which the net is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from flows.ear.net import FILLER, ROOT, SETS, Label, Net
from flows.ear.notation import Choice, Form, Phrase, SetName


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


class Tree:
    """The phrases with their sets, while the files are read."""

    def __init__(self) -> None:
        self._root = Node()
        self._fillers = Node()
        self._sets: list[Node] = []
        self.vocabulary: dict[str, frozenset[str]] = {}
        """The languages of each word."""
        self._shared: dict[frozenset[str], frozenset[str]] = {}
        self._names: dict[tuple[str, str], int] = {}
        self._choices: dict[tuple[str, Choice], int] = {}

    def declare(self, language: str, name: str) -> None:
        """Make an empty set, so that others may name it before it is filled."""
        self._names[language, name] = self._new_set()

    def fill(self, language: str, name: str, phrases: Iterable[Phrase]) -> None:
        """Put phrases into a set. Raises ``LookupError`` for a set that is not there."""
        node = self._sets[self._names[language, name]]
        for phrase in phrases:
            for form in phrase.forms:
                self._end(node, form, language).labels = (Label(name),)

    def add(self, language: str, name: str, phrases: Iterable[Phrase]) -> None:
        """Add phrases under a label. Raises ``LookupError`` for a set that is not there."""
        roots = [self._root, self._fillers] if name == FILLER else [self._root]
        for phrase in phrases:
            label = Label(name, phrase.starts, phrase.ends)
            for root in roots:
                for form in phrase.forms:
                    end = self._end(root, form, language)
                    if label not in end.labels:
                        end.labels = (*end.labels, label)

    def net(self) -> Net:
        """What is read when somebody is heard. Call once, after everything is added."""
        tops = (self._root, self._fillers, *self._sets)
        _share(tops)
        return _Packing(tops, self.vocabulary).net

    def _new_set(self) -> int:
        self._sets.append(Node())
        return len(self._sets) - 1

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
                self._end(self._sets[self._choices[key]], form, language).labels = (Label(""),)
        return self._choices[key]


def _share(tops: Iterable[Node]) -> None:
    """Make one node of all that have the same labels and are followed by the same.

    Most phrases end alike; without this there would be several times as many nodes.
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

    for top in tops:
        share_all(top)


class _Packing:
    """Writes the nodes of a tree into the rows of a net, those of `tops` first."""

    def __init__(self, tops: Sequence[Node], vocabulary: Mapping[str, frozenset[str]]) -> None:
        self.net = Net(vocabulary={word: number for number, word in enumerate(vocabulary)})
        self._pack_languages(vocabulary.values())
        self._pack_nodes(tops)
        self._pack_beginnings(tops[SETS:])
        self._pack_root()

    def _pack_languages(self, languages: Iterable[frozenset[str]]) -> None:
        places: dict[frozenset[str], int] = {}
        self.net.tongue.extend(places.setdefault(each, len(places)) for each in languages)
        self.net.tongues = list(places)

    def _pack_nodes(self, tops: Sequence[Node]) -> None:
        net, nodes = self.net, list(tops)
        numbers = {id(node): number for number, node in enumerate(nodes)}
        places: dict[tuple[Label, ...], int] = {}
        for node in nodes:  # to which those that follow are added meanwhile
            for child in (*node.words.values(), *node.sets.values()):
                if id(child) not in numbers:
                    numbers[id(child)] = len(nodes)
                    nodes.append(child)
            net.label.append(places.setdefault(node.labels, len(places)))
            net.words_at.append(len(net.words))
            for word, child in self._sorted(node.words):
                net.words.append(word)
                net.after_words.append(numbers[id(child)])
            net.sets_at.append(len(net.sets))
            net.sets.extend(node.sets)
            net.after_sets.extend(numbers[id(child)] for child in node.sets.values())
        net.words_at.append(len(net.words))
        net.sets_at.append(len(net.sets))
        net.labels = list(places)

    def _sorted(self, words: Mapping[str, Node]) -> list[tuple[int, Node]]:
        vocabulary = self.net.vocabulary
        return sorted(
            ((vocabulary[word], child) for word, child in words.items()),
            key=itemgetter(0),
        )

    def _pack_beginnings(self, sets: Sequence[Node]) -> None:
        net = self.net
        packed: dict[frozenset[str], tuple[int, int]] = {}
        for number, first in enumerate(_first_words(sets)):
            if first is None:
                place = net.words_at[SETS + number], net.words_at[SETS + number + 1]
            elif first in packed:
                place = packed[first]
            else:
                begun = len(net.words)
                net.words.extend(sorted(net.vocabulary[word] for word in first))
                place = packed[first] = begun, len(net.words)
            net.first_from.append(place[0])
            net.first_to.append(place[1])

    def _pack_root(self) -> None:
        net = self.net
        begun: list[list[int]] = [[] for _ in net.vocabulary]
        for at in range(net.sets_at[ROOT], net.sets_at[ROOT + 1]):
            each = net.sets[at]
            for word in net.words[net.first_from[each] : net.first_to[each]]:
                begun[word].append(at)
        for places in begun:
            net.begun_at.append(len(net.begun))
            net.begun.extend(places)
        net.begun_at.append(len(net.begun))


def _first_words(sets: Sequence[Node]) -> list[frozenset[str] | None]:
    """With which words each set can begin; None for those of its top, when it names no set."""
    first = [frozenset(node.words) for node in sets]
    naming = [(number, node) for number, node in enumerate(sets) if node.sets]
    changed = True
    while changed:
        changed = False
        for number, node in naming:
            more = first[number].union(*(first[each] for each in node.sets))
            changed |= len(more) > len(first[number])
            first[number] = more
    return [words if node.sets else None for words, node in zip(first, sets, strict=True)]
