"""What customers hear of their tickets unasked: in their own words' language, and not at night.

What waits for the morning is said then only if it is still so.
"""

from datetime import datetime

from bot.core.delivery import Call, Composer
from bot.core.names import moment
from bot.core.rich import Rich, plain
from bot.core.work import Work
from bot.desk.speaking import NO_PREVIEW, customer_words, ticket_of
from bot.identity.time_zones import open_from, zone_name
from flows.desk.telling import While, holds
from flows.entities import Customer, Outgoing, Priority, Ticket
from flows.entities.kinds import Purpose

METHOD, WHILE = "@told", "while"


async def tell_later(work: Work, ticket: Ticket, key: str, during: While, **values: object) -> None:
    """Say a sentence to a ticket's customer, at once or when their quiet hours are over."""
    text = plain(await customer_words(work, ticket, key, **values))
    await send_later(work, ticket, text, during)


async def send_later(work: Work, ticket: Ticket, text: Rich, during: While) -> None:
    """Send a text to a ticket's customer, at once or when their quiet hours are over.

    It is not sent when by then it is not so any more.
    """
    customer = await work.unit.get(Customer, ticket.customer_id)
    if customer is None or not ticket.chat_id:
        return
    allowed = open_from(work.services, customer, work.now)
    for page in text.pages():
        work.call(
            ticket.chat_id,
            METHOD,
            {**page.params(), **NO_PREVIEW, WHILE: during.value},
            purpose=Purpose.TOLD,
            priority=Priority.CLOSURE,
            customer_id=ticket.customer_id,
            ticket=ticket,
            not_before=allowed if allowed > work.now else None,
        )


async def compose(work: Work, row: Outgoing) -> Call | None:
    """A sentence that waited; None when it is not so any more."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None or not holds(ticket, While(row.params[WHILE])):
        return None
    return Call("sendMessage", {key: row.params[key] for key in row.params if key != WHILE})


async def on_their_clock(work: Work, ticket: Ticket, at: datetime) -> str:
    """A moment as it reads on the wall clock of a ticket's customer."""
    customer = await work.unit.get(Customer, ticket.customer_id)
    language = work.services.language(customer, await work.unit.customers.account(ticket.chat_id))
    return moment(at, zone_name(work.services, customer, at), language)


COMPOSERS: dict[str, Composer] = {METHOD: compose}
