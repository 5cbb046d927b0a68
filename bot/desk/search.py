"""Finding tickets by what was said in them, by whom, and by number."""

from collections.abc import Sequence

from bot.core.work import Work
from bot.desk.speaking import who
from flows.desk import tags
from flows.desk.search import words_of
from flows.entities import Customer, Entry, Group, Ticket, TicketId
from flows.entities.facts import INDEXED

AT_ONCE = 300
"""Tickets of before that are taken into the index in one transaction."""
_DONE = "done"


async def index_opened(work: Work, ticket: Ticket, customer: Customer) -> None:
    """Have a new ticket found by its words, and by what its customer is called."""
    account = (await who(work, ticket))[1]
    names = [customer.name, customer.ref, customer.phone]
    if account is not None:
        names += [account.first_name, account.username]
    work.unit.search.add(ticket.id, " ".join([ticket.words, ticket.wish, *names]))
    work.unit.search.sort(ticket.id, ticket.tags, found=True)


async def find(work: Work, group: Group, text: str, limit: int) -> list[Ticket]:
    """The tickets of a group that fit a text and the tags in it, the one with that number first."""
    found: dict[TicketId, Ticket] = {}
    sorted_by, text = tags.sought(text)
    number = text.strip().removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 10:
        ticket = await work.unit.tickets.by_number(int(number))
        if ticket is not None and ticket.group_chat_id == group.chat_id:
            found[ticket.id] = ticket
    words = [*words_of(text), *map(tags.as_word, sorted_by)]
    for ticket in await work.unit.search.find(words, group.chat_id, limit):
        found.setdefault(ticket.id, ticket)
    return list(found.values())[:limit]


async def catch_up(work: Work) -> None:
    """Take tickets of before there was an index into it, some at a time, until all are in it."""
    upto = await work.unit.facts.get(INDEXED) or "0"
    if upto == _DONE:
        return
    some = await work.unit.search.texts_after(int(upto), AT_ONCE)
    people = await work.unit.customers.by_ids({ticket.customer_id for ticket, _ in some})
    for ticket, entries in some:
        _index(work, ticket, entries, people.get(ticket.customer_id))
    last = _DONE if len(some) < AT_ONCE else str(some[-1][0].number)
    await work.unit.facts.set(INDEXED, last)


def _index(work: Work, ticket: Ticket, entries: Sequence[Entry], customer: Customer | None) -> None:
    if not ticket.chat_id:
        return  # its customer was erased
    names = [customer.name, customer.ref, customer.phone] if customer is not None else []
    said = [entry.text for entry in entries]
    texts = [ticket.words, ticket.wish, ticket.resolution, *said, *names]
    work.unit.search.add(ticket.id, " ".join(texts))
    work.unit.search.sort(ticket.id, ticket.tags, found=True)
