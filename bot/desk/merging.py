"""Duplicates: a customer's ticket that goes on in another one of theirs.

What its customer said moves to the ticket that goes on, so that it is one history; what staff said
and did stays where they did it.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.delivery import Call, Composer, File
from bot.core.events import TicketMerged
from bot.core.names import display_safe
from bot.core.rich import Rich, bold, plain, quote
from bot.core.words import listed
from bot.core.work import Work
from bot.desk import cards, clocks
from bot.desk.kept import ENTITIES, INTO, SHOWN_AT
from bot.desk.speaking import (
    customer_name,
    into_ticket,
    record,
    staff_words,
    ticket_of,
    to_customer,
    to_ticket,
    who,
)
from flows.desk.merging import (
    is_owed_an_answer,
    joined,
    unkept,
    why_not,
    with_earlier_promises,
)
from flows.desk.terms import terms_of
from flows.entities import Entry, Outgoing, Side, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Person, Refusal

PAGES_SHOWN = 3
"""Messages with what was said in a duplicate; when it is more, all of it comes as a text file."""
METHOD = "@joined"
MEDIA_SHOWN = 30
"""The newest photos and the like of a duplicate, which are copied once more."""
_WORDS = frozenset({EntryKind.TEXT, EntryKind.EDITED})


async def standing(work: Work, ticket: Ticket) -> Ticket:
    """The ticket that goes on instead of this one; the same, if it was not merged."""
    while ticket.state == "merged":
        entries = await work.unit.tickets.entries(ticket.id)
        line = next((each for each in reversed(entries) if each.kind == EntryKind.MERGED), None)
        into = await ticket_of(work, line.file.get(INTO) if line is not None else None)
        if into is None:  # its history was erased
            return ticket
        ticket = into
    return ticket


async def merge(
    work: Work, first: Ticket, others: Sequence[Ticket], by: Person
) -> Ticket | Refusal:
    """Merge duplicates into the first ticket; their customer hears once.

    All of them or none: what is refused of one is done to none.
    """
    for other in others:
        reason = why_not(first, other)
        if reason is not None:
            return Refusal(reason)
    for other in others:
        first = await _absorb(work, first, other, by)
    await cards.update_card(work, first)
    customer, account = await who(work, first)
    language = work.services.language(customer, account)
    numbers = listed([f"#{other.number}" for other in others], language)
    told = work.services.words.say(
        language, "desk.told_merged", number=first.number, others=numbers
    )
    await to_customer(work, first, plain(told), quiet=True)
    return first


async def _absorb(work: Work, first: Ticket, other: Ticket, by: Person) -> Ticket:
    heard = clocks.do(work, first, "hear" if is_owed_an_answer(other) else "nod")
    ended = clocks.do(work, other, "merge", by=by)
    assert not isinstance(heard, Refusal), "an open ticket hears"  # noqa: S101
    assert not isinstance(ended, Refusal), "an open ticket can be merged"  # noqa: S101
    kept = await work.unit.tickets.entries(other.id)
    terms = terms_of(work.services.config, first)
    whole = with_earlier_promises(joined(heard, other), other, work.now, terms)
    if ended.change_id == whole.change_id:  # they hear of the change once
        ended = replace(ended, change_id=None, compared_at=None)
    work.unit.put(whole)
    work.unit.put(ended)
    number = f"#{first.number}"
    record(work, ended, EntryKind.MERGED, by=by, text=number, file={INTO: first.id})
    record(work, whole, EntryKind.JOINED, text=f"#{other.number}")
    name = display_safe(by.name)
    to_ticket(work, ended, staff_words(work, ended, "desk.merged", name=name, into=number))
    await cards.update_card(work, ended)
    moved = [*_never_messages(work, whole, other, kept), *move(work, whole, kept)]
    await _show_moved(work, whole, ended, moved, by)
    await work.emit(TicketMerged(ended, whole))
    return whole


def _never_messages(work: Work, first: Ticket, other: Ticket, kept: Sequence[Entry]) -> list[Entry]:
    """Keep in the first ticket what its duplicate says without any message: choices that were
    pressed, and a wish, of which a ticket has one."""
    texts = [entry.text for entry in kept if entry.side is Side.CUSTOMER]
    wish = other.wish if first.wish != other.wish else ""
    found = []
    for words in (unkept(other.words, texts), unkept(wish, texts)):
        if words:
            at = other.opened_at
            found.append(record(work, first, EntryKind.TEXT, side=Side.CUSTOMER, text=words, at=at))
    return found


def move(work: Work, ticket: Ticket, entries: Sequence[Entry]) -> list[Entry]:
    """Make what a customer said in another ticket part of this one's history."""
    found = []
    for entry in entries:
        if entry.side is not Side.CUSTOMER:
            continue
        file = {name: value for name, value in entry.file.items() if name != SHOWN_AT}
        moved = replace(entry, ticket_id=ticket.id, file=file)
        work.unit.put(moved)
        if moved.text:
            work.unit.search.add(ticket.id, moved.text)
        found.append(moved)
    return found


async def _show_moved(
    work: Work, first: Ticket, other: Ticket, entries: Sequence[Entry], by: Person
) -> None:
    """Show in the first ticket what was said in its duplicate."""
    number, name = f"#{other.number}", await customer_name(work, first)
    text = bold(
        staff_words(work, first, "desk.joined", by=display_safe(by.name), number=number, name=name)
    )
    for entry in entries:
        if entry.kind in _WORDS and entry.text:
            text = text + "\n" + quote(entry.text, entry.file.get(ENTITIES, ()))
    pages = text.pages()
    for page in pages[:PAGES_SHOWN]:
        to_ticket(work, first, page, purpose=Purpose.RELAY)
    if len(pages) > PAGES_SHOWN:
        ids = [entry.id for entry in entries if entry.kind in _WORDS]
        params = {"number": other.number, "entries": ids}
        into_ticket(work, first, METHOD, params, purpose=Purpose.RELAY)
    media = [entry for entry in entries if entry.kind not in _WORDS]
    if len(media) > MEDIA_SHOWN:
        to_ticket(work, first, _rest(work, first, number))
    await cards.show_media(work, first, media[-MEDIA_SHOWN:])


async def compose_words(work: Work, row: Outgoing) -> Call | None:
    """All the words of a duplicate, as a text file; none of what was erased meanwhile."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None:
        return None
    wanted = set(row.params["entries"])
    entries = await work.unit.tickets.entries(ticket.id)
    words = "\n".join(each.text for each in entries if each.id in wanted and each.text)
    if not words:
        return None
    number = row.params["number"]
    file = File("document", f"{number}.txt", words.encode("utf-8-sig"), "text/plain")
    caption = staff_words(work, ticket, "desk.joined_all", number=f"#{number}")
    return Call("sendDocument", {"caption": caption}, file=file)


def _rest(work: Work, first: Ticket, number: str) -> Rich:
    return plain(staff_words(work, first, "desk.joined_rest", number=number))


COMPOSERS: dict[str, Composer] = {METHOD: compose_words}
