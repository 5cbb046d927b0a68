"""Reads YAML into a tree that remembers lines.

Every scalar stays the text that was typed: `no` is a language, `10:00` a time of day and `1e3` a
name until a rule that knows better says otherwise. Only what a configuration needs is accepted:
one document, no aliases (a small file could unfold into gigabytes), no tags, no duplicate keys.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from flows import yaml_faults
from flows.config.problems import ConfigError, Problem, shown

LARGEST_BYTES = 256 * 1024
DEEPEST = 20
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it was built
_TOLERATED = "\t\ufeff"
"""What the fast reader takes in places where YAML has no room for it."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; `None` for nothing at all (`key:`, `~` or `null`)."""

    line: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys and values, with the line of each key."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Items | Keys


def read_tree(source: str | bytes, file: str) -> tuple[Keys, list[Problem]]:
    """The tree of a file, and problems that leave it readable (duplicate keys).

    Raises ConfigError where nothing further can be said about the file.
    """
    text = _decoded(source, file)
    if not any(mark in text for mark in _TOLERATED):
        with contextlib.suppress(yaml.YAMLError, UnicodeEncodeError):
            return _read(text, file, _FAST)
    return _read_in_words(text, file)


def _read(text: str, file: str, loader: Any) -> tuple[Keys, list[Problem]]:
    reader = _Reader(file)
    return reader.document(yaml.parse(text, Loader=loader)), reader.problems


def _read_in_words(text: str, file: str) -> tuple[Keys, list[Problem]]:
    """Read slowly, and say in words where and why a text is no YAML."""
    try:
        return _read(text, file, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line, column = yaml_faults.place(error)
        found = f"broken YAML at column {column}: {yaml_faults.fault(error)}"
        raise ConfigError([Problem(file, line, "", found, "valid YAML")]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        found = f"the character {chr(int(error.character))!r}"
        raise ConfigError([Problem(file, line, "", found, "text YAML allows")]) from None


def _decoded(source: str | bytes, file: str) -> str:
    size = len(source)
    if size > LARGEST_BYTES:
        limit = f"at most {LARGEST_BYTES // 1024} KiB"
        raise ConfigError([Problem(file, 1, "", f"a file of {size // 1024} KiB", limit)])
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        hint = "Save the file as UTF-8."
        problem = Problem(file, line, "", "bytes that are not UTF-8", "UTF-8 text", hint)
        raise ConfigError([problem]) from None


class _Reader:
    """Builds the tree from PyYAML's events; never recurses deeper than DEEPEST."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def document(self, events: Iterator[Any]) -> Keys:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._refuse(event, "", "a second document (---)", "one document")
                root = self._node(next(events), events, ())
        if root is None or (isinstance(root, Scalar) and root.text is None):
            return Keys(1)
        if not isinstance(root, Keys):
            found = "a list" if isinstance(root, Items) else "plain text"
            problem = Problem(self.file, root.line, "", found, "keys and values")
            raise ConfigError([problem])
        return root

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            found, hint = f"the alias *{event.anchor}", "Write the value out."
            self._refuse(event, key_path(path), found, "no aliases", hint)
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            self._refuse(event, key_path(path), f"the tag {event.tag}", "no tags")
        if len(path) > DEEPEST:
            self._refuse(event, "", "nesting that never ends", f"at most {DEEPEST} levels")
        if isinstance(event, yaml.ScalarEvent):
            empty = not event.style and event.value in {"", "~", "null", "Null", "NULL"}
            return Scalar(line, None if empty else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(Items(line), events, path)
        return self._keys(Keys(line), events, path)

    def _items(self, items: Items, events: Iterator[Any], path: Path) -> Items:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.items.append(self._node(event, events, (*path, len(items.items))))
        return items

    def _keys(self, keys: Keys, events: Iterator[Any], path: Path) -> Keys:
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._node(event, events, (*path, "?"))
            if not isinstance(key, Scalar) or key.text is None:
                self._refuse(event, key_path(path), "a key that is no word", "a plain word")
            value = self._node(next(events), events, (*path, key.text))
            if key.text in keys.entries:
                self._duplicate((*path, key.text), line, keys.lines[key.text])
                continue
            keys.entries[key.text] = value
            keys.lines[key.text] = line
        return keys

    def _duplicate(self, path: Path, line: int, first: int) -> None:
        found = f"the key {shown(str(path[-1]))} again"
        expected = f"each key once (it is already on line {first})"
        self.problems.append(Problem(self.file, line, key_path(path), found, expected))

    def _refuse(self, event: Any, key: str, found: str, expected: str, hint: str = "") -> NoReturn:
        line = event.start_mark.line + 1
        raise ConfigError([Problem(self.file, line, key, found, expected, hint)])


def key_path(path: Path) -> str:
    """`schedules[0].window.from`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def plain(node: Node) -> Any:
    """The tree as dicts, lists and text; keys without a value are left out."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items() if not _is_nothing(value)}


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text is None


def child(node: Node | None, part: str | int) -> Node | None:
    """What lies under a key or index; None when it is not there."""
    if isinstance(node, Keys) and isinstance(part, str):
        return node.entries.get(part)
    if isinstance(node, Items) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None


def line_of(root: Keys, path: Path) -> int:
    """The line of the key at this path, or of its nearest parent that is there."""
    node: Node | None = root
    line = root.line
    for part in path:
        if isinstance(node, Keys) and isinstance(part, str) and part in node.lines:
            line = node.lines[part]
        node = child(node, part)
        if node is None:
            break
        if isinstance(part, int):
            line = node.line
    return line


def entries_of(root: Keys, section: str) -> Iterator[tuple[int, Keys]]:
    """The entries of a list of the configuration, with their places in it."""
    node = child(root, section)
    if isinstance(node, Items):
        for index, item in enumerate(node.items):
            if isinstance(item, Keys):
                yield index, item


def words_at(root: Keys, path: Path) -> Iterator[tuple[Path, int, str]]:
    """The text at a path, or each text of the list there, with its own path and line."""
    node: Node | None = root
    for part in path:
        node = child(node, part)
    if isinstance(node, Scalar) and node.text is not None:
        yield path, node.line, node.text
    if isinstance(node, Items):
        for index, item in enumerate(node.items):
            if isinstance(item, Scalar) and item.text is not None:
                yield (*path, index), item.line, item.text
