"""Counts for pictures, each over a stretch of time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    func,
    or_,
    select,
    type_coerce,
)

from flows.entities import Change, ClockEvent, ClockKind, CustomerId
from flows.entities.states import CHANGE_OPEN, CHANGE_WORKS, UNRESOLVED
from flows.insight.overviews import Cell, Funnel, Promise, Promises, StageAsked, Step
from storage.repositories.base import Repository, all_of
from storage.repositories.insight.counting import asks_something, belongs, waits_for_answer
from storage.tables import (
    EPOCH,
    candidates,
    changes,
    clock_log,
    customers,
    notices,
    stories,
    tickets,
)

if TYPE_CHECKING:
    from storage.unit import Unit

ON_THE_WAY = timedelta(days=7)
"""No ask is on its way to its customer for longer, for it is written when it may leave: by that the
rows are found, and no index of their delivery is kept."""
_WEEK = timedelta(days=7) // timedelta(microseconds=1)


class Overviews(Repository):
    """What pictures are made of; what a map shows also of some customers alone."""

    def __init__(self, unit: "Unit", whom: Select[tuple[int]] | None = None) -> None:
        super().__init__(unit)
        self._whom = whom

    def of(self, whom: Select[tuple[int]]) -> "Overviews":
        """The questions of a map about these customers alone, whose ids a query gives."""
        return Overviews(self._unit, whom)

    def _theirs(self, customer_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [] if self._whom is None else [belongs(customer_id, self._whom)]

    async def funnel(self, since: datetime, until: datetime) -> Funnel:
        """Count people by how far they came, of those asked and those who complained in a time."""
        person = candidates.c.customer_id
        answered = case((candidates.c.answered_at.is_not(None), person))
        query = select(func.count(distinct(person)), func.count(distinct(answered)))
        asked = (await self._unit.run(query.where(*_reached(since, until)))).one()
        people = _complainers(since, until).subquery()
        sums = [func.coalesce(func.sum(each), 0) for each in people.c if each.name != "customer_id"]
        row = (await self._unit.run(select(func.count(), *sums).select_from(people))).one()
        complained, was_asked, replied, changed, told, helped, *rest = (int(each) for each in row)
        counts = (asked[0], asked[1], complained, replied, changed, told, helped)
        return Funnel(dict(zip(Step, counts, strict=True)), complained - was_asked, *rest)

    async def cells(self, since: datetime, until: datetime) -> list[Cell]:
        """Count complaints by stage and category."""
        where = tickets.c.stage, tickets.c.category
        meant = *_opened(since, until), *self._theirs(tickets.c.customer_id)
        query = select(*where, func.count()).where(*meant).group_by(*where)
        return [Cell(*row) for row in await self._unit.run(query)]

    async def asked_by_stage(self, since: datetime, until: datetime) -> list[StageAsked]:
        """Count people who were asked, by schedule and by the stage at which they are."""
        where = candidates.c.schedule_id, customers.c.stage
        query = (
            select(*where, func.count(distinct(candidates.c.customer_id)))
            .select_from(candidates.join(customers, customers.c.id == candidates.c.customer_id))
            .where(*_reached(since, until), *self._theirs(candidates.c.customer_id))
            .group_by(*where)
        )
        return [StageAsked(*row) for row in await self._unit.run(query)]

    async def said(
        self, since: datetime, until: datetime, stage: str, category: str, limit: int
    ) -> dict[CustomerId, list[str]]:
        """What people said in the newest complaints of a cell, by person."""
        query = (
            select(tickets.c.customer_id, tickets.c.words)
            .where(
                *_opened(since, until),
                tickets.c.stage == stage,
                tickets.c.category == category,
                tickets.c.words != "",
                *self._theirs(tickets.c.customer_id),
            )
            .order_by(tickets.c.number.desc())
            .limit(limit)
        )
        found: dict[CustomerId, list[str]] = {}
        for customer_id, words in await self._unit.run(query):
            found.setdefault(CustomerId(customer_id), []).append(words)
        return found

    async def by_week(self, since: datetime, until: datetime) -> dict[int, dict[int, int]]:
        """Count complaints by whole weeks since a moment, and by the change they led to (0: none).

        Weeks are of 168 hours each.
        """
        origin = (since - EPOCH) // timedelta(microseconds=1)
        week = (type_coerce(tickets.c.opened_at, BigInteger) - origin) // _WEEK
        change = func.coalesce(tickets.c.change_id, 0)
        query = select(week, change, func.count()).where(*_opened(since, until))
        found: dict[int, dict[int, int]] = {}
        for number, change_id, count in await self._unit.run(query.group_by(week, change)):
            found.setdefault(int(number), {})[int(change_id)] = count
        return found

    async def shipped(self, since: datetime, until: datetime) -> list[Change]:
        """The changes that were shipped in a time and work as far as is known, in order."""
        change = changes.c
        query = all_of(Change).where(
            change.shipped_at >= since, change.shipped_at < until, change.state.in_(CHANGE_WORKS)
        )
        found: list[Change] = await self._unit.find(Change, query.order_by(change.shipped_at))
        return found

    async def promises(self, since: datetime, until: datetime) -> list[Promises]:
        """Count what became of promises in a time, by clock."""
        line = clock_log.c
        query = (
            select(line.clock, line.event, func.count())
            .where(line.at >= since, line.at < until)
            .group_by(line.clock, line.event)
        )
        counts = {(row[0], row[1]): row[2] for row in await self._unit.run(query)}
        return [
            Promises(
                clock,
                counts.get((clock, ClockEvent.MET), 0),
                counts.get((clock, ClockEvent.BREACHED), 0),
            )
            for clock in ClockKind
        ]

    async def kept_and_broken(
        self, clock: ClockKind, since: datetime, until: datetime, limit: int
    ) -> list[Promise]:
        """The newest promises of one clock that were kept or broken in a time."""
        line, late = clock_log.c, clock_log.alias("late")
        settled = and_(
            late.c.ticket_id == line.ticket_id,
            late.c.clock == line.clock,
            late.c.round == line.round,
            late.c.event == ClockEvent.SETTLED_LATE,
        )
        query = (
            select(tickets.c.team_id, line.event, line.at, line.due_at, line.target, late.c.at)
            .select_from(
                clock_log.join(tickets, tickets.c.id == line.ticket_id).outerjoin(late, settled)
            )
            .where(
                line.clock == clock,
                line.event.in_((ClockEvent.MET, ClockEvent.BREACHED)),
                line.at >= since,
                line.at < until,
            )
            .order_by(line.at.desc())
            .limit(limit)
        )
        return [
            Promise(team, event == ClockEvent.MET, at, due_at, timedelta(seconds=target), after)
            for team, event, at, due_at, target, after in await self._unit.run(query)
        ]

    async def running(self, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
        """Team and watch (`flows.desk.watch`) of tickets in which a promise runs."""
        ticket = tickets.c
        query = (
            select(ticket.team_id, ticket.watch)
            .where(ticket.state.in_(UNRESOLVED), ticket.due_at.is_not(None))
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self._unit.run(query)]

    async def people(self, what: str, since: datetime, until: datetime) -> int:
        """How many people something good happened to in a time; `what` is a count of a goal."""
        return int((await self._unit.run(_GOOD[what](since, until))).scalar_one())


def _reached(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    """What holds of asks that were delivered in a time."""
    ask = candidates.c
    return [
        ask.asked_at >= since - ON_THE_WAY,
        ask.asked_at < until,
        ask.delivered_at >= since,
        ask.delivered_at < until,
        asks_something(),
    ]


def _opened(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    """What holds of complaints that were raised in a time."""
    ticket = tickets.c
    return [ticket.opened_at >= since, ticket.opened_at < until, ticket.state != "merged"]


def _complainers(since: datetime, until: datetime) -> Select[Any]:
    """Who complained in a time, with what came of it: a row for each, ones and noughts."""
    ticket, change = tickets.c, changes.c

    def ever(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.max(case((condition, 1), else_=0))

    ended = (
        select(
            notices.c.ticket_id,
            ever(and_(notices.c.delivered_at.is_not(None), notices.c.change_id.is_not(None))).label(
                "told"
            ),
            ever(notices.c.verdict == "yes").label("yes"),
            ever(notices.c.verdict.in_(("no", "partly"))).label("no"),
            ever(and_(notices.c.asked_at.is_not(None), notices.c.verdict == "")).label("silent"),
        )
        .where(notices.c.ticket_id.in_(select(ticket.id).where(*_opened(since, until))))
        .group_by(notices.c.ticket_id)
        .subquery()
    )
    figures = {
        "asked": ticket.candidate_id.is_not(None),
        "replied": ticket.first_response_at.is_not(None),
        "changed": change.state.in_(CHANGE_WORKS),
        "told": ended.c.told == 1,
        "helped": ended.c.yes == 1,
        "unanswered": waits_for_answer(),
        "in_work": change.state.in_(CHANGE_OPEN),
        "declined": or_(ticket.state == "declined", change.state == "declined"),
        "not_helped": ended.c.no == 1,
        "silent": ended.c.silent == 1,
    }
    return (
        select(ticket.customer_id, *(ever(each).label(name) for name, each in figures.items()))
        .select_from(
            tickets.outerjoin(changes, change.id == ticket.change_id).outerjoin(
                ended, ended.c.ticket_id == ticket.id
            )
        )
        .where(*_opened(since, until))
        .group_by(ticket.customer_id)
    )


def _count_people(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(func.count(distinct(column))).where(*conditions)


def _between(moment: ColumnElement[Any], since: datetime, until: datetime) -> Any:
    return and_(moment >= since, moment < until)


def _in_time(since: datetime, until: datetime) -> Select[Any]:
    kept = and_(clock_log.c.clock == ClockKind.FIRST_RESPONSE, clock_log.c.event == ClockEvent.MET)
    theirs = tickets.join(clock_log, clock_log.c.ticket_id == tickets.c.id)
    query = _count_people(tickets.c.customer_id, kept, _between(clock_log.c.at, since, until))
    return query.select_from(theirs)


_GOOD: Mapping[str, Callable[[datetime, datetime], Select[Any]]] = {
    "asked": lambda since, until: _count_people(candidates.c.customer_id, *_reached(since, until)),
    "heard": lambda since, until: _count_people(tickets.c.customer_id, *_opened(since, until)),
    "answered": lambda since, until: _count_people(
        tickets.c.customer_id, _between(tickets.c.first_response_at, since, until)
    ),
    "in_time": _in_time,
    "told": lambda since, until: _count_people(
        notices.c.customer_id,
        notices.c.change_id.is_not(None),
        _between(notices.c.delivered_at, since, until),
    ),
    "helped": lambda since, until: _count_people(
        notices.c.customer_id,
        notices.c.verdict == "yes",
        _between(notices.c.answered_at, since, until),
    ),
    "printed": lambda since, until: _count_people(
        stories.c.customer_id, _between(stories.c.published_at, since, until)
    ),
}
"""How the people of each count of a goal are found (`flows.config.goals.Counted`)."""
