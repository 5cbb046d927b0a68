"""`make bench`: every comparison in one run, printed as tables."""

import asyncio
import sys

from tests.bench import conversations


async def main(which: list[str]) -> None:
    """Run the benchmarks named, or all."""
    if not which or "conversations" in which:
        print(conversations.HEAD)
        for figures in await conversations.compare(None):
            print(figures.row(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
