"""Events, and the candidates that schedules made of them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter

from sqlalchemy import ColumnElement, func, or_, select, update

from flows.asks.campaigns import PREFIX
from flows.entities import Candidate, CandidateId, Customer, CustomerId, Event, EventId
from flows.insight.measures import OptOut
from storage.known import shelf
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import accounts, candidates, customers, events

EVENTS = shelf(Event, "customer_id", parent=Customer)
CANDIDATES = shelf(Candidate, "customer_id", parent=Customer)
OF_CAMPAIGN = candidates.c.schedule_id.startswith(PREFIX, autoescape=True)


class Schedules(Repository):
    """Who is to be asked, and what came of it."""

    async def events_by_external(self, external_ids: Collection[str]) -> dict[str, Event]:
        """The events that were told before, by the business's id."""
        found: dict[str, Event] = {}
        for part in chunks(external_ids):
            query = all_of(Event).where(events.c.external_id.in_(part))
            found |= {event.external_id: event for event in await self._unit.find(Event, query)}
        return found

    async def events_of(self, ids: Collection[CustomerId]) -> dict[CustomerId, list[Event]]:
        """All events of these customers in the order in which they happened."""
        found = await self._unit.on_shelf(EVENTS, ids)
        in_order = attrgetter("at", "id")
        return {each: sorted(mine, key=in_order) for each, mine in found.items() if mine}

    async def events_by_ids(self, ids: Collection[EventId]) -> dict[EventId, Event]:
        """Many events at once, by id."""
        found: dict[EventId, Event] = {}
        for part in chunks(ids):
            query = all_of(Event).where(events.c.id.in_(part))
            found |= {event.id: event for event in await self._unit.find(Event, query)}
        return found

    async def events_since(
        self, ids: Collection[CustomerId], since: datetime, types: Collection[str]
    ) -> dict[CustomerId, list[Event]]:
        """These customers' events of these types from a moment on, without withdrawn ones."""
        found: dict[CustomerId, list[Event]] = {}
        for part in chunks(ids) if types else ():
            query = all_of(Event).where(
                events.c.customer_id.in_(part),
                events.c.type.in_(types),
                events.c.at >= since,
                events.c.withdrawn_at.is_(None),
            )
            for event in await self._unit.find(Event, query):
                found.setdefault(event.customer_id, []).append(event)
        return found

    async def products_of(
        self, ids: Collection[CustomerId], products: Collection[str]
    ) -> dict[CustomerId, frozenset[str]]:
        """Which of these products these customers' events name, without withdrawn ones."""
        found: dict[CustomerId, frozenset[str]] = {}
        for part in chunks(ids) if products else ():
            query = select(events.c.customer_id, events.c.product).distinct()
            query = query.where(
                events.c.customer_id.in_(part),
                events.c.product.in_(products),
                events.c.withdrawn_at.is_(None),
            )
            for customer_id, product in await self._unit.run(query):
                found[customer_id] = found.get(customer_id, frozenset()) | {product}
        return found

    async def events_of_type(self, name: str, after: int, limit: int) -> list[Event]:
        """Events of one type with greater ids than `after`, in the order of ids."""
        query = all_of(Event).where(events.c.type == name, events.c.id > after)
        return await self._unit.find(Event, query.order_by(events.c.id).limit(limit))

    async def due(self, now: datetime, limit: int) -> list[Candidate]:
        """Candidates that are to be looked at by now, the longest waiting first."""
        return await self._due(now, limit, ~OF_CAMPAIGN)

    async def due_of_campaigns(self, now: datetime, limit: int) -> list[Candidate]:
        """The same of those who did not complain and are to be told of a change."""
        return await self._due(now, limit, OF_CAMPAIGN)

    async def count_due_of_campaigns(self, now: datetime, most: int) -> int:
        """How many of them there are, counted no further than `most`."""
        column = candidates.c
        found = select(column.id).where(column.look_at <= now, OF_CAMPAIGN).limit(most)
        counted = select(func.count()).select_from(found.subquery())
        return int((await self._unit.run(counted)).scalar_one())

    async def _due(self, now: datetime, limit: int, whose: ColumnElement[bool]) -> list[Candidate]:
        query = all_of(Candidate).where(
            candidates.c.look_at.is_not(None), candidates.c.look_at <= now, whose
        )
        query = query.order_by(candidates.c.look_at).limit(limit)
        return await self._unit.find(Candidate, query, lock=True)

    async def by_ids(self, ids: Iterable[CandidateId]) -> dict[CandidateId, Candidate]:
        """Many candidates at once, by id."""
        found: dict[CandidateId, Candidate] = {}
        for part in chunks(ids):
            query = all_of(Candidate).where(candidates.c.id.in_(part)).order_by(candidates.c.id)
            rows = await self._unit.find(Candidate, query, lock=True)
            found |= {each.id: each for each in rows}
        return found

    async def candidates_of(self, ids: Collection[CustomerId]) -> dict[CustomerId, list[Candidate]]:
        """All candidates that these customers ever were, the oldest first."""
        found = await self._unit.on_shelf(CANDIDATES, ids)
        in_order = attrgetter("created_at", "id")
        return {each: sorted(mine, key=in_order) for each, mine in found.items() if mine}

    async def of_events(
        self, schedule_id: str, event_ids: Collection[EventId]
    ) -> dict[tuple[EventId, int], Candidate]:
        """What one schedule made of these events, by event and message of its chain."""
        found: dict[tuple[EventId, int], Candidate] = {}
        for part in chunks(event_ids):
            query = all_of(Candidate).where(
                candidates.c.event_id.in_(part), candidates.c.schedule_id == schedule_id
            )
            rows = await self._unit.find(Candidate, query, lock=True)
            found |= {
                (each.event_id, each.step): each for each in rows if each.event_id is not None
            }
        return found

    async def of_occasion(
        self, schedule_id: str, occasion: str, ids: Collection[CustomerId]
    ) -> set[CustomerId]:
        """Those of the customers who are candidates of this fixed time already."""
        found: set[CustomerId] = set()
        for part in chunks(ids):
            query = select(candidates.c.customer_id).where(
                candidates.c.event_id.is_(None),
                candidates.c.schedule_id == schedule_id,
                candidates.c.customer_id.in_(part),
                candidates.c.occasion == occasion,
            )
            found |= {row[0] for row in await self._unit.run(query)}
        return found

    async def asked_about(
        self, schedule_ids: Collection[str], ids: Collection[CustomerId]
    ) -> dict[tuple[str, CustomerId], list[EventId]]:
        """The events about which these schedules asked these customers, by both.

        Also those about which they would have asked customers left out for comparison.
        """
        found: dict[tuple[str, CustomerId], list[EventId]] = {}
        for part in chunks(ids) if schedule_ids else ():
            query = select(
                candidates.c.schedule_id, candidates.c.customer_id, candidates.c.event_id
            ).where(
                candidates.c.customer_id.in_(part),
                candidates.c.schedule_id.in_(schedule_ids),
                candidates.c.event_id.is_not(None),
                or_(candidates.c.asked_at.is_not(None), candidates.c.outcome == "held_out"),
            )
            for row in await self._unit.run(query):
                found.setdefault((row.schedule_id, row.customer_id), []).append(row.event_id)
        return found

    async def asked_of(self, ids: Collection[CustomerId]) -> dict[CustomerId, list[Candidate]]:
        """The asks that went out, or are about to, to each of these customers."""
        found: dict[CustomerId, list[Candidate]] = {}
        for part in chunks(ids):
            query = all_of(Candidate).where(
                candidates.c.customer_id.in_(part), candidates.c.asked_at.is_not(None)
            )
            for candidate in await self._unit.find(Candidate, query):
                if candidate.asked_at is not None:
                    found.setdefault(candidate.customer_id, []).append(candidate)
        return found

    async def waiting_of(
        self, ids: Collection[CustomerId], schedule_ids: Collection[str]
    ) -> dict[CustomerId, list[Candidate]]:
        """These customers' candidates of these schedules that have not been asked yet."""
        found: dict[CustomerId, list[Candidate]] = {}
        for part in chunks(ids) if schedule_ids else ():
            query = all_of(Candidate).where(
                candidates.c.customer_id.in_(part),
                candidates.c.schedule_id.in_(schedule_ids),
                candidates.c.look_at.is_not(None),
                candidates.c.asked_at.is_(None),
            )
            for candidate in await self._unit.find(Candidate, query):
                found.setdefault(candidate.customer_id, []).append(candidate)
        return found

    async def count_asked(self, since: datetime) -> int:
        """Count the asks that were decided from a moment on and not refused since."""
        query = select(func.count()).where(candidates.c.asked_at >= since)
        return int((await self._unit.run(query)).scalar_one())

    async def last_asked(self) -> datetime | None:
        """When somebody was asked last."""
        query = select(candidates.c.asked_at).where(candidates.c.asked_at.is_not(None))
        query = query.order_by(candidates.c.asked_at.desc()).limit(1)
        found: datetime | None = (await self._unit.run(query)).scalar_one_or_none()
        return found

    async def look_again(self, schedule_ids: Collection[str], now: datetime) -> None:
        """Have every candidate of these schedules that waits for its turn looked at now."""
        for part in chunks(schedule_ids):
            await self._unit.run(
                update(candidates)
                .where(
                    candidates.c.schedule_id.in_(part),
                    candidates.c.look_at.is_not(None),
                    candidates.c.asked_at.is_(None),
                )
                .values(look_at=now)
            )

    async def unreported(self, before: datetime, limit: int) -> list[Candidate]:
        """Candidates asked before a moment of whose ask nothing was heard since."""
        query = all_of(Candidate).where(
            candidates.c.asked_at < before,
            candidates.c.delivered_at.is_(None),
            candidates.c.outcome == "send",
        )
        query = query.order_by(candidates.c.asked_at).limit(limit)
        return await self._unit.find(Candidate, query, lock=True)

    async def count_delivered(self, schedule_id: str, since: datetime) -> int:
        """Count a schedule's asks that were delivered from a moment on."""
        query = select(func.count()).where(
            candidates.c.schedule_id == schedule_id, candidates.c.delivered_at >= since
        )
        return int((await self._unit.run(query)).scalar_one())

    async def leavers(self, schedule_id: str, since: datetime) -> list[OptOut]:
        """A schedule's delivered asks to customers who have blocked the bot or stopped asks.

        Of several accounts the one that blocked the bot last counts.
        """
        blocked = (
            select(func.max(accounts.c.blocked_at))
            .where(accounts.c.customer_id == candidates.c.customer_id)
            .scalar_subquery()
        )
        query = (
            select(
                candidates.c.delivered_at,
                blocked.label("blocked_at"),
                customers.c.stopped_at,
                customers.c.stopped,
            )
            .join(customers, customers.c.id == candidates.c.customer_id)
            .where(
                candidates.c.schedule_id == schedule_id,
                candidates.c.delivered_at >= since,
                or_(blocked >= since, customers.c.stopped_at >= since),
            )
        )
        return [
            OptOut(row.delivered_at, row.blocked_at, row.stopped_at, tuple(row.stopped))
            for row in await self._unit.run(query)
        ]

    async def count_since(self, since: datetime) -> dict[str, dict[str, int]]:
        """Count by schedule what happened from a moment on.

        `asked`, `delivered`, `answered`, and every outcome that was decided since.
        """
        found: dict[str, dict[str, int]] = {}
        for name, column in (
            ("asked", candidates.c.asked_at),
            ("delivered", candidates.c.delivered_at),
            ("answered", candidates.c.answered_at),
        ):
            query = select(candidates.c.schedule_id, func.count()).where(column >= since)
            for row in await self._unit.run(query.group_by(candidates.c.schedule_id)):
                found.setdefault(row[0], {})[name] = row[1]
        query = (
            select(candidates.c.schedule_id, candidates.c.outcome, func.count())
            .where(candidates.c.decided_at >= since)
            .group_by(candidates.c.schedule_id, candidates.c.outcome)
        )
        for row in await self._unit.run(query):
            found.setdefault(row[0], {})[f"outcome:{row[1]}"] = row[2]
        return found

    async def count_waiting(self) -> dict[str, int]:
        """Count by schedule the candidates that wait for their turn."""
        query = select(candidates.c.schedule_id, func.count()).where(
            candidates.c.look_at.is_not(None), candidates.c.asked_at.is_(None)
        )
        rows = await self._unit.run(query.group_by(candidates.c.schedule_id))
        return {row[0]: row[1] for row in rows}

    async def count_outcomes(self, schedule_id: str | None = None) -> dict[str, int]:
        """Count candidates by outcome."""
        query = select(candidates.c.outcome, func.count()).group_by(candidates.c.outcome)
        if schedule_id is not None:
            query = query.where(candidates.c.schedule_id == schedule_id)
        return {row[0]: row[1] for row in await self._unit.run(query)}
