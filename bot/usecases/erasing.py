"""Forgetting a person everywhere, for `/forget_me` and for `verso forget`."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Unit
from bot.services import Services
from flows.entities import Consent, Customer, JournalLine, Outgoing, Priority, Ticket

ERASED = "forgotten-"
"""Beginning of the ref under which the bare figures of an erased person's tickets stay."""
OPEN_STATES = frozenset({"open", "taken", "waiting", "reopened"})


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, in figures."""

    tickets: int
    accounts: int
    telegram_ids: tuple[int, ...]
    """The accounts, so that the caller can drop what it still holds of them in memory."""


async def forget(unit: Unit, services: Services, customer: Customer, now: datetime) -> Forgotten:
    """Erase a person from every table and ask Telegram to delete what staff have of them.

    Tickets keep their number, team, stage, category, moments and outcome, and name nobody.
    Unresolved ones are closed and staff are told. Writes at once, so the unit cannot go back
    behind this call. The unit is not committed.
    """
    found = await unit.erasure.footprint(customer)
    open_tickets = [ticket for ticket in found.tickets if ticket.state in OPEN_STATES]
    await unit.erasure.erase(found, now, f"{ERASED}{secrets.token_hex(8)}")
    await unit.tickets.close([ticket.id for ticket in open_tickets], now)
    unit.forget_what_was_read()
    for ticket in found.tickets:
        _delete_in_group(unit, ticket, now)
    _tell_groups(unit, services, open_tickets, now)
    data = {"tickets": len(found.tickets)}
    unit.add(JournalLine(unit.new_id(), now, "verso", "forgotten", "forgotten", data))
    return Forgotten(len(found.tickets), len(found.telegram_ids), found.telegram_ids)


def is_erased(customer: Customer) -> bool:
    """Tell whether only the bare figures of a customer are left."""
    bare = not customer.name and customer.consent_at is None
    return bare and customer.ref.startswith(ERASED) and customer.consent is Consent.REFUSED


def _delete_in_group(unit: Unit, ticket: Ticket, now: datetime) -> None:
    """Have the ticket's topic deleted, or in a plain group its card.

    The rows do not name the ticket: one that does would have a deleted topic made anew.
    """
    if ticket.group_chat_id is None:
        return
    if ticket.topic_id is not None:
        params = {"message_thread_id": ticket.topic_id}
        unit.send(_row(ticket.group_chat_id, "deleteForumTopic", params, now))
    elif ticket.card_message_id is not None:
        params = {"message_id": ticket.card_message_id}
        unit.send(_row(ticket.group_chat_id, "deleteMessage", params, now))


def _tell_groups(unit: Unit, services: Services, tickets: Sequence[Ticket], now: datetime) -> None:
    """Tell the staff whose work ends here; without names, since there are none any more."""
    groups = {ticket.group_chat_id for ticket in tickets if ticket.group_chat_id is not None}
    for chat_id in sorted(groups):
        numbers = ", ".join(f"#{t.number}" for t in tickets if t.group_chat_id == chat_id)
        text = services.words.say(services.staff_language, "erasing.staff_told", tickets=numbers)
        unit.send(_row(chat_id, "sendMessage", {"text": text}, now))


def _row(chat_id: int, method: str, params: Mapping[str, object], now: datetime) -> Outgoing:
    return Outgoing(
        chat_id=chat_id,
        method=method,
        params=params,
        purpose="erasing",
        priority=Priority.RELAY,
        lane=f"chat:{chat_id}",
        created_at=now,
    )
