"""Looking ahead over a schedule's next days: worked out beside the pages, which do not wait for it.

It looks at hundreds of customers one by one, as the preview in the chat does.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.asks.preview import Preview, preview
from bot.asks.sample import Sample, sample
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work
from flows.config import Schedule

log = structlog.get_logger(__name__)

GOOD_FOR = 600.0
"""Seconds for which what was worked out is shown again."""
KEPT = 50
"""Schedules of which it is kept; the one that was not looked at for longest is dropped."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Who would be asked on the next days, and what they would read."""

    days: Preview
    samples: Sequence[tuple[str, Sequence[Sample]]]
    """By the language of the brand."""


class LookingAhead:
    """Works it out, one schedule at a time."""

    def __init__(self, database: Database, services: Services) -> None:
        self._database, self._services = database, services
        self._kept: OrderedDict[str, tuple[Schedule, float, Ahead]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Semaphore(1)

    def find(self, schedule: Schedule) -> Ahead | None:
        """What is known of a schedule as it is now; None: it is being worked out."""
        known = self._kept.get(schedule.id)
        if known is not None:
            was, at, found = known
            if was == schedule and time.monotonic() - at < GOOD_FOR:
                self._kept.move_to_end(schedule.id)
                return found
        if schedule.id not in self._under_way and len(self._under_way) < KEPT:
            task = asyncio.create_task(self._work_out(schedule), name=f"ahead:{schedule.id}")
            self._under_way[schedule.id] = task
            task.add_done_callback(lambda _: self._under_way.pop(schedule.id, None))
        return None

    async def close(self) -> None:
        """Leave what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_out(self, schedule: Schedule) -> None:
        try:
            async with self._turn, self._database.reading() as unit:
                work = Work(unit, self._services.clock.now(), self._services)
                found = Ahead(
                    await preview(work, schedule),
                    [
                        (code, await sample(work, schedule, code))
                        for code in self._services.config.brand.languages
                    ],
                )
        except Exception:
            # Nobody waits for this task: without a line in the log its mistake would be unseen.
            log.exception("looking_ahead_failed", schedule=schedule.id)
            return
        self._kept[schedule.id] = schedule, time.monotonic(), found
        self._kept.move_to_end(schedule.id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
