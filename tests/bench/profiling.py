"""Where the time of one update goes: parse, load, decide, write, send."""

import asyncio
from pathlib import Path
from typing import Any

from tests.bench import contest, databases
from tests.bench.contest import SECONDS, SETTLE_SECONDS, SLOWEST
from tests.bench.crowd import mixed_crowd, verso
from tests.bench.mixture import UPDATES, config_of, seed_mix
from tests.bench.plan import Plan
from tests.bench.report import Report

TITLE = "Where the time goes"
PARTS = {
    "receive": "read `getUpdates`, take the JSON apart",
    "store": "write the raw updates into the inbox",
    "claim": "find updates that wait, mark them as done",
    "parse": "make python-telegram-bot's types of the JSON",
    "load": "people and conversations of the whole batch",
    "decide": "find the handler, run the flow, make the answer",
    "write": "state, outbox and the commit, of all transactions",
    "send": "the call to Telegram",
    "record": "what became of the message",
}
"""The sections of `tests.bench.sections`, in the order in which an update passes them."""


async def run(folder: Path, plan: Plan) -> Report:
    """Run the same conversations without counting and with it."""
    plain = await contest.shipped(folder, plan, databases.sqlite(folder))
    updates = plan.complaints * UPDATES
    counted = await _counted(folder, plan, updates)
    cpu = 1000 * counted["process"] / updates
    parts = {name: 1000 * counted["sections"].get(name, 0.0) / updates for name in PARTS}
    loop = 1000 * counted["thread"] / updates
    rows = [(name, what, parts[name]) for name, what in PARTS.items()]
    rows.append(
        ("loop", "the event loop itself, and what is in no section", loop - sum(parts.values()))
    )
    rows.append(("threads", "SQLite and aiosqlite, outside the loop's thread", cpu - loop))
    return Report(
        TITLE,
        f"Processor time of one update of the conversations above, on SQLite, with forum and staff "
        f"({plan.complaints} complaints, {plan.talkers} at once). A section counts only while its "
        "own code runs, not while it waits, nor while a section inside it runs.",
        ("section", "what it does", "ms per update", "share"),
        [
            (name, what, f"{spent:.3f}", f"{spent / cpu:.0%}")
            for name, what, spent in (*rows, ("all", "", cpu))
        ],
        notes=[
            f"Without the counting one update takes {plain.cpu_ms:.3f} ms: the difference is what "
            "the counting costs, and what differs from run to run. There were "
            f"{counted['commits'] / updates:.3f} commits per update."
        ],
    )


async def _counted(folder: Path, plan: Plan, updates: int) -> dict[str, Any]:
    url, config = databases.sqlite(folder), config_of(folder, staff=True)
    await seed_mix(url, plan.complaints, staff=True)
    async with (
        mixed_crowd(folder, plan.complaints, plan.talkers, staff=True) as server,
        verso(folder, server.url, url, config, 0, "--sections") as bot,
    ):
        await asyncio.sleep(SETTLE_SECONDS)
        bot.count_anew()
        await server.begin()
        async with asyncio.timeout(SECONDS + updates / SLOWEST):
            await server.until(replies=updates)
            await server.quiet()
        found: dict[str, Any] = await bot.counted()
        return found
