"""How staff end a ticket: with what was done, or with why nothing is."""

from collections.abc import Sequence

from bot.core.events import TicketDeclined, TicketResolved
from bot.core.names import display_safe, staff_name
from bot.core.rich import Rich, bold, italic, plain, quote
from bot.core.work import Work
from bot.desk import cards, clocks, edits, relay
from bot.desk.kept import ENTITIES
from bot.desk.speaking import (
    NO_PREVIEW,
    customer_name,
    customer_words,
    hears_of,
    record,
    staff_words,
    to_customer,
    to_ticket,
)
from bot.desk.tongues import foreign_line, note_other_language
from flows.entities import Entry, Side, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced
from flows.formatted import Entity, Formatted

IN_WORDS = frozenset({EntryKind.RESOLVED, EntryKind.DECLINED})
"""Entries whose words the customer reads as those with which the ticket ended."""


async def resolve(
    work: Work,
    ticket: Ticket,
    by: Person,
    text: str,
    message: relay.Message | None = None,
    *,
    entities: Sequence[Entity] = (),
    tell: bool = True,
) -> Ticket | Refusal:
    """End a ticket with what was done, and tell the customer, unless a notice tells it.

    `message` is the one in which staff said it: when they edit it, so does Verso (`amend`).
    """
    trigger = "resolve" if tell else "ship"
    resolved = clocks.do(work, ticket, trigger, by=by, text=text, entities=entities)
    if isinstance(resolved, Refusal):
        return resolved
    entry = await _ended(work, resolved, EntryKind.RESOLVED, by, message)
    if tell:
        await _tell(work, resolved, entry, by)
    await work.emit(TicketResolved(resolved, told=tell))
    return resolved


async def decline(
    work: Work,
    ticket: Ticket,
    by: Person,
    text: str,
    message: relay.Message | None = None,
    *,
    entities: Sequence[Entity] = (),
) -> Ticket | Refusal:
    """End a ticket with why nothing is done, which the customer reads; `message` as in `resolve`.

    Any word of theirs opens it again.
    """
    declined = clocks.do(work, ticket, "decline", by=by, text=text, entities=entities)
    if isinstance(declined, Refusal):
        return declined
    entry = await _ended(work, declined, EntryKind.DECLINED, by, message)
    await _tell(work, declined, entry, by)
    await work.emit(TicketDeclined(declined))
    return declined


async def _ended(
    work: Work, ticket: Ticket, kind: EntryKind, by: Person, message: relay.Message | None
) -> Entry:
    """Write down how a ticket ended, and show it to its staff."""
    work.unit.put(ticket)
    marks = ticket.formatting.get("resolution", ())
    entry = record(
        work,
        ticket,
        kind,
        side=Side.STAFF,
        by=by,
        text=ticket.resolution,
        chat_id=message.chat_id if message else None,
        message_id=message.message_id if message else None,
        file={ENTITIES: list(marks)} if marks else {},
    )
    heading = staff_words(work, ticket, f"desk.{kind}", name=display_safe(by.name))
    to_ticket(work, ticket, cards.said(heading, ticket.resolution, marks))
    await cards.update_card(work, ticket)
    return entry


async def _tell(work: Work, ticket: Ticket, entry: Entry, by: Person) -> None:
    told = await _told(work, ticket, entry.kind, by)
    # Only what is one message can be changed when staff correct it.
    subject = str(Ref(RefKind.ENTRY, entry.id)) if len(told.pages()) == 1 else ""
    await to_customer(work, ticket, told, subject=subject)
    await note_other_language(work, ticket, ticket.resolution)


async def amend(
    work: Work, ticket: Ticket, entry: Entry, text: str, entities: Sequence[Entity] = ()
) -> None:
    """Correct what was done, or why not, because staff have edited the message that said it.

    The customer's copy is edited too. Where that is not possible, everything stays as it was and
    the ticket says so.
    """
    said = Formatted(text, tuple(entities)).stripped()
    if said == Formatted(entry.text, tuple(entry.file.get(ENTITIES, ()))):
        return
    amended = clocks.do(work, ticket, "amend", text=said.text, entities=said.entities)
    copy = entry.file.get("copied")
    if isinstance(amended, Refusal) or ticket.resolution != entry.text or copy is None:
        await _not_amended(work, ticket)
        return
    by = Person(entry.author_id, entry.author_name)
    page, *more = (await _told(work, amended, entry.kind, by)).pages()
    if more:
        await _not_amended(work, ticket)
        return
    work.unit.put(amended)
    file = {**entry.file, ENTITIES: list(said.entities)}
    work.unit.put(replaced(entry, text=amended.resolution, file=file))
    edits.edit_copy(work, amended, copy, "editMessageText", {**page.params(), **NO_PREVIEW})
    await cards.update_card(work, amended)


async def _not_amended(work: Work, ticket: Ticket) -> None:
    name = await customer_name(work, ticket)
    to_ticket(work, ticket, plain(staff_words(work, ticket, "desk.not_amended", name=name)))


async def _told(work: Work, ticket: Ticket, kind: str, by: Person) -> Rich:
    """What the customer reads when their ticket has ended so."""
    name = staff_name(by.name, by.id)
    heading = await customer_words(
        work, ticket, f"desk.told_{kind}", name=name, number=ticket.number
    )
    done = quote(ticket.resolution, ticket.formatting.get("resolution", ()))
    line = await foreign_line(work, ticket, ticket.resolution)
    told = bold(heading) + "\n" + (italic(line) + "\n" if line else "") + done
    if not await hears_of(work, ticket):
        return told
    return told + "\n" + await customer_words(work, ticket, f"desk.told_{kind}_after")
