"""What a customer says in a ticket: kept, and shown to its staff."""

from collections.abc import Sequence
from typing import Any

from bot.core.work import Work, replying
from bot.desk import cards, floods, relay, replies
from bot.desk.kept import ENTITIES
from bot.desk.speaking import customer_name, record, staff_words, to_ticket
from flows.conversations import Piece
from flows.desk.edits import differs
from flows.entities import Entry, Side, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.refs import Ref, RefKind


def keep(work: Work, ticket: Ticket, piece: Piece, kind: EntryKind | None = None) -> Entry:
    """Keep a customer's message as an entry of a ticket."""
    return record(
        work,
        ticket,
        kind or EntryKind(piece.kind),
        side=Side.CUSTOMER,
        text=piece.text,
        at=piece.at,
        chat_id=piece.source.get("chat_id"),
        message_id=piece.source.get("message_id"),
        album=str(piece.source.get("album") or ""),
        file=_file_of(piece),
    )


def _file_of(piece: Piece) -> dict[str, Any]:
    """What is kept of a customer's message besides its words."""
    marks = {ENTITIES: [dict(each) for each in piece.entities]} if piece.entities else {}
    return {**piece.file, **marks, **piece.context}


async def show(
    work: Work, ticket: Ticket, pieces: Sequence[Piece], *, edited: bool = False
) -> None:
    """Keep what a customer adds, or has changed, and show it to staff."""
    name = await customer_name(work, ticket)
    for piece in pieces:
        if edited:
            await _show_edited(work, ticket, piece, name)
            continue
        entry = keep(work, ticket, piece)
        if await floods.holds(work, ticket, entry):
            continue
        if entry.album:
            await relay.show_album(work, ticket, entry)
        else:
            await cards.show_entry(work, ticket, entry, name)


async def _show_edited(work: Work, ticket: Ticket, piece: Piece, name: str) -> None:
    """Keep and show a message that says something else than before; as a reply to its first form,
    if that is shown in a message of its own.
    """
    chat_id, number = piece.source.get("chat_id"), piece.source.get("message_id")
    first = None
    if chat_id is not None and number is not None:
        first = await work.unit.tickets.entry_at(chat_id, number)
    entry = keep(work, ticket, piece, kind=EntryKind.EDITED)
    if await floods.holds(work, ticket, entry):
        return
    key = "edits" if piece.kind == "text" else "edits_media"
    heading = staff_words(work, ticket, f"desk.{key}", name=name)
    place = replies.place_in_group(ticket, first) if first is not None else None
    to_ticket(
        work,
        ticket,
        cards.said(heading, piece.text, piece.entities),
        purpose=Purpose.RELAY,
        subject=str(Ref(RefKind.ENTRY, entry.id)),
        more={"reply_parameters": replying(place)} if place is not None else None,
    )
    if piece.kind != "text":
        await cards.show_media(work, ticket, [entry])


async def is_changed(work: Work, piece: Piece) -> bool:
    """Tell whether a message that Telegram calls edited says anything else than before."""
    chat_id, number = piece.source.get("chat_id"), piece.source.get("message_id")
    if chat_id is None or number is None:
        return True
    before = await work.unit.tickets.newest_form(chat_id, number)
    if before is None:
        return True
    return differs(before.text, before.file.get(ENTITIES, ()), before.file, piece)
