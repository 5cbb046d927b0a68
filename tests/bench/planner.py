"""Ticks over one database, in a process of their own, so that its memory can be told.

    python -m tests.bench.planner FILE CONFIG DUE ROUNDS

Prints the seconds of each tick with nothing due, of each with DUE candidates, and the peak memory.
"""

import asyncio
import resource
import sys
import time
from pathlib import Path

import orjson

import bot.app  # noqa: F401  what a running Verso has loaded counts as its memory
from bot import wiring
from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.runtime.ticker import Ticker
from bot.settings import Settings
from storage.database import Database
from tests.bench.lean import TOKEN
from tests.bench.seeding import make_due

WARM_UP = 10


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
        found = {
            "idle": [await _tick(ticker) for _ in range(20)],
            "due": [await _tick(ticker, file, due) for _ in range(rounds)],
        }
    finally:
        await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"ticks {orjson.dumps(found | {'memory_mb': peak}).decode()}", flush=True)


async def _tick(ticker: Ticker, file: Path | None = None, due: int = 0) -> float:
    if file is not None:
        make_due(file, due)
    began = time.perf_counter()
    await ticker.every_second()
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
