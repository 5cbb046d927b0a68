"""What customers hear of their tickets unasked: in their own words' language, and not at night."""

from datetime import datetime

from bot.core.names import moment
from bot.core.rich import Rich, plain
from bot.core.work import Work
from bot.desk.speaking import NO_PREVIEW, customer_words
from bot.identity.time_zones import open_from, zone_name
from flows.entities import Customer, Priority, Ticket
from flows.entities.kinds import Purpose


async def tell_later(work: Work, ticket: Ticket, key: str, **values: object) -> None:
    """Say a sentence to a ticket's customer, at once or when their quiet hours are over."""
    text = plain(await customer_words(work, ticket, key, **values))
    await send_later(work, ticket, text)


async def send_later(work: Work, ticket: Ticket, text: Rich) -> None:
    """Send a text to a ticket's customer, at once or when their quiet hours are over."""
    customer = await work.unit.get(Customer, ticket.customer_id)
    if customer is None or not ticket.chat_id:
        return
    allowed = open_from(work.services, customer, work.now)
    for page in text.pages():
        work.call(
            ticket.chat_id,
            "sendMessage",
            {**page.params(), **NO_PREVIEW},
            purpose=Purpose.TOLD,
            priority=Priority.CLOSURE,
            customer_id=ticket.customer_id,
            ticket=ticket,
            not_before=allowed if allowed > work.now else None,
        )


async def on_their_clock(work: Work, ticket: Ticket, at: datetime) -> str:
    """A moment as it reads on the wall clock of a ticket's customer."""
    customer = await work.unit.get(Customer, ticket.customer_id)
    language = work.services.language(customer, await work.unit.customers.account(ticket.chat_id))
    return moment(at, zone_name(work.services, customer, at), language)
