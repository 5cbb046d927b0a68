"""Taking in very many customers and events: by HTTP in batches, by CSV, by Excel workbook."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from tests import workbooks
from tests.bench.plan import Plan
from tests.bench.processes import Child, child
from tests.bench.report import Goal, Report
from tests.bench.seeding import config_text
from tests.bench.taker import KEY

TITLE = "Import"
BATCH = 1000
CACHE_MB = 48
"""By so much ten times the rows may need more memory: SQLite's page cache (32 MB) fills up."""
SECONDS = 3600.0
ENOUGH = 0.95
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """How long one kind of rows took on one way, and the process's peak of memory."""

    way: str
    kind: str
    rows: int
    seconds: float
    tenth_mb: float
    """After a tenth of the rows."""
    memory_mb: float

    def row(self) -> tuple[str, ...]:
        """Give the row of the table."""
        rate = f"{self.rows / self.seconds:,.0f}"
        memory = f"{self.tenth_mb:.0f}", f"{self.memory_mb:.0f}"
        return self.way, self.kind, f"{self.rows:,}", f"{self.seconds:.1f}", rate, *memory


def customer(number: int) -> Item:
    """A customer as a shop tells of them."""
    language = ("en", "ru", "zh")[number % 3]
    return {
        "ref": f"C-{number}",
        "name": f"Customer {number}",
        "language": language,
        "time_zone": "Europe/Berlin",
        "phone": f"+49151{number:08d}",
        "tags": ["eu", "pro"],
    }


def event(number: int) -> Item:
    """The beginning of a trial, for which a schedule plans an ask."""
    at = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(seconds=number)
    return {
        "id": f"e-{number}",
        "customer": f"C-{number}",
        "type": "trial_started",
        "at": at.isoformat(),
        "period": "P14D",
        "product": "pro",
    }


KINDS: dict[str, Callable[[int], Item]] = {"customers": customer, "events": event}


async def run(folder: Path, plan: Plan) -> Report:
    """Import everything on both ways, each into a database of its own."""
    config = folder / "verso.yaml"
    config.write_text(config_text(datetime.now(UTC)), "utf-8")
    figures = await _by_http(folder, config, plan.imported)
    csv, _ = await _by_file(folder, config, plan.imported, "CSV")
    excel, reader = await _by_file(folder, config, plan.imported, "Excel")
    figures += [*csv, *excel]
    shares = [one.seconds / other.seconds for one, other in zip(csv, excel, strict=True)]
    growth = max(each.memory_mb - each.tenth_mb for each in figures)
    largest = max(each.memory_mb for each in figures)
    return Report(
        TITLE,
        f"{plan.imported:,} customers, then an event of each, for which a schedule plans an ask. "
        f"By HTTP in batches of {BATCH:,}, one after the other; by `verso import`. SQLite, a "
        "commit on disk per batch; the process that sends the requests runs on the same machine. "
        "A workbook is read by a process of its own, which ends before the first row is taken; it "
        f"needed {reader:,.0f} MB.",
        ("way", "what", "rows", "seconds", "rows per second", "MB at a tenth", "MB at the end"),
        [each.row() for each in figures],
        [
            Goal(
                f"memory stays flat (at most {CACHE_MB} MB more: the database's cache)",
                f"{growth:.0f} MB more",
                growth <= CACHE_MB,
            ),
            Goal(
                f"a workbook is taken in as fast as CSV (at least {ENOUGH:.0%} of its rate)",
                " and ".join(f"{share:.0%}" for share in shares),
                min(shares) >= ENOUGH,
            ),
            Goal("the process under 200 MB", f"{largest:.0f} MB at most", largest < 200),
        ],
    )


async def _by_http(folder: Path, config: Path, rows: int) -> list[Figures]:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    async with (
        child(folder, "tests.bench.taker", folder / "http.db", config) as taker,
        aiohttp.ClientSession(headers=headers) as session,
    ):
        url = f"http://127.0.0.1:{await taker.says('port', 60)}/api/v1"
        return [await _posted(taker, session, url, kind, rows) for kind in KINDS]


async def _posted(
    taker: Child, session: aiohttp.ClientSession, url: str, kind: str, rows: int
) -> Figures:
    tenth, began = 0.0, time.perf_counter()
    for first in range(0, rows, BATCH):
        numbers = range(first, min(first + BATCH, rows))
        body = orjson.dumps([KINDS[kind](number) for number in numbers])
        async with session.post(f"{url}/{kind}", data=body) as answer:
            results = (await answer.json())["results"]
            assert all(each["reason"] is None for each in results)
        if first >= rows // 10 and not tenth:
            tenth = taker.peak_mb()
    seconds = time.perf_counter() - began
    return Figures("HTTP", kind, rows, seconds, tenth, taker.peak_mb())


async def _by_file(folder: Path, config: Path, rows: int, way: str) -> tuple[list[Figures], float]:
    """A tenth of the rows goes into a database of its own first, for its peak of memory.

    Gives the peak of the process that reads workbooks, too.
    """
    tenths = await _read(folder, config, rows // 10, way, "tenth")
    alls = await _read(folder, config, rows, way, "all")
    figures = [
        Figures(way, kind, rows, alls[kind]["seconds"], tenths[kind]["memory_mb"], mb)
        for kind in KINDS
        for mb in [alls[kind]["memory_mb"]]
    ]
    return figures, max(each["reader_mb"] for each in alls.values())


async def _read(folder: Path, config: Path, rows: int, way: str, share: str) -> dict[str, Any]:
    name, (ending, write_file) = f"{way}-{share}", _WAYS[way]
    environment = {
        "VERSO_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/{name}.db",
        "VERSO_CONFIG": str(config),
    }
    found = {}
    for kind, make in KINDS.items():
        file = folder / f"{name}-{kind}{ending}"
        await asyncio.to_thread(write_file, file, make, rows)
        arguments = (kind, file)
        async with child(
            folder, "tests.bench.reader", *arguments, environment=environment
        ) as reader:
            found[kind] = await reader.tells("imported", SECONDS)
        await asyncio.to_thread(file.unlink)
    return found


def _write_csv(file: Path, make: Callable[[int], Item], rows: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(";".join(row) + "\n" for row in _rows(make, rows))


def _write_workbook(file: Path, make: Callable[[int], Item], rows: int) -> None:
    with file.open("wb") as out:
        workbooks.write(out, [workbooks.Sheet("All", _rows(make, rows))])


_WAYS: dict[str, tuple[str, Callable[[Path, Callable[[int], Item], int], None]]] = {
    "CSV": (".csv", _write_csv),
    "Excel": (".xlsx", _write_workbook),
}


def _rows(make: Callable[[int], Item], rows: int) -> Iterator[list[str]]:
    yield list(make(0))
    for number in range(rows):
        values = make(number).values()
        yield [",".join(cell) if isinstance(cell, list) else cell for cell in values]
