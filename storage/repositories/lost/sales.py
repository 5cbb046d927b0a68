"""Lost sales: found by what was missed, counted by people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, distinct, func, select

from flows.entities import CustomerId, LostSale, LostSaleId, MissedItem, MissedItemId
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import accounts, customers, lost_sales, missed_items

_PERSON = lost_sales.c.customer_id
_TO_TELL = and_(
    _PERSON.is_not(None),
    lost_sales.c.chat_id != 0,
    lost_sales.c.queued_at.is_(None),
    lost_sales.c.unwanted_at.is_(None),
)
"""Of whom it is known where they are told, and who wait for it."""
_OPEN = and_(missed_items.c.here_at.is_(None), missed_items.c.into_id.is_(None))


@dataclass(frozen=True, slots=True)
class Missed:
    """How many people missed something; those whom nobody knows count one each."""

    people: int = 0
    to_tell: int = 0
    """Those of them who would be told that it is here."""
    nameless: int = 0
    queued: int = 0
    """Those to whom a message was written."""
    told: int = 0
    unreached: int = 0
    unwanted: int = 0


class LostSales(Repository):
    """What was missed, and by whom."""

    # -- what it is ------------------------------------------------------------------------------

    async def open_item(self, key: str) -> MissedItem | None:
        """The item that people who write so miss now; None: nobody does."""
        query = (
            all_of(MissedItem)
            .join(lost_sales, lost_sales.c.item_id == missed_items.c.id)
            .where(lost_sales.c.key == key, lost_sales.c.queued_at.is_(None), _OPEN)
            .order_by(missed_items.c.id)
            .limit(1)
        )
        found = await self._unit.find(MissedItem, query)
        return found[0] if found else None

    async def open_names(self, limit: int) -> dict[MissedItemId, str]:
        """What is missed now by its name, the newest first."""
        query = select(missed_items.c.id).where(_OPEN).order_by(missed_items.c.id.desc())
        query = query.where(
            select(lost_sales.c.id).where(lost_sales.c.item_id == missed_items.c.id).exists()
        )
        ids = [MissedItemId(row[0]) for row in await self._unit.run(query.limit(limit))]
        found = await self.names(ids)
        return {each: found[each] for each in ids if each in found}

    async def names(self, ids: Collection[MissedItemId]) -> dict[MissedItemId, str]:
        """What most of those who noted an item called it, of several the first."""
        often = func.count(lost_sales.c.id)
        found: dict[MissedItemId, str] = {}
        for part in chunks(ids):
            query = (
                select(lost_sales.c.item_id, lost_sales.c.what)
                .where(lost_sales.c.item_id.in_(part))
                .group_by(lost_sales.c.item_id, lost_sales.c.what)
                .order_by(often.desc(), func.min(lost_sales.c.id))
            )
            for item_id, what in await self._unit.run(query):
                found.setdefault(MissedItemId(item_id), what)
        return found

    # -- how many --------------------------------------------------------------------------------

    async def most_missed(self, since: datetime, limit: int) -> list[tuple[MissedItemId, int]]:
        """What most people have missed since then, with how many."""
        query = (
            select(lost_sales.c.item_id, _people())
            .where(lost_sales.c.at >= since)
            .group_by(lost_sales.c.item_id)
            .order_by(_people().desc(), lost_sales.c.item_id.desc())
            .limit(limit)
        )
        return [(MissedItemId(row[0]), int(row[1])) for row in await self._unit.run(query)]

    async def count(self, since: datetime) -> tuple[int, int]:
        """How many people have missed something since then, and how many things."""
        query = select(_people(), func.count(distinct(lost_sales.c.item_id)))
        found = (await self._unit.run(query.where(lost_sales.c.at >= since))).one()
        return int(found[0]), int(found[1])

    async def figures(self, item_id: MissedItemId) -> Missed:
        """All figures of an item."""
        column = lost_sales.c
        query = select(
            _people(),
            func.count(distinct(_PERSON)).filter(_TO_TELL),
            func.count(column.id).filter(_PERSON.is_(None)),
            func.count(distinct(_PERSON)).filter(column.queued_at.is_not(None)),
            func.count(distinct(_PERSON)).filter(column.told_at.is_not(None)),
            func.count(distinct(_PERSON)).filter(column.unreached_at.is_not(None)),
            func.count(distinct(_PERSON)).filter(column.unwanted_at.is_not(None)),
        ).where(column.item_id == item_id)
        return Missed(*(int(each) for each in (await self._unit.run(query)).one()))

    async def spoken(self, item_id: MissedItemId) -> Sequence[tuple[str, str, int]]:
        """Count those who would be told by the language of their own and by Telegram's."""
        own, code = customers.c.language, func.coalesce(accounts.c.language_code, "")
        query = (
            select(own, code, func.count(distinct(customers.c.id)))
            .select_from(lost_sales)
            .join(customers, customers.c.id == _PERSON)
            .outerjoin(accounts, accounts.c.telegram_id == lost_sales.c.chat_id)
            .where(lost_sales.c.item_id == item_id, _TO_TELL)
            .group_by(own, code)
        )
        return [(row[0], row[1], int(row[2])) for row in await self._unit.run(query)]

    # -- who -------------------------------------------------------------------------------------

    async def people(self, item_id: MissedItemId, after: int, limit: int) -> list[CustomerId]:
        """Some of those who would be told: those with the least ids above `after`."""
        query = (
            select(_PERSON)
            .where(lost_sales.c.item_id == item_id, _TO_TELL, after < _PERSON)
            .distinct()
            .order_by(_PERSON)
            .limit(limit)
        )
        return [CustomerId(row[0]) for row in await self._unit.run(query)]

    async def of_people(
        self, item_id: MissedItemId, ids: Collection[CustomerId]
    ) -> Mapping[CustomerId, list[LostSale]]:
        """What these people missed of an item, by person, the newest last."""
        found: dict[CustomerId, list[LostSale]] = {}
        for part in chunks(ids):
            query = all_of(LostSale).where(lost_sales.c.item_id == item_id, _PERSON.in_(part))
            for sale in await self._unit.find(LostSale, query.order_by(lost_sales.c.id), lock=True):
                found.setdefault(CustomerId(sale.customer_id or 0), []).append(sale)
        return found

    async def of_item(self, item_id: MissedItemId) -> list[LostSale]:
        """Everybody who missed an item, the first one first."""
        query = all_of(LostSale).where(lost_sales.c.item_id == item_id)
        return await self._unit.find(LostSale, query.order_by(lost_sales.c.id), lock=True)

    async def of_ticket(self, ticket_id: int) -> list[LostSale]:
        """What was missed by the customer of a complaint, as far as it was noted there."""
        query = all_of(LostSale).where(lost_sales.c.ticket_id == ticket_id)
        return await self._unit.find(LostSale, query.order_by(lost_sales.c.id), lock=True)

    async def clear_before(self, moment: datetime, limit: int) -> int:
        """Erase lost sales of before a moment, at most so many; give how many were erased."""
        old = select(lost_sales.c.id).where(lost_sales.c.at < moment).limit(limit)
        ids = [LostSaleId(row[0]) for row in await self._unit.run(old)]
        for part in chunks(ids):
            await self._unit.run(delete(lost_sales).where(lost_sales.c.id.in_(part)))
        return len(ids)


def _people() -> ColumnElement[int]:
    """How many people: each once, and each of those whom nobody knows."""
    nameless = func.count(lost_sales.c.id).filter(_PERSON.is_(None))
    return func.count(distinct(_PERSON)) + nameless
