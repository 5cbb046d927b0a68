"""Praise: found by whom it is for, shown to a group once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update

from flows.entities import PRAISE_READ, Praise, PraiseId
from flows.entities.kinds import Purpose
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import outbox, praises


@dataclass(frozen=True, slots=True)
class Place:
    """A message of staff's chats, and when it was sent."""

    chat_id: int
    message_id: int
    at: datetime


class Praises(Repository):
    """Kind words and their readers."""

    async def of_remark(self, remark_id: int) -> Praise | None:
        """The praise that was made of a remark."""
        query = all_of(Praise).where(praises.c.remark_id == remark_id)
        found = await self._unit.find(Praise, query, lock=True)
        return found[0] if found else None

    async def unshown(self, group_chat_id: int, limit: int) -> list[Praise]:
        """What a group has not read yet, the oldest first."""
        query = all_of(Praise).where(
            praises.c.group_chat_id == group_chat_id, praises.c.shown_at.is_(None)
        )
        query = query.order_by(praises.c.at, praises.c.id).limit(limit)
        return await self._unit.find(Praise, query, lock=True)

    async def shown_with(self, group_chat_id: int, shown_at: datetime) -> list[Praise]:
        """What stands in one card of a group, the oldest first."""
        query = all_of(Praise).where(
            praises.c.group_chat_id == group_chat_id, praises.c.shown_at == shown_at
        )
        return await self._unit.find(Praise, query.order_by(praises.c.at, praises.c.id), lock=True)

    async def latest(self, group_chat_id: int, limit: int) -> list[Praise]:
        """What a group has read last, the newest first."""
        query = all_of(Praise).where(
            praises.c.group_chat_id == group_chat_id, praises.c.shown_at.is_not(None)
        )
        query = query.order_by(praises.c.at.desc(), praises.c.id.desc()).limit(limit)
        return await self._unit.find(Praise, query)

    async def of_person(self, staff_id: int, limit: int) -> list[Praise]:
        """What was said for one person of staff, the newest first."""
        query = all_of(Praise).where(praises.c.staff_id == staff_id)
        query = query.order_by(praises.c.at.desc(), praises.c.id.desc()).limit(limit)
        return await self._unit.find(Praise, query)

    async def count_of(self, staff_id: int, since: datetime) -> tuple[int, int]:
        """How much praise one person of staff had, since then and in all."""
        recent = func.count(praises.c.id).filter(praises.c.at >= since)
        query = select(recent, func.count(praises.c.id)).where(praises.c.staff_id == staff_id)
        found = (await self._unit.run(query)).one()
        return int(found[0]), int(found[1])

    async def figures(self, since: datetime) -> Sequence[tuple[int | None, str, int]]:
        """How much praise each person of staff had since then, by id and name; None: a team.

        Those who had most come first.
        """
        often = func.count(praises.c.id)
        name = func.max(praises.c.staff_name)
        query = (
            select(praises.c.staff_id, name, often)
            .where(praises.c.at >= since)
            .group_by(praises.c.staff_id)
            .order_by(often.desc(), name)
        )
        return [(row[0], row[1], int(row[2])) for row in await self._unit.run(query)]

    async def places(self, subject: str, since: datetime | None) -> Sequence[Place]:
        """Where messages about one praise alone stand, and those in which it may have been read
        once more `since` it was shown."""
        again = outbox.c.subject == PRAISE_READ, outbox.c.created_at >= since
        about = outbox.c.subject == subject, outbox.c.purpose == Purpose.PRAISE.value
        query = select(
            outbox.c.chat_id, outbox.c.message_id, func.min(outbox.c.sent_at).label("at")
        ).where(
            or_(and_(*about), and_(*again)) if since is not None else and_(*about),
            outbox.c.message_id.is_not(None),
            outbox.c.sent_at.is_not(None),
        )
        query = query.group_by(outbox.c.chat_id, outbox.c.message_id)
        return [Place(*row) for row in await self._unit.run(query)]

    async def follow(self, old: int, new: int) -> None:
        """Take the praise of a group along to the one that it has become."""
        statement = update(praises).where(praises.c.group_chat_id == old)
        await self._unit.run(statement.values(group_chat_id=new))

    async def clear_before(self, moment: datetime, limit: int) -> int:
        """Erase praise of before a moment, at most so many; give how much was erased."""
        old = select(praises.c.id).where(praises.c.at < moment).limit(limit)
        ids = [PraiseId(row[0]) for row in await self._unit.run(old)]
        for part in chunks(ids):
            await self._unit.run(delete(praises).where(praises.c.id.in_(part)))
        return len(ids)
