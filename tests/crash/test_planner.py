"""The planner dies at every step: afterwards nobody is asked twice and nobody is missing.

What dies is all of the process that could still write: from the chosen statement or commit on,
nothing reaches the database any more. A new process then goes on with what it finds there.
"""

import contextlib
import copy
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from bot import wiring
from bot.asks import fixed_times, planning
from bot.configuration.current import keep_config, reload_services
from bot.core.work import Work
from bot.runtime.ticker import Ticker
from flows.config import load_config
from storage.database import Database
from storage.tables import candidates, outbox
from tests.bot.asks.making import NOON, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240)]

BEFORE = """
brand: {name: Lumen Tea, time_zone: Europe/Berlin}
schedules:
  - {id: trial, when: {event: trial_started, after: 50%}, flow: trial_check_in, holdout: 0%}
  - {id: monthly, when: {cron: "0 15 4 * *"}, flow: trial_check_in, holdout: 0%}
"""
AFTER = (
    BEFORE.replace("50%", "P6D")
    + """
  - {id: bought, when: {event: purchase, after: P2D}, flow: purchase_check_in, holdout: 0%}
  - {id: quiet, when: {silence: visit, after: P5D}, flow: purchase_check_in, holdout: 0%}
"""
)
LATER = NOON + timedelta(hours=2)
"""The monthly time has come."""
TRIALS, BUYERS, VISITORS = 1, 2, 1


class Killed(BaseException):
    """The process is no more. Nothing catches this."""


class Death:
    """Comes before the statement, or the commit, of this number."""

    def __init__(self, at: int, *, at_commits: bool) -> None:
        self.at, self.at_commits = at, at_commits
        self.seen = 0
        self.dead = False

    def statement(self, *_: Any) -> None:
        self._step(counts=not self.at_commits)

    def commit(self, *_: Any) -> None:
        self._step(counts=True)

    def _step(self, *, counts: bool) -> None:
        self.seen += counts
        self.dead = self.dead or self.seen >= self.at
        if self.dead:
            raise Killed


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[World]:
    database = await Database.open(url, migrate=False)
    await database.try_to_lead()
    try:
        world = copy.copy(_template())
        world.database, world.clock.moment = database, LATER
        await reload_services(database, world.services)
        yield world
    finally:
        await database.close()


@cache
def _template() -> World:
    """What takes long to load and no process changes: words and flows."""
    nowhere: Any = None
    return World(nowhere)


def ticker_of(world: World) -> Ticker:
    async def reload() -> None:
        await reload_services(world.database, world.services)

    return Ticker(
        world.database,
        world.services,
        subjects=wiring.engine(),
        on_committed=lambda unit: None,
        reload=reload,
    )


async def keep(world: World, text: str) -> None:
    async def keep(work: Work) -> None:
        await keep_config(work.unit, load_config(text))

    await world.do(keep)


async def prepare(url: str) -> None:
    """Everything that planning does is due: a changed configuration, old events, a fixed time."""
    async with opened(url) as world:
        world.clock.moment = NOON
        await keep(world, BEFORE)
        await ticker_of(world).run_due_now()
        for number in range(TRIALS):
            await world.tell(await world.customer(f"T-{number}"), days_ago=6.5)
        for number in range(BUYERS):
            customer = await world.customer(f"B-{number}")
            await world.tell(customer, "purchase", days_ago=2, period="")
        for number in range(VISITORS):
            customer = await world.customer(f"V-{number}")
            await world.tell(customer, "visit", days_ago=6, period="")
            await world.tell(customer, "visit", days_ago=5, period="")
        await keep(world, AFTER)


async def killed(url: str, death: Death) -> bool:
    """Run the planner until it dies; tell whether it did."""
    async with opened(url) as world:
        engine = world.database.writer.sync_engine
        listen(engine, "before_cursor_execute", death.statement)
        listen(engine, "commit", death.commit)
        try:
            await ticker_of(world).run_due_now()
        except Killed:
            return True
        finally:
            remove(engine, "before_cursor_execute", death.statement)
            remove(engine, "commit", death.commit)
    return False


async def check(url: str) -> None:
    """Let another process go on, and see that everything was done once."""
    async with opened(url) as world:
        await ticker_of(world).run_due_now()
        async with world.database.reading() as unit:
            found = (await unit.run(select(candidates))).all()
            asks = (await unit.run(select(outbox.c.customer_id, outbox.c.subject))).all()
    people = TRIALS + BUYERS + VISITORS
    made = Counter(row.schedule_id for row in found)
    assert made == {
        "trial": TRIALS, "bought": BUYERS, "quiet": 2 * VISITORS, "monthly": people,
    }  # fmt: skip
    keys = {(row.schedule_id, row.customer_id, row.event_id, row.occasion) for row in found}
    assert len(keys) == len(found)
    # Everybody is asked once, because a conversation goes on from then; the others wait or are
    # done with, and say why.
    assert len({row.customer_id for row in asks}) == len(asks) == people
    assert Counter(row.outcome for row in found) == {
        "send": people, "in_conversation": people, "unless_event": VISITORS,
    }  # fmt: skip
    assert all((row.look_at is None) == (row.outcome == "unless_event") for row in found
               if row.asked_at is None)  # fmt: skip
    waiting = {f"candidate:{row.id}" for row in found if row.asked_at is not None}
    assert {row.subject for row in asks} == waiting


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "BATCH", 2)
    monkeypatch.setattr(fixed_times, "BATCH", 2)


async def test_killed_before_every_commit(tmp_path: Path, sqlite_template: Path) -> None:
    prepared = tmp_path / "prepared.db"
    shutil.copy(sqlite_template, prepared)
    await prepare(f"sqlite+aiosqlite:///{prepared}")
    steps = 0
    alive = False
    while not alive:
        steps += 1
        mortal = shutil.copy(prepared, tmp_path / f"{steps}.db")
        url = f"sqlite+aiosqlite:///{mortal}"
        alive = not await killed(url, Death(steps, at_commits=True))
        await check(url)
    assert steps > 10


async def test_killed_some_statements_later_each_time(database_url: str) -> None:
    await prepare(database_url)
    at = 1
    while await killed(database_url, Death(at, at_commits=False)):
        at += 3
    await check(database_url)
    assert at > 30
