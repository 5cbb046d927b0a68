"""Tickets and their histories."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, or_, select, update

from flows.entities import ChangeId, ClockLine, CustomerId, Entry, Side, Ticket, TicketId
from flows.entities.kinds import EntryKind
from flows.entities.states import UNRESOLVED
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import clock_log, entries, tickets


class LastWords(NamedTuple):
    """When something was last said in a ticket: by anybody, and by the customer."""

    by_anybody: datetime
    by_customer: datetime | None


class Tickets(Repository):
    """The work records of complaints."""

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
        found: dict[TicketId, Ticket] = {}
        for part in chunks(ids):
            query = all_of(Ticket).where(tickets.c.id.in_(part))
            found |= {ticket.id: ticket for ticket in await self._unit.find(Ticket, query)}
        return found

    async def of_customer(self, customer_id: CustomerId, limit: int = 50) -> list[Ticket]:
        """A customer's tickets, the newest first."""
        query = all_of(Ticket).where(tickets.c.customer_id == customer_id)
        return await self._unit.find(Ticket, query.order_by(tickets.c.number.desc()).limit(limit))

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

    async def clock_lines(self, ticket_id: TicketId) -> list[ClockLine]:
        """What became of a ticket's promises, in order."""
        query = all_of(ClockLine).where(clock_log.c.ticket_id == ticket_id)
        return await self._unit.find(ClockLine, query.order_by(clock_log.c.at, clock_log.c.event))

    async def in_topic(self, group_chat_id: int, topic_id: int) -> Ticket | None:
        """The ticket whose forum topic this is."""
        query = all_of(Ticket).where(
            tickets.c.group_chat_id == group_chat_id, tickets.c.topic_id == topic_id
        )
        found = await self._unit.find(Ticket, query, lock=True)
        return found[0] if found else None

    async def unresolved(
        self, group_chat_id: int | None = None, owner_id: int | None = None, limit: int = 40
    ) -> list[Ticket]:
        """Unresolved tickets, urgent ones first, then those due first."""
        query = all_of(Ticket).where(tickets.c.state.in_(UNRESOLVED))
        if group_chat_id is not None:
            query = query.where(tickets.c.group_chat_id == group_chat_id)
        if owner_id is not None:
            query = query.where(tickets.c.owner_id == owner_id)
        query = query.order_by(
            tickets.c.urgent.desc(), tickets.c.due_at.nulls_last(), tickets.c.number
        )
        return await self._unit.find(Ticket, query.limit(limit))

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
        by_customer = func.max(case((entries.c.side == "customer", entries.c.at)))
        by_anybody = func.max(entries.c.at)
        query = select(entries.c.ticket_id, by_anybody, by_customer).where(
            entries.c.ticket_id.in_(list(ids)), entries.c.side.in_(("customer", "staff"))
        )
        rows = await self._unit.run(query.group_by(entries.c.ticket_id))
        return {TicketId(row[0]): LastWords(row[1], row[2]) for row in rows}

    async def entries(self, ticket_id: TicketId) -> list[Entry]:
        """A ticket's history in order."""
        query = all_of(Entry).where(entries.c.ticket_id == ticket_id)
        return await self._unit.find(Entry, query.order_by(entries.c.at, entries.c.id))

    async def entry_at(self, chat_id: int, message_id: int) -> Entry | None:
        """The entry that a Telegram message made, or whose further copy it is."""
        query = all_of(Entry).where(
            entries.c.chat_id == chat_id, entries.c.message_id == message_id
        )
        found = await self._unit.find(Entry, query.order_by(entries.c.id).limit(1), lock=True)
        return found[0] if found else None

    async def newest_form(self, chat_id: int, message_id: int) -> Entry | None:
        """The entry of a customer's message as it was said, or changed, last."""
        query = all_of(Entry).where(
            entries.c.chat_id == chat_id,
            entries.c.message_id == message_id,
            entries.c.kind != EntryKind.SHOWN.value,
        )
        found = await self._unit.find(Entry, query.order_by(entries.c.id.desc()).limit(1))
        return found[0] if found else None

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
        self, team_id: str, apart_from: TicketId, limit: int = 40
    ) -> list[str]:
        """The texts that a team's people wrote last to customers of other tickets."""
        query = (
            select(entries.c.text)
            .join(tickets, tickets.c.id == entries.c.ticket_id)
            .where(
                entries.c.side == Side.STAFF.value,
                entries.c.kind == EntryKind.TEXT.value,
                tickets.c.team_id == team_id,
                tickets.c.id != apart_from,
            )
        )
        rows = await self._unit.run(query.order_by(entries.c.id.desc()).limit(limit))
        return [row.text for row in rows]

    async def recent_owners(self, limit: int) -> set[int]:
        """The Telegram ids of those who have any of the newest tickets."""
        newest = select(tickets.c.owner_id).order_by(tickets.c.number.desc()).limit(limit)
        owner = newest.subquery().c.owner_id
        rows = await self._unit.run(select(owner).where(owner.is_not(None)).distinct())
        return {row[0] for row in rows}

    async def album(self, ticket_id: TicketId, album: str) -> list[Entry]:
        """The entries of one album in order."""
        query = all_of(Entry).where(entries.c.ticket_id == ticket_id, entries.c.album == album)
        return await self._unit.find(Entry, query.order_by(entries.c.message_id), lock=True)

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
