"""Ticks over one database, in a process of their own, so that its memory can be told.

    python -m tests.bench.planner FILE CONFIG DUE ROUNDS

Prints the seconds of each tick with nothing due, of each with DUE candidates, the longest pause of
the event loop during the latter, and the peak memory.
"""

import asyncio
import contextlib
import resource
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson

import bot.app  # noqa: F401  what a running Verso has loaded counts as its memory
from bot import wiring
from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.runtime import memory
from bot.runtime.ticker import Ticker
from bot.settings import Settings
from storage.database import Database
from tests.bench.lean import TOKEN
from tests.bench.seeding import make_due

WARM_UP = 10
LOOK_SECONDS = 0.001


async def run(file: Path, config: Path, due: int, rounds: int) -> None:
    """Tick, and print what it took."""
    settings = Settings(_env_file=None, bot_token=TOKEN, database_url=f"sqlite+aiosqlite:///{file}")
    database = await Database.open(settings.database_url)
    try:
        await database.try_to_lead()
        services = await load_services(database, settings, SystemClock(), config)

        async def reload() -> None:
            return None

        ticker = Ticker(
            database,
            services,
            subjects=wiring.engine(),
            on_committed=lambda unit: None,
            reload=reload,
        )
        make_due(file, WARM_UP)
        await ticker.run_due_now()
        memory.freeze_gc()  # as a Verso that has started
        found: dict[str, Any] = {"idle": [await _tick(ticker) for _ in range(20)]}
        pauses: list[float] = []
        found["due"] = []
        for _ in range(rounds):
            make_due(file, due)
            async with watched(pauses):
                found["due"].append(await _tick(ticker))
        found["pause"] = max(pauses)
    finally:
        await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"ticks {orjson.dumps(found | {'memory_mb': peak}).decode()}", flush=True)


async def _tick(ticker: Ticker) -> float:
    began = time.perf_counter()
    await ticker.every_second()
    return time.perf_counter() - began


@contextlib.asynccontextmanager
async def watched(pauses: list[float]) -> AsyncIterator[None]:
    """Note for how long the loop gives nobody else a turn while the block runs."""

    async def look() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LOOK_SECONDS)
            pauses.append(time.perf_counter() - before - LOOK_SECONDS)

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    try:
        yield
        await asyncio.sleep(LOOK_SECONDS)  # a pause that has just ended is noted
    finally:
        looking.cancel()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
