"""From YAML documents to a definition; what is wrong is collected, not raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import yaml

from flows.conversations.definition import (
    ID,
    OPTION_SOURCES,
    RESERVED,
    STEP_KINDS,
    VALUES,
    Branch,
    Condition,
    Definition,
    ListedOption,
    OptionSource,
    Place,
    Problem,
    Step,
    StepKind,
    Target,
    Variant,
    Verdict,
)
from flows.conversations.values import MEDIA_KINDS, OUTCOMES, OutcomeKind
from flows.conversations.yamlnodes import Reader
from flows.ear.meanings import Question

FLOW_KEYS = (
    "flow",
    "version",
    "languages",
    "proactive",
    "needs",
    "include",
    "start",
    "silence",
    "steps",
    "texts",
)
FRAGMENT_KEYS = ("fragment", "steps", "texts")
COMMON_KEYS = ("id", "kind", "text", "variants", "title")
ASKING_KEYS = (*COMMON_KEYS, "skip", "later", "stop", "when", "next", "discard")
STEP_KEYS: Mapping[str, tuple[str, ...]] = {
    "choice": (*ASKING_KEYS, "options", "options_from", "typed", "offered", "hears"),
    "message": (*ASKING_KEYS, "accept", "prefill", "number"),
    "rating": (*ASKING_KEYS, "scale", "low", "high", "typed"),
    "confirm": ("id", "kind", "text", "variants", "when", "next", "discard"),
    "end": ("id", "kind", "text", "variants", "outcome"),
}
OPTION_KEYS = ("id", "text", "next", "means", "heard", "replied", "spoken")
MEANINGS = ("yes", "no", "partly", "praise", "thanks", "not_yet", "complaint")
"""What an option may mean to the ear (`flows.ear.table`)."""
MAX_SCALE = 10
MAX_VERSION = 1_000_000
DEFAULT_SCALE = 5


@dataclass
class Parts:
    """Steps and texts gathered from a flow and what it includes."""

    steps: dict[str, Step] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document and the name of the file it is from."""

    file: str
    node: yaml.Node

    def value(self, key: str) -> yaml.Node | None:
        """The node under a key at the top, if it is there."""
        if isinstance(self.node, yaml.MappingNode):
            for name, value in self.node.value:
                if name.value == key:
                    return cast(yaml.Node, value)
        return None

    def word(self, key: str) -> str:
        """The scalar under a key at the top, or nothing."""
        node = self.value(key)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""

    def words(self, key: str) -> tuple[str, ...]:
        """The scalars in the list under a key at the top."""
        node = self.value(key)
        if not isinstance(node, yaml.SequenceNode):
            return ()
        return tuple(str(item.value) for item in node.value if isinstance(item, yaml.ScalarNode))


def read_texts(document: Document, problems: list[Problem], parts: Parts) -> None:
    """Gather ``texts:`` of a document; a key that is already there is a problem."""
    reader = Reader(document.file, problems)
    node = document.value("texts")
    if node is None:
        return
    for key, key_node, value in reader.pairs(node, "texts"):
        if key in parts.texts:
            reader.complain(key_node, f"the text `{key}` is already defined", "Rename one.")
            continue
        by_language = reader.pairs(value, f"the text `{key}`")
        parts.texts[key] = {
            language: reader.text(words, f"the text `{key}` in {language}")
            for language, _, words in by_language
        }
        parts.places[key] = reader.place(key_node)


def read_parts(document: Document, problems: list[Problem], parts: Parts) -> None:
    """Gather the steps and texts of a flow or a fragment."""
    _read_steps(Reader(document.file, problems), document, parts)
    read_texts(document, problems, parts)


def read_fragment(document: Document, problems: list[Problem], parts: Parts) -> None:
    """Gather a fragment, a part shared by several flows."""
    reader = Reader(document.file, problems)
    reader.mapping(document.node, "the fragment", FRAGMENT_KEYS, ("fragment", "steps"))
    read_parts(document, problems, parts)


def read_flow(
    document: Document, problems: list[Problem], parts: Parts, source: str
) -> Definition | None:
    """The definition in a document; ``parts`` holds its steps and texts and what it includes."""
    reader = Reader(document.file, problems)
    needed = ("flow", "version", "languages", "start", "steps", "texts")
    top = reader.mapping(document.node, "the flow", FLOW_KEYS, needed)
    if not all(key in top for key in needed):
        return None
    return Definition(
        name=_identifier(reader, top["flow"], "the name of a flow"),
        version=reader.number(top["version"], "version", 1, MAX_VERSION),
        languages=reader.texts(top["languages"], "languages"),
        start=_target(reader, top["start"]),
        steps=parts.steps,
        texts=parts.texts,
        text_places=parts.places,
        source=source,
        place=reader.place(document.node),
        proactive=reader.flag(top.get("proactive"), "proactive"),
        needs=_needs(reader, top.get("needs")),
        silence=_verdicts(reader, top.get("silence")),
    )


def _read_steps(reader: Reader, document: Document, parts: Parts) -> None:
    for node in reader.items(document.value("steps"), "steps"):
        step = _step(reader, node)
        if step is None:
            parts.unread.add(Document(reader.name, node).word("id"))
            continue
        if step.id in parts.steps:
            reader.complain(node, f"the step `{step.id}` is already defined", "Rename one.")
        else:
            parts.steps[step.id] = step


def _step(reader: Reader, node: yaml.Node) -> Step | None:
    document = Document(reader.name, node)
    kind = document.word("kind")
    if kind not in STEP_KINDS:
        remedy = f"Use {', '.join(STEP_KINDS)}."
        reader.complain(node, f"a step needs a `kind`, not `{kind}`", remedy)
        return None
    what = f"the step `{document.word('id')}`"
    needed = ("id", "kind", "text", *(("outcome",) if kind == "end" else ()))
    keys = reader.mapping(node, what, STEP_KEYS[kind], needed)
    if not all(key in keys for key in needed):
        return None
    return _built_step(reader, node, keys, cast(StepKind, kind))


