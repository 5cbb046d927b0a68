"""Virtual customers in a closed loop: Verso beside python-telegram-bot alone."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tests.bench import databases
from tests.bench.crowd import contender, crowd, percentile
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report

TITLE = "Conversations"
SETTLE_SECONDS = 1.5
SECONDS = 120.0
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contender reached."""

    name: str
    replies_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Processor time per update, of all its threads; a database server's is not in it."""
    memory_mb: float

    def row(self) -> tuple[str, ...]:
        """Give the row of the table."""
        return (
            self.name,
            f"{self.replies_per_second:,.0f}",
            f"{self.p50_ms:.0f}",
            f"{self.p99_ms:.0f}",
            f"{self.cpu_ms:.2f}",
            f"{self.memory_mb:.0f}",
        )


async def measure(folder: Path, plan: Plan, title: str, name: str, *arguments: object) -> Figures:
    """Run one contender against a fresh server."""
    replies = plan.talkers * plan.steps
    async with (
        crowd(folder, plan.talkers, plan.steps) as server,
        contender(folder, name, server.url, *arguments) as bot,
    ):
        await asyncio.sleep(SETTLE_SECONDS)
        before = bot.cpu_seconds()
        await server.begin()
        async with asyncio.timeout(SECONDS):
            found = await server.until(replies=replies)
        cpu, memory = bot.cpu_seconds() - before, bot.peak_mb()
    return Figures(
        title,
        replies / (found["replies"][-1] - found["began"]),
        1000 * percentile(found["waits"], 0.5),
        1000 * percentile(found["waits"], 0.99),
        1000 * cpu / replies,
        memory,
    )


async def _turn(folder: Path, plan: Plan, postgres: str) -> tuple[Figures, ...]:
    none = folder / "none.yaml"
    lite = databases.sqlite(folder)
    return (
        await measure(folder, plan, "Verso, SQLite", "verso", lite, none, 0),
        await measure(folder, plan, "Verso, PostgreSQL", "verso", postgres, none, 0),
        await measure(
            folder, plan, "(a) ConversationHandler, PicklePersistence", "conversation-handler"
        ),
        await measure(folder, plan, "(b) plain echo, in memory", "echo"),
    )


def _middle(runs: tuple[Figures, ...]) -> Figures:
    return sorted(runs, key=lambda each: each.replies_per_second)[len(runs) // 2]


async def run(folder: Path, plan: Plan) -> Report:
    """Measure all contenders in turns, and give each one's middle run.

    The machine is not equally fast from one minute to the next; in turns it is so for all.
    """
    runs: list[tuple[Figures, ...]] = []
    with databases.postgres_server(folder) as host:
        for _ in range(ROUNDS):
            runs.append(await _turn(folder, plan, await databases.postgres(host)))
    lite, post, kept, echo = (_middle(each) for each in zip(*runs, strict=True))
    return Report(
        TITLE,
        f"{plan.talkers} virtual customers, {plan.steps} steps each, closed loop: each writes as "
        "soon as the answer to the last message has come. Limits are lifted. Verso stores every "
        "update before it is confirmed and every message before it is sent, and each commit "
        "reaches the disk (`synchronous=FULL`, PostgreSQL's default `fsync`); (a) and (b) are "
        "python-telegram-bot as it comes, and keep what they know in memory.",
        ("", "replies/s", "p50 ms", "p99 ms", "CPU ms per update", "memory MB"),
        [figures.row() for figures in (lite, post, kept, echo)],
        _goals(lite, post, kept, echo),
        [
            f"All in turns, {ROUNDS} times; each line is the middle one of its runs. CPU is the "
            "bot's process with all its threads; PostgreSQL's own is not in it."
        ],
    )


def _goals(lite: Figures, post: Figures, kept: Figures, echo: Figures) -> list[Goal]:
    def times(aim: str, one: Figures, other: Figures, least: float) -> Goal:
        factor = one.replies_per_second / other.replies_per_second
        return Goal(aim, f"{factor:.1f} times", factor >= least)

    return [
        times("SQLite: at least 4 times the replies per second of (a)", lite, kept, 4),
        times("SQLite: at least 2 times those of (b)", lite, echo, 2),
        Goal(
            "SQLite: p99 below the median of (a)",
            f"{lite.p99_ms:.0f} ms to {kept.p50_ms:.0f} ms",
            lite.p99_ms < kept.p50_ms,
        ),
        times("PostgreSQL: at least 2 times those of (a)", post, kept, 2),
    ]
