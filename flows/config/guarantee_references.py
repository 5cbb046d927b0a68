"""Checks of what guarantees name: what they grant, for which products, at which places."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flows.config.problems import Problem, did_you_mean, one_of, shown
from flows.config.remedies import OF_MONEY
from flows.config.tree import Items, Keys, Path, Scalar, child, entries_of, key_path, words_at


def check_guarantees(root: Keys, file: str) -> Iterator[Problem]:
    """What guarantees grant and are for, where they hold, and which of them entrances name."""
    checks = _Guarantees(root, file)
    yield from checks.entrances()
    yield from checks.products()
    yield from checks.remedies()
    yield from checks.places()


class _Guarantees:
    def __init__(self, root: Keys, file: str) -> None:
        self.root, self.file = root, file

    def entrances(self) -> Iterator[Problem]:
        known = [text for _, _, text in self._each("guarantees", "id")]
        yield from self._known(("entrances", "guarantee"), known, "a guarantee")

    def products(self) -> Iterator[Problem]:
        known = [text for _, _, text in self._each("products", "id")]
        yield from self._known(("guarantees", "product"), known, "a product")

    def remedies(self) -> Iterator[Problem]:
        remedies = {
            name: node
            for index, node in entries_of(self.root, "remedies")
            for _, _, name in words_at(self.root, ("remedies", index, "id"))
        }
        yield from self._known(("guarantees", "remedy"), list(remedies), "a remedy")
        for path, line, text in self._each("guarantees", "remedy"):
            if text in remedies and _needs_amount(remedies[text]):
                expected = "a remedy with a value: nobody is there to say how much"
                yield Problem(self.file, line, key_path(path), shown(text), expected)

    def places(self) -> Iterator[Problem]:
        """Guarantees hold at places of entrances, and where entrances name them."""
        places = {index: self._place_of(index) for index, _ in entries_of(self.root, "entrances")}
        known = list(dict.fromkeys(places.values()))
        held: dict[str, set[str]] = {}
        for index, _ in entries_of(self.root, "guarantees"):
            named = list(self._held_at(index))
            for path, line, text in named:
                if text not in known:
                    yield self._unknown(path, line, text, known, "a place of an entrance")
            for _, _, name in words_at(self.root, ("guarantees", index, "id")):
                held[name] = {text for _, _, text in named}
        for index, place in places.items():
            for path, line, name in words_at(self.root, ("entrances", index, "guarantee")):
                if held.get(name) and place not in held[name]:
                    expected = f"a guarantee that holds here: it names places, and not {place}"
                    yield Problem(self.file, line, key_path(path), shown(name), expected)

    def _place_of(self, index: int) -> str:
        """The name of an entrance's place, else its id, as entrances say it themselves."""
        for key in ("place", "id"):
            for _, _, text in words_at(self.root, ("entrances", index, key)):
                return text
        return ""

    def _held_at(self, index: int) -> Iterator[tuple[Path, int, str]]:
        path: Path = ("guarantees", index, "place")
        node = child(child(child(self.root, "guarantees"), index), "place")
        if isinstance(node, Items):
            for number in range(len(node.items)):
                yield from words_at(self.root, (*path, number, "at"))
        else:
            yield from words_at(self.root, (*path, "at"))

    def _each(self, section: str, key: str) -> Iterator[tuple[Path, int, str]]:
        for index, _ in entries_of(self.root, section):
            yield from words_at(self.root, (section, index, key))

    def _known(
        self, where: tuple[str, str], known: Collection[str], kind: str
    ) -> Iterator[Problem]:
        for path, line, text in self._each(*where):
            if text not in known:
                yield self._unknown(path, line, text, known, kind)

    def _unknown(
        self, path: Path, line: int, text: str, known: Collection[str], kind: str
    ) -> Problem:
        expected = f"{kind}: {one_of(known)}" if known else f"{kind} (there is none yet)"
        hint = did_you_mean(text, known)
        return Problem(self.file, line, key_path(path), shown(text), expected, hint)


def _needs_amount(remedy: Keys) -> bool:
    """Whether a remedy is an amount of money, and does not say which."""
    kind = child(remedy, "kind")
    text = kind.text if isinstance(kind, Scalar) else None
    return text in OF_MONEY and child(remedy, "value") is None
