"""One run: told, killed, refused, paused, corrected, joined late; from the first to the report."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
from sqlalchemy import func, select

from bot.core.callbacks import pack
from bot.runtime.sending.pacing import Budgets
from flows.entities import Recall
from storage.database import Database
from storage.tables import inbox, outbox, recalls
from tests.bench.lean import served
from tests.chaos.recalling.checking import Report, checked
from tests.chaos.recalling.clock import SharedClock
from tests.chaos.recalling.plan import ADMIN, LANGUAGES, TEXTS, Cast, Owner, Plan
from tests.chaos.recalling.server import Owners
from tests.chaos.recalling.world import RECALL, config_text, fill, until_it_begins
from tests.crash.process import Process
from tests.journeys.world import KEY

PATIENCE = 180.0
"""Seconds without any message or press until a run gives up waiting."""
LOOK_SECONDS = 0.05
PAUSED_AT, LATE_AT, BACK_AT, CORRECTED_AT = 0.15, 0.25, 0.35, 0.45
"""How much of what is to be told has been told when something happens to it."""
LEAP = timedelta(minutes=61)
QUIET = 20
"""Looks in a row at which nothing is under way, until it is over."""
AHEAD = timedelta(seconds=59)
"""What is to leave within this time is on its way; for the rest it is night."""


@dataclass
class Paced(Process):
    """`verso run` with a rate of its own."""

    rate: int = 30

    def environment(self) -> dict[str, str]:
        """All settings."""
        return super().environment() | {"VERSO_SEND_RATE": str(self.rate)}


class Run:
    """What a run has in its hands."""

    def __init__(self, plan: Plan, server: Owners, process: Process, database: Database) -> None:
        self.plan = plan
        self.server, self.process, self.database = server, process, database
        self.story_over = False
        """Whether nothing more happens to the recall."""

    async def told(self, share: float) -> None:
        """Wait until so much has been told; let the night pass where nothing can be."""
        await self._until(lambda: self._has_told(share * self.plan.owners))

    async def _has_told(self, number: float) -> bool:
        if self.server.told >= number:
            return True
        if await self.sleeps():
            await self.leap()
        return False

    async def leap(self) -> None:
        """Let the time pass until something may leave again, or else an hour."""
        now = self.server.clock.now()
        async with self.database.reading() as unit:
            query = select(func.min(outbox.c.not_before)).where(outbox.c.state == "waiting")
            morning = (await unit.run(query.where(outbox.c.not_before > now + AHEAD))).scalar_one()
        self.server.clock.leap(morning - now if morning is not None else LEAP)
        self.server.done["leaps"] += 1

    async def sleeps(self) -> bool:
        """Tell whether all that is left waits for another hour."""
        now = self.server.clock.now()
        soon = (outbox.c.not_before.is_(None)) | (outbox.c.not_before <= now + AHEAD)
        async with self.database.reading() as unit:
            leaving = select(func.count()).where(outbox.c.state == "waiting", soon)
            new = select(func.count()).where(inbox.c.state == "new")
            busy = [(await unit.run(query)).scalar_one() for query in (leaving, new)]
            due = await unit.timers.pending("recall", str(RECALL))
        telling = due is not None and due.due_at <= now + AHEAD
        return not any(busy) and not telling and not self.server.updates

    async def recall(self) -> Recall:
        """The recall as it is now."""
        async with self.database.reading() as unit:
            found = await unit.find(Recall, select(recalls).where(recalls.c.id == RECALL))
        return found[0]

    async def _until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        loop = asyncio.get_running_loop()
        seen, since = self.server.next_message, loop.time()
        while not await condition():
            await asyncio.sleep(LOOK_SECONDS)
            if self.server.next_message != seen:
                seen, since = self.server.next_message, loop.time()
            elif loop.time() > since + PATIENCE:
                raise TimeoutError(await self._stuck())

    async def _stuck(self) -> str:
        """What there is still to do where nothing happens any more."""
        async with self.database.reading() as unit:
            counts = await unit.recalls.counts(await self.recall())
            inbox, outbox = await unit.inbox.counts(), await unit.outbox.counts()
        return f"{counts}, inbox {inbox}, outbox {outbox}, {len(self.server.updates)} updates"

    # -- what happens --------------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill Verso again and again while people are told, and while they choose."""
        chance = self.plan.chance("kills")
        shares = sorted(chance.uniform(0.02, 1.5) for _ in range(self.plan.kills))
        for share in shares:
            await self._until(partial(self._may_kill, share))
            await self.process.kill()
            self.server.done["kills"] += 1
            await self.process.start()

    async def _may_kill(self, share: float) -> bool:
        return self.story_over or self.server.told >= share * self.plan.owners

    async def story(self, cast: Cast) -> None:
        """Pause it, go on, have people buy later, come back, and correct it half-way."""
        await self.told(PAUSED_AT)
        await self._presses("pause", lambda found: found.state == "paused")
        await self._presses("resume", lambda found: found.state == "running")
        await self.told(LATE_AT)
        await self._buy([each for each in cast.owners if each.kind == "late"])
        await self.told(BACK_AT)
        for owner in cast.owners:
            if owner.kind == "returning":
                self.server.come_back(owner)
        await self.told(CORRECTED_AT)
        await self._correct()
        self.story_over = True
        self.server.calm = True

    async def _presses(self, action: str, done: Callable[[Recall], bool], *more: str) -> None:
        """Have the admin press something, and wait until it is so."""
        self.server.press(ADMIN, pack("v", action, 1, *more))

        async def is_so() -> bool:
            return done(await self.recall())

        await self._until(is_so)

    async def _correct(self) -> None:
        for language in LANGUAGES:
            self.server.press(ADMIN, pack("v", "write", 1, language))
            self.server.write(ADMIN, TEXTS[2][language])

            async def is_written(language: str = language) -> bool:
                return language in (await self.recall()).pending

            await self._until(is_written)
        await self._presses("correct!", lambda found: found.round == 2)

    async def _buy(self, owners: Sequence[Owner]) -> None:
        """Have the shop tell of people who buy the kettle now, until it is taken in."""
        at = self.server.clock.now().isoformat()
        events = [
            {"id": f"late-{n}", "customer": f"C-{n}", "type": "purchase", "at": at}
            | {"product": "kettle"}
            for n in (each.number for each in owners)
        ]
        url = f"http://127.0.0.1:{self.process.port}/api/v1/events"
        await self._until(partial(_taken, url, events))  # it may be being started again

    async def over(self) -> None:
        """Wait until everybody has been told who can be, and nobody wants anything more."""
        quiet = 0

        async def is_over() -> bool:
            nonlocal quiet
            recall = await self.recall()
            async with self.database.reading() as unit:
                waiting = (await unit.recalls.counts(recall)).waiting
            asleep = await self.sleeps()
            if asleep and (waiting or quiet < 2):
                await self.leap()  # within an hour it is looked for those who are new
            quiet = quiet + 1 if asleep and not waiting else 0
            return quiet > QUIET

        await self._until(is_over)


