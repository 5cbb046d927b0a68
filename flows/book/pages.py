"""What a customer reads on the page of a complaint of what both sides have said about it.

Pure: entries of the ticket's history in, messages in their newest form out.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from flows.conversations.values import MEDIA_KINDS
from flows.entities import Entry, Side, Ticket
from flows.entities.kinds import EntryKind

MESSAGES = frozenset({*MEDIA_KINDS, EntryKind.ANIMATION, EntryKind.OTHER})
"""Kinds of entries that are messages of a side."""
_NOT_RIGHT = ("no", "partly")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `text`, or what was sent with the words under it."""

    kind: str
    text: str = ""


def from_customer(ticket: Ticket, entries: Sequence[Entry]) -> list[Message]:
    """What the customer said, in order.

    A complaint that was told by buttons alone begins with what they said.
    """
    said = _said(entries, Side.CUSTOMER)
    typed = any(_begins(ticket.words, entry.text) for entry in entries)
    return said if typed or not ticket.words else [Message(EntryKind.TEXT, ticket.words), *said]


def from_staff(entries: Sequence[Entry]) -> list[Message]:
    """What staff wrote to the customer, in order."""
    return _said(entries, Side.STAFF)


def is_not_right(entries: Sequence[Entry]) -> bool:
    """Tell whether it was the customer who said, when asked, that it had not helped.

    Otherwise it was opened again by staff, or by words that the customer added.
    """
    last = next((each for each in reversed(entries) if each.kind == "reopened"), None)
    return last is not None and last.author_id is None and last.text in _NOT_RIGHT


def _said(entries: Sequence[Entry], side: Side) -> list[Message]:
    """The messages of one side; one that was edited has its newest words in its old place."""
    found: dict[Hashable, Message] = {}
    for entry in entries:
        if entry.side is not side:
            continue
        at = entry.id if entry.message_id is None else (entry.chat_id, entry.message_id)
        if entry.kind in MESSAGES:
            found[at] = Message(entry.kind, entry.text)
        elif entry.kind == EntryKind.EDITED:
            found[at] = Message(found[at].kind if at in found else EntryKind.TEXT, entry.text)
    return list(found.values())


def _begins(words: str, text: str) -> bool:
    """Whether a complaint's words, messages joined by line breaks, begin with this message."""
    return bool(text) and f"{words}\n".startswith(f"{text}\n")
