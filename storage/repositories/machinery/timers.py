"""Timers that are due."""

from datetime import datetime

from sqlalchemy import func, select

from flows.entities import Timer
from storage.repositories.base import Repository, all_of
from storage.tables import timers


class Timers(Repository):
    """Things to look at later; set with `Unit.set_timer`."""

    async def due(self, now: datetime, limit: int) -> list[Timer]:
        """Timers that are due, the longest due first."""
        query = all_of(Timer).where(timers.c.due_at <= now).order_by(timers.c.due_at).limit(limit)
        return await self._unit.find(Timer, query, lock=True)

    async def pending(self, kind: str, subject: str) -> Timer | None:
        """The timer of this kind and subject, if it is set."""
        return await self._unit.get(Timer, kind, subject)

    async def count_beginning(self, kind: str, prefix: str) -> int:
        """Count the timers of this kind whose subjects begin so."""
        beginning = timers.c.subject.startswith(prefix, autoescape=True)
        query = select(func.count()).where(timers.c.kind == kind, beginning)
        return int((await self._unit.run(query)).scalar_one())

    async def count(self) -> int:
        """Count all timers that are set."""
        return len((await self._unit.run(select(timers.c.kind))).all())
