"""Schedules that have paused themselves, and since when the asks of resumed ones count."""

from datetime import datetime

from sqlalchemy import select, update

from flows.entities import Pause
from storage.repositories.base import Repository
from storage.tables import schedule_pauses


class Pauses(Repository):
    """The last pause of every schedule that ever paused itself."""

    async def all(self) -> dict[str, Pause]:
        """The last pause of each schedule, by schedule; also those that are over."""
        rows = await self._unit.run(select(schedule_pauses))
        return {row.schedule_id: Pause(*row) for row in rows}

    async def going_on(self) -> dict[str, Pause]:
        """The pauses that go on, by schedule."""
        query = select(schedule_pauses).where(schedule_pauses.c.resumed_at.is_(None))
        return {row.schedule_id: Pause(*row) for row in await self._unit.run(query)}

    async def begin(self, pause: Pause) -> None:
        """Keep that a schedule is paused, in place of its last pause."""
        figures = {"since": pause.since, "sent": pause.sent, "lost": pause.lost}
        values = figures | {"resumed_at": pause.resumed_at}
        statement = self._unit.insert(schedule_pauses)
        await self._unit.run(
            statement.values(schedule_id=pause.schedule_id, **values).on_conflict_do_update(
                index_elements=["schedule_id"], set_=values
            )
        )

    async def end(self, schedule_id: str, now: datetime) -> bool:
        """Let a schedule go on; tell whether it was paused."""
        over = update(schedule_pauses).where(
            schedule_pauses.c.schedule_id == schedule_id, schedule_pauses.c.resumed_at.is_(None)
        )
        return bool((await self._unit.run(over.values(resumed_at=now))).rowcount)
