"""One run of chaos, from an empty database to the report."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from storage.database import Database
from tests.chaos.checking import Checker, Report, remembered
from tests.chaos.customers import Customer
from tests.chaos.plan import Plan
from tests.chaos.staff import Desk
from tests.chaos.stage import Stage, stage
from tests.chaos.trouble import Trouble
from tests.journeys.world import until


async def chaos(plan: Plan, database_url: str, folder: Path) -> Report:
    """Do what a plan says and compare both sides."""
    async with stage(plan, database_url, folder) as here:
        customers = [
            Customer(here, number, await here.sandbox.create_user(first_name=f"C{number}"))
            for number in range(plan.customers)
        ]
        desk = Desk(here)
        trouble = Trouble(here, customers)
        served = [desk.work(team) for team in here.groups]
        background = _start([*served, desk.try_again()])
        breaking = _start([trouble.kill(), trouble.annoy()])
        living = _start([customer.live() for customer in customers])
        await asyncio.gather(*breaking)
        await trouble.calm()
        here.over.set()
        await _within(plan, living)
        await settled(here)
        await _within(plan, _start([desk.finished()]))
        await settled(here)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        report = Checker(here, customers, desk, await remembered(database_url)).report()
        report.broken += [f"never taken in: {update}" for update in await here.bot.pending()]
        report.counts |= dict(sorted(trouble.done.items()))
        return report


def _start(runs: list[Coroutine[Any, Any, None]]) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(run) for run in runs]


async def _within(plan: Plan, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for people to finish; those who cannot are seen by the checker."""
    done, pending = await asyncio.wait(tasks, timeout=plan.patience)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def settled(here: Stage) -> None:
    """Wait until nothing waits: no update, no message."""
    database = await Database.open(here.database_url, migrate=False)

    async def nothing_waits() -> bool:
        async with database.reading() as unit:
            inbox, outbox = await unit.inbox.counts(), await unit.outbox.counts()
        pending = await here.bot.pending()
        return not pending and inbox["new"] == 0 and outbox.get("waiting", 0) == 0

    try:
        await until(nothing_waits, here.plan.patience)
    except TimeoutError:
        pass  # the checker names what still waits
    finally:
        await database.close()
