"""Changes and the closure notices that tell of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, distinct, func, select

from flows.asks.recent import ShippedChange
from flows.entities import Change, ChangeId, Customer, CustomerId, Notice, TicketId
from flows.entities.states import CHANGE_WORKS
from storage.known import shelf
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import candidates, changes, events, notices, tickets

NOTICES = shelf(Notice, "customer_id", parent=Customer)


class Changes(Repository):
    """What was done so that it does not happen again."""

    async def by_number(self, number: int) -> Change | None:
        """The change that people call `C-number`."""
        found = await self._unit.find(
            Change, all_of(Change).where(changes.c.number == number), lock=True
        )
        return found[0] if found else None

    async def in_states(self, states: Collection[str], limit: int = 20) -> list[Change]:
        """Changes in these states, the newest first."""
        query = all_of(Change).where(changes.c.state.in_(states))
        return await self._unit.find(Change, query.order_by(changes.c.number.desc()).limit(limit))

    async def page_of_group(self, group_chat_id: int, offset: int, limit: int) -> list[Change]:
        """Some of the changes that were begun in this group, the newest first."""
        query = all_of(Change).where(changes.c.group_chat_id == group_chat_id)
        query = query.order_by(changes.c.number.desc()).offset(offset).limit(limit)
        return await self._unit.find(Change, query)

    async def count_states(self, group_chat_id: int) -> dict[str, int]:
        """Count the changes that were begun in this group, by state."""
        query = (
            select(changes.c.state, func.count())
            .where(changes.c.group_chat_id == group_chat_id)
            .group_by(changes.c.state)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def count_tickets(self, ids: Collection[ChangeId]) -> dict[ChangeId, int]:
        """Count the complaints that led to each of these changes."""
        query = (
            select(tickets.c.change_id, func.count())
            .where(tickets.c.change_id.in_(list(ids)))
            .group_by(tickets.c.change_id)
        )
        return {ChangeId(row[0]): row[1] for row in await self._unit.run(query)}

    async def in_group(self, group_chat_id: int) -> list[Change]:
        """All changes that were begun in this group."""
        query = all_of(Change).where(changes.c.group_chat_id == group_chat_id)
        return await self._unit.find(Change, query.order_by(changes.c.number), lock=True)

    async def shipped_since(
        self, since: datetime, before: datetime, limit: int
    ) -> list[ShippedChange]:
        """The changes shipped in this time, the last `limit` of them, the newest first.

        With the people behind them: whose complaints led to them, in all, by the product that they
        were being asked about, and by the stage at which it happened.
        """
        query = all_of(Change).where(
            changes.c.state.in_(CHANGE_WORKS), changes.c.shipped_at.between(since, before)
        )
        query = query.order_by(changes.c.shipped_at.desc(), changes.c.id.desc()).limit(limit)
        shipped = await self._unit.find(Change, query)
        ids = [change.id for change in shipped]
        if not ids:
            return []
        people = await self.count_people(ids)
        by_product = await self._people_by(ids, func.coalesce(events.c.product, ""))
        by_stage = await self._people_by(ids, tickets.c.stage)
        return [
            ShippedChange(
                change.title,
                change.text,
                change.shipped_at or before,
                people.get(change.id, 0),
                by_product.get(change.id, {}),
                by_stage.get(change.id, {}),
                change.language,
                {
                    language: (said.get("title", ""), said["text"])
                    for language, said in change.translations.items()
                },
                change.id,
            )
            for change in shipped
        ]

    async def count_people(self, ids: Collection[ChangeId]) -> dict[ChangeId, int]:
        """Count the people whose complaints led to each of these changes."""
        query = (
            select(tickets.c.change_id, func.count(distinct(tickets.c.customer_id)))
            .where(tickets.c.change_id.in_(list(ids)))
            .group_by(tickets.c.change_id)
        )
        return {ChangeId(row[0]): row[1] for row in await self._unit.run(query)}

    async def products_of(self, change_id: ChangeId) -> set[str]:
        """The products, as events call them, that the people behind a change were asked about."""
        found = await self._people_by([change_id], func.coalesce(events.c.product, ""))
        return {product for product in found.get(change_id, {}) if product}

    async def _people_by(
        self, ids: Collection[ChangeId], trait: ColumnElement[str]
    ) -> dict[ChangeId, dict[str, int]]:
        """Count the people behind each change by a trait of their complaints.

        Somebody whose complaints differ in it counts once for each value.
        """
        query = (
            select(tickets.c.change_id, trait, func.count(distinct(tickets.c.customer_id)))
            .select_from(
                tickets.outerjoin(candidates, candidates.c.id == tickets.c.candidate_id).outerjoin(
                    events, events.c.id == candidates.c.event_id
                )
            )
            .where(tickets.c.change_id.in_(ids))
            .group_by(tickets.c.change_id, trait)
        )
        found: dict[ChangeId, dict[str, int]] = {}
        for change_id, value, people in await self._unit.run(query):
            found.setdefault(ChangeId(change_id), {})[value] = people
        return found

    async def notices_of(self, change_id: ChangeId) -> list[Notice]:
        """The notices of one change."""
        return await self._unit.find(Notice, all_of(Notice).where(notices.c.change_id == change_id))

    async def load_notices(self, ids: Collection[CustomerId]) -> None:
        """Read together the notices to many people, which are asked for one by one."""
        await self._unit.on_shelf(NOTICES, ids)

    async def notices_to(self, customer_id: CustomerId, change_id: ChangeId) -> list[Notice]:
        """The notices by which a person is told of a change, one for each of their tickets."""
        found = (await self._unit.on_shelf(NOTICES, [customer_id]))[customer_id]
        return sorted((each for each in found if each.change_id == change_id), key=lambda n: n.id)

    async def notices_for(self, customer_id: CustomerId) -> list[Notice]:
        """All notices to a person, the oldest first."""
        found = (await self._unit.on_shelf(NOTICES, [customer_id]))[customer_id]
        return sorted(found, key=lambda each: (each.queued_at, each.id))

    async def notices_about(self, ids: Collection[TicketId]) -> dict[TicketId, list[Notice]]:
        """The notices about each of these tickets, the newest first."""
        found: dict[TicketId, list[Notice]] = {}
        for part in chunks(ids):
            query = all_of(Notice).where(notices.c.ticket_id.in_(part))
            for notice in await self._unit.find(Notice, query.order_by(notices.c.queued_at.desc())):
                found.setdefault(notice.ticket_id, []).append(notice)
        return found
