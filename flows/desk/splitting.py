"""What becomes of a ticket when a part of what its customer said goes to another one.

Pure. A message goes with all the forms that it had, an album as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from flows.entities import Entry, Side, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.states import UNRESOLVED
from flows.formatted import Formatted, joined

ENTITIES = "entities"
"""Where an entry keeps the formatting of its text."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a customer's, or one album."""

    id: int
    """The id of its first entry, by which it is chosen."""
    entries: tuple[Entry, ...]
    """All that is kept of it, the earliest first."""

    @property
    def first(self) -> Formatted:
        """The words as they came."""
        return _words(self.entries[0])

    @property
    def now(self) -> Formatted:
        """The words as they were changed last."""
        return next((_words(each) for each in reversed(self.entries) if each.text), Formatted())


def said(entries: Iterable[Entry]) -> list[Said]:
    """What a ticket's customer said, message by message, the earliest first."""
    found: dict[object, list[Entry]] = {}
    for entry in sorted(entries, key=lambda each: (each.at, each.id)):
        if entry.side is Side.CUSTOMER and entry.kind != EntryKind.SHOWN:
            found.setdefault(_message(entry), []).append(entry)
    return [Said(each[0].id, tuple(each)) for each in found.values()]


def _message(entry: Entry) -> object:
    if entry.album:
        return entry.album
    return entry.id if entry.message_id is None else (entry.chat_id, entry.message_id)


def _words(entry: Entry) -> Formatted:
    return Formatted(entry.text, tuple(entry.file.get(ENTITIES, ())))


def why_not(ticket: Ticket, known: Sequence[Said], chosen: Collection[int]) -> str | None:
    """Why these messages cannot go to a ticket of their own; None: they can."""
    if ticket.state not in UNRESOLVED:
        return "not_open"
    going = [each for each in known if each.id in chosen]
    if not going:
        return "split_nothing"
    return "split_everything" if len(going) == len(known) else None


def words_of(messages: Iterable[Said]) -> Formatted:
    """The words of messages, as a complaint that was opened with them has them."""
    return joined(each.now for each in messages if each.now.text)


def without(words: Formatted, known: Iterable[Said], going: Collection[int]) -> Formatted:
    """The words of a complaint without the messages that go, which are whole lines of it.

    `known` are all messages in their order, as they stand in the words: so of two that say the
    same the right one goes. What stands in no message, because it was pressed, stays.
    """
    kept: list[Formatted] = []
    at, after = 0, 0
    for message in known:
        text = message.first.text
        found = _place(words.text, text, at)
        if found is None:
            continue
        at = found + len(text) + 1
        if message.id in going:
            kept.append(words.part(after, found))
            after = at
    return joined([*kept, words.part(after)], between="").stripped()


def _place(text: str, wanted: str, start: int) -> int | None:
    """Where these lines stand among others, from some place on; None: nowhere."""
    at = text.find(wanted, start) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        begins = at == 0 or text[at - 1] == "\n"
        if begins and (end == len(text) or text[end] == "\n"):
            return at
        at = text.find(wanted, at + 1)
    return None