def _built_step(
    reader: Reader, node: yaml.Node, keys: Mapping[str, yaml.Node], kind: StepKind
) -> Step:
    scale = reader.number(keys.get("scale"), "scale", 2, MAX_SCALE) if "scale" in keys else 0
    source = reader.one_of(keys.get("options_from"), "options_from", OPTION_SOURCES)
    return Step(
        id=_identifier(reader, keys["id"], "a step id"),
        kind=kind,
        text=reader.text(keys["text"], "text"),
        place=reader.place(node),
        title=reader.text(keys.get("title"), "title") or None,
        variants=tuple(_variant(reader, item) for item in _list(reader, keys, "variants")),
        options=tuple(_option(reader, item) for item in _list(reader, keys, "options")),
        options_from=cast(OptionSource | None, source),
        scale=scale or (DEFAULT_SCALE if kind == "rating" else 0),
        low=reader.text(keys.get("low"), "low") or None,
        high=reader.text(keys.get("high"), "high") or None,
        accept=_accepted(reader, keys.get("accept")),
        prefill=reader.flag(keys.get("prefill"), "prefill"),
        number=reader.flag(keys.get("number"), "number"),
        offered=reader.flag(keys.get("offered"), "offered"),
        hears=reader.one_of(keys.get("hears"), "hears", tuple(Question)),
        skip=reader.flag(keys.get("skip"), "skip"),
        later=reader.flag(keys.get("later"), "later"),
        stop=reader.flag(keys.get("stop"), "stop"),
        when=tuple(_branch(reader, item) for item in _list(reader, keys, "when")),
        next=_target(reader, keys["next"]) if "next" in keys else None,
        discard=_target(reader, keys["discard"]) if "discard" in keys else None,
        outcome=cast(
            OutcomeKind | None, reader.one_of(keys.get("outcome"), "an outcome", OUTCOMES)
        ),
    )


def _list(reader: Reader, keys: Mapping[str, yaml.Node], key: str) -> list[yaml.Node]:
    return reader.items(keys.get(key), key)


def _identifier(reader: Reader, node: yaml.Node, what: str) -> str:
    name = reader.text(node, what)
    if name and not ID.match(name):
        remedy = "Use a-z, 0-9 and _, a letter first, at most 32 characters."
        reader.complain(node, f"{what} cannot be `{name}`", remedy)
    if name in RESERVED:
        reader.complain(node, f"`{name}` is a word of the engine", "Choose another name.")
    return name


def _target(reader: Reader, node: yaml.Node) -> Target:
    return Target(reader.text(node, "a step to go to"), reader.place(node))


def _option(reader: Reader, node: yaml.Node) -> ListedOption:
    keys = reader.mapping(node, "an option", OPTION_KEYS, ("id", "text"))
    return ListedOption(
        id=_identifier(reader, keys["id"], "an option id") if "id" in keys else "",
        text=reader.text(keys.get("text"), "text"),
        next=_target(reader, keys["next"]) if "next" in keys else None,
        place=reader.place(node),
        means=_means(reader, keys.get("means")),
        heard=reader.text(keys.get("heard"), "heard") or None,
        replied=reader.text(keys.get("replied"), "replied") or None,
        spoken=reader.flag(keys.get("spoken"), "spoken"),
    )


def _means(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    kinds = (reader.one_of(item, "means", MEANINGS) for item in reader.items(node, "means"))
    return tuple(kind for kind in kinds if kind)


def _variant(reader: Reader, node: yaml.Node) -> Variant:
    keys = reader.mapping(node, "a variant", ("has", "text"), ("has", "text"))
    has = reader.one_of(keys.get("has"), "has", VALUES)
    return Variant(has or "", reader.text(keys.get("text"), "text"), reader.place(node))


def _branch(reader: Reader, node: yaml.Node) -> Branch:
    keys = reader.mapping(node, "a branch", ("if", "next"), ("if", "next"))
    target = _target(reader, keys["next"]) if "next" in keys else Target("", reader.place(node))
    return Branch(_condition(reader, keys.get("if"), node), target)


def _verdicts(reader: Reader, node: yaml.Node | None) -> tuple[Verdict, ...]:
    found = []
    for item in reader.items(node, "silence"):
        keys = reader.mapping(item, "a verdict", ("if", "outcome"), ("if", "outcome"))
        outcome = reader.one_of(keys.get("outcome"), "an outcome", OUTCOMES)
        if outcome:
            condition = _condition(reader, keys.get("if"), item)
            found.append(Verdict(condition, cast(OutcomeKind, outcome)))
    return tuple(found)


def _condition(reader: Reader, node: yaml.Node | None, around: yaml.Node) -> Condition:
    tests = []
    if node is not None:
        for name, _, value in reader.pairs(node, "a condition"):
            several = isinstance(value, yaml.SequenceNode)
            wanted = reader.texts(value, name) if several else (reader.text(value, name),)
            tests.append((name, frozenset(wanted)))
    return Condition(tuple(tests), reader.place(node or around))


def _accepted(reader: Reader, node: yaml.Node | None) -> frozenset[str]:
    if node is None:
        return frozenset(MEDIA_KINDS)
    kinds = (reader.one_of(item, "accept", MEDIA_KINDS) for item in reader.items(node, "accept"))
    return frozenset(kind for kind in kinds if kind)


def _needs(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    names = (reader.one_of(item, "needs", VALUES) for item in reader.items(node, "needs"))
    return tuple(name for name in names if name)
