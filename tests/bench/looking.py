"""`/why` and previews over very many customers, with ten schedules."""

import asyncio
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.looker import DAYS
from tests.bench.plan import Plan
from tests.bench.processes import child
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size, seed, ten_schedules

WHY, PREVIEW = "Why", "Preview"
ROUNDS = 5
SECONDS = 120.0
_METHOD = (
    "On SQLite, with ten schedules. Every customer is linked and has one event and one candidate: "
    "half of these wait for the same day, half were asked 40 days ago. "
)


async def measure(folder: Path, customers: int) -> Any:
    """Make a database of this size and look at it."""
    file, config = folder / f"{customers}.db", folder / "verso.yaml"
    config.write_text(ten_schedules(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=customers, tickets=customers // 10))
    async with child(folder, "tests.bench.looker", file, config, customers, ROUNDS) as looker:
        found = await looker.tells("looks", SECONDS)
    await asyncio.to_thread(file.unlink)
    return found


def _ms(seconds: list[float]) -> float:
    return 1000 * statistics.median(seconds)


async def run_why(folder: Path, plan: Plan) -> Report:
    """Measure the reasoning about one customer."""
    sizes = plan.customers
    all_found = [await measure(folder, customers) for customers in sizes]
    rows = [
        (f"{customers:,}", f"{_ms(found['why']):.1f}", f"{1000 * max(found['why']):.0f}")
        for customers, found in zip(sizes, all_found, strict=True)
    ]
    median = _ms(all_found[-1]["why"])
    return Report(
        WHY,
        _METHOD + f"`/why` for {10 * ROUNDS} customers chosen at random, from the question to the "
        "whole answer.",
        ("linked customers", "median ms", "slowest ms"),
        rows,
        [Goal(f"under 50 ms at {sizes[-1]:,} customers", f"{median:.1f} ms", median < 50)],
    )


async def run_preview(folder: Path, plan: Plan) -> Report:
    """Measure previews and live counts."""
    sizes = plan.customers
    all_found = [await measure(folder, customers) for customers in sizes]
    kinds = ("saved", "draft", "audience")
    rows = [
        (f"{customers:,}", *(f"{_ms(found[kind]):.0f}" for kind in kinds))
        for customers, found in zip(sizes, all_found, strict=True)
    ]
    slowest = max(_ms(all_found[-1][kind]) for kind in kinds[:2])
    return Report(
        PREVIEW,
        _METHOD + f"A preview of {DAYS} days of a schedule as it is, for which half of all "
        "customers fall due in them; one of a draft with another delay and audience; the live "
        f"count of that audience. Medians of {ROUNDS}.",
        ("linked customers", "as saved, ms", "draft, ms", "audience, ms"),
        rows,
        [Goal(f"under 1 s at {sizes[-1]:,} customers", f"{slowest:.0f} ms", slowest < 1000)],
    )
