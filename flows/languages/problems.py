"""What is wrong with the files of a language, in words for whoever writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: in which file, at which key, and what to do about it."""

    file: str
    key: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """The whole as one line."""
        place = f"{self.file}, {self.key}" if self.key else self.file
        return f"{place}: {self.found}. {self.remedy}"


class LanguageError(ValueError):
    """A language that cannot be spoken; one line for each thing that is wrong with its files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
