"""Counts for `/stats`, each over what happened from a moment on."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, case, distinct, exists, func, or_, select

from flows.entities.states import CHANGE_WORKS, UNRESOLVED
from flows.entrances.questions import QUESTIONS
from flows.insight.measures import AskCounts, EntranceCounts, GuaranteeCounts, TicketTimes
from storage.repositories.base import Repository
from storage.repositories.insight.counting import (
    asks_something,
    belongs,
    complained_about,
    count_if,
    lost,
)
from storage.tables import (
    candidates,
    changes,
    clock_log,
    conversations,
    events,
    notices,
    outbox,
    remedies,
    tickets,
    visits,
)

if TYPE_CHECKING:
    from storage.unit import Unit

AT_ONCE = 500
"""Rows that are read one after the other before others have their turn."""


class Figures(Repository):
    """What can be measured from the tables as they are, of all customers or of some."""

    def __init__(self, unit: "Unit", whom: Select[tuple[int]] | None = None) -> None:
        super().__init__(unit)
        self._whom = whom

    def of(self, whom: Select[tuple[int]]) -> "Figures":
        """The same questions about these customers alone, whose ids a query gives."""
        return Figures(self._unit, whom)

    def _theirs(self, customer_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [] if self._whom is None else [belongs(customer_id, self._whom)]

    async def outcomes(self, since: datetime, now: datetime) -> dict[str, int]:
        """Count candidates that were due in this time, by outcome; `delivered` apart from those."""
        reached = candidates.c.delivered_at.is_not(None)
        name = case((reached, "delivered"), else_=candidates.c.outcome)
        query = (
            select(name, func.count())
            .where(
                candidates.c.due_at >= since,
                candidates.c.due_at <= now,
                asks_something(),
                *self._theirs(candidates.c.customer_id),
            )
            .group_by(name)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def asks(self, since: datetime, within: int, contacts: list[str]) -> AskCounts:
        """Count asks delivered since, and what followed.

        `within`: microseconds in which a block or a stop counts against an ask. `contacts`: types
        of events by which customers contact the business.
        """
        ask = candidates.c
        delivered = [ask.delivered_at >= since, asks_something(), *self._theirs(ask.customer_id)]
        contact = [events.c.type.in_(contacts), events.c.withdrawn_at.is_(None)]
        contacted = [
            # Who ever did is looked up once, and only their asks are looked at closely.
            ask.customer_id.in_(select(events.c.customer_id).where(*contact)),
            exists().where(
                events.c.customer_id == ask.customer_id,
                events.c.at <= ask.delivered_at,
                *contact,
            ),
        ]
        complained = [ask.id.in_(complained_about())]
        count = func.count()
        people = func.count(distinct(ask.customer_id))
        all_of_them = await self._count(count, *delivered)
        not_silent = await self._count(count, *delivered, *contacted)
        voiced = await self._count(count, *delivered, *complained)
        return AskCounts(
            delivered=all_of_them,
            people_voiced=await self._count(people, *delivered, *complained),
            complaints=voiced,
            lost=await self._count(count, *delivered, *lost(since, within)),
            silent=all_of_them - not_silent,
            silent_complaints=voiced
            - await self._count(count, *delivered, *complained, *contacted),
        )

    async def _count(self, what: ColumnElement[int], *conditions: ColumnElement[bool]) -> int:
        query = select(what).select_from(candidates).where(*conditions)
        return int((await self._unit.run(query)).scalar_one())

    async def conversations(self, since: datetime) -> tuple[int, int]:
        """Count conversations in which the customer did something, and those that were finished."""
        touched = conversations.c.state["last_heard"].as_string().is_not(None)
        query = select(func.count(), count_if(conversations.c.status == "finished")).where(
            conversations.c.opened_at >= since,
            touched,
            *self._theirs(conversations.c.customer_id),
        )
        row = (await self._unit.run(query)).one()
        return row[0], row[1]

    async def tickets(self, since: datetime) -> list[TicketTimes]:
        """The moments of every ticket opened since."""
        notice = exists().where(
            notices.c.ticket_id == tickets.c.id, notices.c.delivered_at.is_not(None)
        )
        answer = exists().where(
            outbox.c.ticket_id == tickets.c.id,
            outbox.c.chat_id == tickets.c.chat_id,
            outbox.c.state == "sent",
            outbox.c.sent_at >= tickets.c.resolved_at,
        )
        shipped = exists().where(
            changes.c.id == tickets.c.change_id, changes.c.state.in_(CHANGE_WORKS)
        )
        ticket = tickets.c
        query = select(
            ticket.opened_at,
            ticket.response_due_at,
            ticket.first_response_at,
            ticket.resolved_at,
            ticket.verified_at,
            ticket.reopened,
            ticket.failed_again,
            (ticket.state == "unanswered").label("unanswered"),
            or_(notice, answer).label("told"),
            shipped.label("changed"),
        ).where(
            ticket.opened_at >= since,
            ticket.state != "merged",
            *self._theirs(ticket.customer_id),
        )
        found: list[TicketTimes] = []
        for rows in (await self._unit.run(query)).partitions(AT_ONCE):
            found += [TicketTimes(**row._mapping) for row in rows]
            await asyncio.sleep(0)
        return found

    async def first_answers(
        self, since: datetime, limit: int
    ) -> list[tuple[str, datetime, datetime | None]]:
        """Team, opening and first answer, if there is one, of the newest tickets opened since.

        Those that ended without an answer, by a change, say nothing of how long one takes.
        """
        ticket = tickets.c
        owed = or_(ticket.first_response_at.is_not(None), ticket.state.in_(UNRESOLVED))
        query = (
            select(ticket.team_id, ticket.opened_at, ticket.first_response_at)
            .where(ticket.opened_at >= since, owed)
            .order_by(ticket.number.desc())
            .limit(limit)
        )
        return [(row[0], row[1], row[2]) for row in await self._unit.run(query)]

    async def promises(self, since: datetime) -> dict[str, int]:
        """Count the promises that were kept and broken since, of all clocks, by event."""
        about = []
        if self._whom is not None:
            theirs = select(tickets.c.id).where(belongs(tickets.c.customer_id, self._whom))
            about.append(clock_log.c.ticket_id.in_(theirs))
        query = (
            select(clock_log.c.event, func.count())
            .where(clock_log.c.at >= since, *about)
            .group_by(clock_log.c.event)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def verdicts(self, since: datetime) -> dict[str, int]:
        """Count the endings about which people were asked since whether it helped, by their answer.

        An empty key: they said nothing, and it is unverified.
        """
        query = (
            select(notices.c.verdict, func.count())
            .where(notices.c.asked_at >= since, *self._theirs(notices.c.customer_id))
            .group_by(notices.c.verdict)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def entrances(self, since: datetime) -> list[EntranceCounts]:
        """Count who came in by each entrance since, and who complained there; most opened first."""
        visit, ticket = visits.c, tickets.c
        taps = [
            count_if(getattr(visit, name).is_(answer)).label(f"{name}_{answer}")
            for name in QUESTIONS
            for answer in (True, False)
        ]
        began = case((visit.began_at.is_not(None), visit.customer_id))
        came = (
            select(
                visit.entrance,
                func.count(distinct(visit.customer_id)).label("opened"),
                func.count(distinct(began)).label("began"),
                *taps,
            )
            .where(visit.at >= since, *self._theirs(visit.customer_id))
            .group_by(visit.entrance)
        )
        answered = case((ticket.first_response_at.is_not(None), ticket.customer_id))
        told = (
            select(
                ticket.entrance,
                func.count(distinct(ticket.customer_id)).label("complained"),
                func.count(distinct(answered)).label("answered"),
            )
            .where(
                ticket.opened_at >= since,
                ticket.entrance.is_not(None),
                ticket.state != "merged",
                *self._theirs(ticket.customer_id),
            )
            .group_by(ticket.entrance)
        )
        found = {
            row.entrance: EntranceCounts(row.entrance, row.opened, row.began, taps=_taps(row))
            for row in await self._unit.run(came)
        }
        for row in await self._unit.run(told):
            before = found.get(row.entrance, EntranceCounts(row.entrance))
            counted = replace(before, complained=row.complained, answered=row.answered)
            found[row.entrance] = counted
        return sorted(found.values(), key=lambda each: (-each.opened, each.entrance))

    async def guarantees(self, since: datetime, at: Mapping[str, str]) -> list[GuaranteeCounts]:
        """Count people by guarantee since; `at` are the guarantees of entrances, by id."""
        visit, remedy = visits.c, remedies.c
        found: dict[str, GuaranteeCounts] = {}
        if at:
            which = case(dict(at), value=visit.entrance).label("guarantee")
            # Named in a query of its own: what it is grouped by has to be the same there and here.
            opened = (
                select(which, visit.customer_id)
                .where(
                    visit.at >= since,
                    visit.entrance.in_(list(at)),
                    *self._theirs(visit.customer_id),
                )
                .subquery()
            )
            query = select(opened.c.guarantee, func.count(distinct(opened.c.customer_id))).group_by(
                opened.c.guarantee
            )
            for name, people_there in await self._unit.run(query):
                found[name] = GuaranteeCounts(name, people_there)

        def people(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.count(distinct(case((condition, remedy.customer_id))))

        claims = (
            select(
                remedy.guarantee,
                people(remedy.granted_at.is_not(None)),
                people(remedy.state == "voided"),
                people(remedy.above != ""),
            )
            .where(
                remedy.created_at >= since,
                remedy.guarantee != "",
                *self._theirs(remedy.customer_id),
            )
            .group_by(remedy.guarantee)
        )
        for name, granted, voided, above in await self._unit.run(claims):
            before = found.get(name, GuaranteeCounts(name))
            found[name] = replace(before, granted=granted, voided=voided, above=above)
        return sorted(found.values(), key=lambda each: (-each.opened, each.guarantee))


def _taps(row: Any) -> dict[str, tuple[int, int]]:
    """How often yes and no was tapped, of the questions that anybody answered."""
    counted = {
        name: (getattr(row, f"{name}_True"), getattr(row, f"{name}_False")) for name in QUESTIONS
    }
    return {name: counts for name, counts in counted.items() if any(counts)}
