"""The word files: read, checked, and made into one net.

A file per language, ``<code>.yaml``; the code is the file's name. ``_signs.yaml`` holds emoji,
which belong to no language. A file may leave out any key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from types import MappingProxyType
from typing import Any

import yaml

from flows import yaml_faults
from flows.ear.kept import kept
from flows.ear.letters import tokens_of
from flows.ear.meanings import Meaning, When
from flows.ear.mending import Mender
from flows.ear.net import FILLER, Net
from flows.ear.notation import phrases_of
from flows.ear.tree import Tree

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SHIPPED = Path(__file__).with_name("words")
SIGNS = "_signs"
OK, HELLO, MAYBE_STOP, COURTESY = "ok", "hello", "maybe_stop", "courtesy"
CONTRAST, HEDGE, TROUBLE = "contrast", "hedge", "trouble"
NEGATION, ASKS = "negation", "asks"
WITH, WHEN = "with:", "when:"
"""Before a meaning in whose company words say nothing more; before a time of "later"."""

_MEANINGS = {each.value for each in Meaning} - {Meaning.COMPLAINT.value}
_LISTS = {
    **{each: each for each in _MEANINGS},
    OK: OK,
    HELLO: HELLO,
    MAYBE_STOP: MAYBE_STOP,
    CONTRAST: CONTRAST,
    TROUBLE: TROUBLE,
    ASKS: ASKS,
    "fillers": FILLER,
    "courtesies": COURTESY,
    "negations": NEGATION,
    "hedges": HEDGE,
}
"""The lists of a file, and the label that each gives."""
_AS_WRITTEN = {CONTRAST, HEDGE, TROUBLE, ASKS}
"""Lists to whose words nothing is mended: what is not known is a complaint anyway."""
_OTHERS = {"about", "letters", "same", "sets", "with", "when", "leave_alone", "contact"}


_PLAIN = re.compile("[a-z ]+|[а-яё ]+")
_SPACED = re.compile(r"\b\w \w \w\b")
"""Most of what stands in the files is small letters of these alphabets: tokens as they are, unless
they may be one word that is spaced. Any other text takes the longer way to the same tokens."""


class WordsError(ValueError):
    """A word file that cannot be used; the message names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of a language: single ones, and ranges from one to another."""

    single: frozenset[str]
    ranges: tuple[tuple[str, str], ...]

    def spells(self, word: str) -> bool:
        """Tell whether a word has no other letters."""
        return all(
            each in self.single or any(begin <= each <= end for begin, end in self.ranges)
            for each in word
        )


@dataclass(slots=True)
class Lexicon:
    """All that is known of words: the net, the letters, the spelling."""

    net: Net = field(default_factory=Net)
    same: dict[str, str] = field(default_factory=dict)
    letters: dict[str, Alphabet] = field(default_factory=dict)
    mender: Mender = field(default_factory=Mender)
    contact: tuple[str, ...] = ()
    """How words begin that are about being written to, and not about the goods."""

    def known(self, word: str) -> bool:
        """Tell whether a word stands in any file."""
        return word in self.net.vocabulary

    @classmethod
    def load(cls, folder: Path, added: Mapping[str, Path] = MappingProxyType({})) -> Lexicon:
        """Read every file of a folder, and files of ``added`` languages by their codes.

        Raises :class:`WordsError`.
        """
        try:
            return cls._load(folder, added)
        except WordsError as error:
            # Readers name a file by its language.
            code, _, rest = str(error).partition(".yaml: ")
            raise (WordsError(f"{added[code].name}: {rest}") if code in added else error) from error

    @classmethod
    def _load(cls, folder: Path, added: Mapping[str, Path]) -> Lexicon:
        paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))} | dict(added)
        if folder != SHIPPED:
            return cls._of(folder, paths)
        return kept(paths, lambda: cls._of(folder, paths))

    @classmethod
    def _of(cls, folder: Path, paths: Mapping[str, Path]) -> Lexicon:
        files = {name: _read(path) for name, path in paths.items()}
        if not set(files) - {SIGNS}:
            raise WordsError(f"{folder} holds no words: add a file such as en.yaml")
        lexicon, tree = cls(), Tree()
        for name, content in files.items():
            lexicon.same |= _same(name, content)
        readers = [_Reader(lexicon, tree, name, content) for name, content in files.items()]
        for reader in readers:
            reader.read_meanings()
        meant = list(tree.vocabulary)
        for reader in readers:
            reader.read_others()
        lexicon.net = tree.net()
        alone = {
            word.strip()
            for content in files.values()
            for line in content.get("leave_alone") or []
            for word in line.split("|")
        }
        lexicon.contact = tuple(
            word.strip()
            for name, content in files.items()
            for line in _lines(name, "contact", content.get("contact"))
            for word in line.split("|")
        )
        lexicon.mender = Mender(lexicon.net.vocabulary, meant, alone)
        return lexicon


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 — a safe loader
    except UnicodeDecodeError as error:
        raise WordsError(f"{path.name} holds bytes that are not UTF-8") from error
    except yaml.YAMLError as error:
        (line, column), why = yaml_faults.place(error), yaml_faults.fault(error)
        raise WordsError(f"{path.name}, line {line}, column {column}: {why}") from error
    if not isinstance(content, dict):
        raise WordsError(f"{path.name} has to be a mapping of lists such as `stop:`")
    for key in content:
        if key not in _LISTS and key not in _OTHERS:
            known = ", ".join(sorted({*_LISTS, *_OTHERS}))
            raise WordsError(f"{path.name}: {key!r} is no key; use one of {known}")
    _lines(path.stem, "leave_alone", content.get("leave_alone"))
    return content


def _same(name: str, content: Mapping[str, Any]) -> dict[str, str]:
    same = content.get("same") or {}
    if not isinstance(same, dict) or not all(
        isinstance(key, str) and isinstance(value, str) and len(key) == len(value) == 1
        for key, value in same.items()
    ):
        raise WordsError(f"{name}.yaml: same maps one letter to one letter, as `ё: е`")
    return same


def _lines(name: str, key: str, value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise WordsError(f"{name}.yaml: {key} has to be a list of texts; quote numbers, yes and no")
    return value


def _mapping(name: str, key: str, value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise WordsError(f"{name}.yaml: {key} has to be a mapping of lists")
    return value


class _Reader:
    """Puts one file into a lexicon."""

    def __init__(self, lexicon: Lexicon, tree: Tree, name: str, content: Mapping[str, Any]) -> None:
        self._lexicon = lexicon
        self._tree = tree
        self._name = name
        self._content = content
        self._same = str.maketrans(lexicon.same)

    def read_meanings(self) -> None:
        """What people mean: words that may be misspelt."""
        content = self._content
        if self._name != SIGNS:
            self._lexicon.letters[self._name] = _alphabet(self._name, content.get("letters"))
        sets = _mapping(self._name, "sets", content.get("sets"))
        for each in sets:
            if not re.fullmatch("[a-z_]+", str(each)):
                raise WordsError(f"{self._name}.yaml: sets: name {each!r} in small Latin letters")
            self._tree.declare(self._name, each)
        for each, lines in sets.items():
            self._put(f"sets: {each}", lines, each, is_set=True)
        for key, label in _LISTS.items():
            if label not in _AS_WRITTEN:
                self._put(key, content.get(key), label)

    def read_others(self) -> None:
        """The rest: nothing is mended to these words."""
        for key, label in _LISTS.items():
            if label in _AS_WRITTEN:
                self._put(key, self._content.get(key), label)
        self._companies("with", WITH, {*_MEANINGS})
        self._companies("when", WHEN, {each.value for each in When})

    def _companies(self, key: str, before: str, allowed: set[str]) -> None:
        for each, lines in _mapping(self._name, key, self._content.get(key)).items():
            if each not in allowed:
                raise WordsError(
                    f"{self._name}.yaml: {key}: {each!r} is none of {', '.join(sorted(allowed))}"
                )
            self._put(f"{key}: {each}", lines, before + each)

    def _put(self, key: str, value: object, label: str, *, is_set: bool = False) -> None:
        for line in _lines(self._name, key, value):
            try:
                phrases = phrases_of(line, self._split)
                (self._tree.fill if is_set else self._tree.add)(self._name, label, phrases)
            except LookupError as error:
                raise WordsError(
                    f"{self._name}.yaml: {key}: {line!r}: there is no set <{error.args[0]}>;"
                    " write it under `sets`"
                ) from error
            except ValueError as error:
                raise WordsError(f"{self._name}.yaml: {key}: {line!r}: {error}") from error

    def _split(self, text: str) -> list[str]:
        """Tokens of plain words in a phrase, each text of them kept once."""
        if _PLAIN.fullmatch(text) and not _SPACED.search(text):
            return [intern(each) for each in text.translate(self._same).split()]
        return [intern(each.text) for each in tokens_of(text, lambda _: True, self._lexicon.same)]


def _alphabet(name: str, value: object) -> Alphabet:
    if not isinstance(value, str) or not value:
        raise WordsError(
            f"{name}.yaml: letters has to name the letters of the language, as `letters: a-z`"
        )
    single = frozenset(re.sub("(.)-(.)", "", value).replace(" ", ""))
    return Alphabet(single, tuple(re.findall("(.)-(.)", value)))
