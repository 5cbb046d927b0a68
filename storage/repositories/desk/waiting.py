"""Tickets of all groups as whoever looks after the bot sees them: what waits, and how it stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from flows.entities import Ticket
from flows.entities.states import UNRESOLVED
from storage.repositories.base import Repository, all_of
from storage.tables import tickets


class Waiting(Repository):
    """Questions about the tickets of all groups, each answered by an index."""

    async def late(self, now: datetime, limit: int) -> list[Ticket]:
        """Unresolved tickets about which a promise is broken, the longest ago first."""
        query = all_of(Ticket).where(tickets.c.due_at <= now, tickets.c.state.in_(UNRESOLVED))
        return await self._unit.find(Ticket, query.order_by(tickets.c.due_at).limit(limit))

    async def free(self, now: datetime, limit: int) -> list[Ticket]:
        """Unresolved tickets that nobody has, with a promise still to be kept, the next first."""
        query = all_of(Ticket).where(
            tickets.c.due_at > now, tickets.c.owner_id.is_(None), tickets.c.state.in_(UNRESOLVED)
        )
        return await self._unit.find(Ticket, query.order_by(tickets.c.due_at).limit(limit))

    async def newest(self, states: Sequence[str], limit: int) -> list[Ticket]:
        """Tickets in these states, the newest first; of each state as few as can be among them."""
        found: list[Ticket] = []
        for state in states:
            query = all_of(Ticket).where(tickets.c.state == state)
            query = query.order_by(tickets.c.number.desc()).limit(limit)
            found += await self._unit.find(Ticket, query)
        return sorted(found, key=lambda each: -each.number)[:limit]

    async def count(self) -> int:
        """Count the unresolved tickets."""
        query = select(func.count()).where(tickets.c.state.in_(UNRESOLVED))
        return int((await self._unit.run(query)).scalar_one())
