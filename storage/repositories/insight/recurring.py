"""Complaints that led to a change, and who could have complained, by days before it and since."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, case, func, select, type_coerce

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
        complaints = await self._by_day(tickets, tickets.c.opened_at, origin, days, *mine)
        people = _exposed(products)
        came = await self._by_day(people, people.c.began, origin, days)
        found: list[Pair] = []
        earlier = now = sum(count for day, count in came.items() if day < 0)
        for day in range(days):
            earlier -= came.get(-1 - day, 0)
            pair = complaints.get(-1 - day, 0), complaints.get(day, 0)
            found.append(Pair(*pair, earlier, now))
            now += came.get(day, 0)
        return found

    async def _by_day(
        self,
        rows: FromClause,
        moment: ColumnElement[Any],
        origin: int,
        days: int,
        *conditions: ColumnElement[bool],
    ) -> dict[int, int]:
        """Count rows by whole days since a moment; days before it are below zero.

        As far as `days`; what was longer before stands at the day before those.
        """
        at, begins = type_coerce(moment, BigInteger), origin - days * _DAY
        # A distance is never below zero, where databases would round in different ways.
        place = case((at < begins, -1), else_=(at - begins) // _DAY)
        query = (
            select(place, func.count())
            .select_from(rows)
            .where(at < origin + days * _DAY, *conditions)
            .group_by(place)
        )
        return {int(row[0]) - days: row[1] for row in await self._unit.run(query)}


def _exposed(products: Collection[str]) -> FromClause:
    """When each customer could first have complained, in microseconds."""
    rows = events if products else accounts
    first = func.min(type_coerce(rows.c.at if products else rows.c.linked_at, BigInteger))
    query = select(first.label("began")).group_by(rows.c.customer_id)
    if products:
        query = query.where(events.c.product.in_(products), events.c.withdrawn_at.is_(None))
    return query.subquery()
