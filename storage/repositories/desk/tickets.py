"""Tickets and their histories."""

from collections.abc import Collection
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, func, or_, select, update

from flows.desk.lists import Listed
from flows.entities import (
    ChangeId,
    ClockEvent,
    ClockLine,
    Customer,
    CustomerId,
    Entry,
    Side,
    Ticket,
    TicketId,
)
from flows.entities.kinds import EntryKind
from flows.entities.states import UNRESOLVED
from storage.known import shelf
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import clock_log, entries, tickets

if TYPE_CHECKING:
    from storage.unit import Unit

OF_CUSTOMER = shelf(Ticket, "customer_id", parent=Customer)
IN_TOPIC = shelf(Ticket, "group_chat_id", "topic_id", locked=True)
ENTRIES = shelf(Entry, "ticket_id", parent=Ticket)
ENTRY_AT = shelf(Entry, "chat_id", "message_id", locked=True)


def _in_order_of_need(
    query: Select[Any], group_chat_id: int | None, owner_id: int | None
) -> Select[Any]:
    """Of tickets the unresolved ones, urgent ones first, then those due first."""
    query = query.where(tickets.c.state.in_(UNRESOLVED))
    if group_chat_id is not None:
        query = query.where(tickets.c.group_chat_id == group_chat_id)
    if owner_id is not None:
        query = query.where(tickets.c.owner_id == owner_id)
    return query.order_by(tickets.c.urgent.desc(), tickets.c.due_at.nulls_last(), tickets.c.number)


class LastWords(NamedTuple):
    """When something was last said in a ticket: by anybody, and by the customer."""

    by_anybody: datetime
    by_customer: datetime | None


