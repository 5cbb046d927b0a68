"""Ticks over a desk's clocks, in a process of their own.

    python -m tests.bench.desk_ticker DATABASE_URL CONFIG DUE ROUNDS

Prints the seconds of ticks with nothing due, and of ticks with the half-way reminders of DUE
tickets, each of which tells somebody in the group.
"""

import asyncio
import sys
import time
from datetime import timedelta
from pathlib import Path

import orjson
from sqlalchemy import bindparam, delete, select, update

from bot import wiring
from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.core.services import Services
from bot.runtime.ticker import Ticker
from bot.settings import Settings
from flows.desk.terms import terms_of
from flows.entities import Ticket
from storage.database import Database
from storage.records import RECORDS
from storage.tables import outbox, tickets
from tests.bench.desk_seeding import GROUPS, opened
from tests.bench.lean import TOKEN

IDLE = 20
HALF_WAY = timedelta(hours=2, minutes=1)
"""Ago, a ticket was opened whose reminder after half of four hours is due."""


async def run(url: str, config: Path, due: int, rounds: int) -> None:
    """Tick, and print what it took."""
    settings = Settings(_env_file=None, bot_token=TOKEN, database_url=url)
    database = await Database.open(url)
    try:
        await database.try_to_lead()
        services = await load_services(database, settings, SystemClock(), config)

        async def reload() -> None:
            return None

        ticker = Ticker(
            database,
            services,
            subjects=wiring.engine(),
            on_committed=lambda unit: None,
            reload=reload,
        )
        await ticker.run_due_now()
        await _make_due(database, services, 10)
        await ticker.run_due_now()
        found = {"idle": [await _tick(ticker) for _ in range(IDLE)], "due": []}
        for _ in range(rounds):
            await _make_due(database, services, due)
            found["due"].append(await _tick(ticker))
    finally:
        await database.close()
    print(f"ticks {orjson.dumps(found).decode()}", flush=True)


async def _make_due(database: Database, services: Services, count: int) -> None:
    """Let open tickets have been opened so long ago that somebody is reminded."""
    async with database.reading() as unit:
        found = await unit.tickets.unresolved(limit=count)
    at = services.clock.now() - HALF_WAY
    rows = [_row(opened(each, at, terms_of(services.config, each))) for each in found]
    assert len(rows) == count, f"only {len(rows)} tickets are open; {GROUPS} groups have them"
    async with database.writer.begin() as connection:
        changed = update(tickets).where(tickets.c.id == bindparam("row"))
        values = {name: bindparam(name) for name in rows[0] if name != "row"}
        await connection.execute(changed.values(**values), rows)
        await connection.execute(delete(outbox))  # what was told before has left
        is_due = tickets.c.look_at <= services.clock.now()
        there = len((await connection.execute(select(tickets.c.id).where(is_due))).all())
    assert there == count, f"{there} are due"


def _row(ticket: Ticket) -> dict[str, object]:
    row = RECORDS[Ticket].to_row(ticket)
    return {name: row[name] for name in ("opened_at", "watch", "due_at", "look_at")} | {
        "row": ticket.id
    }


async def _tick(ticker: Ticker) -> float:
    began = time.perf_counter()
    await ticker.every_second()
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
