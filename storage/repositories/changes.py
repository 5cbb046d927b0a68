"""Changes and the closure notices that tell of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from flows.entities import Change, ChangeId, Notice, TicketId
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import changes, notices, tickets


class Changes(Repository):
    """What was done so that it does not happen again."""

    async def by_number(self, number: int) -> Change | None:
        """Give the change that people call `C-number`."""
        found = await self._unit.find(
            Change, all_of(Change).where(changes.c.number == number), lock=True
        )
        return found[0] if found else None

    async def in_states(self, states: Collection[str], limit: int = 20) -> list[Change]:
        """Give changes in these states, the newest first."""
        query = all_of(Change).where(changes.c.state.in_(states))
        return await self._unit.find(Change, query.order_by(changes.c.number.desc()).limit(limit))

    async def latest_shipped(self, before: datetime) -> Change | None:
        """Give the change shipped last before this moment."""
        query = all_of(Change).where(changes.c.state == "shipped", changes.c.shipped_at <= before)
        found = await self._unit.find(Change, query.order_by(changes.c.shipped_at.desc()).limit(1))
        return found[0] if found else None

    async def count_tickets(self, ids: Collection[ChangeId]) -> dict[ChangeId, int]:
        """Count the tickets behind each of these changes."""
        rows = await self._unit.run(
            select(tickets.c.change_id, func.count())
            .where(tickets.c.change_id.in_(list(ids)))
            .group_by(tickets.c.change_id)
        )
        return {ChangeId(row[0]): row[1] for row in rows}

    async def notices_of(self, change_id: ChangeId) -> list[Notice]:
        """Give the notices of one change."""
        return await self._unit.find(Notice, all_of(Notice).where(notices.c.change_id == change_id))

    async def notices_about(self, ids: Collection[TicketId]) -> dict[TicketId, list[Notice]]:
        """Give the notices about each of these tickets, the newest first."""
        found: dict[TicketId, list[Notice]] = {}
        for part in chunks(ids):
            query = all_of(Notice).where(notices.c.ticket_id.in_(part))
            for notice in await self._unit.find(Notice, query.order_by(notices.c.queued_at.desc())):
                found.setdefault(notice.ticket_id, []).append(notice)
        return found
