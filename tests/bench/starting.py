"""From `verso run` to the first answer, and through what had piled up meanwhile."""

import asyncio
import contextlib
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.crowd import Crowd, crowd
from tests.bench.lean import TOKEN
from tests.bench.plan import Plan
from tests.bench.processes import Child, child
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size, add_updates, config_text, seed

TITLE = "Start"
ROUNDS = 3
SECONDS = 120.0
RATE = 1000
"""Messages per second: with the default of 30, ten thousand answers would take six minutes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds from the start of the process, and its peak of memory."""

    name: str
    first: float
    cpu: float
    """Processor seconds that were used until then."""
    last: float | None
    memory_mb: float

    def row(self) -> tuple[str, ...]:
        """Give the row of the table."""
        last = f"{self.last:.1f}" if self.last is not None else ""
        return self.name, f"{self.first:.2f}", f"{self.cpu:.2f}", last, f"{self.memory_mb:.0f}"


async def run(folder: Path, plan: Plan) -> Report:
    """Start on an empty database, on a large one, and on one where updates wait."""
    config = folder / "verso.yaml"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    empty = [await _one_answer(folder, config, folder / f"{n}.db") for n in range(ROUNDS)]
    file = folder / "large.db"
    customers = plan.customers[-1]
    await seed(file, config, Size(customers=customers, tickets=plan.tickets))
    large = [await _one_answer(folder, config, file) for _ in range(ROUNDS)]
    await asyncio.to_thread(add_updates, file, plan.waiting)
    name = f"the same, and {plan.waiting:,} updates waiting"
    behind = await _all_answers(folder, config, file, plan.waiting, name)
    size = f"{customers:,} customers, {plan.tickets:,} tickets"
    figures = [
        _median("empty database, tables made first", empty),
        _median(size, large),
        behind,
    ]
    return Report(
        TITLE,
        "From the start of the process `verso run` until the server that stands for Telegram has "
        "the first answer to a customer whose message waited there, on SQLite; medians of "
        f"{ROUNDS} starts. Last row: the updates were stored by a process that then ended, each of "
        f"another customer; `VERSO_SEND_RATE={RATE}`.",
        ("", "first answer after s", "of these CPU s", "all answered after s", "memory MB"),
        [each.row() for each in figures],
        [
            Goal(
                f"answering within 2 seconds of the start, with {customers:,} customers",
                f"{figures[1].first:.2f} s; with updates waiting {figures[2].first:.2f} s",
                max(each.first for each in figures[1:]) < 2,
            )
        ],
    )


def _median(name: str, starts: list[Figures]) -> Figures:
    first = statistics.median(start.first for start in starts)
    cpu = statistics.median(start.cpu for start in starts)
    return Figures(name, first, cpu, None, max(start.memory_mb for start in starts))


async def _one_answer(folder: Path, config: Path, file: Path) -> Figures:
    """Start with one message waiting at Telegram."""
    async with crowd(folder, customers=1, steps=1) as server:
        await server.begin()
        async with _verso(folder, server, config, file) as verso, asyncio.timeout(SECONDS):
            found = await server.until(replies=1)
            first = found["replies"][0] - verso.started_at
            return Figures("", first, verso.cpu_seconds(), None, verso.peak_mb())


async def _all_answers(folder: Path, config: Path, file: Path, waiting: int, name: str) -> Figures:
    """Start with so many updates in the inbox."""
    async with (
        crowd(folder, customers=0) as server,
        _verso(folder, server, config, file) as verso,
        asyncio.timeout(SECONDS),
    ):
        await server.until(replies=1)
        cpu = verso.cpu_seconds()
        found = await server.until(replies=waiting)
        answers = [moment - verso.started_at for moment in found["replies"]]
        return Figures(name, answers[0], cpu, answers[-1], verso.peak_mb())


def _verso(
    folder: Path, server: Crowd, config: Path, file: Path
) -> contextlib.AbstractAsyncContextManager[Child]:
    environment = {
        "VERSO_BOT_TOKEN": TOKEN,
        "VERSO_BOT_API_URL": server.url,
        "VERSO_DATABASE_URL": f"sqlite+aiosqlite:///{file}",
        "VERSO_CONFIG": str(config),
        "VERSO_MODE": "polling",
        "VERSO_OWNER_IDS": "1",
        "VERSO_HTTP_LISTEN": "127.0.0.1:0",
        "VERSO_API_KEYS": "",
        "VERSO_SEND_RATE": str(RATE),
        "VERSO_LOG_LEVEL": "warning",
    }
    return child(folder, "bot.cli", "run", environment=environment)
