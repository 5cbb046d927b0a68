"""One tick over few and over very many customers."""

import asyncio
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.plan import Plan
from tests.bench.processes import child
from tests.bench.report import Goal, Report, at_most
from tests.bench.seeding import Size, seed, ten_schedules

TITLE = "Planning"
ROUNDS = 3
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What ticks over one database took (medians), and the process's peak of memory."""

    customers: int
    due_ms: float
    idle_ms: float
    pause_ms: float
    """The longest for which the loop gave nobody else a turn while candidates were due."""
    memory_mb: float


async def measure(folder: Path, customers: int, due: int) -> Figures:
    """Make a database of this size and tick over it."""
    file, config = folder / f"{customers}.db", folder / "verso.yaml"
    config.write_text(ten_schedules(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=customers))
    async with child(folder, "tests.bench.planner", file, config, due, ROUNDS) as planner:
        found = await planner.tells("ticks", SECONDS)
    await asyncio.to_thread(file.unlink)
    return Figures(
        customers,
        1000 * statistics.median(found["due"]),
        1000 * statistics.median(found["idle"]),
        1000 * found["pause"],
        found["memory_mb"],
    )


async def run(folder: Path, plan: Plan) -> Report:
    """Measure every size."""
    all_figures = [await measure(folder, customers, plan.due) for customers in plan.customers]
    few, many = all_figures[0], all_figures[-1]
    factor = many.due_ms / few.due_ms
    slowest = max(figures.idle_ms for figures in all_figures)
    longest = max(figures.pause_ms for figures in all_figures)
    largest = max(figures.memory_mb for figures in all_figures)
    return Report(
        TITLE,
        f"What happens every second, on SQLite, with ten schedules, {plan.due:,} candidates due "
        "and with none: the configuration is compared, and candidates, conversations and timers "
        "that are due are handled. Every customer is linked and has one event and one candidate: "
        "half of these wait for a later day, half were asked 40 days ago. "
        f"Medians of {ROUNDS} and of 20 ticks; the pause is the longest for which the "
        "event loop gave nobody else a turn in any of those with candidates due; memory is the "
        "peak of the whole process.",
        ("linked customers", f"{plan.due:,} due, ms", "none due, ms", "pause ms", "memory MB"),
        [
            (
                f"{f.customers:,}",
                f"{f.due_ms:.0f}",
                f"{f.idle_ms:.1f}",
                f"{f.pause_ms:.1f}",
                f"{f.memory_mb:.0f}",
            )
            for f in all_figures
        ],
        [
            Goal(
                f"{many.customers:,} customers cost at most 1.3 times what {few.customers:,} cost",
                f"{factor:.2f} times",
                factor <= 1.3,
            ),
            at_most(f"{plan.due:,} due", many.due_ms / 1000, 0.6, 0.4, " s"),
            Goal("no pause of the loop over 25 ms", f"{longest:.1f} ms", longest <= 25),
            Goal("nothing due: under 5 ms", f"{slowest:.1f} ms at most", slowest < 5),
            Goal("the process under 200 MB", f"{largest:.0f} MB at most", largest < 200),
        ],
    )
