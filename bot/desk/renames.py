"""Customers and staff who are called otherwise than before: cards, topics and owners follow."""

from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from bot.core.delivery import Call, Composer
from bot.core.events import AccountRenamed
from bot.core.names import name_of
from bot.core.work import Work
from bot.desk import cards, topics
from bot.desk.speaking import ticket_there
from flows.desk.topics import look_of
from flows.entities import Customer, Group, Outgoing, Ticket
from flows.entities.facts import SEEN
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person
from flows.entities.states import UNRESOLVED

APART = timedelta(minutes=1)
"""A topic's name is edited at most this often: every edit is a line in the topic."""
OWNED = 400
"""Tickets of one member of staff that follow at once."""
METHOD = topics.LOOK


async def customer_renamed(work: Work, renamed: AccountRenamed) -> None:
    """Have the cards and topics of what is unresolved follow a customer's new name or handle."""
    before, after = renamed.before, renamed.after
    customer = await work.unit.get(Customer, after.customer_id)
    is_seen = name_of(customer, before) != name_of(customer, after)
    for ticket in await work.unit.tickets.of_customer(after.customer_id):
        if ticket.chat_id == after.telegram_id and ticket.state in UNRESOLVED:
            await cards.update_card(work, ticket)
            if is_seen:  # the business may call them otherwise than Telegram does
                await _rename_topic(work, ticket)


async def _rename_topic(work: Work, ticket: Ticket) -> None:
    """Have a topic named anew, now or a minute after the last time.

    The name is that which is true when it leaves, so several changes are one.
    """
    if ticket.group_chat_id is None or ticket.topic_id is None:
        return
    if await work.unit.outbox.waiting_of(ticket.id, METHOD):
        return
    rows = await work.unit.outbox.of_tickets([ticket.id], Purpose.RENAME)
    last = max((row.sent_at for row in rows if row.sent_at is not None), default=None)
    work.call(
        ticket.group_chat_id,
        METHOD,
        {},
        purpose=Purpose.RENAME,
        ticket=ticket,
        subject=look_of(ticket).value,
        lane=topics.beside(ticket),
        not_before=_after(last, work.now),
    )


def _after(last: datetime | None, now: datetime) -> datetime | None:
    return last + APART if last is not None and last + APART > now else None


async def compose_name(work: Work, row: Outgoing) -> Call | None:
    """Name a ticket's topic after its customer, with the icon of its state.

    None when it has no topic any more, or its state has changed: that is a row of its own.
    """
    ticket = await ticket_there(work, row)
    if ticket is None or ticket.topic_id is None:
        return None
    if row.subject and row.subject != look_of(ticket):
        return None
    params = {"message_thread_id": ticket.topic_id, **await cards.topic_params(work, ticket)}
    return Call("editForumTopic", params)


async def staff_renamed(work: Work, group: Group, was: str, person: Person) -> None:
    """Have the tickets of a member of staff follow their new name, and forget their old handle.

    `was` is what was known of them, as JSON.
    """
    known = orjson.loads(was)
    handle = known.get("username", "")
    if handle and handle.lower() != person.username.lower():
        seen = await work.unit.facts.get(SEEN.of(group.chat_id, handle.lower()))
        if seen is not None and orjson.loads(seen)["id"] == person.id:
            await work.unit.facts.drop(SEEN.of(group.chat_id, handle.lower()))
    if known["name"] == person.name:
        return
    for ticket in await work.unit.tickets.unresolved(group.chat_id, person.id, limit=OWNED):
        renamed = replace(ticket, owner_name=person.name)
        work.unit.put(renamed)
        await cards.update_card(work, renamed)


COMPOSERS: dict[str, Composer] = {METHOD: compose_name}
