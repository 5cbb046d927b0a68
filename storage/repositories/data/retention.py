"""Erasing what has been kept for as long as it may be, some rows at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, select, update

from flows.entities.states import UNRESOLVED
from storage.repositories.base import Repository, chunks
from storage.tables import (
    bookings,
    candidates,
    conversations,
    events,
    inbox,
    metadata,
    outbox,
    slots,
    tickets,
)

_OF_TICKETS = tuple(
    table
    for table in metadata.sorted_tables
    if any(key.column is tickets.c.id for key in table.foreign_keys)
)
"""What cannot stay when its ticket goes."""
OVER = ("finished", "stopped", "abandoned")
"""How conversations end."""


class Retention(Repository):
    """Forgets by age. Each method gives how many rows it erased; fewer than `limit` means all."""

    async def clear_messages(self, before: datetime, limit: int) -> int:
        """Erase parked updates and finished messages of that time.

        A message that belongs to a ticket keeps its number, so that replies to it find the
        ticket, and loses its content.
        """
        parked = select(inbox.c.id).where(inbox.c.state == "parked", inbox.c.received_at < before)
        over = and_(outbox.c.state != "waiting", outbox.c.created_at < before)
        loose = select(outbox.c.id).where(over, outbox.c.ticket_id.is_(None))
        count = await self._delete(inbox, inbox.c.id, await self._ids(parked, limit))
        count += await self._delete(outbox, outbox.c.id, await self._ids(loose, limit))
        kept = update(outbox).where(over, outbox.c.ticket_id.is_not(None), outbox.c.state != "sent")
        await self._unit.run(kept.values(params={}))
        return count

    async def clear_events(self, before: datetime, limit: int) -> int:
        """Erase events that happened before a moment, with what schedules decided about them.

        Those of which a candidate still waits for its turn stay until it is decided.
        """
        waits = exists().where(
            candidates.c.event_id == events.c.id, candidates.c.look_at.is_not(None)
        )
        ids = await self._ids(select(events.c.id).where(events.c.at < before, ~waits), limit)
        await self._delete(candidates, candidates.c.event_id, ids)
        return await self._delete(events, events.c.id, ids)

    async def clear_occasions(self, before: datetime, limit: int) -> int:
        """Erase what schedules decided about fixed times before a moment."""
        old = select(candidates.c.id).where(
            candidates.c.event_id.is_(None),
            candidates.c.occasion < before.isoformat(),
            candidates.c.look_at.is_(None),
        )
        return await self._delete(candidates, candidates.c.id, await self._ids(old, limit))

    async def clear_tickets(self, before: datetime, limit: int) -> int:
        """Erase tickets closed before a moment, and conversations that ended before it."""
        closed_at = func.coalesce(tickets.c.verified_at, tickets.c.resolved_at, tickets.c.opened_at)
        closed = select(tickets.c.id).where(
            tickets.c.state.not_in(UNRESOLVED), tickets.c.opened_at < before, closed_at < before
        )
        ids = await self._ids(closed, limit)
        for table in (*_OF_TICKETS, outbox):
            await self._delete(table, table.c.ticket_id, ids)
        count = await self._delete(tickets, tickets.c.id, ids)
        over = select(conversations.c.id).where(
            conversations.c.status.in_(OVER), conversations.c.updated_at < before
        )
        spoken = await self._ids(over, limit)
        return count + await self._delete(conversations, conversations.c.id, spoken)

    async def clear_slots(self, before: datetime, limit: int) -> int:
        """Erase slots that began before a moment, and what has or never chose one by then."""
        old = select(slots.c.id).where(slots.c.starts_at < before)
        ids = await self._ids(old, limit)
        await self._delete(bookings, bookings.c.slot_id, ids)
        count = await self._delete(slots, slots.c.id, ids)
        none = select(bookings.c.id).where(
            bookings.c.slot_id.is_(None), bookings.c.created_at < before
        )
        return count + await self._delete(bookings, bookings.c.id, await self._ids(none, limit))

    async def _ids(self, query: Select[Any], limit: int) -> list[int]:
        return [row[0] for row in await self._unit.run(query.limit(limit))]

    async def _delete(self, table: Table, column: ColumnElement[int], ids: Sequence[int]) -> int:
        count = 0
        for part in chunks(ids):
            count += (await self._unit.run(delete(table).where(column.in_(part)))).rowcount
        return count
