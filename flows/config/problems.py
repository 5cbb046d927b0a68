"""What is wrong with a configuration, in words that say where and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

SHOWN_PROBLEMS = 100
SHOWN_WORDS = 30
"""So many allowed words fit a sentence; more are counted."""
COMPARED_WORDS = 200
"""Comparing costs time for each word, and a file may hold thousands."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, what stands there, what is expected instead."""

    file: str
    line: int
    """Counted from 1."""
    key: str
    """The path of the key, such as `schedules[0].window.from`; empty for the whole file."""
    found: str
    expected: str
    hint: str = ""
    """A likely remedy, such as a key that was probably meant."""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" + (f", {self.key}" if self.key else "")
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}: found {self.found}, expected {self.expected}.{hint}"


class ConfigError(ValueError):
    """The configuration cannot be used.

    `problems` holds everything found, in file order; the words show the first SHOWN_PROBLEMS.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.key)))
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) > SHOWN_PROBLEMS:
            lines.append(f"… and {len(self.problems) - SHOWN_PROBLEMS} more problems.")
        super().__init__("\n".join(lines))


def shown(text: str) -> str:
    """A value as quoted in a problem, cut when it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean 'cooldown'?` when a known word is close, else nothing."""
    close = get_close_matches(word, list(islice(known, COMPARED_WORDS)), n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else ""


def one_of(words: Iterable[str]) -> str:
    """The allowed words as part of a sentence."""
    ordered = sorted(words)
    rest = f", … ({len(ordered)} in all)" if len(ordered) > SHOWN_WORDS else ""
    return "one of " + ", ".join(ordered[:SHOWN_WORDS]) + rest
