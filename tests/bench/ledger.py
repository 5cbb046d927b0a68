"""A grant, with few and with very many lines in the ledger before it."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.core.words import Words
from bot.core.work import Work
from bot.desk import tickets
from bot.recovery import granting
from bot.recovery.granting import Choice
from flows.config import load_config
from flows.entities import Customer, CustomerId, Dimension, Fund, Group, Remedy, Ticket
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person
from flows.money import Money
from storage.database import Database
from storage.ids import new_id
from storage.tables import ledger, ledger_sums
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report
from tests.bot.making import services

TITLE = "A grant, and the ledger before it"
ROUNDS = 60
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MONTHS, PEOPLE, CUSTOMERS = 24, 50, 20_000
AT_ONCE = 5_000
GROUP = -1001
SLOWER = 1.5
"""Times the median with few lines that the one with many may be; the rest is noise."""
_CONFIG = """
brand: {languages: [en], time_zone: Europe/Berlin}
teams: [{id: support, categories: "*"}]
remedies: [{id: refund, title: {en: Money back}, kind: refund}]
grants:
  per_grant: 20.00 EUR
  per_person: 900000000.00 EUR
  per_customer: 90000.00 EUR
  per_team: 900000000.00 EUR
"""


def _lines(count: int, customers: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = NOW - timedelta(days=number % (MONTHS * 30))
        yield {
            "id": new_id(), "key": f"grant:{number}", "kind": "grant", "remedy_id": number,
            "ticket_id": number, "customer_id": customers[number % len(customers)], "at": at,
            "day": at.date().isoformat(), "fund": Fund.COMPENSATION.value, "amount": 900,
            "currency": "EUR", "team_id": "support", "option": "refund",
            "staff_id": number % PEOPLE + 1, "staff_name": "Boris",
            "granter_id": number % PEOPLE + 1, "approver_id": None, "approver_name": "",
            "place": "",
        }  # fmt: skip


async def _seed(database: Database, count: int) -> list[Ticket]:
    """Lines of years, with their sums, and the complaints for which something is granted."""
    async with database.unit() as unit:
        work = Work(unit, NOW, _services())
        complaints = []
        for number in range(ROUNDS):
            customer = Customer(CustomerId(new_id()), f"C-{number}", NOW)
            unit.add(customer)
            said: dict[str, Any] = {"stage": "", "category": "", "severity": 3, "wish": ""}
            complaints.append(
                await tickets.open_ticket(
                    work, customer=customer, chat_id=number + 1, words="Late.", pieces=[], **said
                )
            )
        await unit.commit()
    customers = [each.customer_id for each in complaints]
    customers += [CustomerId(new_id()) for _ in range(CUSTOMERS - len(customers))]
    sums: dict[tuple[str, str, str], list[int]] = {}
    rows: list[dict[str, Any]] = []
    for line in _lines(count, list(customers)):
        for who in ((Dimension.PERSON, str(line["granter_id"])), (Dimension.TEAM, "support")):
            kept = sums.setdefault((who[0].value, who[1], line["day"][:7]), [0, 0])
            kept[0], kept[1] = kept[0] + line["amount"], kept[1] + 1
        rows.append(line)
        if len(rows) == AT_ONCE:
            await _insert(database, ledger, rows)
            rows = []
    totals = [
        {
            "dimension": dimension, "who": who, "period": month, "currency": "EUR",
            "fund": Fund.COMPENSATION.value, "amount": amount, "grants": grants,
        }
        for (dimension, who, month), (amount, grants) in sums.items()
    ]  # fmt: skip
    await _insert(database, ledger, rows)
    await _insert(database, ledger_sums, totals)
    return complaints


async def _insert(database: Database, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        async with database.unit() as unit:
            await unit.run(table.insert(), rows)
            await unit.commit()


def _services() -> Any:
    given = services()
    given.words, given.config = Words.shipped(), load_config(_CONFIG)
    given.groups = {GROUP: Group(GROUP, "support", "Staff", forum=True, bound_at=NOW)}
    return given


async def _measured(folder: Path, count: int) -> tuple[float, float, float]:
    """The median and the slowest grant in milliseconds, and how many statements each takes."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder}/ledger-{count}.db")
    await database.try_to_lead()
    complaints = await _seed(database, count)
    asked = [0]

    @event.listens_for(database.writer.sync_engine, "before_cursor_execute")
    def _(*_: Any) -> None:
        asked[0] += 1

    given, took = _services(), []
    for number, complaint in enumerate(complaints):
        began = time.perf_counter()
        await _grant(database, given, complaint, Person(number % PEOPLE + 1, "Boris"))
        took.append(1000 * (time.perf_counter() - began))
    await database.close()
    return statistics.median(took), max(took), asked[0] / len(complaints)


async def _grant(database: Database, given: Any, complaint: Ticket, by: Person) -> None:
    """What a press does: decided, written and said in one unit."""
    async with database.unit() as unit:
        work = Work(unit, NOW, given)
        ticket = await unit.get(Ticket, complaint.id)
        assert ticket is not None
        remedy = await granting.offer(work, ticket)
        assert isinstance(remedy, Remedy)
        [refund] = given.config.remedies
        choice = Choice(refund, Money("EUR", 1250), "late", by, Role.STAFF)
        granted = await granting.give(work, remedy, ticket, choice)
        assert isinstance(granted, Remedy)
        assert granted.state == "granted"
        await unit.commit()


async def run(folder: Path, plan: Plan) -> Report:
    """Measure how long a grant takes."""
    rows, found = [], []
    for count in plan.lines:
        median, slowest, statements = await _measured(folder, count)
        found.append((median, statements))
        rows.append((f"{count:,}", f"{statements:g}", f"{median:.1f}", f"{slowest:.0f}"))
    (few, before), (many, after) = found[0], found[-1]
    most = f"{plan.lines[-1]:,}"
    return Report(
        TITLE,
        f"{ROUNDS} grants one after the other on SQLite, each decided by the limits of the person, "
        "the customer and the team, written, and said to both sides in one unit, commit included.",
        ("lines before", "statements for a grant", "median ms", "slowest ms"),
        rows,
        [
            Goal(f"as many statements with {most} lines", f"{after:g}", after == before),
            Goal(
                f"at most {SLOWER:g} times the time with {most} lines",
                f"{many / few:.2f} times",
                many <= SLOWER * few,
            ),
        ],
    )
