"""Words of staff that are not in the language that their customer reads: both are told."""

from bot.core.names import name_of
from bot.core.rich import plain
from bot.core.tongues import foreign, line_above, tongue, written_in
from bot.core.work import Work
from bot.desk.speaking import QUIET, staff_words, to_ticket, who
from flows.entities import Ticket


async def foreign_line(work: Work, ticket: Ticket, text: str, known: str = "") -> str:
    """What the customer reads above words of staff in another language; empty: nothing.

    `known`: the language of the words where it need not be guessed.
    """
    words, read = work.services.words, work.services.language(*await who(work, ticket))
    return written_in(words, read, known) if known else line_above(words, read, [text])


async def note_other_language(
    work: Work, ticket: Ticket, text: str, known: str = "", key: str = "looks"
) -> None:
    """Say quietly, once in a ticket, that an answer is not in its customer's language.

    The answer is on its way as it is: nothing is held back. `known` as in `foreign_line`; `key`
    says what staff can do about it.
    """
    customer, account = await who(work, ticket)
    read = work.services.language(customer, account)
    written = known or foreign(text, read)
    if not written or written == read:
        return
    words, staff = work.services.words, work.services.language_at(ticket)
    said = staff_words(
        work,
        ticket,
        f"readers.{key}",
        name=name_of(customer, account),
        tongue=tongue(words, staff, read),
        other=tongue(words, staff, written),
    )
    to_ticket(work, ticket, plain(said), more=QUIET, dedupe=f"language:{ticket.id}")
