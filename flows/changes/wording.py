"""In which languages a change can be read, and which of its texts a reader gets.

Pure. A change is written in one language first; staff may add the others that its readers read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flows.ear.tongue import may_be_in, plainly
from flows.entities import Change
from flows.formatted import Entity, Formatted

TITLE_LIMIT = 200
"""Characters of a title."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A change in one language: what customers read of it."""

    language: str
    text: str
    title: str = ""
    entities: tuple[Entity, ...] = ()
    """The formatting of `text`."""
    outdated: bool = False
    """The text that it was made from has been written anew since."""

    @property
    def heading(self) -> str:
        """The title to stand above the text; empty where the text begins with it anyway."""
        title = self.title.strip().rstrip(".!?…。！？").casefold()
        return "" if title and self.text.strip().casefold().startswith(title) else self.title


def as_title(text: str) -> str:
    """A text as the title of a change: in one line, not too long."""
    return " ".join(text.split())[:TITLE_LIMIT]


def language_of(change: Change, staff: str) -> str:
    """The language that a change was written in first; `staff`: that of its staff."""
    return change.language or staff


def wordings(change: Change, staff: str) -> dict[str, Wording]:
    """All texts of a change by language, the one that was written first at the beginning."""
    first = language_of(change, staff)
    found = {}
    if change.text:
        found[first] = Wording(first, change.text, change.title, tuple(change.entities))
    for language, said in change.translations.items():
        if language != first and said.get("text"):
            found[language] = Wording(
                language,
                said["text"],
                said.get("title", ""),
                tuple(said.get("entities", ())),
                said.get("of", change.text) != change.text,
            )
    return found


def read_in(change: Change, language: str, staff: str) -> Wording:
    """What a reader of a language gets: the text in it, else the one that was written first."""
    first = language_of(change, staff)
    own = Wording(first, change.text, change.title, tuple(change.entities))
    return wordings(change, staff).get(language, own)


def lacking(change: Change, readers: Mapping[str, int], staff: str) -> dict[str, int]:
    """The languages that people behind a change read and it has no text in, most people first."""
    there = {language_of(change, staff), *wordings(change, staff)}
    missing = ((language, n) for language, n in readers.items() if language not in there and n)
    return dict(sorted(missing, key=lambda each: (-each[1], each[0])))


def translated(change: Change, language: str, title: str, said: Formatted) -> Change:
    """The change with a text, and perhaps a title, in another language than its first."""
    written = said.stripped()
    kept: dict[str, Any] = {
        "title": as_title(title),
        "text": written.text,
        "entities": [dict(each) for each in written.entities],
        "of": change.text,
    }
    return replace(change, translations={**change.translations, language: kept})


def split_title(said: Formatted, *, titled: bool) -> tuple[str, Formatted]:
    """A title and a text that were written in one message: the first line is the title.

    `titled`: the change has a title. One line alone is the text, and so is everything of a change
    without a title.
    """
    whole = said.stripped()
    title, line_end, text = whole.text.partition("\n")
    if not titled or not line_end or not text.strip():
        return "", whole
    return title.strip(), whole.part(len(title) + 1).stripped()


def read_by(languages: Iterable[str]) -> dict[str, int]:
    """How many people read each language, most people first; one language a person."""
    counts: dict[str, int] = {}
    for language in languages:
        counts[language] = counts.get(language, 0) + 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def guessed(text: str, known: str, staff: str, languages: Collection[str]) -> str:
    """The language of a text that staff wrote: `known`, or `staff`, unless it plainly is not.

    `known`: what was said or found of it before; empty: nothing. `staff`: what its staff speak.
    """
    assumed = known or staff
    if known and may_be_in(text, known):
        return known
    return plainly(text, languages) or assumed
