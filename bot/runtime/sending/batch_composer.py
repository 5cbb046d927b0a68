"""Rows composed together: those that wait at the same time share one look at the database."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.core.delivery import BatchComposer, Call
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work
from flows.entities import OutboxId, Outgoing


class BatchComposing:
    """Composes rows of one kind, all that have come by the time the last look has ended."""

    def __init__(self, database: Database, services: Services, compose: BatchComposer) -> None:
        self._database, self._services, self._compose = database, services, compose
        self._waiting: list[tuple[Outgoing, asyncio.Future[Call | None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def composed(self, row: Outgoing) -> Call | None:
        """A row's call, None when it no longer applies. Raises what composing raised."""
        done: asyncio.Future[Call | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        await asyncio.sleep(0)  # rows that are taken in the same moment come along
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                calls = await self._look([row for row, _ in batch])
            except Exception as error:  # each of those who wait is told, and decides
                _tell(batch, error)
            else:
                _tell(batch, calls)

    async def _look(self, rows: Sequence[Outgoing]) -> Mapping[OutboxId, Call | None]:
        async with self._database.reading() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            return await self._compose(work, rows)


def _tell(
    batch: Sequence[tuple[Outgoing, asyncio.Future[Call | None]]],
    found: Mapping[OutboxId, Call | None] | Exception,
) -> None:
    for row, done in batch:
        if done.done():
            continue
        if isinstance(found, Exception):
            done.set_exception(found)
        else:
            done.set_result(found.get(row.id))
