"""Forgetting a person everywhere, for `/forget_me` and for `verso forget`."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.delivery import Failure, Reporter
from bot.core.ports import Footprint, Posted, Unit
from bot.core.services import Services
from bot.core.work import Work
from flows.entities import (
    Change,
    Consent,
    Customer,
    JournalLine,
    Outgoing,
    Priority,
    SendResult,
    Ticket,
)
from flows.entities.facts import MOVED
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind
from flows.entities.states import CHANGE_OPEN, UNRESOLVED

ERASED = "forgotten-"
"""Beginning of the ref under which the bare figures of an erased person's tickets stay."""
FORGOTTEN = "forgotten:"
"""Begins the mark of a name that was erased: what was told before does not bring them back,
nor does a list, however much later it is taken in."""
LIST = "tickets"
"""Subject of the lists of open tickets in staff groups, which name customers."""
FRESH = timedelta(hours=47)
"""For 48 hours a bot may delete its own messages, then only with the right to delete messages
(Bot API, deleteMessage); an hour less, for the way there."""
DELETED_AT_ONCE = 100
"""Messages in one deleteMessages (Bot API)."""
NAMED = 50
"""Tickets that staff are told of by their numbers."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, in figures."""

    tickets: int
    accounts: int
    telegram_ids: tuple[int, ...]
    """The accounts, so that the caller can drop what it still holds of them in memory."""


async def forget(
    unit: Unit, services: Services, customer: Customer, now: datetime, *, by: str = "customer"
) -> Forgotten:
    """Erase a person from every table and ask Telegram to delete what staff have of them.

    Tickets keep their number, team, stage, category, moments and outcome, and name nobody.
    Unresolved ones are closed and staff are told. The journal is the register: when, and `by`
    whom it was asked (`customer`, `operator`, `hook`), without who it was. Writes at once, so the
    unit cannot go back behind this call. The unit is not committed.
    """
    found = await unit.erasure.footprint(customer)
    posted = await _within_reach(unit, found)
    open_tickets = [ticket for ticket in found.tickets if ticket.state in UNRESOLVED]
    await unit.erasure.erase(found, now, f"{ERASED}{secrets.token_hex(8)}")
    await _mark(unit, found, now)
    await unit.tickets.close([ticket.id for ticket in open_tickets], now)
    unit.expire_all()
    redrawn = await _redraw_changes(unit, found.tickets, posted, now)
    _delete_messages(unit, [each for each in posted if each.place not in redrawn], now)
    for ticket in found.tickets:
        _delete_topic(unit, ticket, now)
    _tell_groups(unit, services, found.tickets, now)
    data = {"by": by, "tickets": len(found.tickets)}
    unit.add(JournalLine(unit.new_id(), now, "verso", "forgotten", "forgotten", data))
    return Forgotten(len(found.tickets), len(found.telegram_ids), found.telegram_ids)


async def _mark(unit: Unit, found: Footprint, now: datetime) -> None:
    """Note that the person's names were erased: of several moments the last counts."""
    names = [FORGOTTEN + name for name in found.names["ref"]]
    before = await unit.hooks.marks(names)
    latest = {name: max(now, before.get(name, now)) for name in names}
    await unit.hooks.mark(latest, now, lasting=True)


async def report_farewell(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Forget the last message to somebody, which is in their chat: its row names that."""
    await work.unit.outbox.erase(row.id)


def is_erased(customer: Customer) -> bool:
    """Tell whether only the bare figures of a customer are left."""
    bare = not customer.name and customer.consent_at is None
    return bare and customer.ref.startswith(ERASED) and customer.consent is Consent.REFUSED


async def _within_reach(unit: Unit, found: Footprint) -> list[Posted]:
    """What stands in staff groups, apart from what was written before a group moved."""
    moved = await unit.facts.beginning(MOVED)
    posted = await unit.erasure.posted(found, [*found.changes, LIST])
    return [each for each in posted if str(each.chat_id) not in moved]


async def _redraw_changes(
    unit: Unit, tickets: Sequence[Ticket], posted: Sequence[Posted], now: datetime
) -> set[tuple[int, int]]:
    """Have the cards of changes that quote these tickets drawn without them; give which stay.

    A card that stands among the messages of a ticket goes with them; that of an open change is
    posted anew.
    """
    own = {each.place for each in posted if not each.subject}
    kept = set()
    for change_id in dict.fromkeys(ticket.change_id for ticket in tickets):
        change = await unit.get(Change, change_id) if change_id is not None else None
        if change is None or change.group_chat_id is None or change.card_message_id is None:
            continue
        card = change.group_chat_id, change.card_message_id
        if card in own:
            unit.put(replace(change, card_message_id=None))
        else:
            kept.add(card)
        if card in kept or change.state in CHANGE_OPEN:
            row = _row(change.group_chat_id, "@change", {}, now)
            about = str(Ref(RefKind.CHANGE, change.id))
            unit.send(replace(row, purpose=Purpose.CHANGE, subject=about))
    return kept


def _delete_messages(unit: Unit, posted: Sequence[Posted], now: datetime) -> None:
    """Have messages deleted, in lots.

    Telegram may refuse a whole lot because of one message that is too old: old ones go apart.
    """
    lots: dict[tuple[int, bool], list[int]] = {}
    for each in posted:
        lots.setdefault((each.chat_id, now - each.at < FRESH), []).append(each.message_id)
    for (chat_id, _), ids in lots.items():
        for at in range(0, len(ids), DELETED_AT_ONCE):
            params = {"message_ids": ids[at : at + DELETED_AT_ONCE]}
            unit.send(_row(chat_id, "deleteMessages", params, now))


def _delete_topic(unit: Unit, ticket: Ticket, now: datetime) -> None:
    """Have the ticket's topic deleted.

    The row does not name the ticket: one that does would have a deleted topic made anew.
    """
    if ticket.group_chat_id is not None and ticket.topic_id is not None:
        params = {"message_thread_id": ticket.topic_id}
        unit.send(_row(ticket.group_chat_id, "deleteForumTopic", params, now))


def _tell_groups(unit: Unit, services: Services, tickets: Sequence[Ticket], now: datetime) -> None:
    """Tell staff what ends here and what they have to delete; there are no names any more."""
    groups = {ticket.group_chat_id for ticket in tickets if ticket.group_chat_id is not None}
    for chat_id in sorted(groups):
        here = [f"#{ticket.number}" for ticket in tickets if ticket.group_chat_id == chat_id]
        numbers = ", ".join(here[:NAMED]) + ("…" if len(here) > NAMED else "")
        language = services.language_at(chat_id)
        text = services.words.say(language, "erasing.staff_told", tickets=numbers)
        unit.send(_row(chat_id, "sendMessage", {"text": text}, now))


def _row(chat_id: int, method: str, params: Mapping[str, object], now: datetime) -> Outgoing:
    return Outgoing(
        chat_id=chat_id,
        method=method,
        params=params,
        purpose=Purpose.ERASING,
        priority=Priority.RELAY,
        lane=f"chat:{chat_id}",
        created_at=now,
    )


REPORTERS: dict[str, Reporter] = {Purpose.FAREWELL: report_farewell}
"""What to do when it is known what became of a message of this purpose."""
