"""Letters, figures, pictures and hypotheses over one database, in a process of their own.

    python -m tests.bench.seer FILE CONFIG ROUNDS

Prints by name the seconds of each count and of each drawing, the longest pause of the event loop
during it, and the peak memory.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

import bot.app  # noqa: F401  what a running Verso has loaded counts as its memory
from bot.configuration.current import load_services
from bot.core import printing
from bot.core.clock import SystemClock
from bot.core.services import Services
from bot.core.work import Work
from bot.hypotheses import standing
from bot.insight import statistics
from bot.insight.letter.counting import count
from bot.insight.letter.view import letter
from bot.insight.pictures import pair
from bot.insight.pictures.making import drawn, make
from bot.insight.pictures.picture import Artist, Picture
from bot.insight.pictures.showing import month_now
from bot.runtime import memory
from bot.settings import Settings
from flows.config.goals import PictureName
from storage.database import Database
from tests.bench.lean import TOKEN
from tests.bench.planner import watched

DAYS = 30
LANGUAGE = "en"
Look = Callable[[Work], Awaitable[object]]


async def run(file: Path, config: Path, rounds: int) -> None:
    """Count and draw, and print what it took."""
    settings = Settings(_env_file=None, bot_token=TOKEN, database_url=f"sqlite+aiosqlite:///{file}")
    database = await Database.open(settings.database_url)
    found: dict[str, dict[str, list[float]]] = {}
    try:
        services = await load_services(database, settings, SystemClock(), config)
        memory.freeze_gc()  # as a Verso that has started
        for _ in range(rounds):
            for name, look in _LOOKS.items():
                lines = found.setdefault(name, {"count": [], "draw": [], "pause": []})
                await _look(database, services, look, lines)
    finally:
        await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"seen {orjson.dumps({'looks': found, 'memory_mb': peak}).decode()}", flush=True)


async def _look(
    database: Database, services: Services, look: Look, lines: dict[str, list[float]]
) -> None:
    async with watched(lines["pause"]):
        began = time.perf_counter()
        async with database.reading() as unit:
            seen = await look(Work(unit, services.clock.now(), services))
        counted = time.perf_counter()
        lines["count"].append(counted - began)
        if isinstance(seen, Picture) and seen.data and printing.is_installed():
            await drawn(services, LANGUAGE, seen)
            lines["draw"].append(time.perf_counter() - counted)
    lines["pause"][:] = [max(lines["pause"])]


def _artist(work: Work) -> Artist:
    return Artist(work.services, LANGUAGE, work.now)


async def _letter(work: Work) -> object:
    week = await count(work, LANGUAGE, work.now)
    return letter(_artist(work), work.services, week)


async def _pair(work: Work) -> object:
    config, month = work.services.config, month_now(work).before
    sides = await pair.count(work, _artist(work), month, config.segments[:1])
    return pair.picture(_artist(work), config, month, sides)


def _picture(name: PictureName) -> Look:
    return lambda work: make(work, name, LANGUAGE, month_now(work).before)


_LOOKS: Mapping[str, Look] = {
    "the weekly letter": _letter,
    "`/stats`": lambda work: statistics.measure(work, DAYS),
    "`/map`, a segment beside everybody": _pair,
    **{f"picture: {name}": _picture(name) for name in PictureName},
    "a hypothesis of all customers": lambda work: standing.counted(work, "h1"),
}


if __name__ == "__main__":
    arguments: tuple[Any, ...] = tuple(sys.argv[1:])
    asyncio.run(run(Path(arguments[0]), Path(arguments[1]), int(arguments[2])))
