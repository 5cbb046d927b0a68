"""Two Verso processes on one PostgreSQL beside one alone."""

from pathlib import Path

from tests.bench import contest, databases
from tests.bench.conversations import ROUNDS, ratio
from tests.bench.plan import Plan
from tests.bench.report import Report, at_least

TITLE = "Two processes on PostgreSQL"


async def run(folder: Path, plan: Plan) -> Report:
    """Measure one and two in turns."""
    ones, twos = [], []
    with databases.postgres_server(folder) as host:
        for _ in range(ROUNDS):
            ones.append(await contest.shipped(folder, plan, await databases.postgres(host)))
            url = await databases.postgres(host)
            twos.append(await contest.shipped(folder, plan, url, processes=2))
    return Report(
        TITLE,
        "The conversations above, with forum and staff; the database, the server that stands for "
        "Telegram and both processes share the same cores. One process of the two leads: it "
        "polls, sends and ticks; both handle updates.",
        contest.HEAD,
        [contest.middle(ones).row("one process"), contest.middle(twos).row("two processes")],
        [at_least("two against one", ratio(twos, ones), 0.95, 1.3)],
        [
            f"In turns, {ROUNDS} times; each line is the middle one of its runs, the goal the "
            "middle one of the ratios within a round. CPU is both processes' together, memory the "
            "larger one's."
        ],
    )
