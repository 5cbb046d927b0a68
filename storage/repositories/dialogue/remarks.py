"""What customers said that belongs to no ticket."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from flows.entities import Remark, RemarkKind
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import remarks

CHOSEN = ("fine", "stop", "pass")


class Remarks(Repository):
    """Praise, and words of which it is not sure what they mean."""

    async def unshown(self, before: datetime, limit: int) -> list[Remark]:
        """Unsure words from before this that nobody has settled or seen, the oldest first."""
        query = (
            all_of(Remark)
            .where(
                remarks.c.shown_at.is_(None),
                remarks.c.kind == RemarkKind.UNSURE.value,
                remarks.c.choice == "",
                remarks.c.ticket_id.is_(None),
                remarks.c.at < before,
            )
            .order_by(remarks.c.at, remarks.c.id)
            .limit(limit)
        )
        return await self._unit.find(Remark, query)

    async def note_shown(self, ids: Sequence[int], now: datetime) -> None:
        """Note that staff were shown these."""
        for part in chunks(ids):
            await self._unit.run(update(remarks).where(remarks.c.id.in_(part)).values(shown_at=now))

    async def said_by_several(self, since: datetime, people: int) -> list[tuple[str, str, int]]:
        """Short texts that so many people have written since then and meant the same by.

        Gives text, choice and how many people; those that more people wrote come first.
        """
        count = func.count(remarks.c.customer_id.distinct())
        query = (
            select(remarks.c.bare, remarks.c.choice, count)
            .where(remarks.c.at >= since, remarks.c.bare != "", remarks.c.choice.in_(CHOSEN))
            .group_by(remarks.c.bare, remarks.c.choice)
            .having(count >= people)
            .order_by(count.desc(), remarks.c.bare)
        )
        return [(row[0], row[1], int(row[2])) for row in await self._unit.run(query)]

    async def clear_before(self, moment: datetime, kind: RemarkKind, limit: int) -> int:
        """Erase words of one kind from before this moment, at most so many; give how many."""
        old = (
            select(remarks.c.id)
            .where(remarks.c.at < moment, remarks.c.kind == kind.value)
            .limit(limit)
        )
        done = await self._unit.run(delete(remarks).where(remarks.c.id.in_(old)))
        return int(done.rowcount)
