"""Recalls: whom each concerns, who is to be told next, and how far it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    distinct,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from flows.entities import Customer, CustomerId, Participant, ParticipantId, Recall, RecallId
from storage.known import shelf
from storage.repositories.asks.audiences import Whom
from storage.repositories.base import Repository, all_of
from storage.tables import accounts, customers, events, outbox, participants, recalls, tickets

_COUNTER = "participant"
_OF_CUSTOMER = shelf(Participant, "customer_id", parent=Customer)
_NOT_REACHED = ("unlinked", "blocked", "failed", "doubt")


@dataclass(frozen=True, slots=True)
class RecallCounts:
    """How many people a recall concerns, and what became of it; all are counts of people."""

    people: int = 0
    reached: int = 0
    """Those who have read of it, corrected or not."""
    with_complaint: int = 0
    """Those of them who had complained before they were told, about whatever."""
    corrected: int = 0
    """Those who have read the latest correction."""
    waiting: int = 0
    """Those who are still to be told, of the recall or of its correction."""
    states: dict[str, int] = field(default_factory=dict)
    """Those who were never reached, by why."""
    steps: dict[str, int] = field(default_factory=dict)
    """Those who, or of whom staff, have said something, by the last of it."""
    done: int = 0
    """Those whose thing was put right."""
    right: int = 0
    wrong: int = 0
    """Those who said that it is right now, or that it is not."""

    @property
    def not_reached(self) -> int:
        """How many were never reached, for whatever reason."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom a recall concerns and who has not read of it."""

    participant_id: ParticipantId
    ref: str
    name: str
    phone: str
    language: str
    why: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody for whom staff have something to do."""

    participant_id: ParticipantId
    recall_id: RecallId
    ref: str
    name: str
    step: str
    since: datetime


class Recalls(Repository):
    """Known defects, and everybody whom they concern."""

    async def by_number(self, number: int) -> Recall | None:
        """The recall with this number, which nobody else moves until a writing unit ends."""
        query = all_of(Recall).where(recalls.c.number == number)
        found = await self._unit.find(Recall, query, lock=True)
        return found[0] if found else None

    async def latest(self, limit: int, states: Collection[str] = ()) -> list[Recall]:
        """Recalls, in these states if any are named, the newest first."""
        query = all_of(Recall).order_by(recalls.c.number.desc()).limit(limit)
        if states:
            query = query.where(recalls.c.state.in_(list(states)))
        return await self._unit.find(Recall, query)

    # -- whom it concerns ------------------------------------------------------------------------

    def having(
        self, products: Collection[str], since: datetime, until: datetime, after: int = 0
    ) -> Whom:
        """Everybody with an event of one of these products in a time, whose end is left out.

        `after`: only by events whose ids are greater.
        """
        return (
            select(events.c.customer_id)
            .where(
                events.c.product.in_(list(products)),
                events.c.withdrawn_at.is_(None),
                events.c.at >= since,
                events.c.at < until,
                events.c.id > after,
            )
            .distinct()
        )

    async def latest_event(self) -> int:
        """The greatest id of an event; 0: there is none."""
        query = select(events.c.id).order_by(events.c.id.desc()).limit(1)
        return (await self._unit.run(query)).scalar() or 0

    async def holds_anybody(self, whom: Whom) -> bool:
        """Tell whether anybody belongs to a selection."""
        return (await self._unit.run(whom.limit(1))).first() is not None

    async def add_those(self, recall_id: RecallId, whom: Whom, apart_from_refs: str) -> int:
        """Add everybody of a selection who is not there yet; give how many were added.

        Those whose ref begins with `apart_from_refs` are left out.
        """
        there = exists().where(
            participants.c.recall_id == recall_id, participants.c.customer_id == customers.c.id
        )
        mine = whom.subquery()
        bare = customers.c.ref.startswith(apart_from_refs, autoescape=True)
        fitting = customers.c.id.in_(select(mine.c[0])), ~there, ~bare
        count = await self._unit.run(select(func.count()).select_from(customers).where(*fitting))
        number = int(count.scalar_one())
        if number:
            first = await self._unit.reserve(_COUNTER, number)
            place = func.row_number().over(order_by=customers.c.id)
            values: dict[str, ColumnElement[Any]] = {
                "id": literal(first - 1) + place,
                "recall_id": literal(recall_id),
                "customer_id": customers.c.id,
                **_AS_NEW,
            }
            chosen = select(*(value.label(name) for name, value in values.items()))
            await self._unit.run(
                insert(participants).from_select(list(values), chosen.where(*fitting))
            )
            self._unit.wrote()
        return number

    async def add_people(self, recall_id: RecallId, ids: Sequence[CustomerId]) -> None:
        """Add these customers to a new recall."""
        if not ids:
            return
        first = await self._unit.reserve(_COUNTER, len(ids))
        for position, customer_id in enumerate(ids):
            self._unit.add(Participant(ParticipantId(first + position), recall_id, customer_id))

    async def forget(self, recall: Recall) -> None:
        """Remove a recall of which nobody was told."""
        await self._unit.run(participants.delete().where(participants.c.recall_id == recall.id))
        self._unit.wrote()
        self._unit.delete(recall)

    async def spoken(self, recall_id: RecallId) -> list[tuple[str, str, int]]:
        """Count those who can be told by the language of their own and by Telegram's."""
        own, code = customers.c.language, accounts.c.language_code
        query = (
            select(own, code, func.count(distinct(customers.c.id)))
            .select_from(participants)
            .join(customers, customers.c.id == participants.c.customer_id)
            .join(accounts, accounts.c.customer_id == customers.c.id)
            .where(participants.c.recall_id == recall_id, *_ALIVE)
            .group_by(own, code)
        )
        return [(row[0], row[1], row[2]) for row in await self._unit.run(query)]

    async def count_reachable(self, recall_id: RecallId) -> int:
        """Count those who can be told, as far as is known."""
        query = select(func.count()).where(participants.c.recall_id == recall_id, _reachable())
        return int((await self._unit.run(query)).scalar_one())

    # -- telling ---------------------------------------------------------------------------------

    async def waiting(self, recall_id: RecallId, limit: int) -> list[Participant]:
        """Some of those who are to be told next; nobody else takes them in this unit."""
        query = all_of(Participant).where(
            participants.c.recall_id == recall_id, participants.c.state == "waiting"
        )
        query = query.order_by(participants.c.id).limit(limit)
        return await self._unit.find(Participant, query, lock=True)

    async def unreported(self, recall_id: RecallId, limit: int) -> list[Participant]:
        """Some of those whose message is no longer on its way, and nothing is noted of it."""
        on_its_way = exists().where(
            outbox.c.dedupe == participants.c.row_key, outbox.c.state == "waiting"
        )
        query = all_of(Participant).where(
            participants.c.recall_id == recall_id,
            participants.c.state == "sent",
            participants.c.row_key != "",
            ~on_its_way,
        )
        query = query.order_by(participants.c.id).limit(limit)
        return await self._unit.find(Participant, query, lock=True)

    async def tell_again(self, recall_id: RecallId) -> None:
        """Have everybody who was told, or perhaps was, told of the latest round."""
        statement = update(participants).where(
            participants.c.recall_id == recall_id,
            participants.c.state.in_(("told", "doubt")),
            participants.c.step.not_in(("gone", "done")),
        )
        await self._unit.run(statement.values(state="waiting"))
        self._unit.wrote()
        self._unit.expire_all()

    # -- one person ------------------------------------------------------------------------------

    async def of_customer(self, customer_id: CustomerId) -> list[Participant]:
        """What concerns a customer, in the order of recalls."""
        return (await self.of_customers([customer_id]))[customer_id]

    async def of_customers(
        self, ids: Collection[CustomerId]
    ) -> dict[CustomerId, list[Participant]]:
        """The same of many customers at once."""
        found = await self._unit.on_shelf(_OF_CUSTOMER, ids)
        return {key: sorted(mine, key=lambda each: each.id) for key, mine in found.items()}

    async def at_work(self, ids: Collection[RecallId], limit: int) -> list[AtWork]:
        """Those of these recalls who chose a time or whose thing is ready, the longest waiting
        first."""
        people, mine = customers.c, participants.c
        query = (
            select(mine.id, mine.recall_id, people.ref, people.name, mine.step, mine.step_at)
            .join(customers, people.id == mine.customer_id)
            .where(mine.recall_id.in_(list(ids)), mine.step.in_(("chosen", "ready", "returning")))
            .order_by(mine.step_at, mine.id)
            .limit(limit)
        )
        return [AtWork(*row) for row in await self._unit.run(query)]

    # -- how far it is ---------------------------------------------------------------------------

    async def counts(self, recall: Recall) -> RecallCounts:
        """Count by person how far a recall is."""
        column = participants.c
        mine = column.recall_id == recall.id
        complained = exists().where(
            tickets.c.customer_id == column.customer_id, tickets.c.opened_at < column.told_at
        )
        told = column.told_at.is_not(None)
        query = select(
            func.count(),
            _count(told),
            _count(and_(told, complained)),
            _count(column.told_round == recall.round),
            _count(column.state.in_(("waiting", "sent"))),
            _count(column.ready_at.is_not(None)),
            _count(column.verdict == "yes"),
            _count(column.verdict == "no"),
        ).where(mine)
        row = (await self._unit.run(query)).one()
        people, reached, complaints, corrected, waiting, done, right, wrong = row
        return RecallCounts(
            people=people,
            reached=reached,
            with_complaint=complaints,
            corrected=corrected if recall.round > 1 else 0,
            waiting=waiting,
            states=await self._by(column.state, mine, ~told, column.state.in_(_NOT_REACHED)),
            steps=await self._by(column.step, mine, column.step != ""),
            done=done,
            right=right,
            wrong=wrong,
        )

    async def _by(
        self, column: ColumnElement[str], *conditions: ColumnElement[bool]
    ) -> dict[str, int]:
        query = select(column, func.count()).where(*conditions).group_by(column)
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def unreached(self, recall_id: RecallId, after: int, limit: int) -> list[Unreached]:
        """Those who have not read of a recall and will not by themselves, by id, some at a time."""
        people, mine = customers.c, participants.c
        query = (
            select(mine.id, people.ref, people.name, people.phone, people.language, mine.state)
            .join(customers, people.id == mine.customer_id)
            .where(
                mine.recall_id == recall_id,
                mine.told_at.is_(None),
                mine.state.in_(_NOT_REACHED),
                mine.id > after,
            )
            .order_by(mine.id)
            .limit(limit)
        )
        return [Unreached(*row) for row in await self._unit.run(query)]


_AS_NEW: Mapping[str, ColumnElement[Any]] = {
    "state": literal("waiting"),
    "told_round": literal(0),
    "language": literal(""),
    "step": literal(""),
    "verdict": literal(""),
    "row_key": literal(""),
}
"""The columns of somebody who was not told yet; all others are empty."""
_ALIVE = (accounts.c.gone_at.is_(None), accounts.c.blocked_at.is_(None))


def _reachable() -> ColumnElement[bool]:
    return exists().where(accounts.c.customer_id == participants.c.customer_id, *_ALIVE)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
