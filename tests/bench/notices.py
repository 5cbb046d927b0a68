"""Everybody behind a change is told at the full budget while other customers chat."""

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.broadcast import HEAD as MESSAGES
from tests.bench.broadcast import SECONDS, Found, found_of, use_of
from tests.bench.crowd import crowd, verso
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size, add_told, config_text, seed

TITLE = "Everybody behind a change is told"
CHAT_SHARE = 0.1
"""The share of the budget that the chatting customers take."""
READY = timedelta(seconds=25)
"""How long after the seeding everybody is told: the bot has started by then."""
HEAD = ("drafted in s", *MESSAGES)
MOST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """What telling everybody came to."""

    drafted: float
    """Seconds from the moment to the beginning of the last transaction that wrote notices."""
    notices: int
    found: Found


async def run(folder: Path, plan: Plan) -> Report:
    """Tell everybody behind one change while others chat."""
    told = await _measured(folder, plan)
    size = plan.told
    return Report(
        TITLE,
        f"{size.asked:,} people each have an open complaint at one desk, all behind one change "
        "that is told when its minute is over: notices are written, then tickets resolved and "
        "their staff shown it, some people in a transaction. The notices leave at the whole "
        "budget, each in the hours and the language of its reader, written down before it leaves, "
        f"while other customers chat by texts and take {CHAT_SHARE:.0%} of the budget. What goes "
        "to the desk is held to a group's twenty messages a minute, and goes on long after. "
        "SQLite.",
        HEAD,
        [(f"{told.drafted:.1f}", *told.found.row("on this machine"))],
        _goals(told, size.asked),
    )


def _goals(told: Told, people: int) -> list[Goal]:
    drafted, p99 = told.drafted, told.found.p99
    return [
        Goal(
            f"{people:,} notices drafted in under {MOST_SECONDS:.0f} s",
            f"{told.notices:,} in {drafted:.1f} s",
            told.notices == people and drafted < MOST_SECONDS,
        ),
        use_of(told.found),
        Goal("not one 429", str(told.found.refused), told.found.refused == 0),
        Goal("p99 of the chatting customers below 250 ms", f"{p99:.0f} ms", p99 < 250),
    ]


async def _measured(folder: Path, plan: Plan) -> Told:
    size = plan.told
    config, file = folder / "told.yaml", folder / "told.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=size.chatting))
    due = datetime.now(UTC) + READY
    add_told(file, size.asked, due)
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
    notices, last = _drafted(file)
    drafted = (last - due).total_seconds()
    return Told(drafted, notices, found_of(size, found, counted["commits"], cpu, memory))


def _drafted(file: Path) -> tuple[int, datetime]:
    """How many notices there are, and when the last of them were written."""
    connection = sqlite3.connect(file)
    try:
        count, last = connection.execute("SELECT count(*), max(queued_at) FROM notices").fetchone()
    finally:
        connection.close()
    return count, datetime.fromtimestamp(last / 1_000_000, UTC)
