"""The public book with very many stories."""

import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from bot.core.words import Words
from bot.http.server import create_http_app
from flows.book.consent import fingerprint
from flows.config import load_config
from flows.entities import (
    Change,
    ChangeId,
    Customer,
    CustomerId,
    Story,
    StoryId,
    Ticket,
    TicketId,
)
from storage.database import Database
from storage.ids import new_id
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report
from tests.bot.making import services
from tests.bot.serving import StubProbes

TITLE = "The public book"
ROUNDS = 30
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
_CONFIG = """
brand: {languages: [en]}
categories:
  - {id: taste, title: {en: Taste}}
  - {id: box, title: {en: Packaging}}
"""
_TEXTS = {"said": "The tin was dented and half the tea was dust.", "did": "Padded boxes. " * 12}
_PATHS = {
    "first page": "/book",
    "a late page of a category": "/book?category=box&page={late}",
    "one story": "/book/7",
    "feed": "/book/feed.xml",
}


async def _seed(database: Database, stories: int) -> None:
    """Print so many stories; of a quarter of the changes nothing is made."""
    async with database.unit() as unit:
        for number in range(1, stories + 1):
            declined = number % 4 == 0
            customer = Customer(CustomerId(new_id()), f"C-{number}", NOW)
            told = ("declined" if declined else "shipped", "Padded boxes.")
            change = Change(ChangeId(new_id()), number, "", NOW, *told, shipped_at=NOW)
            ids = (TicketId(new_id()), number, customer.id, number)
            ticket = Ticket(*ids, "resolved", NOW, "support", change_id=change.id)
            story = Story(
                *(StoryId(new_id()), number, ticket.id, customer.id, -1001, NOW, NOW, "published"),
                {"en": _TEXTS},
                "en",
                ("taste", "box")[number % 2],
                declined=declined,
                change_id=change.id,
                published_at=NOW + timedelta(minutes=number),
            )
            for value in (customer, change, ticket):
                unit.add(value)
            unit.add(replace(story, agreed_to=fingerprint(story)))
        await unit.commit()


async def run(folder: Path, plan: Plan) -> Report:
    """Measure how long a reader waits for a page."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder}/book.db")
    await _seed(database, plan.stories)
    given = services()
    given.words, given.config = Words.shipped(), load_config(_CONFIG)
    rows, medians = [], []
    async with TestClient(TestServer(create_http_app(database, given, StubProbes()))) as reader:
        for name, path in _PATHS.items():
            took = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                response = await reader.get(path.format(late=max(1, plan.stories // 25)))
                await response.read()
                took.append(1000 * (time.perf_counter() - began))
                response.raise_for_status()
            medians.append(statistics.median(took))
            rows.append((name, f"{medians[-1]:.1f}", f"{max(took):.0f}"))
    await database.close()
    slowest = max(medians)
    return Report(
        TITLE,
        f"{plan.stories:,} printed stories on SQLite, {ROUNDS} requests for each address, one "
        "after the other, from the question to the whole answer.",
        ("address", "median ms", "slowest ms"),
        rows,
        [Goal(f"under 100 ms with {plan.stories:,} stories", f"{slowest:.1f} ms", slowest < 100)],
    )
