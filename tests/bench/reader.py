"""`verso import` in a process of its own, so that its memory can be told.

    python -m tests.bench.reader KIND FILE     (VERSO_DATABASE_URL names the database)

Prints seconds, peak memory, and that of the process that read the workbook, if it is one.
"""

import resource
import sys
import time

import orjson

import bot.cli.transfer  # noqa: F401  what it takes to read the program does not count
from bot.cli import verso


def run(kind: str, file: str) -> None:
    """Import, and print what it took."""
    began = time.perf_counter()
    verso.main(["import", kind, file], standalone_mode=False)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    other = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = {"seconds": seconds, "memory_mb": peak, "reader_mb": other}
    print(f"\nimported {orjson.dumps(told).decode()}", flush=True)


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