async def _taken(url: str, events: list[dict[str, str]]) -> bool:
    if not events:
        return True
    headers = {"Authorization": f"Bearer {KEY}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(url, json=events) as answered,
        ):
            return answered.status == 200
    except aiohttp.ClientError:
        return False


async def recalled(plan: Plan, url: str, folder: Path) -> Report:
    """Do what a plan says, and compare what people saw with what Verso remembers."""
    cast, file = Cast(plan), folder / "clock"
    clock = SharedClock(file)
    clock.leap(until_it_begins(clock.now()))
    await fill(url, cast, clock.now())
    config, text = folder / "verso.yaml", config_text(plan.places)
    config.write_text(text, "utf-8")
    server = Owners(cast, clock)
    async with served(server) as port:
        where: Any = SimpleNamespace(url=f"http://127.0.0.1:{port}")
        constants = {
            "bot.app.SystemClock": partial(SharedClock, file),
            # Whoever chooses a time here looks at ten screens in as many blinks of an eye.
            "bot.app.Budgets": partial(Budgets, chat_per_second=0.0),
            "bot.recalls.telling.LOT": plan.lot,
            # Where nothing is due for hours, the next look need not be a second away.
            "bot.runtime.ticker.SECOND": 0.2,
            "bot.runtime.sending.sender.LOOK_SECONDS": 0.1,
        }
        process = Paced(
            where, url, folder, "polling", config, (ADMIN,), constants=constants, rate=plan.rate
        )
        await process.start()
        database = await Database.open(url, migrate=False)
        run = Run(plan, server, process, database)
        try:
            await asyncio.gather(run.kill(), run.story(cast))
            await run.over()
            assert await process.stop() == 0
            return await checked(cast, server, database, text, process.log())
        finally:
            if process.is_running():
                await process.kill()
            await database.close()
