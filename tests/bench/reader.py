"""`verso import` in a process of its own, so that its memory can be told.

    python -m tests.bench.reader KIND FILE.csv     (VERSO_DATABASE_URL names the database)

Prints seconds and peak memory.
"""

import resource
import sys
import time

import orjson

from bot.cli import verso


def run(kind: str, file: str) -> None:
    """Import, and print what it took."""
    began = time.perf_counter()
    verso.main(["import", kind, file], standalone_mode=False)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\nimported {orjson.dumps({'seconds': seconds, 'memory_mb': peak}).decode()}", flush=True
    )


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
