"""What other systems are told: what waits for its turn, and the log of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from flows.entities import CustomerId, Webhook
from flows.entities.kinds import WebhookState
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import webhooks

_WAITS = webhooks.c.state == WebhookState.WAITING.value


@dataclass(frozen=True, slots=True)
class Failing:
    """A receiver that does not take what it is sent."""

    since: datetime
    waiting: int
    """How many were tried and wait to be tried again."""


class Webhooks(Repository):
    """What is to be told, and what was."""

    async def is_due(self, receiver: str, now: datetime) -> bool:
        """Whether anything is due at a receiver."""
        query = select(func.min(webhooks.c.next_at)).where(_WAITS, webhooks.c.receiver == receiver)
        first: datetime | None = (await self._unit.run(query)).scalar_one()
        return first is not None and first <= now

    async def due(self, receiver: str, now: datetime, limit: int) -> Sequence[Webhook]:
        """What is due at a receiver, that which is due for longest first."""
        query = all_of(Webhook).where(
            _WAITS, webhooks.c.receiver == receiver, webhooks.c.next_at <= now
        )
        query = query.order_by(webhooks.c.next_at, webhooks.c.id).limit(limit)
        return await self._unit.find(Webhook, query, lock=True)

    async def first_of(
        self, receiver: str, customers: Collection[CustomerId]
    ) -> Mapping[CustomerId, Webhook]:
        """What waits longest at a receiver about each of these customers."""
        found: dict[CustomerId, Webhook] = {}
        for part in chunks(customers):
            mine = _WAITS, webhooks.c.receiver == receiver, webhooks.c.customer_id.in_(part)
            first = select(func.min(webhooks.c.id)).where(*mine).group_by(webhooks.c.customer_id)
            query = all_of(Webhook).where(webhooks.c.id.in_(first))
            for each in await self._unit.find(Webhook, query):
                if each.customer_id is not None:
                    found[each.customer_id] = each
        return found

    async def follow(self, first: Webhook) -> None:
        """Have all that waits behind a webhook, about its customer, wait as long as it does."""
        if first.customer_id is not None:
            behind = webhooks.c.customer_id == first.customer_id, webhooks.c.id != first.id
            mine = _WAITS, webhooks.c.receiver == first.receiver, *behind
            await self._unit.run(update(webhooks).where(*mine).values(next_at=first.next_at))

    async def park(self, receiver: str, error: str) -> int:
        """Give up all that waits at a receiver; give how many that were."""
        mine = _WAITS, webhooks.c.receiver == receiver
        parked = update(webhooks).where(*mine)
        found = await self._unit.run(parked.values(state=WebhookState.PARKED.value, error=error))
        return int(found.rowcount)

    async def receivers_waiting(self) -> Collection[str]:
        """The receivers at which something waits."""
        query = select(webhooks.c.receiver).where(_WAITS).distinct()
        return {row.receiver for row in await self._unit.run(query)}

    async def put_back(self, receiver: str, now: datetime) -> int:
        """Have all that failed at a receiver tried again at once; give how many that were."""
        at_it = webhooks.c.receiver == receiver
        parked = webhooks.c.state == WebhookState.PARKED.value
        failed = update(webhooks).where(
            at_it, parked | (_WAITS & webhooks.c.failed_at.is_not(None))
        )
        anew = {"state": WebhookState.WAITING.value, "tries": 0, "failed_at": None, "error": ""}
        found = await self._unit.run(failed.values(**anew))
        await self._unit.run(update(webhooks).where(_WAITS, at_it).values(next_at=now))
        return int(found.rowcount)

    async def log(
        self, *, receiver: str, state: str, since: datetime | None, limit: int
    ) -> Sequence[Webhook]:
        """The log, the newest first: of one receiver, in one state, since a moment, or all."""
        wanted: list[ColumnElement[bool]] = []
        if receiver:
            wanted.append(webhooks.c.receiver == receiver)
        if state:
            wanted.append(webhooks.c.state == state)
        if since is not None:
            wanted.append(webhooks.c.at >= since)
        query = all_of(Webhook).where(*wanted).order_by(webhooks.c.id.desc())
        return await self._unit.find(Webhook, query.limit(limit))

    async def counts(self) -> dict[str, int]:
        """How many there are in each state."""
        query = select(webhooks.c.state, func.count()).group_by(webhooks.c.state)
        none = {each.value: 0 for each in WebhookState}
        return none | dict((await self._unit.run(query)).all())

    async def oldest_waiting(self) -> datetime | None:
        """When that happened which waits longest."""
        found = await self._unit.run(select(func.min(webhooks.c.at)).where(_WAITS))
        oldest: datetime | None = found.scalar_one()
        return oldest

    async def failing(self) -> Mapping[str, Failing]:
        """The receivers that do not take what they are sent, by id."""
        query = select(
            webhooks.c.receiver,
            func.min(webhooks.c.failed_at).label("since"),
            func.count().label("waiting"),
        ).where(_WAITS, webhooks.c.failed_at.is_not(None))
        rows = await self._unit.run(query.group_by(webhooks.c.receiver))
        return {row.receiver: Failing(row.since, row.waiting) for row in rows}

    async def parked(self) -> Mapping[str, int]:
        """How many were given up, by receiver."""
        given_up = webhooks.c.state == WebhookState.PARKED.value
        query = select(webhooks.c.receiver, func.count()).where(given_up)
        rows = await self._unit.run(query.group_by(webhooks.c.receiver))
        return dict(rows.all())

    async def clear_before(self, before: datetime, limit: int) -> int:
        """Erase what happened before that and does not wait any more; give how many."""
        query = select(webhooks.c.id).where(webhooks.c.at < before, ~_WAITS).limit(limit)
        ids = [row.id for row in await self._unit.run(query)]
        for part in chunks(ids):
            await self._unit.run(delete(webhooks).where(webhooks.c.id.in_(part)))
        return len(ids)
