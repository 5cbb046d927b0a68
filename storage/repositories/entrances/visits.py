"""Visits: found by chat and day, counted by entrance, forgotten by age."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from flows.entities import Visit
from storage.known import Shelf
from storage.repositories.base import Repository, chunks
from storage.tables import visits

_OF_DAY: Shelf[Visit] = Shelf(Visit, ("chat_id", "day"), locked=True)


class Visits(Repository):
    """Who came in where."""

    async def of_day(self, chat_ids: Iterable[int], day: str) -> dict[int, list[Visit]]:
        """The visits of chats on a day, by chat and in no order; of each asked for once a unit."""
        keys = [(chat_id, day) for chat_id in chat_ids]
        found = await self._unit.on_shelf(_OF_DAY, keys)
        return {chat_id: found[chat_id, day] for chat_id, _ in keys}

    async def clear_before(self, moment: datetime, limit: int) -> int:
        """Erase visits of before a moment, at most so many; give how many were erased."""
        old = select(visits.c.id).where(visits.c.at < moment).limit(limit)
        ids = [row[0] for row in await self._unit.run(old)]
        for part in chunks(ids):
            await self._unit.run(delete(visits).where(visits.c.id.in_(part)))
        return len(ids)
