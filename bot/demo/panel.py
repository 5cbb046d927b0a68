"""What happened underneath: the bot's database, read only, as the page's side panel shows it.

No texts of messages are given: the chats beside the panel show them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, func, make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables as t
from storage.database import Database

NEWEST = 40
"""Rows of each kind that are shown, the newest first."""
HELPED = "yes"
"""What somebody answers who says that a change helped."""
Row = dict[str, Any]
_WAITS_FOR = {
    "planned": "its moment",
    "quiet_hours": "the quiet hours to end",
    "cooling_down": "the cooldown to end",
    "capped": "the cap to have room",
    "open_ticket": "the ticket to be closed",
    "after_failure": "the peace after a second failure to end",
    "in_conversation": "the conversation to end",
    "paused": "the schedule to go on",
}
"""What a candidate waits for, by its outcome so far; others are named as they are."""


class Panel:
    """A window into one bot's database. Opened when first looked through."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._file = Path(make_url(url).database or "")
        self._database: Database | None = None
        self._opening = asyncio.Lock()

    async def view(self, ref: str = "") -> Row:
        """Everything that the panel shows; `ref` is the customer whose progress is wanted."""
        async with self._opening:
            if self._database is None:
                # Opening would make the file, and making it is for the bot to do.
                if not await asyncio.to_thread(self._file.exists):
                    return {"ready": False}
                self._database = await Database.open(self._url, migrate=False)
        try:
            async with self._database.reading() as unit:
                return await _everything(unit.connection, ref)
        except OperationalError:
            return {"ready": False}  # the bot has not made its tables yet

    async def close(self) -> None:
        """Close the database."""
        if self._database is not None:
            await self._database.close()


async def _everything(connection: AsyncConnection, ref: str) -> Row:
    shown = {
        "events": _with_customer(
            t.events, "id", "external_id", "type", "at", "received_at", "period", "product"
        ),
        "candidates": _with_customer(
            t.candidates, "id", "schedule_id", "due_at", "look_at", "outcome", "delivered_at"
        ),
        "conversations": _with_customer(
            t.conversations, "id", "flow", "version", "status", "state", "due_at", "due_kind"
        )
        .order_by(None)
        .order_by(t.conversations.c.updated_at.desc()),
        "tickets": _with_customer(
            t.tickets,
            "id",
            "number",
            "state",
            "category",
            "urgent",
            "owner_name",
            "response_due_at",
            "first_response_at",
            "resolved_at",
            "verified_at",
            "topic_id",
        ),
        "changes": _columns(t.changes, "id", "number", "state", "author_name", "shipped_at"),
        "outbox": _columns(
            t.outbox,
            "id",
            "purpose",
            "method",
            "lane",
            "priority",
            "state",
            "attempts",
            "error",
            "created_at",
            "not_before",
            "sent_at",
            "chat_id",
        ),
        "journal": _columns(t.journal, "id", "at", "actor", "kind", "subject"),
    }
    rows = {name: await _rows(connection, query) for name, query in shown.items()}
    rows["plan"] = await _plan(connection)
    for conversation in rows["conversations"]:
        conversation["step"] = conversation.pop("state").get("step", "")
    return {
        "ready": True,
        **rows,
        "counts": await _counts(connection),
        "funnel": await _funnel(connection),
        "progress": await _progress(connection, ref),
    }


async def _plan(connection: AsyncConnection) -> list[Row]:
    """Whom the schedules will look at next, when, and what they wait for."""
    c = t.candidates.c
    query = (
        select(c.schedule_id, t.customers.c.ref.label("customer"), c.outcome, c.look_at)
        .join_from(t.candidates, t.customers, c.customer_id == t.customers.c.id)
        .where(c.look_at.is_not(None))
        .order_by(c.look_at, c.id)
        .limit(NEWEST)
    )
    return [
        {
            "schedule": row.schedule_id,
            "customer": row.customer,
            "waits_for": _WAITS_FOR.get(row.outcome, row.outcome.replace("_", " ")),
            "next_at": row.look_at.isoformat(),
        }
        for row in await connection.execute(query)
    ]


