"""Noting that somebody asked for what was not there, and taking it back.

Whoever is known is told later that it is here; of whom nobody knows anything is counted alone.
Functions that may refuse return a `Refusal`; nothing is written then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.events import ConversationEnded
from bot.core.rich import clipped
from bot.core.work import Work
from flows.config import MISSING
from flows.conversations import Piece
from flows.entities import Customer, LostSale, LostSaleId, MissedItem, MissedItemId, Ticket
from flows.entities.lifecycle import Person, Refusal
from flows.lost import telling as rules
from flows.lost.naming import LONGEST, key_of, named

WEEK = timedelta(days=7)
"""So far back the most missed things are counted."""
QUOTED = 1000
"""Characters of a customer's own words that they are reminded of."""
STEP = "missing"
"""The step of the shipped flows that asks what it was."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Who asked for something; nothing of it: nobody knows."""

    customer: Customer | None = None
    chat_id: int = 0
    """Where they would be told; 0: nowhere."""
    ticket: Ticket | None = None
    said: str = ""
    """Their own words."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted."""

    sale: LostSale
    again: bool = False
    """It stood there already: of one person a thing is noted once."""


async def note(work: Work, text: str, whom: Whom, by: Person | None = None) -> Noted | Refusal:
    """Note that somebody asked for a thing; with those who miss the same, however they wrote it.

    `by`: who of staff says so; None: the customer does.
    """
    what = named(text)
    if isinstance(what, Refusal):
        return what
    item = await work.unit.lost.open_item(key_of(what))
    if item is not None and whom.customer is not None:
        mine = await work.unit.lost.of_people(item.id, [whom.customer.id])
        waiting = [each for each in mine.get(whom.customer.id, []) if each.unwanted_at is None]
        if waiting:
            return Noted(waiting[-1], again=True)
    if item is None:
        item = MissedItem(MissedItemId(work.unit.new_id()), work.now)
        work.unit.add(item)
    sale = LostSale(
        id=LostSaleId(work.unit.new_id()),
        item_id=item.id,
        at=work.now,
        what=what,
        key=key_of(what),
        customer_id=whom.customer.id if whom.customer is not None else None,
        chat_id=whom.chat_id,
        ticket_id=whom.ticket.id if whom.ticket is not None else None,
        said=whom.said[:QUOTED],
    )
    if by is not None:
        sale = replace(sale, by_id=by.id, by_name=by.name)
    work.unit.add(sale)
    return Noted(sale)


async def whom_of_ticket(work: Work, ticket: Ticket) -> Whom:
    """The customer of a complaint, with their own words."""
    customer = await work.unit.get(Customer, ticket.customer_id)
    return Whom(customer, ticket.chat_id, ticket, ticket.words)


async def whom_of_customer(work: Work, customer: Customer) -> Whom:
    """A customer without a complaint; told in the chat that they opened last."""
    linked = (await work.unit.customers.accounts_of_many([customer.id])).get(customer.id, [])
    there = (each.telegram_id for each in linked if each.blocked_at is None)
    return Whom(customer, next(there, 0))


async def undo(work: Work, sale_id: int) -> LostSale | Refusal:
    """Take back that somebody asked for a thing, as long as they were not told that it is here."""
    sale = await work.unit.get(LostSale, LostSaleId(sale_id))
    if sale is None:
        return Refusal("gone")
    why = rules.undo(sale)
    if why is not None:
        return why
    work.unit.delete(sale)
    return sale


async def join(work: Work, item: MissedItem, into: MissedItem) -> MissedItem | Refusal:
    """Count all who miss one thing with those who miss another: it is the same."""
    joined = rules.join(item, into)
    if isinstance(joined, Refusal):
        return joined
    for sale in await work.unit.lost.of_item(item.id):
        work.unit.put(replace(sale, item_id=into.id))
    work.unit.put(joined)
    return into


async def standing(work: Work, item_id: int | None) -> MissedItem | None:
    """An item by its id, or the one that it was joined with; None: there is none."""
    item = await work.unit.get(MissedItem, MissedItemId(item_id)) if item_id is not None else None
    while item is not None and item.into_id is not None:
        item = await work.unit.get(MissedItem, item.into_id)
    return item


async def conversation_ended(work: Work, event: ConversationEnded) -> None:
    """Note what a customer says that they did not find, beside their complaint."""
    conversation, outcome = event.conversation, event.outcome
    if outcome.answers.get("category") != MISSING:
        return
    what = _joined(each for each in outcome.words if each.step == STEP)
    if not what:
        return  # a voice message, or nothing: staff note it when they know what it was
    found = await work.unit.tickets.of_customer(conversation.customer_id)
    ticket = next((each for each in found if each.conversation_id == conversation.id), None)
    if ticket is None:
        return
    said = _joined(each for each in outcome.words if each.step != STEP)
    whom = replace(await whom_of_ticket(work, ticket), said=said)
    await note(work, clipped(what, LONGEST), whom)


def _joined(pieces: Iterable[Piece]) -> str:
    return "\n".join(each.text for each in pieces if each.text)
