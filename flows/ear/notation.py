"""The notation of the word files.

``stop | quit``: alternatives. ``[now]``: may be missing. ``(send|write)``: one of them.
``<messages>``: anything in the set of that name. ``<number>``: any number; ``<name>``: any word
with a capital letter that no file knows. A full stop in front: only at the beginning of a message
or clause; a full stop behind: only at its end; two full stops: of the whole message. Capital
letters, apostrophes and commas mean nothing. Chinese is written without spaces, or with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from flows.ear.letters import NAME, NUMBER

_PIECE = re.compile(r"[()\[\]|]|<[a-z_]+>|[^()\[\]|<>]+")
_NOTED = re.compile(r"[()\[\]<>.]")
MOST_FORMS = 1024
"""More forms of one phrase than that are better written as a set."""


@dataclass(frozen=True, slots=True)
class SetName:
    """A reference to a named set."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, in brackets."""

    forms: tuple[Form, ...]


Element = str | SetName | Choice
Form = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One alternative of a line, with where it may stand."""

    forms: tuple[Form, ...]
    starts: int
    """1: only at the beginning of a clause; 2: of the message."""
    ends: int
    """1: only at the end of a clause; 2: of the message."""


def phrases_of(line: str, split: Callable[[str], list[str]]) -> list[Phrase]:
    """Read one line. ``split`` makes tokens of plain words. Raises ``ValueError`` saying why."""
    if not _NOTED.search(line):  # words and bars alone, as in the longest lists
        plain = [tuple(split(each)) for each in line.split("|")]
        if not all(plain):
            raise ValueError("it says nothing")
        return [Phrase((form,), 0, 0) for form in plain]
    return [_phrase(each.strip(), split) for each in _alternatives(line)]


def _alternatives(line: str) -> Iterator[str]:
    """Split at the bars that stand in no bracket."""
    depth, begun = 0, 0
    for at, sign in enumerate(line):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            yield line[begun:at]
            begun = at + 1
    yield line[begun:]


def _phrase(text: str, split: Callable[[str], list[str]]) -> Phrase:
    starts = len(text) - len(text.lstrip("."))
    ends = len(text) - len(text.rstrip("."))
    pieces = _PIECE.findall(text.strip(". "))
    if "".join(pieces) != text.strip(". "):
        raise ValueError("a < or > stands alone; a set is written <name>")
    forms, rest = _sequence(pieces, split)
    if rest:
        raise ValueError(f"a bracket is missing before {''.join(rest)!r}")
    forms = [form for form in forms if form]
    if not forms:
        raise ValueError("it says nothing")
    return Phrase(tuple(forms), starts, ends)


def _sequence(pieces: list[str], split: Callable[[str], list[str]]) -> tuple[list[Form], list[str]]:
    """The forms of a run of words and brackets, and the pieces after it."""
    parts: list[list[Form]] = []
    while pieces and pieces[0] not in {")", "]", "|"}:
        piece, pieces = pieces[0], pieces[1:]
        if piece in {"(", "["}:
            inner, pieces = _bracket(pieces, ")" if piece == "(" else "]", split)
            one: list[Form] = [inner[0]] if len(inner) == 1 else [(Choice(tuple(inner)),)]
            parts.append(one if piece == "(" else [(), *one])
        elif piece.startswith("<"):
            parts.append([(piece if piece in {NUMBER, NAME} else SetName(piece[1:-1]),)])
        else:
            parts.append([tuple(split(piece))])
    total = 1
    for part in parts:
        total *= len(part)
    if total > MOST_FORMS:
        raise ValueError(f"it has {total} forms; put a part of it into a set")
    return [tuple(item for form in forms for item in form) for forms in product(*parts)], pieces


def _bracket(
    pieces: list[str], end: str, split: Callable[[str], list[str]]
) -> tuple[list[Form], list[str]]:
    forms: list[Form] = []
    while True:
        inner, pieces = _sequence(pieces, split)
        forms.extend(inner)
        if not pieces or pieces[0] not in {end, "|"}:
            raise ValueError(f"{end!r} is missing")
        closing, pieces = pieces[0], pieces[1:]
        if closing == end:
            return forms, pieces
