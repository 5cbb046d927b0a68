"""Counts for `/stats`, each over what happened from a moment on."""

from datetime import datetime

from sqlalchemy import and_, case, distinct, exists, func, or_, select

from flows.measures import AskCounts, TicketTimes
from storage.repositories.base import Repository
from storage.repositories.counting import count_if, lost_after
from storage.tables import (
    candidates,
    changes,
    conversations,
    customers,
    events,
    notices,
    outbox,
    tickets,
)


class Figures(Repository):
    """What can be measured from the tables as they are."""

    async def outcomes(self, since: datetime, now: datetime) -> dict[str, int]:
        """Count candidates that were due in this time, by outcome; `delivered` apart from those."""
        reached = candidates.c.delivered_at.is_not(None)
        name = case((reached, "delivered"), else_=candidates.c.outcome)
        query = (
            select(name, func.count())
            .where(candidates.c.due_at >= since, candidates.c.due_at <= now)
            .group_by(name)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def asks(self, since: datetime, within: int, contacts: list[str]) -> AskCounts:
        """Count asks delivered since, and what followed.

        `within`: microseconds in which a block or a stop counts against an ask. `contacts`: types
        of events by which customers contact the business.
        """
        ask = candidates.c
        contacted = exists().where(
            events.c.customer_id == ask.customer_id,
            events.c.type.in_(contacts),
            events.c.at <= ask.delivered_at,
            events.c.withdrawn_at.is_(None),
        )
        complained = exists().where(tickets.c.candidate_id == ask.id)
        query = (
            select(
                func.count(),
                func.count(distinct(case((complained, ask.customer_id)))),
                count_if(complained),
                count_if(lost_after(within)),
                count_if(~contacted),
                count_if(and_(~contacted, complained)),
            )
            .select_from(candidates.join(customers, customers.c.id == ask.customer_id))
            .where(ask.delivered_at >= since)
        )
        return AskCounts(*(await self._unit.run(query)).one())

    async def conversations(self, since: datetime) -> tuple[int, int]:
        """Count conversations in which the customer did something, and those that were finished."""
        touched = conversations.c.state["last_heard"].as_string().is_not(None)
        query = select(func.count(), count_if(conversations.c.status == "finished")).where(
            conversations.c.opened_at >= since, touched
        )
        row = (await self._unit.run(query)).one()
        return row[0], row[1]

    async def tickets(self, since: datetime) -> list[TicketTimes]:
        """Give the moments of every ticket opened since."""
        notice = exists().where(
            notices.c.ticket_id == tickets.c.id, notices.c.delivered_at.is_not(None)
        )
        answer = exists().where(
            outbox.c.ticket_id == tickets.c.id,
            outbox.c.chat_id == tickets.c.chat_id,
            outbox.c.state == "sent",
            outbox.c.sent_at >= tickets.c.resolved_at,
        )
        shipped = exists().where(changes.c.id == tickets.c.change_id, changes.c.state == "shipped")
        ticket = tickets.c
        query = select(
            ticket.opened_at,
            ticket.response_due_at,
            ticket.first_response_at,
            ticket.resolved_at,
            ticket.verified_at,
            ticket.reopened,
            ticket.urgent,
            or_(notice, answer).label("told"),
            shipped.label("changed"),
        ).where(ticket.opened_at >= since)
        rows = await self._unit.run(query)
        return [TicketTimes(**row._mapping) for row in rows]

    async def verdicts(self, since: datetime) -> dict[str, int]:
        """Count closure notices delivered since by what was answered; an empty key: nothing yet."""
        query = (
            select(notices.c.verdict, func.count())
            .where(notices.c.delivered_at >= since)
            .group_by(notices.c.verdict)
        )
        return {row[0]: row[1] for row in await self._unit.run(query)}
