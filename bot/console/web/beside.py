"""What pages show and do not wait for long: worked out beside them, and kept for a while."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work

Of = TypeVar("Of")
Found = TypeVar("Found")
log = structlog.get_logger(__name__)

GOOD_FOR = 600.0
"""Seconds after which something is worked out anew when it is looked at; meanwhile what is known
is shown for as long once more.
"""
KEPT = 50
"""Things of one kind that are kept; the one that was not looked at for longest is dropped."""
PATIENCE = 0.05
"""Seconds that a page waits: where little is to be counted, it is there with the first look."""


@dataclass(frozen=True, slots=True)
class _Known(Generic[Of, Found]):
    of: Of
    at: float
    found: Found


class Beside(Generic[Of, Found]):
    """Works out one kind of things, each from something that tells when it has become another.

    `turn` is shared by all that read for long, so that others are not kept from the database.
    """

    def __init__(
        self,
        kind: str,
        database: Database,
        services: Services,
        work_out: Callable[[Work, Of], Awaitable[Found]],
        turn: asyncio.Semaphore,
        good_for: float = GOOD_FOR,
    ) -> None:
        self._good_for = good_for
        self._kind, self._database, self._services = kind, database, services
        self._work_out, self._turn = work_out, turn
        self._known: OrderedDict[str, _Known[Of, Found]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def find(self, name: str, of: Of) -> Found | None:
        """What is known of one thing as it is now; None: it is being worked out."""
        return (await self.find_all({name: of})).get(name)

    async def find_all(self, wanted: Mapping[str, Of]) -> dict[str, Found]:
        """What is known of these by name; the others are being worked out."""
        good = self._good_for
        missing = {name: of for name, of in wanted.items() if not self._of_late(name, of, good)}
        begun = [each for name, of in missing.items() if (each := self._begun(name, of))]
        if begun:
            await asyncio.wait(begun, timeout=PATIENCE)
        found = {name: self._of_late(name, of, 2 * good) for name, of in wanted.items()}
        return {name: each.found for name, each in found.items() if each is not None}

    async def close(self) -> None:
        """Leave what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _of_late(self, name: str, of: Of, seconds: float) -> _Known[Of, Found] | None:
        known = self._known.get(name)
        if known is None or known.of != of or time.monotonic() - known.at >= seconds:
            return None
        self._known.move_to_end(name)
        return known

    def _begun(self, name: str, of: Of) -> asyncio.Task[None] | None:
        task = self._under_way.get(name)
        if task is None and len(self._under_way) < KEPT:
            task = asyncio.create_task(self._keep(name, of), name=f"beside:{self._kind}:{name}")
            self._under_way[name] = task
            task.add_done_callback(lambda _: self._under_way.pop(name, None))
        return task

    async def _keep(self, name: str, of: Of) -> None:
        try:
            async with self._turn, self._database.reading() as unit:
                work = Work(unit, self._services.clock.now(), self._services)
                found = await self._work_out(work, of)
        except Exception:
            # Nobody waits for this task: without a line in the log its mistake would be unseen.
            log.exception("working_out_failed", kind=self._kind, name=name)
            return
        self._known[name] = _Known(of, time.monotonic(), found)
        self._known.move_to_end(name)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
