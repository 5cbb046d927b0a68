"""Ten pictures drawn over very many customers while others chat."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.console_seeding import add_work, config_text
from tests.bench.crowd import percentile, ready, served
from tests.bench.picturing import ADMIN, PICTURES
from tests.bench.plan import Plan
from tests.bench.processes import child
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size, seed

TITLE = "Pictures while others chat"
CHATTING, THINK = 200, 2.0
"""Customers who chat, and the seconds that each thinks: a hundred messages a second."""
BEFORE = 3_000
"""Replies before the pictures are asked for."""
WARM_UP = 500
SECONDS = 600.0
GOAL_MS = 250


async def run(folder: Path, plan: Plan) -> Report:
    """Chat, have ten pictures drawn meanwhile, and see how long replies took."""
    customers = plan.customers[-1]
    config, file = folder / "verso.yaml", folder / "pictures.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=customers, tickets=plan.tickets))
    add_work(file, customers, plan.tickets)
    found = await _measured(folder, config, f"sqlite+aiosqlite:///{file}")
    pressed, done = found["pressed"], max(found["photos"])
    heard = found["heard"][WARM_UP:]
    before = sorted(wait for at, wait in heard if at < pressed)
    during = sorted(wait for at, wait in heard if pressed <= at <= done)
    slowest = 1000 * percentile(during, 0.99)
    return Report(
        TITLE,
        f"{customers:,} customers and {plan.tickets:,} complaints on SQLite. {CHATTING} customers "
        "chat by texts, together a hundred messages a second; then an admin presses the buttons "
        f"of {PICTURES} pictures at once, from asked to helped in as many months. They are counted "
        f"and drawn one after the other, the last one {done - pressed:.1f} s after the presses.",
        ("replies", "number", "p50 ms", "p99 ms", "slowest ms"),
        [_row("without pictures", before), _row(f"while {PICTURES} are drawn", during)],
        [
            Goal(
                f"p99 while {PICTURES} pictures are drawn below {GOAL_MS} ms",
                f"{slowest:.0f} ms, without them {1000 * percentile(before, 0.99):.0f} ms",
                slowest < GOAL_MS,
            )
        ],
    )


def _row(name: str, waits: list[float]) -> tuple[str, ...]:
    shown = (percentile(waits, 0.5), percentile(waits, 0.99), waits[-1])
    return (name, f"{len(waits):,}", *(f"{1000 * each:.0f}" for each in shown))


async def _measured(folder: Path, config: Path, url: str) -> Any:
    async with served(folder, "tests.bench.picturing", CHATTING, THINK) as server:
        words = (server.url, url, config, 0, "--twenty")
        owner = {"VERSO_OWNER_IDS": str(ADMIN)}
        bot = child(folder, "tests.bench.contender", *words, environment=owner)
        async with ready(bot), asyncio.timeout(SECONDS):
            await server.begin()
            await server.until(replies=BEFORE)
            return await server.pictures()
