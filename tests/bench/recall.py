"""Everybody whom a recall concerns is told at the full budget while other customers chat."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.broadcast import HEAD as MESSAGES
from tests.bench.broadcast import SECONDS, Found, found_of
from tests.bench.crowd import crowd, verso
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size, add_recalled, config_text, seed

TITLE = "Everybody whom a recall concerns is told"
CHAT_SHARE = 0.1
"""The share of the budget that the chatting customers take."""
READY = timedelta(seconds=25)
"""How long after the seeding everybody is told: the bot has started by then."""
LEAST = 0.95
"""Of the budget, that has to be used."""


async def run(folder: Path, plan: Plan) -> Report:
    """Tell everybody whom a recall concerns while others chat."""
    found, told = await _measured(folder, plan)
    size = plan.recalled
    return Report(
        TITLE,
        f"{size.asked:,} owners, of whom nobody complained, are told of one recall: two hundred in "
        "a transaction, each in the hours and the language of its reader, written down before it "
        f"leaves, while other customers chat by texts and take {CHAT_SHARE:.0%} of the budget. "
        "SQLite.",
        MESSAGES,
        [found.row("on this machine")],
        [
            Goal(
                f"{size.asked:,} told, each once",
                f"{told:,} noted, {len(found.asks):,} arrived",
                told == len(found.asks) == size.asked,
            ),
            Goal(f"{LEAST:.0%} of the budget used", f"{found.used:.0%}", found.used >= LEAST),
            Goal("not one 429", str(found.refused), found.refused == 0),
            Goal(
                "p99 of the chatting customers below 250 ms", f"{found.p99:.0f} ms", found.p99 < 250
            ),
        ],
    )


async def _measured(folder: Path, plan: Plan) -> tuple[Found, int]:
    size = plan.recalled
    config, file = folder / "recall.yaml", folder / "recall.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=size.chatting))
    due = datetime.now(UTC) + READY
    add_recalled(file, size.asked, due)
    url, think = f"sqlite+aiosqlite:///{file}", size.chatting / (size.budget * CHAT_SHARE)
    async with (
        crowd(folder, size.chatting, 0, think, size.budget) as server,
        verso(folder, server.url, url, config, size.budget, "--twenty") as bot,
        asyncio.timeout(SECONDS),
    ):
        before = bot.cpu_seconds()
        bot.count_anew()
        # Only what is answered while people are told counts.
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() - 1))
        await server.begin()
        found = await server.until(asks=size.asked)
        counted = await bot.counted()
        cpu, memory = bot.cpu_seconds() - before, bot.peak_mb()
    return found_of(size, found, counted["commits"], cpu, memory), _told(file)


def _told(file: Path) -> int:
    """How many people are noted to have been told."""
    connection = sqlite3.connect(file)
    try:
        [count] = connection.execute(
            "SELECT count(*) FROM participants WHERE told_at IS NOT NULL"
        ).fetchone()
    finally:
        connection.close()
    return int(count)
