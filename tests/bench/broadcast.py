"""Many asks at the full budget while other customers chat."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.crowd import contender, crowd, percentile
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report
from tests.bench.seeding import Size, config_text, seed

TITLE = "Broadcast and chat together"
CHAT_SHARE = 0.1
"""The share of the budget that the chatting customers take."""
SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Found:
    """What one broadcast came to: moments in seconds, waits in milliseconds."""

    asks: list[float]
    used: float
    """Of the budget, between 0 and 1."""
    refused: int
    replies: int
    p50: float
    p99: float
    cpu: float
    """Milliseconds per message."""
    memory: float

    def row(self, server: str) -> tuple[str, ...]:
        """Give the line of the table."""
        return (
            server,
            f"{len(self.asks):,}",
            f"{self.asks[-1] - self.asks[0]:.1f}",
            f"{self.used:.1%}",
            str(self.refused),
            f"{self.replies:,}",
            f"{self.p50:.0f}",
            f"{self.p99:.0f}",
            f"{self.cpu:.2f}",
            f"{self.memory:.0f}",
        )


async def run(folder: Path, plan: Plan) -> Report:
    """Ask many while some chat: with a server on this machine, and with one that is far away."""
    here = await _measured(folder / "here", plan, 0)
    away = await _measured(folder / "away", plan, plan.way_ms)
    return _report(plan, here, away)


async def _measured(folder: Path, plan: Plan, way_ms: int) -> Found:
    """See how the budget was used and how long the chat took."""
    folder.mkdir()  # noqa: ASYNC240  before anything is measured
    think = plan.chatting / (plan.budget * CHAT_SHARE)
    config, file = folder / "verso.yaml", folder / "verso.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=plan.asked + plan.chatting, due=plan.asked))
    url = f"sqlite+aiosqlite:///{file}"
    async with (
        crowd(folder, plan.chatting, 0, think, plan.budget, way_ms) as server,
        contender(folder, "verso", server.url, url, config, plan.budget) as bot,
        asyncio.timeout(SECONDS),
    ):
        before = bot.cpu_seconds()
        await server.begin()
        found = await server.until(asks=plan.asked)
        cpu, memory = bot.cpu_seconds() - before, bot.peak_mb()
    return _found(plan, found, cpu, memory)


def _found(plan: Plan, found: dict[str, Any], cpu: float, memory: float) -> Found:
    asks, waits = found["asks"], found["waits"]
    # The first second is a burst on top of what flows: it is left out, to count against us.
    begin, end = asks[0] + 1.0, asks[-1]
    sent = sum(begin < moment <= end for moment in [*asks, *found["replies"]])
    return Found(
        asks,
        sent / (plan.budget * (end - begin)),
        found["refused"],
        len(waits),
        1000 * percentile(waits, 0.5),
        1000 * percentile(waits, 0.99),
        1000 * cpu / (len(asks) + len(found["replies"])),
        memory,
    )


def _report(plan: Plan, here: Found, away: Found) -> Report:
    think = plan.chatting / (plan.budget * CHAT_SHARE)
    return Report(
        TITLE,
        f"{plan.asked:,} asks are due when the bot starts; meanwhile {plan.chatting} customers "
        f"chat, thinking {think:.1f} seconds on average before each message. The budget is "
        f"{plan.budget} messages per second over all chats and one per second in each, enforced "
        "by the server as the sandbox does. To the server that is away a message needs "
        f"{plan.way_ms} to {2 * plan.way_ms} ms, its answer as many, and one in fifty is held up "
        "for up to 200 ms more: what may have come late is counted late, which costs some of the "
        "budget. SQLite.",
        (
            "server",
            "asks",
            "seconds",
            "budget used",
            "429",
            "chat replies",
            "p50 ms",
            "p99 ms",
            "CPU ms per message",
            "memory MB",
        ),
        [here.row("on this machine"), away.row("away")],
        [
            Goal("at least 99 % of the budget used", f"{here.used:.1%}", here.used >= 0.99),
            Goal("not one 429", str(here.refused), here.refused == 0),
            Goal("not one 429 from the server that is away", str(away.refused), away.refused == 0),
            Goal(
                "p99 of the chatting customers below 250 ms", f"{here.p99:.0f} ms", here.p99 < 250
            ),
        ],
    )
