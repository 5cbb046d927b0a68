"""Many asks at the full budget while other customers chat."""

import asyncio
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


async def run(folder: Path, plan: Plan) -> Report:
    """Ask many while some chat, and see how the budget was used and how long the chat took."""
    think = plan.chatting / (plan.budget * CHAT_SHARE)
    config, file = folder / "verso.yaml", folder / "verso.db"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    await seed(file, config, Size(customers=plan.asked + plan.chatting, due=plan.asked))
    url = f"sqlite+aiosqlite:///{file}"
    async with (
        crowd(folder, plan.chatting, 0, think, plan.budget) as server,
        contender(folder, "verso", server.url, url, config, plan.budget) as bot,
        asyncio.timeout(SECONDS),
    ):
        before = bot.cpu_seconds()
        await server.begin()
        found = await server.until(asks=plan.asked)
        cpu, memory = bot.cpu_seconds() - before, bot.peak_mb()
    return _report(plan, found, think, cpu, memory)


def _report(plan: Plan, found: dict[str, Any], think: float, cpu: float, memory: float) -> Report:
    asks = found["asks"]
    each = 1000 * cpu / (len(asks) + len(found["replies"]))
    # The first second is a burst on top of what flows: it is left out, to count against us.
    begin, end = asks[0] + 1.0, asks[-1]
    sent = sum(begin < moment <= end for moment in [*asks, *found["replies"]])
    used = sent / (plan.budget * (end - begin))
    waits = found["waits"]
    p50, p99 = 1000 * percentile(waits, 0.5), 1000 * percentile(waits, 0.99)
    return Report(
        TITLE,
        f"{plan.asked:,} asks are due when the bot starts; meanwhile {plan.chatting} customers "
        f"chat, thinking {think:.1f} seconds on average before each message. The budget is "
        f"{plan.budget} messages per second over all chats and one per second in each, enforced "
        "by the server as the sandbox does. SQLite.",
        (
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
        [
            (
                f"{len(asks):,}",
                f"{end - asks[0]:.1f}",
                f"{used:.1%}",
                str(found["refused"]),
                f"{len(waits):,}",
                f"{p50:.0f}",
                f"{p99:.0f}",
                f"{each:.2f}",
                f"{memory:.0f}",
            )
        ],
        [
            Goal("at least 99 % of the budget used", f"{used:.1%}", used >= 0.99),
            Goal("not one 429", str(found["refused"]), found["refused"] == 0),
            Goal("p99 of the chatting customers below 250 ms", f"{p99:.0f} ms", p99 < 250),
        ],
    )
