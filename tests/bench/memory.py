"""How much memory Verso holds before very many customers and open conversations."""

from datetime import UTC, datetime
from pathlib import Path

from tests.bench import contest
from tests.bench.crowd import mixed_crowd, verso
from tests.bench.mixture import UPDATES, config_of, seed_mix
from tests.bench.plan import Plan
from tests.bench.report import Report, at_most
from tests.bench.seeding import Size, config_text, seed

TITLE = "Memory"
FIRST_CHAT = 100_000_000
"""Of those who are there already; those of the mix have other chats."""


async def run(folder: Path, plan: Plan) -> Report:
    """Play the mix over a very large database."""
    customers, open_ones = plan.customers[-1], plan.open_conversations
    size = Size(customers=customers, open_conversations=open_ones, first_chat=FIRST_CHAT)
    found = await _measured(folder, plan, size)
    return Report(
        TITLE,
        f"The conversations above, with forum and staff, until {plan.replies:,} updates have been "
        "handled, over a database in which others are: all linked, so many of them in the middle "
        "of a conversation. Peak of the whole process (resident set), SQLite.",
        contest.HEAD,
        [found.row(f"{customers:,} customers, {open_ones:,} open conversations")],
        [
            at_most(
                f"memory at {customers:,} customers after {plan.replies:,} updates",
                found.memory_mb,
                200,
                180,
                " MB",
            )
        ],
    )


async def _measured(folder: Path, plan: Plan, size: Size) -> contest.Figures:
    complaints, config = plan.replies // UPDATES, config_of(folder, staff=True)
    # With the schedule that the others wait for: what it would cancel is no part of this.
    schedules = config_text(datetime.now(UTC)).partition("schedules:")
    config.write_text(config.read_text("utf-8") + "".join(schedules[1:]), "utf-8")
    file = folder / "large.db"
    await seed(file, config, size)
    url = f"sqlite+aiosqlite:///{file}"
    await seed_mix(url, complaints, staff=True)
    return await contest.measure(
        mixed_crowd(folder, complaints, plan.talkers, staff=True),
        lambda server: [verso(folder, server, url, config)],
        complaints * UPDATES,
    )
