"""Conversations that go on, and those whose timer is due."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from flows.conversations import FlowState
from flows.entities import Conversation, CustomerId
from flows.entities.states import GOING_ON
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import conversations, entries, flow_definitions, tickets


class Conversations(Repository):
    """Runs of flows."""

    async def going_on(self, chat_ids: Collection[int]) -> dict[int, Conversation]:
        """The newest unfinished conversation of each chat that has one, by chat."""
        found: dict[int, Conversation] = {}
        for part in chunks(chat_ids):
            query = all_of(Conversation).where(
                conversations.c.chat_id.in_(part), conversations.c.status.in_(GOING_ON)
            )
            query = query.order_by(conversations.c.opened_at, conversations.c.id)
            for conversation in await self._unit.find(Conversation, query, lock=True):
                if conversation.status in GOING_ON:
                    found[conversation.chat_id] = conversation
        return found

    async def due(self, now: datetime, limit: int) -> list[Conversation]:
        """Conversations whose timer is due, the longest due first."""
        query = all_of(Conversation).where(
            conversations.c.due_at.is_not(None), conversations.c.due_at <= now
        )
        query = query.order_by(conversations.c.due_at).limit(limit)
        return await self._unit.find(Conversation, query, lock=True)

    async def of_customer(self, customer_id: CustomerId) -> list[Conversation]:
        """All conversations of one customer, the newest first."""
        query = all_of(Conversation).where(conversations.c.customer_id == customer_id)
        return await self._unit.find(Conversation, query.order_by(conversations.c.opened_at.desc()))

    async def contacts(
        self, ids: Collection[CustomerId], since: datetime
    ) -> dict[CustomerId, list[datetime]]:
        """When these customers wrote to the bot by themselves from a moment on.

        That is what they said last in a conversation that they began, and when they added words
        to a ticket. What they say in a conversation that the bot began is an answer and does not
        count.
        """
        found: dict[CustomerId, list[datetime]] = {}
        for part in chunks(ids):
            query = select(
                conversations.c.customer_id, conversations.c.opened_at, conversations.c.state
            ).where(
                conversations.c.customer_id.in_(part),
                conversations.c.updated_at >= since,
                conversations.c.candidate_id.is_(None),
                conversations.c.notice_id.is_(None),
            )
            for row in await self._unit.run(query):
                heard = FlowState.from_json(row.state).last_heard
                found.setdefault(row.customer_id, []).append(heard or row.opened_at)
            query = (
                select(tickets.c.customer_id, func.max(entries.c.at))
                .join(entries, entries.c.ticket_id == tickets.c.id)
                .where(
                    tickets.c.customer_id.in_(part),
                    entries.c.side == "customer",
                    entries.c.at >= since,
                    entries.c.at > tickets.c.opened_at,
                )
            )
            for row in await self._unit.run(query.group_by(tickets.c.customer_id)):
                found.setdefault(row[0], []).append(row[1])
        return found

    async def keep_flow(self, name: str, version: int, source: str) -> None:
        """Keep the text of a flow's version for the conversations that began with it."""
        statement = self._unit.insert(flow_definitions).values(
            name=name, version=version, source=source
        )
        await self._unit.run(
            statement.on_conflict_do_update(
                index_elements=["name", "version"], set_={"source": statement.excluded.source}
            )
        )

    async def kept_flows(self) -> list[tuple[str, int, str]]:
        """Name, version and text of every flow that was ever kept."""
        rows = await self._unit.run(
            select(flow_definitions).order_by(flow_definitions.c.name, flow_definitions.c.version)
        )
        return [(row.name, row.version, row.source) for row in rows]

    async def count_by_status(self) -> dict[str, int]:
        """Count conversations by status."""
        rows = await self._unit.run(
            select(conversations.c.status, func.count()).group_by(conversations.c.status)
        )
        return {row[0]: row[1] for row in rows}
