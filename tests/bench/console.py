"""The console's pages over very many customers, on both databases."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from bot.configuration.current import load_services
from bot.console.web.passes import make_link
from bot.core.clock import SystemClock
from bot.core.work import Work
from bot.http.server import create_http_app
from bot.settings import Settings
from flows.console.signed import Signed
from storage.database import Database
from tests.bench import databases
from tests.bench.console_seeding import add_work, config_text, copy_to_postgres
from tests.bench.lean import TOKEN
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report
from tests.bench.seeding import SCHEDULE, Size, seed
from tests.bot.serving import StubProbes

TITLE = "The console"
ROUNDS = 8
GOAL_MS = 150
ADMIN = 900
PAGES: Mapping[str, str] = {
    "today": "",
    "asks": "/asks",
    "one schedule": f"/asks?of={SCHEDULE}",
    "its words": f"/asks/words?of={SCHEDULE}",
    "board": "/board",
    "why": "/why?ref=C-4242",
    "trials": "/trials",
    "a new hypothesis": "/trials/new",
    "book": "/book",
}


async def run(folder: Path, plan: Plan) -> Report:
    """Measure how long an admin waits for a page."""
    customers, tickets = plan.customers[-1], plan.tickets
    config, file = folder / "verso.yaml", folder / "console.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=customers, tickets=tickets))
    add_work(file, customers, tickets)
    found = {"SQLite": await _look(f"sqlite+aiosqlite:///{file}", config)}
    with databases.postgres_server(folder) as host:
        url = await databases.postgres(host)
        await copy_to_postgres(file, url, host)
        found["PostgreSQL"] = await _look(url, config)
    rows = [
        (
            f"{name}, {page}",
            *(f"{value:.0f}" for value in (took[0], statistics.median(took), max(took[1:]))),
            f"{beside:.1f}" if beside > GOAL_MS / 1000 else "",
        )
        for name, pages in found.items()
        for page, (took, beside) in pages.items()
    ]
    goals = [
        Goal(
            f"each page under {GOAL_MS} ms at {customers:,} customers, {name}",
            f"{_slowest(pages):.0f} ms",
            _slowest(pages) < GOAL_MS,
        )
        for name, pages in found.items()
    ]
    return Report(
        TITLE,
        f"{customers:,} customers and {tickets:,} complaints, of which one in fifty is open; ten "
        "schedules, one of them with two texts and a holdout, a hypothesis with a tenth of all "
        f"customers in it, five goals. A first look at each page and {ROUNDS} more, one after the "
        "other, from the question to the whole answer. What is counted over many rows is worked "
        "out beside the page, which says so and shows it with a later look: the last column has "
        "the seconds until it is there, all of it for the first time.",
        ("page", "first look, ms", "median, ms", "slowest after it, ms", "counted beside, s"),
        rows,
        goals,
    )


def _slowest(pages: Mapping[str, tuple[list[float], float]]) -> float:
    return max(max(took[0], statistics.median(took)) for took, _ in pages.values())


async def _look(url: str, config: Path) -> dict[str, tuple[list[float], float]]:
    """Look at every page: milliseconds of each look, and seconds of what is counted beside it."""
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        database_url=url,
        owner_ids=str(ADMIN),
    )
    database = await Database.open(url)
    services = await load_services(database, settings, SystemClock(), config)
    services.admins = {ADMIN}
    app = create_http_app(database, services, StubProbes())
    found = {}
    try:
        async with TestClient(TestServer(app)) as reader:
            await _come_in(database, services, reader)
            for name, path in PAGES.items():
                first, began = await _timed(reader, path), time.perf_counter()
                beside = [each for each in asyncio.all_tasks() if "beside:" in each.get_name()]
                await asyncio.gather(*beside)
                waited = time.perf_counter() - began if beside else 0.0
                later = [await _timed(reader, path) for _ in range(ROUNDS)]
                found[name] = [first, *later], waited
    finally:
        await database.close()
    return found


async def _come_in(database: Database, services: Any, reader: TestClient[Any, Any]) -> None:
    async with database.unit() as unit:
        work = Work(unit, services.clock.now(), services)
        link = make_link(work, Signed(ADMIN, "Ada", "en"))
        await unit.commit()
    key = link.partition("#key=")[2]
    response = await reader.post("/console/enter", data={"key": key})
    response.raise_for_status()


async def _timed(reader: TestClient[Any, Any], path: str) -> float:
    began = time.perf_counter()
    response = await reader.get(f"/console{path}")
    await response.read()
    response.raise_for_status()
    return 1000 * (time.perf_counter() - began)
