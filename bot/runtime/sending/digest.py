"""One card for many new tickets, when a group's budget does not let each have its own yet.

Staff learn at once how many wait and what they are about; each still gets its topic and card as
soon as the budget allows.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.delivery import Call, Composer
from bot.core.rich import Rich, bold, clipped
from bot.core.work import Work
from flows.entities import Outgoing, Priority, Ticket
from flows.entities.kinds import Purpose

METHOD = "@digest"
AT_LEAST = 3
"""Tickets that must wait before a digest is worth a message."""
EVERY = timedelta(seconds=60)
LISTED = 30
"""Tickets named in one digest; the rest are counted."""


class Digests:
    """Notices which tickets wait for their group's budget, and when to say so."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[int]] = {}
        self._said: dict[int, datetime] = {}

    def delayed(self, row: Outgoing, seconds: float) -> None:
        """Note that a row has to wait; new tickets count."""
        if row.method in ("@topic", "@card") and row.ticket_id is not None and seconds > 1:
            self._waiting.setdefault(row.chat_id, set()).add(row.ticket_id)

    def wanted(self, now: datetime) -> Iterator[Outgoing]:
        """The digests that are worth sending now."""
        for chat_id, tickets in self._waiting.items():
            last = self._said.get(chat_id)
            if len(tickets) >= AT_LEAST and (last is None or now - last >= EVERY):
                self._said[chat_id] = now
                yield Outgoing(
                    chat_id=chat_id,
                    method=METHOD,
                    params={},
                    purpose=Purpose.DIGEST,
                    priority=Priority.RELAY,
                    lane=f"digest:{chat_id}",
                    created_at=now,
                )
                tickets.clear()


async def compose(work: Work, row: Outgoing) -> Call | None:
    """List the tickets of a group whose cards are not posted yet."""
    open_tickets = await work.unit.tickets.unresolved(row.chat_id, limit=200)
    waiting = [ticket for ticket in open_tickets if ticket.card_message_id is None]
    if len(waiting) < AT_LEAST:
        return None
    say, language = work.services.words.say, work.services.language_at(row.chat_id)
    text = bold(say(language, "sending.digest", n=len(waiting)))
    for ticket in sorted(waiting, key=lambda ticket: ticket.number)[:LISTED]:
        text += _line(ticket)
    if len(waiting) > LISTED:
        text += "\n" + say(language, "sending.digest_more", n=len(waiting) - LISTED)
    text += "\n\n" + say(language, "sending.digest_hint")
    return Call("sendMessage", text.params())


def _line(ticket: Ticket) -> Rich:
    words = clipped(" ".join(ticket.words.split()), 90)
    return Rich() + "\n" + bold(f"#{ticket.number}") + (" ‼️ " if ticket.urgent else " ") + words


COMPOSERS: dict[str, Composer] = {METHOD: compose}
