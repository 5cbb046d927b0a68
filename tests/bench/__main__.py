"""`make bench`: every comparison in one run, printed as tables.

    python -m tests.bench [--quick] [--budget N] [--imported N] [--write] [NAME ...]

Names are those in BENCHMARKS; without any, all are run. --write puts the tables into
docs/performance.md.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from tests.bench import (
    book,
    broadcast,
    console,
    conversations,
    desk,
    imports,
    insight,
    ledger,
    likeness,
    looking,
    machine,
    memory,
    notices,
    pair,
    pictures,
    planning,
    profiling,
    recall,
    report,
    starting,
)
from tests.bench.plan import Plan
from tests.bench.processes import Failed

BENCHMARKS: dict[str, tuple[str, Callable[[Path, Plan], Awaitable[report.Report]]]] = {
    "conversations": (conversations.TITLE, conversations.run),
    "processes": (pair.TITLE, pair.run),
    "broadcast": (broadcast.TITLE, broadcast.run),
    "notices": (notices.TITLE, notices.run),
    "recall": (recall.TITLE, recall.run),
    "planning": (planning.TITLE, planning.run),
    "memory": (memory.TITLE, memory.run),
    "desk": (desk.DESK, desk.run_desk),
    "clocks": (desk.TICK, desk.run_tick),
    "import": (imports.TITLE, imports.run),
    "why": (looking.WHY, looking.run_why),
    "preview": (looking.PREVIEW, looking.run_preview),
    "likeness": (likeness.TITLE, likeness.run),
    "console": (console.TITLE, console.run),
    "pictures": (pictures.TITLE, pictures.run),
    "book": (book.TITLE, book.run),
    "ledger": (ledger.TITLE, ledger.run),
    "insight": (insight.TITLE, insight.run),
    "start": (starting.TITLE, starting.run),
    "profile": (profiling.TITLE, profiling.run),
}
LONGEST_SECONDS = 900.0
ROWS_PER_SECOND = 300
"""Slower than that an import is given up."""


async def _measured(name: str, folder: Path, plan: Plan) -> report.Report:
    title, run = BENCHMARKS[name]
    try:
        async with asyncio.timeout(max(LONGEST_SECONDS, plan.imported / ROWS_PER_SECOND)):
            return await run(folder, plan)
    except TimeoutError:
        return report.failed(title, "it did not come to its end in time")
    except Failed as error:
        return report.failed(title, str(error))


async def main(names: list[str], plan: Plan, *, keep: bool) -> None:
    """Run the benchmarks named, one after the other, each in a folder of its own."""
    here = machine.describe()
    print(here, end="\n\n", flush=True)
    for name in names:
        with tempfile.TemporaryDirectory(prefix="verso-bench-") as folder:
            found = await _measured(name, Path(folder), plan)
        print(found.text(), flush=True)
        if keep:
            report.write(here, found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Verso's speed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small sizes, to try it out")
    parser.add_argument("--budget", type=int, help="only the broadcast of so many per second")
    parser.add_argument("--imported", type=int, help="rows of the import; the goal is 1000000")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    sizes = Plan.quick() if options.quick else Plan()
    if options.budget:
        chosen = tuple(each for each in sizes.broadcasts if each.budget == options.budget)
        if not chosen:
            known = ", ".join(str(each.budget) for each in sizes.broadcasts)
            parser.error(f"--budget is one of {known}")
        sizes = replace(sizes, broadcasts=chosen)
    if options.imported:
        sizes = replace(sizes, imported=options.imported)
    asyncio.run(main(options.names or list(BENCHMARKS), sizes, keep=options.write))
