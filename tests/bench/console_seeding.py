"""A large installation to look at: complaints that wait, a hypothesis that runs, goals."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Boolean, MetaData

from bot.hypotheses.standing import written
from flows.config import HypothesisPlan
from flows.entities import Assignment, AssignmentId, CustomerId, Hypothesis, HypothesisId
from storage.database import Database
from storage.tables import metadata
from tests.bench.seeding import filled, ten_schedules, write

OPEN_SHARE = 50
"""One complaint in so many is open; half of those are late, and nobody has them."""
TRIED_SHARE = 10
"""One customer in so many is in the hypothesis."""
_LOT = 50_000
_KEPT_APART = frozenset({"alembic_version"})


def config_text(now: datetime) -> str:
    """Ten schedules, of which the first has two texts and leaves some unasked; five goals."""
    text = ten_schedules(now).replace("holdout: 0%", "holdout: 10%", 1)
    said = "{en: 'Hi {first_name}, %s', ru: '{first_name}, %s', zh: '{first_name}，您好，%s'}"
    texts = [f"{{id: {name}, text: {said % (name, name, name)}}}" for name in ("plain", "news")]
    text = text.replace("holdout: 10%", f"holdout: 10%\n    variants: [{', '.join(texts)}]", 1)
    by = (now + timedelta(days=60)).date()
    counted = ("asked", "heard", "answered", "told", "helped")
    goals = [f"  - {{id: {each}, count: {each}, people: 50000, by: {by}}}" for each in counted]
    return text + "goals:\n" + "\n".join(goals) + "\n"


def add_work(file: Path, customers: int, tickets: int) -> None:
    """Open some of the complaints, and try a hypothesis on some of the customers."""
    now = datetime.now(UTC)
    began = now - timedelta(days=60)
    given = {"id": "guide", "change": "A short guide", "event": "trial_started", "expect": 3}
    plan = HypothesisPlan.model_validate(given | {"look": f"{now + timedelta(days=30):%Y-%m-%d}"})
    hypothesis = Hypothesis(HypothesisId(1), plan.id, began, "running", written(plan), {})
    one = Assignment(AssignmentId(0), hypothesis.id, CustomerId(0), True, began)

    def assigned(number: int) -> dict[str, Any]:
        return {"id": number, "customer_id": number, "treated": number % 2}

    write(
        file,
        [
            filled(hypothesis, 1, lambda n: {"id": n}),
            filled(one, customers // TRIED_SHARE, assigned),
        ],
    )
    moment = int(now.timestamp() * 1_000_000)
    open_ = tickets // OPEN_SHARE
    connection = sqlite3.connect(file)
    try:
        connection.execute(
            "UPDATE tickets SET state = 'open', resolved_at = NULL, due_at = ? + id * 1000000 - ?"
            " WHERE id <= ?",
            (moment, open_ * 500_000, open_),
        )
        connection.execute("ANALYZE")
        connection.commit()
    finally:
        connection.close()


async def copy_to_postgres(file: Path, url: str, host: str) -> None:
    """Copy every row of a SQLite file into a new PostgreSQL database."""
    database = await Database.open(url)
    await database.close()
    name = url.partition("@/")[2].partition("?")[0]
    target = await asyncpg.connect(user="postgres", database=name, host=host)
    source = sqlite3.connect(file)
    try:
        await target.execute("SET session_replication_role = replica")
        for table in metadata.sorted_tables:
            if table.name not in _KEPT_APART:
                await _copy(source, target, metadata, table.name)
        await target.execute("ANALYZE")
    finally:
        source.close()
        await target.close()


async def _copy(source: sqlite3.Connection, target: Any, known: MetaData, name: str) -> None:
    columns = list(known.tables[name].columns)
    names = [column.name for column in columns]
    flags = [at for at, column in enumerate(columns) if isinstance(column.type, Boolean)]
    cursor = source.execute(f"SELECT {', '.join(names)} FROM {name}")
    await target.execute(f"TRUNCATE {name} CASCADE")
    while rows := cursor.fetchmany(_LOT):
        given = [_row(row, flags) for row in rows]
        await target.copy_records_to_table(name, records=given, columns=names)


def _row(row: tuple[Any, ...], flags: list[int]) -> tuple[Any, ...]:
    if not flags:
        return row
    changed = list(row)
    for at in flags:
        changed[at] = None if changed[at] is None else bool(changed[at])
    return tuple(changed)
