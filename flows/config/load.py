"""Reads a configuration and checks it as a whole: every problem at once, or a Config."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flows.config.models import Config
from flows.config.phrases import check_phrases
from flows.config.problems import ConfigError, Problem, did_you_mean, one_of, shown
from flows.config.references import check_references
from flows.config.tree import (
    Items,
    Keys,
    Node,
    Path,
    Scalar,
    child,
    key_path,
    line_of,
    plain,
    read_tree,
)
from flows.languages import codes
from flows.time.durations import Share

SHIPPED_FLOWS = frozenset({"check_in", "trial_check_in", "purchase_check_in"})
"""The shipped flows that schedules can begin."""

_SHAPES = {
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "too_short": "at least one entry",
}


def load_config(
    source: str | bytes,
    file: str = "verso.yaml",
    *,
    flows: Collection[str] = SHIPPED_FLOWS,
    languages: Collection[str] = (),
    kept: bool = False,
) -> Config:
    """Read and check a configuration.

    `source` is its YAML (bytes are taken as UTF-8), `file` its name for the problems, `flows` the
    flows that schedules can begin, `languages` those that the texts exist in (left out: all that
    are spoken). With `kept` it was taken in before: what the ear has learned to hear as a stop
    since then, and a group that is named twice, do not make it wrong.
    Raises ConfigError with every problem found.
    """
    root, problems = read_tree(source, file)
    config: Config | None = None
    try:
        config = Config.model_validate(plain(root))
    except ValidationError as error:
        problems.extend(_problem(details, root, file) for details in error.errors())
    problems.extend(check_references(root, file, flows, languages or codes(), kept=kept))
    problems.extend(check_phrases(root, file, stops=not kept))
    if config is not None and not problems:
        problems.extend(_out_of_order(config, root, file))
    if config is None or problems:
        raise ConfigError(problems)
    return config


def _problem(details: ErrorDetails, root: Keys, file: str) -> Problem:
    path = _as_typed(root, tuple(part for part in details["loc"] if part != "[key]"))
    kind = details["type"]
    line, key = line_of(root, path), key_path(path)
    if kind == "missing":
        return Problem(file, line, key, "nothing", f"the key {str(path[-1])!r}, which is required")
    if kind == "extra_forbidden":
        known = sorted(_known_keys(path[:-1]))
        found = f"the unknown key {shown(str(path[-1]))}"
        return Problem(file, line, key, found, one_of(known), did_you_mean(str(path[-1]), known))
    if kind == "expected":
        sentence = str(details["ctx"]["expected"])
    elif kind == "too_long":
        sentence = f"at most {details['ctx']['max_length']} entries"
    else:
        sentence = _SHAPES.get(kind, details["msg"])
    return Problem(file, line, key, _found(root, path), sentence)


def _as_typed(root: Keys, path: Path) -> Path:
    """A path without the positions of single entries that stand for lists."""
    node: Node | None = root
    typed: list[str | int] = []
    for part in path:
        if isinstance(part, int) and isinstance(node, Keys | Scalar):
            continue
        typed.append(part)
        node = child(node, part)
    return tuple(typed)


def _found(root: Keys, path: Path) -> str:
    node: Node | None = root
    for part in path:
        node = child(node, part)
    if isinstance(node, Items):
        return "a list" if node.items else "an empty list"
    if isinstance(node, Keys):
        pairs = [f"{key}: {value.text}" for key, value in _scalars(node)]
        return "{" + ", ".join(pairs)[:60] + "}"
    return shown(node.text) if node is not None and node.text is not None else "nothing"


def _scalars(node: Keys) -> Iterator[tuple[str, Scalar]]:
    return ((key, value) for key, value in node.entries.items() if isinstance(value, Scalar))


def _known_keys(path: Path) -> set[str]:
    """The keys allowed at this path, read from the models."""
    model: type[BaseModel] = Config
    for part in path:
        if isinstance(part, str):
            field = next(f for name, f in model.model_fields.items() if part in (name, f.alias))
            model = _model_in(field.annotation) or model
    return {field.alias or name for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _out_of_order(config: Config, root: Keys, file: str) -> Iterator[Problem]:
    """Pairs of values that only make sense one after the other."""
    if config.file_after.approximate() <= config.nudge_after.approximate():
        line, found = line_of(root, ("file_after",)), str(config.file_after)
        expected = f"a period longer than nudge_after ({config.nudge_after})"
        yield Problem(file, line, "file_after", found, expected)
    written = child(child(root, "promise"), "escalate_at")
    texts = [shown(node.text or "") for node in _listed(written)]
    shares = [Share.parse(node.text or "") for node in _listed(written)]
    if shares != sorted(set(shares)):
        yield _not_in_order(
            root, file, ("promise", "escalate_at"), texts, "shares that grow, such as 50%, 100%"
        )
    steps = config.clocks.steps
    if list(steps) != sorted(steps, key=lambda step: step.at):
        yield _not_in_order(
            root,
            file,
            ("clocks", "steps"),
            [f"{step.at} {step.tell}" for step in steps],
            "steps in the order of their percent, such as 50% before 100%",
        )


def _listed(node: Node | None) -> list[Scalar]:
    found = node.items if isinstance(node, Items) else []
    return [each for each in found if isinstance(each, Scalar)]


def _not_in_order(root: Keys, file: str, path: Path, found: list[str], expected: str) -> Problem:
    return Problem(file, line_of(root, path), key_path(path), ", ".join(found), expected)


def outdated(source: str | bytes, file: str = "verso.yaml") -> list[str]:
    """What a configuration says by older names, each with the name to use now.

    They go on working. Nothing is said of a source that cannot be read: `load_config` does.
    """
    root, _ = read_tree(source, file)
    older = child(root, "promise")
    named = older.entries if isinstance(older, Keys) else {}
    return [
        f"promise.{name} is called {new} now. The old name goes on working; where both are "
        "given, the new one counts."
        for name, new in _RENAMED.items()
        if name in named
    ]


_RENAMED = {"first_response": "clocks.first_response", "escalate_at": "clocks.steps"}