class Tickets(Repository):
    """The work records of complaints."""

    def __init__(self, unit: "Unit") -> None:
        super().__init__(unit)
        self._answers: dict[str, list[tuple[TicketId, str]]] = {}
        """What the teams wrote last, as it was when it was first asked for."""

    async def by_number(self, number: int) -> Ticket | None:
        """The ticket that people call `#number`."""
        query = all_of(Ticket).where(tickets.c.number == number)
        found = await self._unit.find(Ticket, query, lock=True)
        return found[0] if found else None

    async def by_numbers(self, numbers: Collection[int]) -> dict[int, Ticket]:
        """The tickets with these numbers, by number."""
        found: dict[int, Ticket] = {}
        for part in chunks(numbers):
            query = all_of(Ticket).where(tickets.c.number.in_(part))
            found |= {
                ticket.number: ticket for ticket in await self._unit.find(Ticket, query, lock=True)
            }
        return found

    async def by_ids(self, ids: Collection[TicketId]) -> dict[TicketId, Ticket]:
        """The tickets with these ids, by id."""
        return await self._unit.get_all(Ticket, ids, lock=False)

    async def load(
        self,
        *,
        tickets: Collection[TicketId] = (),
        customers: Collection[CustomerId] = (),
        topics: Collection[tuple[int, int]] = (),
        messages: Collection[tuple[int, int]] = (),
    ) -> list[Ticket]:
        """Read tickets with their histories, so that none of it is asked for one by one.

        They are those with these ids, those of customers, of topics (group and number), and those
        in whose history there are Telegram messages (chat and number).
        """
        found = [
            *(await self.by_ids(tickets)).values(),
            *chain.from_iterable((await self._unit.on_shelf(OF_CUSTOMER, customers)).values()),
            *chain.from_iterable((await self._unit.on_shelf(IN_TOPIC, topics)).values()),
        ]
        said = chain.from_iterable((await self._unit.on_shelf(ENTRY_AT, messages)).values())
        found += (await self.by_ids({entry.ticket_id for entry in said})).values()
        await self._unit.on_shelf(ENTRIES, [ticket.id for ticket in found])
        return list({ticket.id: ticket for ticket in found}.values())

    async def of_customer(self, customer_id: CustomerId, limit: int = 50) -> list[Ticket]:
        """A customer's tickets, the newest first."""
        found = (await self._unit.on_shelf(OF_CUSTOMER, [customer_id]))[customer_id]
        return sorted(found, key=lambda ticket: -ticket.number)[:limit]

    async def open_of(self, customer_ids: Collection[CustomerId]) -> dict[CustomerId, list[Ticket]]:
        """The unresolved tickets of each of these customers, the newest first."""
        found: dict[CustomerId, list[Ticket]] = {}
        for part in chunks(customer_ids):
            query = all_of(Ticket).where(
                tickets.c.customer_id.in_(part), tickets.c.state.in_(UNRESOLVED)
            )
            for ticket in await self._unit.find(Ticket, query.order_by(tickets.c.number.desc())):
                found.setdefault(ticket.customer_id, []).append(ticket)
        return found

    async def opened_since(
        self, customer_ids: Collection[CustomerId], since: datetime
    ) -> dict[CustomerId, list[datetime]]:
        """When each of these customers complained, from a moment on."""
        found: dict[CustomerId, list[datetime]] = {}
        for part in chunks(customer_ids):
            query = select(tickets.c.customer_id, tickets.c.opened_at).where(
                tickets.c.customer_id.in_(part), tickets.c.opened_at >= since
            )
            for row in await self._unit.run(query):
                found.setdefault(CustomerId(row.customer_id), []).append(row.opened_at)
        return found

    async def failed_again_since(
        self, customer_ids: Collection[CustomerId], since: datetime
    ) -> dict[CustomerId, datetime]:
        """When the last second failure of each of these customers was resolved, from then on."""
        found: dict[CustomerId, datetime] = {}
        for part in chunks(customer_ids):
            last = func.max(tickets.c.resolved_at).label("last")
            query = select(tickets.c.customer_id, last).where(
                tickets.c.customer_id.in_(part),
                tickets.c.failed_again.is_(True),
                tickets.c.resolved_at >= since,
            )
            for row in await self._unit.run(query.group_by(tickets.c.customer_id)):
                found[CustomerId(row.customer_id)] = row.last
        return found

    async def count_unanswered(self) -> int:
        """Count the tickets that wait for staff: unresolved, and without a first answer."""
        query = select(func.count()).where(
            tickets.c.state.in_(UNRESOLVED), tickets.c.first_response_at.is_(None)
        )
        return int((await self._unit.run(query)).scalar_one())

    async def to_look_at(self, now: datetime, limit: int) -> list[Ticket]:
        """Tickets about which something is due by a moment, the longest due first."""
        query = all_of(Ticket).where(tickets.c.look_at <= now).order_by(tickets.c.look_at)
        return await self._unit.find(Ticket, query.limit(limit), lock=True)

    async def notes_of(self, ids: Collection[TicketId], limit: int) -> list[Entry]:
        """What staff noted about any of these tickets, the newest first."""
        query = all_of(Entry).where(
            entries.c.ticket_id.in_(list(ids)),
            entries.c.kind == EntryKind.NOTE.value,
            entries.c.text != "",
        )
        return await self._unit.find(Entry, query.order_by(entries.c.id.desc()).limit(limit))

    async def breached(self, ids: Collection[TicketId]) -> set[TicketId]:
        """Those of these tickets about which a promise was broken."""
        query = select(clock_log.c.ticket_id).where(
            clock_log.c.ticket_id.in_(list(ids)), clock_log.c.event == ClockEvent.BREACHED.value
        )
        return {TicketId(row.ticket_id) for row in await self._unit.run(query.distinct())}

    async def clock_lines(self, ticket_id: TicketId) -> list[ClockLine]:
        """What became of a ticket's promises, in order."""
        query = all_of(ClockLine).where(clock_log.c.ticket_id == ticket_id)
        return await self._unit.find(ClockLine, query.order_by(clock_log.c.at, clock_log.c.event))

    async def in_topic(self, group_chat_id: int, topic_id: int) -> Ticket | None:
        """The ticket whose forum topic this is."""
        key = (group_chat_id, topic_id)
        found = (await self._unit.on_shelf(IN_TOPIC, [key]))[key]
        return found[0] if found else None

    async def unresolved(
        self, group_chat_id: int | None = None, owner_id: int | None = None, limit: int = 40
    ) -> list[Ticket]:
        """Unresolved tickets, urgent ones first, then those due first."""
        query = _in_order_of_need(all_of(Ticket), group_chat_id, owner_id)
        return await self._unit.find(Ticket, query.limit(limit))

    async def listed(
        self, group_chat_id: int, owner_id: int | None = None, limit: int = 40
    ) -> list[Listed]:
        """The same of a group's, in the same order, with no more of each than lists go by."""
        query = select(*(tickets.c[name] for name in Listed._fields))
        query = _in_order_of_need(query, group_chat_id, owner_id)
        return [Listed(*row) for row in await self._unit.run(query.limit(limit))]

    async def of_change(self, change_id: ChangeId) -> list[Ticket]:
        """The tickets that led to a change, the oldest first."""
        query = all_of(Ticket).where(tickets.c.change_id == change_id).order_by(tickets.c.number)
        return await self._unit.find(Ticket, query, lock=True)

    async def unrouted(self, limit: int) -> list[Ticket]:
        """Unresolved tickets that no group has been found for yet, the oldest first."""
        query = all_of(Ticket).where(
            tickets.c.state.in_(UNRESOLVED), tickets.c.group_chat_id.is_(None)
        )
        return await self._unit.find(Ticket, query.order_by(tickets.c.number).limit(limit))

    async def in_group(self, group_chat_id: int) -> list[Ticket]:
        """All tickets whose group this is, the oldest first."""
        query = all_of(Ticket).where(tickets.c.group_chat_id == group_chat_id)
        return await self._unit.find(Ticket, query.order_by(tickets.c.number), lock=True)

    async def last_words(self, ids: Collection[TicketId]) -> dict[TicketId, LastWords]:
        """When something was last said in each of these tickets that has any words."""
        found: dict[TicketId, LastWords] = {}
        for ticket_id, history in (await self._unit.on_shelf(ENTRIES, ids)).items():
            said = [entry for entry in history if entry.side is not Side.VERSO]
            theirs = [entry.at for entry in said if entry.side is Side.CUSTOMER]
            if said:
                newest = max(entry.at for entry in said)
                found[ticket_id] = LastWords(newest, max(theirs, default=None))
        return found

    async def entries(self, ticket_id: TicketId) -> list[Entry]:
        """A ticket's history in order."""
        found = (await self._unit.on_shelf(ENTRIES, [ticket_id]))[ticket_id]
        return sorted(found, key=attrgetter("at", "id"))

    async def entry_at(self, chat_id: int, message_id: int) -> Entry | None:
        """The entry that a Telegram message made, or whose further copy it is."""
        key = (chat_id, message_id)
        found = (await self._unit.on_shelf(ENTRY_AT, [key]))[key]
        return min(found, key=attrgetter("id"), default=None)

    async def newest_form(self, chat_id: int, message_id: int) -> Entry | None:
        """The entry of a customer's message as it was said, or changed, last."""
        key = (chat_id, message_id)
        forms = (await self._unit.on_shelf(ENTRY_AT, [key]))[key]
        said = [entry for entry in forms if entry.kind != EntryKind.SHOWN]
        return max(said, key=attrgetter("id"), default=None)

    async def last_told(self, customer_id: CustomerId, chat_id: int) -> Entry | None:
        """What a customer was last told in a chat: by staff, or that somebody took a ticket.

        Of an equal moment it is what was written last.
        """
        query = (
            all_of(Entry)
            .join(tickets, tickets.c.id == entries.c.ticket_id)
            .where(
                tickets.c.customer_id == customer_id,
                tickets.c.chat_id == chat_id,
                or_(entries.c.side == Side.STAFF.value, entries.c.kind == EntryKind.TAKEN.value),
            )
        )
        query = query.order_by(entries.c.at.desc(), entries.c.id.desc()).limit(1)
        found = await self._unit.find(Entry, query)
        return found[0] if found else None

    async def recent_answers(
        self, team_id: str, apart_from: TicketId | None = None, limit: int = 40
    ) -> list[str]:
        """The texts that a team's people wrote last to customers of other tickets.

        They are read once in a unit for each team, and looked for among twice as many answers.
        """
        if team_id not in self._answers:
            query = (
                select(entries.c.ticket_id, entries.c.text)
                .join(tickets, tickets.c.id == entries.c.ticket_id)
                .where(
                    entries.c.side == Side.STAFF.value,
                    entries.c.kind == EntryKind.TEXT.value,
                    tickets.c.team_id == team_id,
                )
            )
            rows = await self._unit.run(query.order_by(entries.c.id.desc()).limit(2 * limit))
            self._answers[team_id] = [(TicketId(row.ticket_id), row.text) for row in rows]
            return await self.recent_answers(team_id, apart_from, limit)
        here = [
            (entry.ticket_id, entry.text)
            for entry in self._unit.added(Entry)
            if entry.side is Side.STAFF
            and entry.kind == EntryKind.TEXT
            and await self._is_of(entry.ticket_id, team_id)
        ]
        known = [*reversed(here), *self._answers[team_id]]
        return [text for ticket_id, text in known if ticket_id != apart_from][:limit]

    async def _is_of(self, ticket_id: TicketId, team_id: str) -> bool:
        ticket = await self._unit.get(Ticket, ticket_id)
        return ticket is not None and ticket.team_id == team_id

    async def recent_owners(self, limit: int) -> set[int]:
        """The Telegram ids of those who have any of the newest tickets."""
        newest = select(tickets.c.owner_id).order_by(tickets.c.number.desc()).limit(limit)
        owner = newest.subquery().c.owner_id
        rows = await self._unit.run(select(owner).where(owner.is_not(None)).distinct())
        return {row[0] for row in rows}

    async def album(self, ticket_id: TicketId, album: str) -> list[Entry]:
        """The entries of one album in order."""
        history = await self.entries(ticket_id)
        parts = [entry for entry in history if entry.album == album]
        return sorted(parts, key=lambda entry: entry.message_id or 0)

    async def close(self, ids: Collection[TicketId], now: datetime) -> None:
        """Close unresolved tickets whose customer was forgotten: there is nobody to answer."""
        for part in chunks(ids):
            statement = update(tickets).where(tickets.c.id.in_(part))
            await self._unit.run(
                statement.values(
                    state="resolved",
                    resolved_at=now,
                    response_due_at=None,
                    due_at=None,
                    look_at=None,
                    snoozed_until=None,
                    watch={},
                )
            )

    async def count_by_state(self) -> dict[str, int]:
        """Count tickets by state."""
        rows = await self._unit.run(select(tickets.c.state, func.count()).group_by(tickets.c.state))
        return {row[0]: row[1] for row in rows}
