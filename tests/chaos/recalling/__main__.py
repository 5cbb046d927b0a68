"""`python -m tests.chaos.recalling --owners 8000 --kills 20 --seed 1 --database sqlite`."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.__main__ import database
from tests.chaos.recalling.plan import Plan
from tests.chaos.recalling.run import recalled


def main() -> int:
    """Run a recall under kills and refusals; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.recalling")
    parser.add_argument("--owners", type=int, default=8000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=200, help="messages a second")
    parser.add_argument(
        "--database", choices=["sqlite", "postgres"], nargs="+", default=["sqlite", "postgres"]
    )
    given = parser.parse_args()
    plan = Plan(owners=given.owners, kills=given.kills, seed=given.seed, rate=given.rate)
    print(plan, flush=True)
    return max(_run(plan, kind) for kind in given.database)


def _run(plan: Plan, kind: str) -> int:
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="verso-recall-") as name,
        database(kind, Path(name)) as url,
    ):
        report = asyncio.run(recalled(plan, url, Path(name)))
    print("\n".join(report.lines()), flush=True)
    print(f"{kind}: {time.monotonic() - began:.0f} seconds.")
    print("Every promise was kept." if not report.broken else "Promises were broken.", flush=True)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
