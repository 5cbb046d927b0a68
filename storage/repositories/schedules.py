"""Events, and the candidates that schedules made of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from flows.entities import Candidate, CustomerId, Event
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import candidates, events


class Schedules(Repository):
    """Who is to be asked, and what came of it."""

    async def events_by_external(self, external_ids: Collection[str]) -> dict[str, Event]:
        """Give the events that were told before, by the business's id."""
        found: dict[str, Event] = {}
        for part in chunks(external_ids):
            query = all_of(Event).where(events.c.external_id.in_(part))
            found |= {event.external_id: event for event in await self._unit.find(Event, query)}
        return found

    async def events_of(self, ids: Collection[CustomerId]) -> dict[CustomerId, list[Event]]:
        """Give all events of these customers in the order in which they happened."""
        found: dict[CustomerId, list[Event]] = {}
        for part in chunks(ids):
            query = all_of(Event).where(events.c.customer_id.in_(part))
            for event in await self._unit.find(Event, query.order_by(events.c.at, events.c.id)):
                found.setdefault(event.customer_id, []).append(event)
        return found

    async def due(self, now: datetime, limit: int) -> list[Candidate]:
        """Give candidates that are to be looked at by now, the longest waiting first."""
        query = all_of(Candidate).where(
            candidates.c.look_at.is_not(None), candidates.c.look_at <= now
        )
        query = query.order_by(candidates.c.look_at).limit(limit)
        return await self._unit.find(Candidate, query, lock=True)

    async def planned_for(self, schedule_id: str, limit: int) -> list[Candidate]:
        """Give candidates of one schedule that have no final outcome yet."""
        query = all_of(Candidate).where(
            candidates.c.schedule_id == schedule_id, candidates.c.look_at.is_not(None)
        )
        return await self._unit.find(Candidate, query.order_by(candidates.c.look_at).limit(limit))

    async def candidates_of(self, ids: Collection[CustomerId]) -> dict[CustomerId, list[Candidate]]:
        """Give all candidates that these customers ever were, the oldest first."""
        found: dict[CustomerId, list[Candidate]] = {}
        for part in chunks(ids):
            query = all_of(Candidate).where(candidates.c.customer_id.in_(part))
            query = query.order_by(candidates.c.created_at, candidates.c.id)
            for candidate in await self._unit.find(Candidate, query):
                found.setdefault(candidate.customer_id, []).append(candidate)
        return found

    async def count_outcomes(self, schedule_id: str | None = None) -> dict[str, int]:
        """Count candidates by outcome."""
        query = select(candidates.c.outcome, func.count()).group_by(candidates.c.outcome)
        if schedule_id is not None:
            query = query.where(candidates.c.schedule_id == schedule_id)
        return {row[0]: row[1] for row in await self._unit.run(query)}
