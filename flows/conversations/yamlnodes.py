"""YAML as nodes that know their place, read with suspicion.

Scalars stay text as typed (``no`` is the word no, not false), every problem is collected instead
of raised, and what a flow never needs is refused: aliases (a few of them can unfold to gigabytes),
tags, deep nesting, huge files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import yaml

from flows import yaml_faults
from flows.conversations.definition import FlowError, Place, Problem

MAX_BYTES = 256 * 1024
"""Largest flow file; the largest shipped one is under a tenth of it."""
MAX_DEPTH = 16

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def documents(name: str, text: str) -> list[yaml.Node]:
    """The documents in a text. Raises ``FlowError`` when it cannot be read at all."""
    if len(text.encode()) > MAX_BYTES:
        limit = f"Keep a flow under {MAX_BYTES // 1024} KiB."
        raise FlowError((Problem(Place(name, 1, 1), "the file is too large", limit),))
    try:
        _refuse_tricks(name, text)
        return [node for node in yaml.compose_all(text, Loader) if node is not None]
    except yaml.YAMLError as error:
        raise FlowError((_syntax_problem(name, error),)) from error


def _refuse_tricks(name: str, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader):
        place = place_of(name, event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise FlowError((Problem(place, "nested too deeply", "A flow needs five levels."),))
        if isinstance(event, yaml.AliasEvent):
            remedy = "Write the part out in full."
            raise FlowError((Problem(place, "aliases (*name) are not allowed", remedy),))
        if getattr(event, "tag", None):
            remedy = "Write the value alone, in quotes where needed."
            raise FlowError((Problem(place, "tags (!name) are not allowed", remedy),))


def _syntax_problem(name: str, error: yaml.YAMLError) -> Problem:
    what = f"not valid YAML: {yaml_faults.fault(error)}"
    where = Place(name, *yaml_faults.place(error))
    return Problem(where, what, "Check indentation, colons and quotes.")


def place_of(name: str, node: yaml.Node | yaml.Event) -> Place:
    """Where a node begins."""
    mark = node.start_mark
    return Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)


class Reader:
    """Takes nodes apart and collects what is wrong with them, in ``problems``."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems

    def place(self, node: yaml.Node) -> Place:
        """Where a node begins."""
        return place_of(self.name, node)

    def complain(self, node: yaml.Node, what: str, remedy: str) -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(self.place(node), what, remedy))

    def pairs(self, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Each key of a mapping once, with its key node and its value node."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, f"{what} should be a mapping", "Write `key: value` lines.")
            return
        seen: set[str] = set()
        for key_node, value in node.value:
            key = self.text(key_node, f"a key of {what}")
            if key in seen:
                self.complain(key_node, f"`{key}` is there twice in {what}", "Keep one of them.")
            elif key:
                seen.add(key)
                yield key, key_node, value

    def mapping(
        self, node: yaml.Node, what: str, known: Iterable[str], needed: Iterable[str] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping with nothing but known keys, and the needed ones among them."""
        allowed = tuple(known)
        found: dict[str, yaml.Node] = {}
        for key, key_node, value in self.pairs(node, what):
            if key in allowed:
                found[key] = value
            else:
                remedy = f"Known keys: {', '.join(allowed)}."
                self.complain(key_node, f"unknown key `{key}` in {what}", remedy)
        for key in needed:
            if isinstance(node, yaml.MappingNode) and key not in found:
                self.complain(node, f"{what} has no `{key}`", f"Add `{key}:`.")
        return found

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The members of a list; none for a missing node."""
        if node is None:
            return []
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.complain(node, f"{what} should be a list", "Write `[a, b]` or one `- ` per line.")
        return []

    def text(self, node: yaml.Node | None, what: str) -> str:
        """A scalar as it was typed; empty for a missing node."""
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
            return str(node.value).strip()
        self.complain(node, f"{what} should be a text", "Write one plain value.")
        return ""

    def texts(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        """A list of scalars."""
        return tuple(self.text(item, what) for item in self.items(node, what))

    def one_of(self, node: yaml.Node | None, what: str, allowed: Iterable[str]) -> str | None:
        """A scalar out of a known set; ``None`` when missing or wrong."""
        if node is None:
            return None
        value, choices = self.text(node, what), tuple(allowed)
        if value in choices:
            return value
        if value:
            self.complain(node, f"{what} cannot be `{value}`", f"Use {', '.join(choices)}.")
        return None

    def flag(self, node: yaml.Node | None, what: str) -> bool:
        """``true`` or ``false``; false for a missing node."""
        return self.one_of(node, what, ("true", "false")) == "true"

    def number(self, node: yaml.Node | None, what: str, least: int, most: int) -> int:
        """A whole number within limits; ``least`` when missing or wrong."""
        if node is None:
            return least
        value = self.text(node, what)
        if value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most:
            return int(value)
        if value:
            remedy = f"Use a whole number from {least} to {most}."
            self.complain(node, f"{what} cannot be `{value}`", remedy)
        return least
