"""What customers said that belongs to no ticket."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from flows.entities import Remark, RemarkKind
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import remarks

_UNSURE = remarks.c.kind == RemarkKind.UNSURE.value


class Remarks(Repository):
    """Praise, and words of which it is not sure what they mean."""

    async def unshown(self, before: datetime, limit: int) -> list[Remark]:
        """Unsure words from before this that nobody has settled or seen, the oldest first."""
        query = (
            all_of(Remark)
            .where(
                remarks.c.shown_at.is_(None),
                _UNSURE,
                remarks.c.choice == "",
                remarks.c.ticket_id.is_(None),
                remarks.c.at < before,
            )
            .order_by(remarks.c.at, remarks.c.id)
            .limit(limit)
        )
        return await self._unit.find(Remark, query)

    async def open_in(self, chat_id: int, since: datetime) -> Remark | None:
        """The newest unsure words of a chat since then about which nothing was pressed yet."""
        query = (
            all_of(Remark)
            .where(
                remarks.c.chat_id == chat_id,
                remarks.c.kind == RemarkKind.UNSURE.value,
                remarks.c.choice == "",
                remarks.c.at >= since,
            )
            .order_by(remarks.c.id.desc())
            .limit(1)
        )
        found = await self._unit.find(Remark, query)
        return found[0] if found else None

    async def note_shown(self, ids: Sequence[int], now: datetime) -> None:
        """Note that staff were shown these."""
        for part in chunks(ids):
            await self._unit.run(update(remarks).where(remarks.c.id.in_(part)).values(shown_at=now))

    async def agreed_upon(
        self, since: datetime, people: int, choices: Collection[str]
    ) -> list[tuple[str, str, int]]:
        """Short texts that so many people have written, and most of them meant the same by.

        Gives text, choice and how many people meant it; those that more people meant come first.
        """
        wrote = func.count(remarks.c.customer_id.distinct())
        short = remarks.c.at >= since, remarks.c.bare != "", _UNSURE
        several = (
            select(remarks.c.bare, wrote.label("wrote"))
            .where(*short)
            .group_by(remarks.c.bare)
            .having(wrote >= people)
            .subquery()
        )
        query = (
            select(remarks.c.bare, remarks.c.choice, wrote)
            .join(several, several.c.bare == remarks.c.bare)
            .where(*short, remarks.c.choice.in_(choices))
            .group_by(remarks.c.bare, remarks.c.choice, several.c.wrote)
            .having(2 * wrote > several.c.wrote)
            .order_by(wrote.desc(), remarks.c.bare)
        )
        return [(row[0], row[1], int(row[2])) for row in await self._unit.run(query)]

    async def short_texts(self, since: datetime) -> list[str]:
        """The short texts that were not understood since then, each once."""
        query = select(remarks.c.bare).where(remarks.c.at >= since, remarks.c.bare != "", _UNSURE)
        return [row.bare for row in await self._unit.run(query.distinct())]

    async def clear_before(self, moment: datetime, kind: RemarkKind, limit: int) -> int:
        """Erase words of one kind from before this moment, at most so many; give how many."""
        old = (
            select(remarks.c.id)
            .where(remarks.c.at < moment, remarks.c.kind == kind.value)
            .limit(limit)
        )
        done = await self._unit.run(delete(remarks).where(remarks.c.id.in_(old)))
        return int(done.rowcount)
