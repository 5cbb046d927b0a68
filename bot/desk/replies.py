"""What a message answers, carried to the other side as a reply where that says something.

A reply to the card, or to what was said last, says no more than that it is an answer. What cannot
be replied to, because it is in another chat or was never shown, is repeated in a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.names import display_safe, shows
from bot.core.rich import Rich, plain, quote, shortened
from bot.core.work import Work, replying
from bot.desk.kept import COPIED, ENTITIES, REPLY, SHOWN_AT
from bot.desk.speaking import staff_words
from flows.book.pages import MESSAGES
from flows.entities import Entry, Side, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.refs import Ref, RefKind
from flows.formatted import Formatted
from flows.utf16 import utf16_length

LONGEST_QUOTE = 1024
"""UTF-16 units in a quotation (Bot API: ReplyParameters)."""
REPEATED = 200
"""UTF-16 units of a message that is repeated because it cannot be replied to."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How a message shows what it answers: by parameters of its call, or by a line above it."""

    params: Mapping[str, Any] = field(default_factory=dict)
    line: Rich = field(default_factory=Rich)


async def for_staff(work: Work, ticket: Ticket, entry: Entry) -> Answered:
    """How staff see what a customer's message answers."""
    reply: Mapping[str, Any] = entry.file.get(REPLY) or {}
    if not reply:
        return Answered()
    entries = await work.unit.tickets.entries(ticket.id)
    words = _quotation(reply)
    found = _with_number(entries, ticket.chat_id, reply.get("message_id"))
    if found is None:
        if not words.text and await _is_of_notice(work, ticket, reply):
            words = Formatted(str(reply.get("said", "")))
        return Answered(line=_line(work, ticket, words, reply))
    if not words.text and _is_last(entries, found, entry):
        return Answered()
    number = place_in_group(ticket, found)
    if number is None:
        said = words if words.text else Formatted(found.text, tuple(found.file.get(ENTITIES, ())))
        return Answered(line=_line(work, ticket, said, reply))
    return Answered({"reply_parameters": replying(number) | _quoting(found, words)})


async def for_customer(
    work: Work, ticket: Ticket, chat_id: int, reply: Mapping[str, Any]
) -> Answered:
    """How a customer sees which of their messages staff answer in a group."""
    number = reply.get("message_id")
    if number is None:
        return Answered()
    entries = await work.unit.tickets.entries(ticket.id)
    found = await _shown(work, entries, chat_id, number)
    copy = _number_at_customer(ticket, found) if found is not None else None
    if found is None or copy is None:
        return Answered()
    words = _quotation(reply)
    if not words.text and _is_last(entries, found):
        return Answered()
    return Answered({"reply_parameters": replying(copy) | _quoting(found, words)})


def place_in_group(ticket: Ticket, entry: Entry) -> int | None:
    """The number of the message that shows an entry in the ticket's present group."""
    if entry.side is Side.STAFF:
        return entry.message_id if entry.chat_id == ticket.group_chat_id else None
    chat_id, number = entry.file.get(SHOWN_AT) or (None, None)
    return number if chat_id == ticket.group_chat_id else None


def _number_at_customer(ticket: Ticket, entry: Entry) -> int | None:
    if entry.side is Side.STAFF:
        copied: int | None = entry.file.get(COPIED)
        return copied
    return entry.message_id if entry.chat_id == ticket.chat_id else None


def _with_number(entries: Sequence[Entry], chat_id: int, number: int | None) -> Entry | None:
    """The entry whose message, or whose copy, has this number in the customer's chat."""
    if number is None:
        return None
    for entry in entries:
        own = entry.side is Side.CUSTOMER and (entry.chat_id, entry.message_id) == (chat_id, number)
        if own or (entry.side is Side.STAFF and entry.file.get(COPIED) == number):
            return entry
    return None


async def _shown(work: Work, entries: Sequence[Entry], chat_id: int, number: int) -> Entry | None:
    """The entry that a message of a group shows, or is."""
    row = await work.unit.outbox.by_message(chat_id, number)
    entry_id = Ref.number(row.subject, RefKind.ENTRY) if row is not None else None
    for entry in entries:
        if entry.id == entry_id or entry.file.get(SHOWN_AT) == [chat_id, number]:
            return entry
        if entry.side is Side.STAFF and (entry.chat_id, entry.message_id) == (chat_id, number):
            return entry
    return None


async def _is_of_notice(work: Work, ticket: Ticket, reply: Mapping[str, Any]) -> bool:
    number = reply.get("message_id")
    row = await work.unit.outbox.by_message(ticket.chat_id, number) if number else None
    return row is not None and row.purpose == Purpose.CLOSURE


def _is_last(entries: Sequence[Entry], found: Entry, apart_from: Entry | None = None) -> bool:
    """Tell whether nothing was said on either side since a message."""
    said = [
        entry
        for entry in entries
        if entry.side is not Side.VERSO
        and (entry.kind in MESSAGES or entry.kind in (EntryKind.RESOLVED, EntryKind.DECLINED))
        and (apart_from is None or entry.id != apart_from.id)
    ]
    last = said[-1] if said else None
    if last is None:
        return False
    return last.id == found.id or bool(last.album and last.album == found.album)


def _quotation(reply: Mapping[str, Any]) -> Formatted:
    return Formatted(str(reply.get("quote", "")), tuple(reply.get("entities", ())))


def _quoting(found: Entry, words: Formatted) -> dict[str, Any]:
    """The parameters that quote words of a message, if it says them."""
    said = Formatted(found.text, tuple(found.file.get(ENTITIES, ()))).quoted(words.text)
    if said is None or utf16_length(said.text) > LONGEST_QUOTE:
        return {}
    return {"quote": said.text} | ({"quote_entities": list(said.entities)} if said.entities else {})


def _line(work: Work, ticket: Ticket, words: Formatted, reply: Mapping[str, Any]) -> Rich:
    """What is answered, in words; of what has none, whose it was. Empty when neither is known."""
    origin: Mapping[str, str] = reply.get("origin") or {}
    name = display_safe(origin["name"]) if origin and shows(origin["name"]) else ""
    if not words.text:
        return (
            plain(staff_words(work, ticket, "desk.in_answer_elsewhere", name=name))
            if name
            else Rich()
        )
    heading = staff_words(
        work, ticket, f"desk.in_answer_to{'_somebody' if name else ''}", name=name
    )
    short = shortened(words.text, words.entities, REPEATED)
    return plain(heading) + "\n" + quote(*short)
