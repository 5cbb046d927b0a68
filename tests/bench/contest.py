"""One contender before a fresh server: how fast, how soon, at what price."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.crowd import Crowd, crowd, mixed_crowd, percentile, ready, verso
from tests.bench.lean import TOKEN
from tests.bench.mixture import UPDATES, UPDATES_ALONE, config_of, seed_mix
from tests.bench.plan import Plan
from tests.bench.processes import ROOT, Child, child, command

SETTLE_SECONDS = 1.5
SECONDS = 60.0
SLOWEST = 50
"""Replies per second; a contender that is slower still is given up."""
HEAD = ("", "replies/s", "p50 ms", "p99 ms", "calls per update", "CPU ms per update", "memory MB")
GRAMMY, AIOGRAM = "VERSO_BENCH_GRAMMY", "VERSO_BENCH_AIOGRAM_PYTHON"
"""Settings of the bench: where grammY was installed, and a Python that has aiogram."""
PEERS = Path(__file__).parent / "peers"
Bots = Callable[[str], list[AbstractAsyncContextManager[Child]]]
"""The contender's processes, made for the server at this URL."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contender reached."""

    replies_per_second: float
    """Updates of people per second, from the first until the last call that one led to."""
    p50_ms: float
    p99_ms: float
    """From an update until what it leads to has reached those who wait for it."""
    calls: float
    """Made per update, those that fetch updates left out."""
    cpu_ms: float
    """Processor time per update, of all its threads; a database server's is not in it."""
    memory_mb: float

    def row(self, title: str) -> tuple[str, ...]:
        """Give the row of the table."""
        return (
            title,
            f"{self.replies_per_second:,.0f}",
            f"{self.p50_ms:.0f}",
            f"{self.p99_ms:.0f}",
            f"{self.calls:.2f}",
            f"{self.cpu_ms:.2f}",
            f"{self.memory_mb:.0f}",
        )


def middle(runs: list[Figures]) -> Figures:
    """Give the middle one of a contender's runs."""
    return sorted(runs, key=lambda each: each.replies_per_second)[len(runs) // 2]


async def measure(crowd: AbstractAsyncContextManager[Crowd], bots: Bots, replies: int) -> Figures:
    """Let the people of a server write until so many updates have had their reply."""
    async with crowd as server, contextlib.AsyncExitStack() as stack:
        running = [await stack.enter_async_context(bot) for bot in bots(server.url)]
        await asyncio.sleep(SETTLE_SECONDS)
        before = sum(bot.cpu_seconds() for bot in running)
        calls = await _calls(server)
        await server.begin()
        async with asyncio.timeout(SECONDS + replies / SLOWEST):
            await server.until(replies=replies)
            found = await server.quiet()
        cpu = sum(bot.cpu_seconds() for bot in running) - before
        memory = max(bot.peak_mb() for bot in running)
        calls = await _calls(server) - calls
    return Figures(
        replies / (found["last_call"] - found["began"]),
        1000 * percentile(found["waits"], 0.5),
        1000 * percentile(found["waits"], 0.99),
        calls / replies,
        1000 * cpu / replies,
        memory,
    )


async def _calls(server: Crowd) -> int:
    made = (await server.until())["calls"]
    return sum(count for method, count in made.items() if method != "getUpdates")


async def shipped(
    folder: Path, plan: Plan, database_url: str, *, staff: bool = True, processes: int = 1
) -> Figures:
    """Measure Verso with its own flow, before a forum of staff who answer and resolve or alone."""
    config = config_of(folder, staff=staff)
    await seed_mix(database_url, plan.complaints, staff=staff)
    return await measure(
        mixed_crowd(folder, plan.complaints, plan.talkers, staff=staff),
        lambda url: [verso(folder, url, database_url, config) for _ in range(processes)],
        plan.complaints * (UPDATES if staff else UPDATES_ALONE),
    )


async def other(folder: Path, plan: Plan, name: str, kept_in: Path) -> Figures:
    """Measure another bot that does the same with the same calls (`tests.bench.peers`)."""
    return await measure(
        mixed_crowd(folder, plan.complaints, plan.talkers, staff=True),
        lambda url: [ready(child(folder, f"tests.bench.peers.{name}", url, kept_in))],
        plan.complaints * UPDATES,
    )


async def twenty(folder: Path, plan: Plan, database_url: str) -> Figures:
    """Measure Verso with the flow of twenty plain questions, answered by texts."""
    none = folder / "none.yaml"
    return await measure(
        crowd(folder, plan.talkers, plan.steps),
        lambda url: [verso(folder, url, database_url, none, 0, "--twenty")],
        plan.talkers * plan.steps,
    )


async def echo(folder: Path, plan: Plan, name: str) -> Figures | None:
    """Measure another library's echo of texts; None when the library is not there."""
    if (words := echo_command(name)) is None:
        return None
    return await measure(
        crowd(folder, plan.talkers, plan.steps),
        lambda url: [ready(command(folder, name, *words, url, TOKEN))],
        plan.talkers * plan.steps,
    )


def echo_command(name: str) -> tuple[str, ...] | None:
    """Give the words that run an echo, without its server; None when nobody said where it is."""
    place = os.environ.get(GRAMMY if name == "grammy" else AIOGRAM, "")
    if not place:
        return None
    if name == "grammy":
        return "node", str(PEERS / "grammy_echo.cjs"), str(ROOT / place)
    return place, str(PEERS / "aiogram_echo.py")
