"""Many small writes, one commit: callers that come together share a transaction.

An fsync costs the same for one row as for a hundred. Whoever needs to know that their write is
stored waits for the commit that it went into.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from bot.core.ports import Database, Unit

T = TypeVar("T")
log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.5
LINGER_SECONDS = 0.2
"""So long may a write wait for company that is in no hurry."""


class GroupCommit(Generic[T]):
    """Collects items and writes all that are there in one unit, again and again.

    `write` is given the unit and the items; `after` is called with the unit once it is committed.
    With `park`, items of a commit that failed are tried again until it succeeds; without, everybody
    who waits for it is told of the failure. What fails although the database could take it fails
    for ever: then each item is tried alone, and the one that spoils the commit is given to `park`
    with what went wrong. In a `hurry` it is written before what others want to write.
    """

    def __init__(
        self,
        database: Database,
        write: Callable[[Unit, Sequence[T]], Awaitable[None]],
        *,
        after: Callable[[Unit], None] = lambda unit: None,
        most: int = 500,
        park: Callable[[T, Exception], Awaitable[None]] | None = None,
        name: str = "",
        hurry: bool = False,
    ) -> None:
        self._database, self._write, self._after = database, write, after
        self._most, self._park, self._name, self._hurry = most, park, name, hurry
        self._waiting: list[tuple[T, asyncio.Future[None] | None]] = []
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, item: T) -> None:
        """Have an item written soon."""
        self._waiting.append((item, None))
        self._idle.clear()
        self._wake.set()

    async def written(self, item: T, *, hurry: bool = True) -> None:
        """Have an item written, and wait until it is committed.

        Without hurry it waits a moment for others. Raises what the commit raised (without
        `park`).
        """
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append((item, done))
        self._idle.clear()
        if hurry:
            self._wake.set()
        elif self._timer is None:
            self._timer = loop.call_later(LINGER_SECONDS, self._wake.set)
        await done

    async def drained(self) -> None:
        """Wait until all that was added is committed."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if not self._waiting:
                self._wake.clear()
            await self._commit(batch)
            if not self._waiting:
                self._idle.set()

    async def _commit(self, batch: list[tuple[T, asyncio.Future[None] | None]]) -> None:
        failed_alone = False
        while True:
            try:
                async with self._database.unit(hurry=self._hurry) as unit:
                    await self._write(unit, [item for item, _ in batch])
                    await unit.commit()
            except asyncio.CancelledError:
                _tell(batch, RuntimeError("stopping"))
                raise
            except Exception as error:
                log.warning("commit_failed", what=self._name, error=type(error).__name__)
                if self._park is None:
                    _tell(batch, error)
                    return
                lasts = not self._database.is_busy(error)
                if lasts and len(batch) > 1:
                    for each in batch:
                        await self._commit([each])
                    return
                if failed_alone and lasts:
                    await self._park(batch[0][0], error)
                    _tell(batch, None)
                    return
                failed_alone = lasts
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self._after(unit)
                _tell(batch, None)
                return


def _tell(batch: Sequence[tuple[T, asyncio.Future[None] | None]], error: Exception | None) -> None:
    for _, done in batch:
        with contextlib.suppress(asyncio.InvalidStateError):
            if done is None:
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
