"""Rows that are due, handled in batches; one that fails holds up no other.

A batch shares a transaction. When it fails it is taken apart: each of its rows is handled in a
transaction of its own, and one that fails again is put off for an hour, so that whoever repairs
the cause finds it tried again.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.subject import Job
from bot.core.work import Work

T = TypeVar("T")
log = structlog.get_logger(__name__)

PUT_OFF = timedelta(hours=1)
"""How long a row waits that cannot be handled."""


class JobRunner:
    """Does jobs in units of work."""

    def __init__(
        self, database: Database, services: Services, after: Callable[[Work], None]
    ) -> None:
        self._database, self._services, self._after = database, services, after

    async def with_something_due(self, unit: Unit, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        """Those of the jobs for which something is due; `unit` only reads.

        A tick with nothing to do keeps no writer waiting. What goes wrong here goes wrong again,
        and is told, when the jobs are done.
        """
        try:
            due = await unit.due.kinds(self._services.clock.now()) if jobs else set()
            return [job for job in jobs if job.rows in due]
        except Exception:
            return jobs  # doing them raises it again, where it is told and put off

    async def do(self, job: Job[T]) -> int:
        """Handle one batch of what is due; give how many rows that were.

        Raises what the database raises when it is busy: the batch is as due as before.
        """
        try:
            return await self._together(job)
        except Exception as error:
            # One row of the batch may hold anything that a handler does not expect, and must not
            # hold up the rest: so everything is caught, and looked for row by row.
            if self._database.is_busy(error):
                raise
            log.warning("job_taken_apart", job=job.rows.value, error=type(error).__name__)
        return await self._one_by_one(job)

    async def run(self, action: Callable[[Work], Awaitable[object]]) -> None:
        """Do something in a unit of work of its own."""
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            await action(work)
            await unit.commit()
        self._after(work)

    async def _together(self, job: Job[T]) -> int:
        await self._ahead(job)
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            rows = await job.due(unit, work.now, job.batch)
            if not rows:
                return 0
            await job.handle(work, rows)
            await unit.commit()
        self._after(work)
        return len(rows)

    async def _ahead(self, job: Job[T], row: T | None = None) -> None:
        """Have found out what takes long about a row, or about all that are due."""
        if job.ahead is None:
            return
        async with self._database.reading() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            rows = [row] if row is not None else await job.due(unit, work.now, job.batch)
            await job.ahead(work, rows)

    async def _one_by_one(self, job: Job[T]) -> int:
        async with self._database.reading() as unit:
            rows = await job.due(unit, self._services.clock.now(), job.batch)
        for row in rows:
            try:
                await self._alone(job, row)
            except Exception as error:
                # Caught like the batch: this is the row, and it is put off with its traceback.
                if self._database.is_busy(error):
                    raise
                log.exception("due_row_failed", job=job.rows.value, error=type(error).__name__)
                await self._put_off(job, row)
        return len(rows)

    async def _alone(self, job: Job[T], row: T) -> None:
        async def handle(work: Work) -> None:
            present = await job.again(work.unit, row)
            if present is not None:
                await job.handle(work, [present])

        await self._ahead(job, row)
        await self.run(handle)

    async def _put_off(self, job: Job[T], row: T) -> None:
        async def put_off(work: Work) -> None:
            present = await job.again(work.unit, row)
            if present is not None:
                job.put_off(work.unit, present, work.now + PUT_OFF)

        await self.run(put_off)
