"""What happens by itself: asks, reminders, promised times, and the configuration taken over.

APScheduler ticks, from memory and with few jobs; what is due stands in the database, so
that nothing is lost or done twice when a tick is late or Verso is started anew.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.clock import SystemClock
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.subject import Action, Job, Subject
from bot.core.work import Work
from bot.runtime.jobs import JobRunner
from flows.entities import Timer
from flows.entities.facts import PEOPLE, VERSION
from flows.entities.kinds import DueRows

log = structlog.get_logger(__name__)

DUE = "due"
SECOND, MINUTE, HOUR = 1, 60, 3600
STOP_SECONDS = 3.0
CLOCK_SECONDS = 2.0
"""How often it is looked whether the machine's clock was set back."""
ASKS_AHEAD = 3.0
"""Seconds of asks that may wait to be sent before nobody else is considered.

Whoever is considered later is judged by what is true then, and a thousand who are due at once take
nothing from the customers who chat.
"""
MOST_ROUNDS = 10_000
"""More would mean that something makes itself due again and again."""


class Ticker:
    """One per process; it ticks while its process leads."""

    def __init__(
        self,
        database: Database,
        services: Services,
        *,
        subjects: Subject,
        on_committed: Callable[[Unit], None],
        reload: Callable[[], Awaitable[None]],
        asks_waiting: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`asks_waiting` gives for how many seconds the asks that wait to be sent will last."""
        self._database, self._services = database, services
        self._on_committed, self._reload = on_committed, reload
        self._asks_waiting = asks_waiting
        self._subjects = subjects
        self._jobs = JobRunner(database, services, self._after)
        self._due: tuple[Job[Any], ...] = (*subjects.jobs, self._timers_job())
        self._lock = asyncio.Lock()
        self._counted: Mapping[tuple[str, str, datetime], object] = {}
        """What was counted for the timers that are about to fire."""
        self._known: tuple[str, str | None] | None = None
        """The configuration and the admins that were taken over last."""
        self._planned: str | None = None
        self._scheduler: Any = None
        self._watch_clock: asyncio.Task[None] | None = None
        self._ticked_at: float | None = None
        self.last_tick: dict[str, datetime] = {}
        """When each tick ended well for the last time, by Verso's clock."""

    # -- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to tick."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for name, seconds, action in (
            (DUE, SECOND, self.every_second),
            ("watch", MINUTE, self._every_minute),
            ("housekeeping", HOUR, self._every_hour),
        ):
            self._scheduler.add_job(
                self._tick,
                "interval",
                seconds=seconds,
                args=(name, action),
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        self._watch_clock = asyncio.create_task(self._follow_clock())

    async def _follow_clock(self) -> None:
        """Go on ticking when the machine's clock is set back.

        APScheduler knows only the moment of the next tick, which would be an hour away then.
        """
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            now = SystemClock().now()
            for job in self._scheduler.get_jobs() if self._scheduler else ():
                if job.next_run_time is not None and job.next_run_time > now + job.trigger.interval:
                    job.modify(next_run_time=now)

    async def stop(self) -> None:
        """Tick no more; a batch in hand is finished, if that takes no longer than it should."""
        if self._scheduler is None:
            return
        if self._watch_clock is not None:
            self._watch_clock.cancel()
        self._scheduler.pause()
        try:
            async with asyncio.timeout(STOP_SECONDS), self._lock:
                pass
        except TimeoutError:
            log.warning("tick_cut_short")
        self._scheduler.shutdown(wait=False)
        self._scheduler = None

    @property
    def age(self) -> float | None:
        """Real seconds since the tick that looks for what is due ended well; None: not yet."""
        return None if self._ticked_at is None else time.monotonic() - self._ticked_at

    async def run_due_now(self) -> None:
        """Do everything that is due now until nothing is left; for tests and moved clocks.

        Raises what goes wrong on the way.
        """
        async with self._lock:
            for _ in range(MOST_ROUNDS):
                if not await self._round(self._due):
                    break
            await self._watch()

    # -- ticks -----------------------------------------------------------------------------------

    async def _tick(self, name: str, action: Callable[[], Awaitable[None]]) -> None:
        """Run one tick; one that fails is logged and stops no other."""
        try:
            async with self._lock:
                await action()
                self._note(name)
        except Exception as error:
            if self._database.is_busy(error):
                log.warning("tick_postponed", tick=name, error=type(error).__name__)
            else:
                log.exception("tick_failed", tick=name, error=type(error).__name__)

    def _note(self, name: str) -> None:
        """Note that a tick ended well, for the watchdog."""
        self.last_tick[name] = self._services.clock.now()
        if name == DUE:
            self._ticked_at = time.monotonic()

    async def every_second(self) -> None:
        """Do what is due; also without leading the configuration is kept current."""
        for _ in range(MOST_ROUNDS):
            if not await self._round(self._for_now() if self._database.leads else ()):
                break

    def _for_now(self) -> Sequence[Job[Any]]:
        """What is to be done now: while enough asks wait, everything but more of them."""
        if self._asks_waiting() < ASKS_AHEAD:
            return self._due
        return [job for job in self._due if not job.asks]

    async def _every_minute(self) -> None:
        await self._run(self._subjects.in_each_process)
        if self._database.leads:
            await self._watch()
            await self._database.truncate_wal()

    async def _every_hour(self) -> None:
        if self._database.leads:
            await self._run(self._subjects.every_hour)

    async def _round(self, jobs: Sequence[Job[Any]]) -> int:
        """Do one batch of each job, so that a long queue of one does not hold up the others."""
        done, failed = 0, None
        for job in await self._due_now(jobs):
            try:
                done += await self._jobs.do(job)
            except Exception as error:
                log.warning("job_failed", job=job.rows.value, error=type(error).__name__)
                failed = error
        if failed is not None:
            raise failed
        return done

    async def _watch(self) -> None:
        await self._run(self._subjects.every_minute)

    async def _run(self, actions: Sequence[Action]) -> None:
        for action in actions:
            await self._jobs.run(action)

    async def _due_now(self, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        """The jobs for which something is due, by the configuration in force.

        Both are asked in one reading, so that a tick with nothing to do costs next to nothing. A
        configuration that has changed is taken over, and planned anew by, before anything is
        decided.
        """
        async with self._database.reading() as unit:
            await unit.facts.load([VERSION.name, PEOPLE.name])
            version = await unit.facts.get(VERSION) or "0"
            known = version, await unit.facts.get(PEOPLE)
            if known == self._known and (version == self._planned or not self._database.leads):
                return await self._jobs.with_something_due(unit, jobs)
        if known != self._known:
            await self._reload()
            self._known = known
        if self._database.leads and version != self._planned:
            await self._run(self._subjects.on_new_configuration)
            self._planned = version
        return jobs

    # -- jobs ----------------------------------------------------------------------------------

    def _after(self, work: Work) -> None:
        self._on_committed(work.unit)
        if work.config_changed:
            self._known = None

    def _timers_job(self) -> Job[Timer]:
        return Job(
            rows=DueRows.TIMERS,
            batch=100,
            due=lambda unit, now, limit: unit.timers.due(now, limit),
            again=lambda unit, row: unit.timers.pending(row.kind, row.subject),
            handle=self._fire_timers,
            ahead=self._count_for_timers,
            put_off=lambda unit, row, later: unit.set_timer(replace(row, due_at=later)),
        )

    async def _count_for_timers(self, work: Work, timers: Sequence[Timer]) -> None:
        known = self._subjects.counted_timers
        self._counted = {
            _named(each): await known[each.kind].count(work, each)
            for each in timers
            if each.kind in known
        }

    async def _fire_timers(self, work: Work, timers: Sequence[Timer]) -> None:
        """Do what timers stand for. A timer is gone when it fires; its action may set it again."""
        for timer in timers:
            counted = self._subjects.counted_timers.get(timer.kind)
            if counted is None:
                await self._fire(work, timer)
            elif _named(timer) in self._counted:  # otherwise it has become due since
                work.unit.delete(timer)
                await counted.act(work, timer, self._counted[_named(timer)])

    async def _fire(self, work: Work, timer: Timer) -> None:
        action = self._subjects.timers.get(timer.kind)
        if action is None:
            raise LookupError(f"nobody knows timers of the kind {timer.kind!r}")
        work.unit.delete(timer)
        await action(work, timer)


def _named(timer: Timer) -> tuple[str, str, datetime]:
    """One timer as it is set; set again it is another."""
    return timer.kind, timer.subject, timer.due_at
