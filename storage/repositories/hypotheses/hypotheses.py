"""Hypotheses: who belongs to which group, and what became of each group."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    select,
    true,
)

from flows.entities import Assignment, CustomerId, Hypothesis, HypothesisId
from storage.repositories.asks.audiences import Whom
from storage.repositories.base import Repository, all_of, chunks
from storage.repositories.insight.counting import belongs, count_if, later
from storage.tables import assignments, customers, events, hypotheses


class Unassigned(NamedTuple):
    """Somebody who belongs to no group of a hypothesis yet."""

    customer_id: CustomerId
    drawn_as: str
    """What decides on their group."""
    ref: str


class Hypotheses(Repository):
    """Hypotheses that have begun."""

    async def by_name(self, name: str) -> Hypothesis | None:
        """The one with this id, which nobody else moves until a writing unit ends."""
        query = all_of(Hypothesis).where(hypotheses.c.name == name)
        found = await self._unit.find(Hypothesis, query, lock=True)
        return found[0] if found else None

    async def every(self) -> list[Hypothesis]:
        """All that ever began, the latest first."""
        query = all_of(Hypothesis).order_by(hypotheses.c.began_at.desc(), hypotheses.c.id.desc())
        return await self._unit.find(Hypothesis, query)

    # -- for whom --------------------------------------------------------------------------------

    async def count_of(
        self, whom: Whom, since: datetime, apart_from_refs: str, most: int
    ) -> tuple[int, int]:
        """Count the people of a selection, and those of them who came since a moment.

        No further than so many people; of those who are left out, nobody is counted as new either.
        """
        query = select(customers.c.created_at).where(*_meant(whom, apart_from_refs))
        people = query.limit(most).subquery()
        counts = select(func.count(), count_if(people.c.created_at >= since)).select_from(people)
        found = (await self._unit.run(counts)).one()
        return int(found[0]), int(found[1])

    async def unassigned(
        self,
        hypothesis_id: HypothesisId,
        whom: Whom,
        apart_from_refs: str,
        after: int,
        limit: int,
    ) -> list[Unassigned]:
        """Some people of a selection who belong to no group yet, beyond an id, by their ids."""
        query = _unassigned(hypothesis_id).where(
            *_meant(whom, apart_from_refs), customers.c.id > after
        )
        return [Unassigned(*row) for row in await self._unit.run(query.limit(limit))]

    async def unassigned_of(
        self, hypothesis_id: HypothesisId, ids: Collection[CustomerId], apart_from_refs: str
    ) -> list[Unassigned]:
        """Those of these people who belong to no group, by their ids."""
        found = []
        for part in chunks(ids):
            query = _unassigned(hypothesis_id).where(
                customers.c.id.in_(part), _has_a_name(apart_from_refs)
            )
            found += [Unassigned(*row) for row in await self._unit.run(query)]
        return found

    async def assigned(
        self, hypothesis_id: HypothesisId, customer_id: CustomerId
    ) -> Assignment | None:
        """What a customer is assigned to; None: nothing."""
        query = all_of(Assignment).where(
            assignments.c.hypothesis_id == hypothesis_id, assignments.c.customer_id == customer_id
        )
        found = await self._unit.find(Assignment, query)
        return found[0] if found else None

    async def treated(
        self, ids: Collection[CustomerId], names: Collection[str]
    ) -> Mapping[CustomerId, frozenset[str]]:
        """Which of these hypotheses run and have their change for which of these customers."""
        found: dict[CustomerId, frozenset[str]] = {}
        for part in chunks(ids):
            query = select(assignments.c.customer_id, hypotheses.c.name).where(
                assignments.c.customer_id.in_(part), *_gets(names)
            )
            for row in await self._unit.run(query):
                owner = CustomerId(row[0])
                found[owner] = found.get(owner, frozenset()) | {row[1]}
        return found

    # -- what became of it -----------------------------------------------------------------------

    async def outcomes(
        self, begun: Hypothesis, until: datetime, within: int, event: str, harm: str
    ) -> Mapping[bool, tuple[int, int, int, int]]:
        """Count people of each group, by whether they get the change, and to whom it happened.

        All of them; those who were assigned until then; to how many of the latter an event of the
        type came, and one of the type `harm` (empty: none), within so many microseconds after they
        were assigned.
        """
        mine = assignments.c
        groups = {True: mine.treated.is_(True), False: mine.treated.is_(False)}
        columns = [
            count_if(and_(group, when))
            for group in groups.values()
            for when in (true(), mine.at <= until)
        ]
        # Without GROUP BY, which would sort a million rows into two.
        query = select(*columns).where(mine.hypothesis_id == begun.id)
        row = (await self._unit.run(query)).one()
        sizes = {True: (int(row[0]), int(row[1])), False: (int(row[2]), int(row[3]))}
        meant = mine.hypothesis_id == begun.id, mine.at <= until
        hit = await self._happened(meant, begun.began_at, within, event)
        harmed = await self._happened(meant, begun.began_at, within, harm) if harm else {}
        return {group: (*sizes[group], hit.get(group, 0), harmed.get(group, 0)) for group in groups}

    async def _happened(
        self, meant: Collection[ColumnElement[bool]], since: datetime, within: int, event: str
    ) -> Mapping[bool, int]:
        """Count those of each group to whom it happened: the events since are gone through once.

        Nobody was assigned before. Asked of each person by themselves it takes a million looks.
        """
        mine = assignments.c
        query = (
            select(mine.treated, func.count(distinct(mine.customer_id)))
            .select_from(assignments.join(events, events.c.customer_id == mine.customer_id))
            .where(
                *meant,
                events.c.type == event,
                events.c.at >= since,
                events.c.at.between(mine.at, later(mine.at, within)),
                events.c.withdrawn_at.is_(None),
            )
            .group_by(mine.treated)
        )
        return {bool(row[0]): int(row[1]) for row in await self._unit.run(query)}


def _unassigned(hypothesis_id: HypothesisId) -> Select[Any]:
    there = exists().where(
        assignments.c.hypothesis_id == hypothesis_id,
        assignments.c.customer_id == customers.c.id,
    )
    drawn_as = case((customers.c.draw != "", customers.c.draw), else_=customers.c.ref)
    query = select(customers.c.id, drawn_as, customers.c.ref)
    return query.where(~there).order_by(customers.c.id)


def _meant(whom: Whom, apart_from_refs: str) -> tuple[ColumnElement[bool], ...]:
    return belongs(customers.c.id, whom), _has_a_name(apart_from_refs)


def _has_a_name(apart_from_refs: str) -> ColumnElement[bool]:
    return ~customers.c.ref.startswith(apart_from_refs, autoescape=True)


def _gets(names: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        hypotheses.c.id == assignments.c.hypothesis_id,
        hypotheses.c.name.in_(list(names)),
        hypotheses.c.state == "running",
        assignments.c.treated.is_(True),
    )
