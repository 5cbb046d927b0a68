"""Many asks at the full budget while other customers chat."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.crowd import crowd, percentile, verso
from tests.bench.plan import Broadcast, Plan
from tests.bench.report import Goal, Report, at_least
from tests.bench.seeding import Size, config_text, seed

TITLE = "Broadcast and chat together"
CHAT_SHARE = 0.1
"""The share of the budget that the chatting customers take."""
SECONDS = 240.0
AIMS = {500: (80, 95), 1_000: (45, 80)}
"""Per cent of the budget: what is needed and what is aimed at."""
HEAD = (
    "budget, server",
    "asks",
    "chatting",
    "seconds",
    "budget used",
    "429",
    "chat replies",
    "p50 ms",
    "p99 ms",
    "commits per message",
    "CPU ms per message",
    "memory MB",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What one broadcast came to: moments in seconds, waits in milliseconds."""

    size: Broadcast
    asks: list[float]
    used: float
    """Of the budget, between 0 and 1."""
    refused: int
    replies: int
    p50: float
    p99: float
    commits: float
    """Of the bot's process, per message."""
    cpu: float
    """Milliseconds per message."""
    memory: float

    def row(self, server: str) -> tuple[str, ...]:
        """Give the line of the table."""
        return (
            f"{self.size.budget:,}/s, {server}",
            f"{len(self.asks):,}",
            f"{self.size.chatting:,}",
            f"{self.asks[-1] - self.asks[0]:.1f}",
            f"{self.used:.1%}",
            str(self.refused),
            f"{self.replies:,}",
            f"{self.p50:.0f}",
            f"{self.p99:.0f}",
            f"{self.commits:.2f}",
            f"{self.cpu:.2f}",
            f"{self.memory:.0f}",
        )


async def run(folder: Path, plan: Plan) -> Report:
    """Ask many while some chat, by each budget; by the first also with a server far away."""
    here = [await _measured(folder, size, 0) for size in plan.broadcasts]
    away = await _measured(folder, plan.broadcasts[0], plan.way_ms)
    rows = [each.row("on this machine") for each in here]
    rows.insert(1, away.row("away"))
    return Report(
        TITLE,
        "So many asks are due when the bot starts; meanwhile customers chat by texts, thinking so "
        f"long that they take {CHAT_SHARE:.0%} of the budget together. The budget is in messages "
        "per second over all chats, and one per second in each, enforced by the server as the "
        "sandbox does. To the server that is away a message needs "
        f"{plan.way_ms} to {2 * plan.way_ms} ms, its answer as many, and one in fifty is held up "
        "for up to 200 ms more: what may have come late is counted late, which costs some of the "
        "budget. An older message whose buttons are taken away is one of the budget too, for Verso "
        "counts it. SQLite.",
        HEAD,
        rows,
        _goals(here, away),
    )


async def _measured(folder: Path, size: Broadcast, way_ms: int) -> Found:
    """See how the budget was used and how long the chat took."""
    name = f"{size.budget}-{way_ms}"
    config, file = folder / f"{name}.yaml", folder / f"{name}.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=size.asked + size.chatting, due=size.asked))
    url, think = f"sqlite+aiosqlite:///{file}", size.chatting / (size.budget * CHAT_SHARE)
    async with (
        crowd(folder, size.chatting, 0, think, size.budget, way_ms) as server,
        verso(folder, server.url, url, config, size.budget, "--twenty") as bot,
        asyncio.timeout(SECONDS),
    ):
        before = bot.cpu_seconds()
        bot.count_anew()
        await server.begin()
        found = await server.until(asks=size.asked)
        counted = await bot.counted()
        cpu, memory = bot.cpu_seconds() - before, bot.peak_mb()
    return found_of(size, found, counted["commits"], cpu, memory)


def found_of(
    size: Broadcast, found: dict[str, Any], commits: int, cpu: float, memory: float
) -> Found:
    """What the figures of a server and a bot come to."""
    asks, waits = found["asks"], found["waits"]
    # The first second is a burst on top of what flows: it is left out, to count against us.
    begin, end = asks[0] + 1.0, asks[-1]
    spent = [*asks, *found["replies"], *found["edits"]]
    sent = sum(begin < moment <= end for moment in spent)
    messages = len(asks) + len(found["replies"])
    return Found(
        size,
        asks,
        sent / (size.budget * (end - begin)),
        found["refused"],
        len(waits),
        1000 * percentile(waits, 0.5),
        1000 * percentile(waits, 0.99),
        commits / messages,
        1000 * cpu / messages,
        memory,
    )


def _goals(here: list[Found], away: Found) -> list[Goal]:
    refused = sum(each.refused for each in here)
    slowest = max(each.p99 for each in here)
    return [
        *(use_of(each) for each in here),
        Goal("not one 429", str(refused), refused == 0),
        Goal("not one 429 from the server that is away", str(away.refused), away.refused == 0),
        Goal("p99 of the chatting customers below 250 ms", f"{slowest:.0f} ms", slowest < 250),
        *(
            Goal("at most 0.1 commits per message", f"{each.commits:.2f}", each.commits <= 0.1)
            for each in here
            if each.size.budget == max(AIMS)
        ),
    ]


def use_of(found: Found) -> Goal:
    """The goal for how much of the budget is used."""
    what, per_cent = f"budget used at {found.size.budget:,}/s", 100 * found.used
    if found.size.budget in AIMS:
        return at_least(what, per_cent, *AIMS[found.size.budget], " %")
    return Goal(f"{what}: at least 99 %", f"{per_cent:.1f} %", per_cent >= 99)
