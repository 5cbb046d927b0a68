"""Figures, letters, pictures and hypotheses of very many customers."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.insight_seeding import BEGAN, CHANGES, config, seed_figures
from tests.bench.plan import Plan
from tests.bench.processes import child
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size

TITLE = "Figures, letters and pictures"
ROUNDS = 3
SECONDS = 300.0
DRAWN_MS, PAUSE_MS = 300, 25
HEAD = ("what", "counted in ms", "drawn in ms", "longest pause of the loop, ms")


async def run(folder: Path, plan: Plan) -> Report:
    """Count and draw each of them over one database."""
    customers = plan.customers[-1]
    file, config_file = folder / "insight.db", folder / "verso.yaml"
    config_file.write_text(config(datetime.now(UTC)), "utf-8")
    size = Size(customers=customers, tickets=customers // 10)
    await seed_figures(file, config_file, size)
    async with child(folder, "tests.bench.seer", file, config_file, ROUNDS) as seer:
        found = await seer.tells("seen", SECONDS)
    await asyncio.to_thread(file.unlink)
    looks = found["looks"]
    draws = [1000 * max(each["draw"]) for each in looks.values() if each["draw"]]
    pause = 1000 * max(max(each["pause"]) for each in looks.values())
    rows = [
        (name, _slowest(each["count"]), _slowest(each["draw"]), _slowest(each["pause"]))
        for name, each in looks.items()
    ]
    return Report(
        TITLE,
        f"{customers:,} customers on SQLite, half of whom were asked in the last 60 days; "
        f"{size.tickets:,} complaints of a year, of which each fifth led to one of {CHANGES} "
        f"changes and was told so; a hypothesis to which all customers belong for {BEGAN.days} "
        f"days. Each by a unit that only reads, the slowest of {ROUNDS} rounds; pictures are drawn "
        f"in a thread. The process held {found['memory_mb']:.0f} MB at most.",
        HEAD,
        rows,
        [
            Goal(
                f"a picture drawn in under {DRAWN_MS} ms",
                f"{max(draws):.0f} ms" if draws else "not drawn: the extra `paper` is missing",
                bool(draws) and max(draws) < DRAWN_MS,
            ),
            Goal(f"no pause of the loop over {PAUSE_MS} ms", f"{pause:.1f} ms", pause <= PAUSE_MS),
        ],
    )


def _slowest(seconds: list[float]) -> str:
    return f"{1000 * max(seconds):.0f}" if seconds else ""
