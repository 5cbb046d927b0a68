"""What staff note about a ticket among themselves: on its card and its customer's, never sent.

A note is a line of the ticket's history: it is found by its words, erased with its customer's data,
and in what they get who ask for all that is kept of them.
"""

from collections.abc import Iterable, Sequence

from bot.core.names import display_safe, moment
from flows.entities import Entry
from flows.entities.kinds import EntryKind

LONGEST = 1_000
"""Characters of a note."""
_SHOWN = 200
"""UTF-16 units of a note where several stand."""


def why_not(text: str) -> str | None:
    """Why a text cannot be a note, as the reason of a refusal; None: it can."""
    if not text.strip():
        return "note_empty"
    return "note_long" if len(text) > LONGEST else None


def newest(entries: Iterable[Entry], most: int) -> list[Entry]:
    """The newest notes of a history, the newest first."""
    found = [each for each in entries if each.kind == EntryKind.NOTE and each.text]
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[:most]


def lines(notes: Sequence[Entry], zone: str, language: str) -> list[str]:
    """Notes as staff read them, a line each: when, who, what."""
    return [
        f"• {moment(each.at, zone, language)} · {display_safe(each.author_name)}: "
        f"{display_safe(each.text, _SHOWN)}"
        for each in notes
    ]
