"""What figures, maps, letters and hypotheses are counted from, in a large database."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.config import HypothesisPlan
from flows.entities import (
    Assignment,
    AssignmentId,
    Change,
    ChangeId,
    ClockEvent,
    ClockKind,
    ClockLine,
    CustomerId,
    Event,
    EventId,
    Hypothesis,
    HypothesisId,
    Notice,
    NoticeId,
    TicketId,
)
from tests.bench.seeding import Size, config_text, filled, seed, write

STAGES, KINDS = 5, 6
CHANGES = 30
BEGAN = timedelta(days=40)
"""So long ago the hypothesis began: everybody's time is over."""
_FIRST_EVENT = 10_000_000
"""Where the ids begin of the events that the hypothesis counts."""
_WORDS = (
    "dented tin", "помятая банка", "茶罐瘪了", "late courier", "too bitter",
    "no temperature on the leaflet", "wrong tea", "torn box",
)  # fmt: skip


def config(now: datetime) -> str:
    """Give a shop with stages, kinds, a segment and five goals."""
    stages = "\n".join(_named(f"s{n}", f"Stage {n}") for n in range(STAGES))
    kinds = "\n".join(_named(f"k{n}", f"Kind {n}") for n in range(KINDS))
    goals = "\n".join(
        f"  - {{id: g{n}, count: {count}, people: 1000, by: 2099-12-31}}"
        for n, count in enumerate(("asked", "told", "helped", "in_time", "printed"))
    )
    return f"""{config_text(now)}
stages:
{stages}
categories:
{kinds}
segments:
{_named("eu", "Europe", ", tags: [eu]")}
goals:
{goals}
"""


def _named(name: str, title: str, more: str = "") -> str:
    titles = ", ".join(f"{language}: {title}" for language in ("en", "ru", "zh"))
    return f"  - {{id: {name}, title: {{{titles}}}{more}}}"


async def seed_figures(file: Path, config_file: Path, size: Size) -> None:
    """Make a database of a year: asks of two months, complaints, changes, a hypothesis of all."""
    now = datetime.now(UTC)
    await seed(file, config_file, size)
    _spread(file, now)
    write(file, [*_changes(size, now), *_clocks(size, now), *_hypothesis(size, now)])


def _spread(file: Path, now: datetime) -> None:
    """Give what was asked and complained of its days, places and words."""
    day, moment = 24 * 3600 * 1_000_000, int(now.timestamp() * 1_000_000)
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        asked = f"{moment} - (id % 60) * {day}"
        connection.execute(
            f"UPDATE candidates SET delivered_at = {asked}, decided_at = {asked}, "
            f"asked_at = {asked} WHERE delivered_at IS NOT NULL"
        )
        opened = f"{moment} - (id % 365) * {day}"
        words = " ".join(f"WHEN {n} THEN '{each}'" for n, each in enumerate(_WORDS))
        connection.execute(
            f"UPDATE tickets SET opened_at = {opened}, resolved_at = {opened} + {day}, "
            f"first_response_at = {opened} + {day // 24}, stage = 's' || (id % {STAGES}), "
            f"category = 'k' || (id / 7 % {KINDS}), change_id = CASE WHEN id % 5 = 0 "
            f"THEN id / 5 % {CHANGES} + 1 END, "
            f"words = CASE id % {len(_WORDS)} {words} END || ' ' || id"
        )
        connection.execute(
            "UPDATE tickets SET state = 'open', first_response_at = NULL, resolved_at = NULL "
            "WHERE id % 100 = 0"
        )
        connection.commit()
    finally:
        connection.close()


def _changes(size: Size, now: datetime) -> Any:
    shipped = now - timedelta(days=3)
    change = Change(ChangeId(0), 0, "Padded box", shipped, "shipped", shipped_at=shipped)
    notice = Notice(
        NoticeId(0), ChangeId(0), TicketId(0), CustomerId(0), 1, shipped, shipped, "yes", now
    )

    def told(number: int) -> dict[str, Any]:
        ticket = 5 * number
        verdict = "no" if number % 9 == 0 else "yes"
        where = {"change_id": number % CHANGES + 1, "ticket_id": ticket, "customer_id": ticket}
        return {"id": number, "verdict": verdict, **where}

    yield filled(change, CHANGES, lambda n: {"id": n, "number": n})
    yield filled(notice, size.tickets // 5, told)


def _clocks(size: Size, now: datetime) -> Any:
    line = ClockLine(TicketId(0), ClockKind.FIRST_RESPONSE, 1, ClockEvent.MET, now, now, 60)
    day, moment = 24 * 3600 * 1_000_000, int(now.timestamp() * 1_000_000)
    yield filled(line, size.tickets, lambda n: {"ticket_id": n, "at": moment - (n % 365) * day})


def _hypothesis(size: Size, now: datetime) -> Any:
    began = now - BEGAN
    plan = HypothesisPlan.model_validate(
        {"id": "h1", "change": "A card", "event": "renewed", "expect": 3, "look": "2099-12-31",
         "stop_if": "churned"}
    )  # fmt: skip
    begun = Hypothesis(
        HypothesisId(1), "h1", began, "running",
        plan.model_dump(mode="json", exclude_defaults=True), {},
    )  # fmt: skip
    assignment = Assignment(AssignmentId(0), begun.id, CustomerId(0), treated=True, at=began)
    at = began + timedelta(days=3)
    renewed = Event(EventId(0), "", CustomerId(0), "renewed", at, at)

    def happened(number: int) -> dict[str, Any]:
        key = _FIRST_EVENT + number
        return {"id": key, "external_id": f"r-{number}", "customer_id": 10 * number}

    yield filled(begun, 1, lambda n: {"id": 1})
    yield filled(
        assignment, size.customers, lambda n: {"id": n, "customer_id": n, "treated": n % 2}
    )
    yield filled(renewed, size.customers // 10, happened)
