"""`/why`, previews and audience counts over one database, in a process of their own.

    python -m tests.bench.looker FILE CONFIG CUSTOMERS ROUNDS

Prints the seconds of each reasoning, of each preview (saved and drafted) and of each count.
"""

import asyncio
import random
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson

import bot.app  # noqa: F401  what a running Verso has loaded counts as its memory
from bot.asks.explanation import explain
from bot.asks.preview import audience_size, preview
from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.core.services import Services
from bot.core.work import Work
from bot.settings import Settings
from flows.config import Audience, ComplaintRange, Schedule
from flows.time.durations import Share
from storage.database import Database
from tests.bench.lean import TOKEN

DAYS = 8
"""Candidates that wait are due seven days after the database was made."""


async def run(file: Path, config: Path, customers: int, rounds: int) -> None:
    """Look, and print what it took."""
    settings = Settings(_env_file=None, bot_token=TOKEN, database_url=f"sqlite+aiosqlite:///{file}")
    database = await Database.open(settings.database_url)
    try:
        services = await load_services(database, settings, SystemClock(), config)
        saved = services.config.schedules[0]
        drafts = [_draft(saved, number) for number in range(rounds)]
        refs = [f"C-{random.randint(1, customers)}" for _ in range(10 * rounds)]
        found = {
            "why": [await _timed(database, services, _why(ref)) for ref in refs],
            "saved": [await _timed(database, services, _preview(saved)) for _ in range(rounds)],
            "draft": [await _timed(database, services, _preview(each)) for each in drafts],
            "audience": [await _timed(database, services, _size(each)) for each in drafts],
        }
    finally:
        await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"looks {orjson.dumps(found | {'memory_mb': peak}).decode()}", flush=True)


def _draft(saved: Schedule, number: int) -> Schedule:
    when = saved.when.model_copy(update={"after": Share(5100 + 100 * number)})
    audience = Audience(
        tags=("eu",), without_tags=("staff",), language=("en",), complaints=ComplaintRange(most=3)
    )
    return saved.model_copy(update={"id": "draft", "when": when, "audience": audience})


def _why(ref: str) -> Callable[[Work], Awaitable[object]]:
    return lambda work: explain(work, ref, "en")


def _preview(schedule: Schedule) -> Callable[[Work], Awaitable[object]]:
    return lambda work: preview(work, schedule, DAYS)


def _size(schedule: Schedule) -> Callable[[Work], Awaitable[object]]:
    return lambda work: audience_size(work, schedule)


async def _timed(
    database: Database, services: Services, look: Callable[[Work], Awaitable[object]]
) -> float:
    began = time.perf_counter()
    async with database.reading() as unit:
        await look(Work(unit, services.clock.now(), services))
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
