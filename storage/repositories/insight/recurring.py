"""Complaints that led to a change, and who could have complained, by days before it and since."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, func, select, type_coerce

from flows.entities import ChangeId
from flows.insight.recurrence import Pair
from storage.repositories.base import Repository
from storage.tables import EPOCH, accounts, events, tickets

_DAY = timedelta(days=1) // timedelta(microseconds=1)


class Recurring(Repository):
    """What recurrence after a change is measured by."""

    async def pairs(
        self, change_id: ChangeId, shipped_at: datetime, days: int, products: Collection[str]
    ) -> list[Pair]:
        """Whole days since a change was shipped, each with the one as far before it.

        Counted are the complaints that are linked to it. Exposed on a day is whoever could complain
        at its beginning: customers who had an event with one of these products by then, or,
        without products, who had opened the bot.
        """
        origin = (shipped_at - EPOCH) // timedelta(microseconds=1)
        mine = tickets.c.change_id == change_id, tickets.c.state != "merged"
        before, after = await self._by_day(tickets, tickets.c.opened_at, origin, days, *mine)
        people = _exposed(products)
        began = people.c.began
        left, came = await self._by_day(people, began, origin, days)
        known = select(func.count()).select_from(people).where(began < origin)
        there = int((await self._unit.run(known)).scalar_one())
        found, earlier, now = [], there, there
        for day in range(days):
            earlier -= left.get(day, 0)
            found.append(Pair(before.get(day, 0), after.get(day, 0), earlier, now))
            now += came.get(day, 0)
        return found

    async def _by_day(
        self,
        rows: FromClause,
        moment: ColumnElement[Any],
        origin: int,
        days: int,
        *conditions: ColumnElement[bool],
    ) -> tuple[dict[int, int], dict[int, int]]:
        """Count rows by whole days before a moment and since, as far as `days`."""
        at = type_coerce(moment, BigInteger)
        # Neither distance is below zero, where databases would round in different ways.
        found = []
        for distance, is_there in (
            ((origin - 1 - at) // _DAY, at < origin),
            ((at - origin) // _DAY, at >= origin),
        ):
            query = (
                select(distance, func.count())
                .select_from(rows)
                .where(is_there, distance < days, *conditions)
                .group_by(distance)
            )
            found.append({int(row[0]): row[1] for row in await self._unit.run(query)})
        return found[0], found[1]


def _exposed(products: Collection[str]) -> FromClause:
    """When each customer could first have complained, in microseconds."""
    rows = events if products else accounts
    first = func.min(type_coerce(rows.c.at if products else rows.c.linked_at, BigInteger))
    query = select(first.label("began")).group_by(rows.c.customer_id)
    if products:
        query = query.where(events.c.product.in_(products), events.c.withdrawn_at.is_(None))
    return query.subquery()
