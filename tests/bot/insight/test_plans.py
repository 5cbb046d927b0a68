"""How SQLite goes about what is counted over very many people: for nobody through everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.event import listen, remove

from bot.core.work import Work
from bot.hypotheses import standing
from bot.insight import experiments, statistics, value
from flows.config import HypothesisPlan, Segment
from flows.entities import Hypothesis, HypothesisId
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop

BY_TIME = ("ix_events_at", "ix_tickets_opened", "ix_candidates_asked")
"""By these are rows of a time found; for each person alone that is every row of the time."""


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def note(_1: object, _2: object, statement: str, parameters: Any, *_: object) -> None:
        found.append((statement, parameters))

    engine = database.engine.sync_engine
    listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        remove(engine, "before_cursor_execute", note)


async def _again_for_each(database: Database, statement: str, parameters: Any) -> list[str]:
    """Steps of a plan that are taken again for each row of another step, and go by a time."""
    async with database.engine.connect() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [(row[0], row[1], row[3]) for row in plan]
    of_each = {key for key, _, text in steps if text.startswith("CORRELATED")}
    found, begun = [], set()
    for _, parent, text in steps:
        if not text.startswith(("SEARCH", "SCAN")):
            continue
        if (parent in of_each or parent in begun) and any(name in text for name in BY_TIME):
            found.append(text)
        begun.add(parent)
    return found


PLAN = HypothesisPlan.model_validate(
    {"id": "h", "change": "A card", "event": "renewed", "expect": 3, "look": "2099-12-31",
     "stop_if": "churned"}
)  # fmt: skip


async def test_nothing_is_gone_through_again_for_each_person(database: Database) -> None:
    world = World(database)
    world.services.config = shop(SHOP.replace("holdout: 0%", "holdout: 50%", 1))
    begun = Hypothesis(HypothesisId(1), "h", world.now, "running", standing.written(PLAN), {})
    segment = Segment(id="eu", tags=("eu",))
    with _statements(database) as executed:
        async with database.reading() as unit:
            work = Work(unit, world.now, world.services)
            await standing.figures(work, begun)
            await experiments.compare(work, world.services.config.schedules[0])
            for whom in (None, segment):
                await value.measure(work, whom)
                await statistics.measure(work, 30, whom)
    asked = {statement: parameters for statement, parameters in executed if "SELECT" in statement}
    assert any("events" in each for each in asked)
    for statement, parameters in asked.items():
        assert await _again_for_each(database, statement, parameters) == [], statement
