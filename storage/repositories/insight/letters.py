"""What the weekly letter is made of, each question asked once for all who read it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import distinct, func, select

from flows.entities import Change, ChangeId, ThemeId
from flows.entities.states import CHANGE_OPEN, CHANGE_WORKS, UNRESOLVED
from flows.insight.letter import Heard, Praised, Unanswered, Verdicts
from storage.repositories.base import Repository, all_of, chunks
from storage.repositories.insight.counting import count_if, waits_for_answer
from storage.tables import changes, notices, praises, themes, tickets


class Letters(Repository):
    """Counts of a week, and what is open at its end."""

    async def heard(self, since: datetime, until: datetime) -> list[Heard]:
        """Count people who complained by stage and category, where most did first."""
        ticket = tickets.c
        where, people = (ticket.stage, ticket.category), func.count(distinct(ticket.customer_id))
        query = (
            select(*where, people)
            .where(ticket.opened_at >= since, ticket.opened_at < until, ticket.state != "merged")
            .group_by(*where)
            .order_by(people.desc(), *where)
        )
        return [Heard(*row) for row in await self._unit.run(query)]

    async def unanswered(self, limit: int) -> tuple[int, list[Unanswered]]:
        """Count complaints that wait for a person's answer; those that wait longest."""
        ticket, waits = tickets.c, waits_for_answer()
        count = (await self._unit.run(select(func.count()).where(waits))).scalar_one()
        query = select(ticket.number, ticket.opened_at, ticket.team_id).where(waits)
        rows = await self._unit.run(query.order_by(ticket.opened_at, ticket.number).limit(limit))
        return int(count), [Unanswered(*row) for row in rows]

    async def promised(self, now: datetime, until: datetime) -> tuple[int, int]:
        """Count promises about open complaints: those that end in a time, and broken ones."""
        due = tickets.c.due_at
        query = select(count_if(due >= now), count_if(due < now)).where(
            tickets.c.state.in_(UNRESOLVED), due < until
        )
        row = (await self._unit.run(query)).one()
        return int(row[0]), int(row[1])

    async def planned(self, until: datetime, limit: int) -> tuple[int, list[Change]]:
        """Count changes that are in work and planned for before a moment; the first of them."""
        column = changes.c
        meant = column.state.in_(CHANGE_OPEN), column.planned_for < until
        count = (await self._unit.run(select(func.count()).where(*meant))).scalar_one()
        query = all_of(Change).where(*meant).order_by(column.planned_for, column.number)
        return int(count), await self._unit.find(Change, query.limit(limit))

    async def unowned(self, limit: int) -> tuple[int, list[tuple[ThemeId, int]]]:
        """Count themes with open complaints that nobody looks after; those with most of them."""
        open_ones = func.count(tickets.c.id)
        query = (
            select(themes.c.id, open_ones, func.count().over())
            .select_from(tickets.join(themes, themes.c.id == tickets.c.theme_id))
            .where(
                tickets.c.state.in_(UNRESOLVED),
                themes.c.owner_id.is_(None),
                themes.c.into_id.is_(None),
            )
            .group_by(themes.c.id)
            .order_by(open_ones.desc(), themes.c.id)
            .limit(limit)
        )
        rows = (await self._unit.run(query)).all()
        return int(rows[0][2]) if rows else 0, [(ThemeId(row[0]), int(row[1])) for row in rows]

    async def told(self, ids: Collection[ChangeId]) -> dict[ChangeId, int]:
        """How many people know of each of these changes."""
        found: dict[ChangeId, int] = {}
        for part in chunks(ids):
            query = (
                select(notices.c.change_id, func.count(distinct(notices.c.customer_id)))
                .where(notices.c.change_id.in_(part), notices.c.delivered_at.is_not(None))
                .group_by(notices.c.change_id)
            )
            found.update((ChangeId(row[0]), int(row[1])) for row in await self._unit.run(query))
        return found

    async def verdicts(self, since: datetime, until: datetime) -> list[Verdicts]:
        """What was said in a time of changes; those first that helped fewest, then most people."""
        notice = notices.c
        no = count_if(notice.verdict.in_(("no", "partly")))
        yes = count_if(notice.verdict == "yes")
        query = (
            select(notice.change_id, no, yes)
            .where(
                notice.change_id.is_not(None),
                notice.answered_at >= since,
                notice.answered_at < until,
            )
            .group_by(notice.change_id)
            .having(no + yes > 0)
            .order_by(no.desc(), yes.desc(), notice.change_id)
        )
        return [Verdicts(*map(int, row)) for row in await self._unit.run(query)]

    async def failed(self, since: datetime, until: datetime) -> list[Change]:
        """The changes of which it was found out in a time that they did not help."""
        column = changes.c
        query = all_of(Change).where(
            column.judged_at >= since, column.judged_at < until, column.state.not_in(CHANGE_WORKS)
        )
        found: list[Change] = await self._unit.find(Change, query.order_by(column.number))
        return found

    async def praised(self, since: datetime, until: datetime) -> tuple[int, list[Praised]]:
        """Count people who praised in a time, and for whom that was, each once."""
        praise = praises.c
        meant = praise.at >= since, praise.at < until, praise.shown_at.is_not(None)
        people = select(func.count(distinct(praise.customer_id))).where(*meant)
        whom = praise.whom, praise.team_id, praise.staff_name
        rows = await self._unit.run(select(*whom).where(*meant).distinct())
        found = sorted(Praised(*row) for row in rows)
        return int((await self._unit.run(people)).scalar_one()), found
