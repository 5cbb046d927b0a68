"""Counts that compare: asked with held-out customers, one text of an ask with another."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    distinct,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from flows.insight.measures import GroupCounts, ToldCounts, VariantCounts
from storage.repositories.base import Repository
from storage.repositories.insight.counting import complained_about, count_if, later, lost
from storage.tables import EPOCH, Moment, candidates, events, tickets

_NOBODY = GroupCounts(0, 0, {})


class Comparisons(Repository):
    """What can be compared within one schedule."""

    async def first_asks(self, schedule_id: str) -> dict[str, datetime]:
        """When each variant was asked with for the first time; of what is kept."""
        query = (
            select(candidates.c.variant, func.min(candidates.c.compared_at, type_=Moment()))
            .where(*_asked(schedule_id, EPOCH))
            .group_by(candidates.c.variant)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def variants(
        self, schedule_id: str, since: datetime, within: int
    ) -> dict[str, VariantCounts]:
        """Count a schedule's asks since, and what followed, by variant.

        `within`: microseconds in which a block or a stop counts against an ask.
        """
        ask = candidates.c
        asked = _asked(schedule_id, since)
        delivered = ask.delivered_at.is_not(None)
        query = select(
            ask.variant,
            func.count(),
            func.count(ask.delivered_at),
            count_if(and_(delivered, ask.answered_at.is_not(None))),
        )
        counts = await self._unit.run(query.where(*asked).group_by(ask.variant))
        voiced = await self._by_variant(*asked, delivered, ask.id.in_(complained_about()))
        left = await self._by_variant(*asked, delivered, *lost(since, within))
        return {
            name: VariantCounts(sent, reached, answered, voiced.get(name, 0), left.get(name, 0))
            for name, sent, reached, answered in counts
        }

    async def _by_variant(self, *conditions: ColumnElement[bool]) -> dict[str, int]:
        variant = candidates.c.variant
        query = select(variant, func.count()).where(*conditions).group_by(variant)
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def told(self, schedule_id: str, since: datetime, within: int) -> ToldCounts:
        """Count whom a schedule that informs has told something since, and what they did then.

        `within`: microseconds after a message in which what somebody does counts.
        """
        ask = candidates.c
        told = (ask.schedule_id == schedule_id, ask.delivered_at >= since, ask.informs)
        people = func.count(distinct(ask.customer_id))
        complained = exists().where(
            tickets.c.customer_id == ask.customer_id,
            tickets.c.opened_at.between(ask.delivered_at, later(ask.delivered_at, within)),
        )
        messages = await self._number(func.count(), *told)
        return ToldCounts(
            people=await self._number(people, *told) if messages else 0,
            messages=messages,
            lost=await self._number(people, *told, *lost(since, within)) if messages else 0,
            complained=await self._number(people, *told, complained) if messages else 0,
        )

    async def _number(self, what: ColumnElement[int], *conditions: ColumnElement[bool]) -> int:
        found = await self._unit.run(select(what).select_from(candidates).where(*conditions))
        return int(found.scalar_one())

    async def split(self, schedule_id: str, share: int) -> tuple[int, int]:
        """Count the customers who were asked and those who were held out at this share."""
        return await self._split(_first(schedule_id, share))

    async def _split(self, first: Subquery) -> tuple[int, int]:
        query = select(first.c.held_out, func.count()).group_by(first.c.held_out)
        found = {bool(row[0]): row[1] for row in await self._unit.run(query)}
        return found.get(False, 0), found.get(True, 0)

    async def groups(
        self, schedule_id: str, share: int, until: datetime, within: int, types: Collection[str]
    ) -> tuple[GroupCounts, GroupCounts]:
        """Count what happened to the asked and to the held out, each from their first moment on.

        Of customers whose moment was at the latest `until`; within so many microseconds after it;
        events of these types that were not withdrawn.
        """
        return await self._groups(_first(schedule_id, share, until), within, types)

    async def held_out_of_all_since(self, ids: Collection[str], share: int) -> datetime | None:
        """When somebody was first held out of all schedules at this share."""
        ask = candidates.c
        query = select(func.min(ask.compared_at, type_=Moment())).where(
            ask.schedule_id.in_(list(ids)), ask.holdout_share == -share
        )
        found: datetime | None = (await self._unit.run(query)).scalar_one()
        return found

    async def split_of_all(
        self, ids: Collection[str], share: int, since: datetime
    ) -> tuple[int, int]:
        """Count those whom any of these schedules would have asked since, and those held out."""
        return await self._split(_first_of_all(ids, share, since))

    async def groups_of_all(
        self,
        ids: Collection[str],
        share: int,
        since: datetime,
        until: datetime,
        within: int,
        types: Collection[str],
    ) -> tuple[GroupCounts, GroupCounts]:
        """Count as `groups` does, of all these schedules together since a moment."""
        return await self._groups(_first_of_all(ids, share, since, until), within, types)

    async def _groups(
        self, first: Subquery, within: int, types: Collection[str]
    ) -> tuple[GroupCounts, GroupCounts]:
        counts = await self._complaints(first, within)
        happened = await self._events(first, within, types)
        asked, held = (
            GroupCounts(*counts[group], happened.get(group, {})) if group in counts else _NOBODY
            for group in (False, True)
        )
        return asked, held

    async def _complaints(self, first: Subquery, within: int) -> dict[bool, tuple[int, int]]:
        complained = exists().where(
            tickets.c.customer_id == first.c.customer_id,
            tickets.c.opened_at.between(first.c.at, later(first.c.at, within)),
        )
        query = select(first.c.held_out, func.count(), count_if(complained))
        rows = await self._unit.run(query.group_by(first.c.held_out))
        return {bool(row[0]): (row[1], row[2]) for row in rows}

    async def _events(
        self, first: Subquery, within: int, types: Collection[str]
    ) -> dict[bool, dict[str, int]]:
        query = (
            select(first.c.held_out, events.c.type, func.count(distinct(first.c.customer_id)))
            .select_from(first.join(events, events.c.customer_id == first.c.customer_id))
            .where(
                events.c.type.in_(types),
                events.c.at.between(first.c.at, later(first.c.at, within)),
                events.c.withdrawn_at.is_(None),
            )
            .group_by(first.c.held_out, events.c.type)
        )
        found: dict[bool, dict[str, int]] = {}
        for held_out, name, people in await self._unit.run(query):
            found.setdefault(bool(held_out), {})[name] = people
        return found


def _asked(schedule_id: str, since: datetime) -> tuple[Any, ...]:
    compared = candidates.c.compared_at
    return candidates.c.schedule_id == schedule_id, compared >= since, ~candidates.c.held_out


def _first(schedule_id: str, share: int, until: datetime | None = None) -> Subquery:
    """Customers with the moment at which they first were to be asked, but for the holdout."""
    ask = candidates.c
    at = func.min(ask.compared_at, type_=Moment())
    query = (
        select(ask.customer_id, ask.held_out, at.label("at"))
        .where(
            ask.schedule_id == schedule_id,
            ask.compared_at.is_not(None),
            ask.holdout_share == share,
        )
        .group_by(ask.customer_id, ask.held_out)
    )
    return (query if until is None else query.having(at <= until)).subquery()


def _first_of_all(
    ids: Collection[str], share: int, since: datetime, until: datetime | None = None
) -> Subquery:
    """Customers with the moment at which any of these schedules first was to ask them since.

    Whom a single schedule holds out belongs to those whom the others ask.
    """
    ask = candidates.c
    at = func.min(ask.compared_at, type_=Moment())
    held = (ask.holdout_share < literal_column("0")).label("held_out")
    query = (
        select(ask.customer_id, held, at.label("at"))
        .where(
            ask.schedule_id.in_(list(ids)),
            ask.compared_at >= since,
            or_(ask.holdout_share == -share, ask.holdout_share >= 0),
        )
        .group_by(ask.customer_id, held)
    )
    return (query if until is None else query.having(at <= until)).subquery()
