"""Telling staff that what they wrote is not in the language that its customer reads."""

from bot.core.names import name_of
from bot.core.rich import plain
from bot.core.tongues import tongue
from bot.core.work import Work
from bot.desk.speaking import QUIET, staff_words, to_ticket, who
from flows.ear.tongue import plainly
from flows.entities import Ticket
from flows.languages import codes


async def note_other_language(work: Work, ticket: Ticket, text: str) -> None:
    """Say quietly, once in a ticket, that an answer is plainly not in its customer's language.

    The answer is on its way as it is: nothing is held back.
    """
    customer, account = await who(work, ticket)
    read = work.services.language(customer, account)
    written = plainly(text, codes())
    if written is None or written == read:
        return
    words, staff = work.services.words, work.services.language_at(ticket)
    said = staff_words(
        work,
        ticket,
        "readers.looks",
        name=name_of(customer, account),
        tongue=tongue(words, staff, read),
        other=tongue(words, staff, written),
    )
    to_ticket(work, ticket, plain(said), more=QUIET, dedupe=f"language:{ticket.id}")
