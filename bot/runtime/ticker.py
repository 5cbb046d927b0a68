"""What happens by itself: asks, reminders, promised times, and the configuration taken over.

APScheduler gives the beat, from memory and with few jobs; what is due stands in the database, so
that nothing is lost or done twice when a beat is late or Verso is started anew.
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

from bot.asks import planning
from bot.configuration.current import VERSION
from bot.core.clock import SystemClock
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.data import retention
from bot.dialogue import conversations as dialogue
from bot.runtime.jobs import Chore, Chores
from flows.entities import Candidate, Conversation, Timer

log = structlog.get_logger(__name__)

TimerAction = Callable[[Work, Timer], Awaitable[None]]

DUE = "due"
SECOND, MINUTE, HOUR = 1, 60, 3600
STOP_SECONDS = 3.0
CLOCK_SECONDS = 2.0
"""How often it is looked whether the machine's clock was set back."""
CANDIDATES_AT_ONCE = 25
"""A batch is decided in one go, in which nothing else is done: this many take some 15 ms."""
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
        on_committed: Callable[[Unit], None],
        timers: Mapping[str, TimerAction],
        reload: Callable[[], Awaitable[None]],
        asks_waiting: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`asks_waiting` gives for how many seconds the asks that wait to be sent will last."""
        self._database, self._services = database, services
        self._on_committed, self._reload = on_committed, reload
        self._asks_waiting = asks_waiting
        self._timers = {**planning.TIMERS, **timers}
        self._chores = Chores(database, services, self._after)
        self._due: tuple[Chore[Any], ...] = (
            _CANDIDATES,
            _CONVERSATIONS,
            self._timers_chore(),
        )
        self._lock = asyncio.Lock()
        self._version: str | None = None
        self._planned: str | None = None
        self._scheduler: Any = None
        self._watch_clock: asyncio.Task[None] | None = None
        self._beat: float | None = None
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

        APScheduler knows only the moment of the next beat, which would be an hour away then.
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
        return None if self._beat is None else time.monotonic() - self._beat

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
            self._beat = time.monotonic()

    async def every_second(self) -> None:
        """Do what is due; also without leading the configuration is kept current."""
        for _ in range(MOST_ROUNDS):
            if not await self._round(self._for_now() if self._database.leads else ()):
                break

    def _for_now(self) -> Sequence[Chore[Any]]:
        """Give what is to be done now: while enough asks wait, everything but more of them."""
        if self._asks_waiting() < ASKS_AHEAD:
            return self._due
        return [chore for chore in self._due if chore is not _CANDIDATES]

    async def _every_minute(self) -> None:
        if self._database.leads:
            await self._watch()
            await self._database.shed_erased()

    async def _every_hour(self) -> None:
        if self._database.leads:
            await self._chores.run(retention.tidy)

    async def _round(self, chores: Sequence[Chore[Any]]) -> int:
        """Do one batch of each chore, so that a long queue of one does not hold up the others."""
        done, failed = 0, None
        for chore in await self._due_now(chores):
            try:
                done += await self._chores.do(chore)
            except Exception as error:
                log.warning("chore_failed", chore=chore.name, error=type(error).__name__)
                failed = error
        if failed is not None:
            raise failed
        return done

    async def _watch(self) -> None:
        await self._chores.run(planning.guard)
        await self._chores.run(planning.watch_backlog)
        await self._chores.run(planning.mend)

    async def _due_now(self, chores: Sequence[Chore[Any]]) -> Sequence[Chore[Any]]:
        """Give the chores for which something is due, by the configuration in force.

        Both are asked in one reading, so that a beat with nothing to do costs next to nothing. A
        configuration that has changed is taken over, and planned anew by, before anything is
        decided.
        """
        async with self._database.reading() as unit:
            version = await unit.facts.get(VERSION) or "0"
            if version == self._version and (version == self._planned or not self._database.leads):
                return await self._chores.with_something_due(unit, chores)
        if version != self._version:
            await self._reload()
            self._version = version
        if self._database.leads and version != self._planned:
            await self._chores.run(planning.catch_up)
            self._planned = version
        return chores

    # -- chores ----------------------------------------------------------------------------------

    def _after(self, work: Work) -> None:
        self._on_committed(work.unit)
        if work.config_changed:
            self._version = None

    def _timers_chore(self) -> Chore[Timer]:
        return Chore(
            name="timers",
            batch=100,
            due=lambda unit, now, limit: unit.timers.due(now, limit),
            again=lambda unit, row: unit.timers.pending(row.kind, row.subject),
            handle=self._fire_timers,
            put_off=lambda unit, row, later: unit.set_timer(replace(row, due_at=later)),
        )

    async def _fire_timers(self, work: Work, timers: Sequence[Timer]) -> None:
        """Do what timers stand for. A timer is gone when it fires; its action may set it again."""
        for timer in timers:
            action = self._timers.get(timer.kind)
            if action is None:
                raise LookupError(f"nobody knows timers of the kind {timer.kind!r}")
            work.unit.delete(timer)
            await action(work, timer)


async def _fire_conversations(work: Work, conversations: Sequence[Conversation]) -> None:
    chats = {conversation.chat_id for conversation in conversations}
    work.people = await work.unit.customers.at_accounts(chats)
    going_on = await work.unit.conversations.going_on(chats)
    work.conversations = {chat_id: going_on.get(chat_id) for chat_id in chats}
    for conversation in conversations:
        await dialogue.fire(work, conversation)


_CANDIDATES: Chore[Candidate] = Chore(
    name="candidates",
    batch=CANDIDATES_AT_ONCE,
    due=lambda unit, now, limit: unit.schedules.due(now, limit),
    again=lambda unit, row: unit.get(Candidate, row.id),
    handle=planning.consider,
    put_off=lambda unit, row, later: unit.put(replace(row, look_at=later)),
)
_CONVERSATIONS: Chore[Conversation] = Chore(
    name="conversations",
    batch=100,
    due=lambda unit, now, limit: unit.conversations.due(now, limit),
    again=lambda unit, row: unit.get(Conversation, row.id),
    handle=_fire_conversations,
    put_off=lambda unit, row, later: unit.put(replace(row, due_at=later)),
)
