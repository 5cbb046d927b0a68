"""What everything at the desk shares: speaking into a ticket, to its customer, and to a handler."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.names import name_of
from bot.core.rich import Rich, plain
from bot.core.services import Place
from bot.core.work import Keyboard, Work, inline
from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Entry,
    Group,
    Outgoing,
    Priority,
    Side,
    Ticket,
    TicketId,
)
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Person

QUIET: Mapping[str, Any] = {"disable_notification": True}
NO_PREVIEW: Mapping[str, Any] = {"link_preview_options": {"is_disabled": True}}


def staff_words(work: Work, place: Place, key: str, **values: object) -> str:
    """Say a sentence in the language of the staff who read it at this place."""
    return work.services.words.say(work.services.language_at(place), key, **values)


async def who(work: Work, ticket: Ticket) -> tuple[Customer | None, Account | None]:
    """A ticket's customer and the account that its answers go to."""
    customer = await work.unit.get(Customer, ticket.customer_id)
    return customer, await work.unit.customers.account(ticket.chat_id)


async def customer_name(work: Work, ticket: Ticket) -> str:
    """The name by which staff read of a ticket's customer."""
    return name_of(*await who(work, ticket))


async def hears_of(work: Work, ticket: Ticket) -> bool:
    """Tell whether staff would hear what a ticket's customer answers: nobody has blocked them."""
    account = await work.unit.customers.account(ticket.chat_id)
    return account is None or account.barred_at is None


async def customer_names(work: Work, tickets: Sequence[Ticket]) -> dict[CustomerId, str]:
    """The names by which staff read of the customers of many tickets, by customer."""
    ids = {ticket.customer_id for ticket in tickets}
    people = await work.unit.customers.by_ids(ids)
    linked = (await work.unit.customers.accounts_of_many(ids)).values()
    accounts = {account.telegram_id: account for mine in linked for account in mine}
    return {
        ticket.customer_id: name_of(people.get(ticket.customer_id), accounts.get(ticket.chat_id))
        for ticket in tickets
    }


async def customer_languages(work: Work, tickets: Sequence[Ticket]) -> dict[CustomerId, str]:
    """The languages that the customers of many tickets are spoken to in, by customer."""
    ids = {ticket.customer_id for ticket in tickets}
    people = await work.unit.customers.by_ids(ids)
    linked = (await work.unit.customers.accounts_of_many(ids)).values()
    accounts = {account.telegram_id: account for mine in linked for account in mine}
    return {
        ticket.customer_id: work.services.language(
            people.get(ticket.customer_id), accounts.get(ticket.chat_id)
        )
        for ticket in tickets
    }


async def customer_words(work: Work, ticket: Ticket, key: str, **values: object) -> str:
    """Say a sentence in the language of a ticket's customer."""
    language = work.services.language(*await who(work, ticket))
    return work.services.words.say(language, key, **values)


def group_of(work: Work, ticket: Ticket) -> Group | None:
    """The group that a ticket lives in, if the bot is still there."""
    return work.services.group_at(ticket.group_chat_id or 0)


def to_ticket(
    work: Work,
    ticket: Ticket,
    text: Rich | str,
    *,
    keyboard: Keyboard = (),
    purpose: Purpose = Purpose.NOTE,
    subject: str = "",
    markup: Mapping[str, Any] | None = None,
    dedupe: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write into a ticket's topic, or below its card in a group without topics.

    `more` are parameters of its first message, such as what it replies to. A ticket that has no
    group yet is silent: its card will say everything.
    """
    rich = text if isinstance(text, Rich) else plain(text)
    pages = rich.pages()
    for position, page in enumerate(pages):
        last = position == len(pages) - 1
        params = {**page.params(), **NO_PREVIEW, **((more or {}) if position == 0 else {})}
        if last and (keyboard or markup):
            params["reply_markup"] = markup or inline(keyboard)
        into_ticket(
            work,
            ticket,
            "sendMessage",
            params,
            purpose=purpose,
            subject=subject,
            dedupe=dedupe if last else None,
        )


def into_ticket(
    work: Work, ticket: Ticket, method: str, params: Mapping[str, Any], **more: Any
) -> None:
    """Put a call into a ticket's lane, if it has a group. `more` as for `Work.call`."""
    if ticket.group_chat_id is not None:
        work.call(ticket.group_chat_id, method, params, ticket=ticket, **more)


async def to_customer(
    work: Work,
    ticket: Ticket,
    text: Rich,
    *,
    purpose: Purpose = Purpose.TOLD,
    subject: str = "",
    quiet: bool = False,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write to a ticket's customer, in order with what staff say.

    `more` are parameters of each message, such as what it replies to.
    """
    for page in text.pages():
        work.call(
            ticket.chat_id,
            "sendMessage",
            {**page.params(), **NO_PREVIEW, **(QUIET if quiet else {}), **(more or {})},
            purpose=purpose,
            priority=Priority.RELAY,
            customer_id=ticket.customer_id,
            ticket=ticket,
            subject=subject,
        )


def record(
    work: Work,
    ticket: Ticket,
    kind: EntryKind,
    *,
    side: Side = Side.VERSO,
    by: Person | None = None,
    text: str = "",
    **more: Any,
) -> Entry:
    """Add a line to a ticket's history."""
    told: dict[str, Any] = {"at": work.now, "text": text}
    if by is not None:
        told |= {"author_id": by.id, "author_name": by.name}
    entry = Entry(work.unit.new_id(), ticket.id, side=side, kind=kind, **(told | more))
    work.unit.add(entry)
    if side is not Side.VERSO and text:
        work.unit.search.add(ticket.id, text)
    return entry


async def ticket_of(work: Work, ticket_id: int | None) -> Ticket | None:
    """A ticket by its id, such as one that a row of the outbox names."""
    return None if ticket_id is None else await work.unit.get(Ticket, TicketId(ticket_id))


async def ticket_there(work: Work, row: Outgoing) -> Ticket | None:
    """The ticket of a row of the outbox, while it still is in the group that the row goes to."""
    ticket = await ticket_of(work, row.ticket_id)
    return ticket if ticket is not None and ticket.group_chat_id == row.chat_id else None