def _columns(table: Table, *names: str) -> Select[Any]:
    newest: Column[Any] = table.c.id
    return select(*(table.c[n] for n in names)).order_by(newest.desc()).limit(NEWEST)


def _with_customer(table: Table, *names: str) -> Select[Any]:
    return (
        select(*(table.c[n] for n in names), t.customers.c.ref.label("customer"))
        .join_from(table, t.customers, table.c.customer_id == t.customers.c.id)
        .order_by(table.c.id.desc())
        .limit(NEWEST)
    )


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[Row]:
    return [_plain(row) for row in (await connection.execute(query)).mappings()]


def _plain(row: Mapping[Any, Any]) -> Row:
    return {
        str(k): v.isoformat() if isinstance(v, datetime) else str(v) if k == "id" else v
        for k, v in row.items()
    }


async def _counts(connection: AsyncConnection) -> Row:
    """How much waits, and how much has gone through."""
    counted: Row = {}
    for name, table in (("inbox", t.inbox), ("outbox", t.outbox)):
        query = select(table.c.state, func.count()).group_by(table.c.state)
        counted[name] = {row[0]: row[1] for row in await connection.execute(query)}
    return counted


async def _funnel(connection: AsyncConnection) -> Row:
    """How many different people came how far; `changed` counts changes."""
    of_change = t.notices.c.change_id.is_not(None)
    steps = {
        "asked": _people(t.candidates, t.candidates.c.delivered_at.is_not(None)),
        "complained": _people(t.tickets),
        "answered": _people(t.tickets, t.tickets.c.first_response_at.is_not(None)),
        "changed": select(func.count()).where(t.changes.c.shipped_at.is_not(None)),
        "told": _people(t.notices, of_change, t.notices.c.delivered_at.is_not(None)),
        "helped": _people(t.notices, of_change, t.notices.c.verdict == HELPED),
    }
    query = select(*(count.scalar_subquery().label(name) for name, count in steps.items()))
    return dict((await connection.execute(query)).mappings().one())


def _people(table: Table, *which: ColumnElement[bool]) -> Select[Any]:
    return select(func.count(table.c.customer_id.distinct())).where(*which)


async def _of_change(connection: AsyncConnection, change_id: int | None) -> Row:
    """How many were told of a change, and how many of them say that it helped."""
    if change_id is None:
        return {"told": 0, "helped": 0}
    of_it = t.notices.c.change_id == change_id
    query = select(
        _people(t.notices, of_it, t.notices.c.delivered_at.is_not(None)).scalar_subquery(),
        _people(t.notices, of_it, t.notices.c.verdict == HELPED).scalar_subquery(),
    )
    told, helped = (await connection.execute(query)).one()
    return {"told": told, "helped": helped}


def _told_of(ticket_id: int) -> Select[Any]:
    """The notice of the change that a ticket led to."""
    of_change = t.notices.c.change_id.is_not(None)
    mine = select(t.notices).where(t.notices.c.ticket_id == ticket_id, of_change)
    return mine.order_by(t.notices.c.id.desc()).limit(1)


async def _progress(connection: AsyncConnection, ref: str) -> Row:
    """How far a customer has come on the way through the loop, from their newest ticket."""
    person = select(t.customers.c.id).where(t.customers.c.ref == ref).scalar_subquery()
    asked = select(func.max(t.candidates.c.delivered_at)).where(
        t.candidates.c.customer_id == person
    )
    ticket = (
        select(t.tickets)
        .where(t.tickets.c.customer_id == person)
        .order_by(t.tickets.c.id.desc())
        .limit(1)
    )
    found = (await connection.execute(ticket)).mappings().first()
    told = (await connection.execute(_told_of(found["id"]))).mappings().first() if found else None
    linked = select(func.count()).where(t.accounts.c.customer_id == person)
    return {
        "linked": bool((await connection.execute(linked)).scalar()),
        "ask": (await connection.execute(asked)).scalar() is not None,
        "complain": found is not None,
        "topic": found["topic_id"] if found else None,
        "answer": bool(found and found["first_response_at"]),
        "change": bool(found and found["change_id"]),
        "tell": bool(told and told["delivered_at"]),
        "verify": bool(told and told["verdict"]),
        "of_change": await _of_change(connection, told["change_id"] if told else None),
    }
