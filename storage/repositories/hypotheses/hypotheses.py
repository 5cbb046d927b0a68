"""Hypotheses: who belongs to which group, and what became of each group."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, distinct, exists, func, select

from flows.entities import Assignment, CustomerId, Hypothesis, HypothesisId
from storage.repositories.asks.audiences import Whom
from storage.repositories.base import Repository, all_of, chunks
from storage.repositories.insight.counting import count_if, later
from storage.tables import assignments, customers, events, hypotheses


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

    async def count_of(self, whom: Whom, since: datetime, apart_from_refs: str) -> tuple[int, int]:
        """Count the people of a selection, and those of them who came since a moment."""
        query = select(func.count(), count_if(customers.c.created_at >= since))
        found = (await self._unit.run(query.where(*_meant(whom, apart_from_refs)))).one()
        return int(found[0]), int(found[1])

    async def unassigned(
        self,
        hypothesis_id: HypothesisId,
        whom: Whom,
        apart_from_refs: str,
        after: int,
        limit: int,
    ) -> list[tuple[CustomerId, str, str]]:
        """Some people of a selection who belong to no group yet, each with what they are drawn by.

        Beyond an id, in the order of ids; the ref comes last.
        """
        there = exists().where(
            assignments.c.hypothesis_id == hypothesis_id,
            assignments.c.customer_id == customers.c.id,
        )
        query = (
            select(customers.c.id, customers.c.draw, customers.c.ref)
            .where(*_meant(whom, apart_from_refs), customers.c.id > after, ~there)
            .order_by(customers.c.id)
            .limit(limit)
        )
        return [
            (CustomerId(row[0]), row[1] or row[2], row[2]) for row in await self._unit.run(query)
        ]

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

    async def sizes(self, hypothesis_id: HypothesisId) -> Mapping[bool, int]:
        """Count the people of each group, by whether they get the change."""
        mine = assignments.c
        query = select(mine.treated, func.count()).where(mine.hypothesis_id == hypothesis_id)
        found = await self._unit.run(query.group_by(mine.treated))
        return {bool(row[0]): int(row[1]) for row in found}

    async def outcomes(
        self, begun: Hypothesis, until: datetime, within: int, event: str, harm: str
    ) -> Mapping[bool, tuple[int, int, int]]:
        """Count people of each group who were assigned until then, and to whom it happened.

        To how many of them an event of the type came, and one of the type `harm` (empty: none),
        within so many microseconds after they were assigned.
        """
        mine = assignments.c
        meant = mine.hypothesis_id == begun.id, mine.at <= until
        query = select(mine.treated, func.count()).where(*meant).group_by(mine.treated)
        people = {bool(row[0]): int(row[1]) for row in await self._unit.run(query)}
        hit = await self._happened(meant, begun.began_at, within, event)
        harmed = await self._happened(meant, begun.began_at, within, harm) if harm else {}
        return {
            group: (count, hit.get(group, 0), harmed.get(group, 0))
            for group, count in people.items()
        }

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


def _meant(whom: Whom, apart_from_refs: str) -> tuple[ColumnElement[bool], ...]:
    mine = whom.subquery()
    bare = customers.c.ref.startswith(apart_from_refs, autoescape=True)
    return customers.c.id.in_(select(mine.c[0])), ~bare


def _gets(names: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        hypotheses.c.id == assignments.c.hypothesis_id,
        hypotheses.c.name.in_(list(names)),
        hypotheses.c.state == "running",
        assignments.c.treated.is_(True),
    )
