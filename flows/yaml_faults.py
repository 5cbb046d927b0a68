"""Why a text is no YAML, in words of ours: both of PyYAML's readers speak English of their own."""

from __future__ import annotations

import yaml

_FAULTS = (
    ("mapping values are not allowed", "a second colon in one line; put the value in quotes"),
    ("tab character", "a tab; indent with spaces"),
    ("'\\t'", "a tab; indent with spaces"),
    ("unexpected end of stream", "a quote that is not closed"),
    ("escape character", "a backslash that means nothing in quotes; write it twice"),
    ("could not find expected ':'", "a key without a colon"),
    ("',' or ']'", "a list in brackets that is not closed, or lacks a comma"),
    ("',' or '}'", "keys in braces that are not closed, or lack a comma"),
    ("undefined alias", "a name after * that nothing has"),
    (
        "that cannot start any token",
        "a sign that begins no value, such as a tab or @; indent with spaces, quote values",
    ),
    ("<document start>", "something after the end of the document"),
    ("'-' indicator", "a line among the entries of a list that is none"),
    ("<block end>", "a line that is indented like none of those before it"),
    ("expected key", "a line that is indented like none of those before it"),
    ("node content", "a sign where a value is expected"),
)
"""What PyYAML says, in part, and what it means; the first that fits counts."""


def fault(error: yaml.YAMLError) -> str:
    """What is wrong, as a few words without a full stop."""
    said = str(getattr(error, "problem", None) or "")
    return next(
        (words for part, words in _FAULTS if part in said), "signs that YAML has no use for"
    )


def place(error: yaml.YAMLError) -> tuple[int, int]:
    """The line and the column, from one, at which reading ended; the beginning where none is told.

    An unclosed quote or bracket is found where the text ends: then it is the place of its opening.
    """
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None)
    if begun is not None and "end of stream" in str(getattr(error, "problem", "")):
        mark = begun
    mark = mark or begun
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
