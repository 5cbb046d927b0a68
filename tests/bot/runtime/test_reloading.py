"""What was changed is known before anything is handled by it."""

import asyncio

import pytest

from bot.configuration.current import reload_services
from bot.runtime import reloading
from bot.runtime.reloading import Reloader, RetryingTask
from flows.entities import Group
from storage.database import Database
from tests.bot.stage import make_stage


async def test_what_is_wanted_meanwhile_is_done_once_more() -> None:
    begun, may_end, times = asyncio.Event(), asyncio.Event(), 0

    async def action() -> None:
        nonlocal times
        times += 1
        begun.set()
        await may_end.wait()

    again = RetryingTask(action)
    await again.done()
    again.soon()
    await begun.wait()
    again.soon()
    again.soon()
    waiting = asyncio.create_task(again.done())
    await asyncio.sleep(0)
    assert not waiting.done()
    may_end.set()
    await waiting
    assert times == 2


async def test_what_fails_is_tried_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "RETRY_SECONDS", 0.0)
    times = 0

    async def action() -> None:
        nonlocal times
        times += 1
        if times < 3:
            raise OSError

    again = RetryingTask(action)
    again.soon()
    await again.done()
    assert times == 3


async def test_a_change_is_known_when_it_is_done_whatever_telegram_takes(
    database: Database,
) -> None:
    stage = await make_stage(database)
    answered = asyncio.Event()

    async def follow() -> None:
        await answered.wait()

    taken = Reloader(lambda: reload_services(database, stage.services), follow)
    stage.services.groups = {}
    async with database.unit() as unit:
        unit.add(Group(-5, "support", "Support", False, stage.clock.now()))
        await unit.commit()
    taken.soon()
    await taken.done()
    assert -5 in stage.services.groups
    answered.set()
