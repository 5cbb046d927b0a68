"""Rows composed together: those that wait at the same time share one look at the database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.core.delivery import Call, Failure, Later
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work
from flows.entities import OutboxId, Outgoing

Prepared = Call | Later | Failure | None
"""A call to make, or why there is none now; None: it no longer applies."""
Compose = Callable[[Work, Sequence[Outgoing]], Awaitable[Mapping[OutboxId, Prepared | Exception]]]
"""Prepares rows by one look at the database; an exception is about that row alone."""


class BatchComposing:
    """Composes rows of one kind, all that have come by the time the last look has ended."""

    def __init__(self, database: Database, services: Services, compose: Compose) -> None:
        self._database, self._services, self._compose = database, services, compose
        self._waiting: list[tuple[Outgoing, asyncio.Future[Prepared]]] = []
        self._task: asyncio.Task[None] | None = None

    async def composed(self, row: Outgoing) -> Prepared:
        """What became of preparing a row. Raises what that raised."""
        done: asyncio.Future[Prepared] = asyncio.get_running_loop().create_future()
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

    async def _look(self, rows: Sequence[Outgoing]) -> Mapping[OutboxId, Prepared | Exception]:
        async with self._database.reading() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            return await self._compose(work, rows)


def _tell(
    batch: Sequence[tuple[Outgoing, asyncio.Future[Prepared]]],
    found: Mapping[OutboxId, Prepared | Exception] | Exception,
) -> None:
    for row, done in batch:
        if done.done():
            continue
        result = found if isinstance(found, Exception) else found.get(row.id)
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
