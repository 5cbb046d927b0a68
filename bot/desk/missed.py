"""What a person missed of their tickets while they could not be reached."""

from bot.core.delivery import GONE
from bot.core.events import ChatBack
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk.speaking import customer_name, staff_words, ticket_of, to_ticket
from flows.entities.kinds import Purpose

_TOLD_OF = frozenset({Purpose.ANSWER, Purpose.TOLD, Purpose.CLOSURE})
"""Purposes of what staff are told of when it does not arrive."""


async def send_what_was_missed(work: Work, back: ChatBack) -> None:
    """Send it again, and say so in the tickets whose staff have read that it did not arrive."""
    missed = await work.unit.outbox.retry_missed(back.telegram_id, back.customer_id, GONE, work.now)
    for ticket_id in dict.fromkeys(row.ticket_id for row in missed if row.purpose in _TOLD_OF):
        ticket = await ticket_of(work, ticket_id)
        if ticket is not None:
            name = await customer_name(work, ticket)
            to_ticket(work, ticket, plain(staff_words(work, ticket, "desk.back_again", name=name)))
