"""The inbox: raw updates, stored before they are acknowledged."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update

from flows.entities import Incoming, RawUpdate
from storage.bulk import Bulk, insert_into
from storage.repositories.base import Repository, chunks
from storage.tables import inbox

_STORE = Bulk(
    lambda dialect: insert_into(inbox, dialect).on_conflict_do_nothing(
        index_elements=["update_id"]
    ),
    ["update_id", "lane", "received_at", "payload", "state", "error"],
)


class Inbox(Repository):
    """Updates that wait for their turn, and those that could not be handled."""

    async def store(self, raws: Sequence[RawUpdate], now: datetime) -> None:
        """Keep updates; one that was kept before (by update_id) changes nothing."""
        rows = [
            {
                "update_id": raw.update_id,
                "lane": raw.lane,
                "received_at": now,
                "payload": raw.payload,
                "state": "new",
                "error": "",
            }
            for raw in raws
        ]
        await self._unit.flush()
        await _STORE.run(self._unit.connection, rows)

    async def waiting(self, limit: int) -> list[Incoming]:
        """Updates that wait, in their order, and keep other processes off their chats.

        On PostgreSQL a chat is held by an advisory lock until this unit ends; chats that another
        process holds are left out. The rows are read after the locks are taken, so that what the
        other process has just finished is seen.
        """
        query = (
            select(
                inbox.c.id, inbox.c.update_id, inbox.c.lane, inbox.c.received_at, inbox.c.payload
            )
            .where(inbox.c.state == "new")
            .order_by(inbox.c.id)
            .limit(limit)
        )
        if self._unit.is_postgres:
            lanes = await self._hold_lanes(limit)
            if not lanes:
                return []
            query = query.where(inbox.c.lane.in_(lanes))
        rows = await self._unit.run(query)
        return [
            Incoming(row.id, row.update_id, row.lane, row.received_at, row.payload) for row in rows
        ]

    async def _hold_lanes(self, limit: int) -> list[int]:
        statement = text(
            "SELECT lane FROM (SELECT DISTINCT lane FROM (SELECT lane FROM inbox "
            "WHERE state = 'new' ORDER BY id LIMIT :limit) AS waiting OFFSET 0) AS lanes "
            "WHERE pg_try_advisory_xact_lock(1, hashint8(lane))"
        )
        return [row.lane for row in await self._unit.run(statement.bindparams(limit=limit))]

    async def done(self, ids: Collection[int]) -> None:
        """Mark updates as handled. Their content is dropped; their number stays to spot repeats."""
        for part in chunks(ids):
            statement = update(inbox).where(inbox.c.id.in_(part))
            await self._unit.run(statement.values(state="done", payload=""))

    async def park(self, row_id: int, error: str) -> bool:
        """Set an update aside with the reason why it cannot be handled; tell whether it waited."""
        statement = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "new")
        result = await self._unit.run(statement.values(state="parked", error=error[:2000]))
        return bool(result.rowcount)

    async def parked(self, limit: int = 20) -> list[Incoming]:
        """The updates that were set aside, the newest first."""
        query = select(inbox).where(inbox.c.state == "parked").order_by(inbox.c.id.desc())
        rows = await self._unit.run(query.limit(limit))
        return [_incoming(row) for row in rows]

    async def retry(self, row_id: int) -> bool:
        """Put a parked update back in the line; tell whether it was parked."""
        statement = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "parked")
        result = await self._unit.run(statement.values(state="new", error=""))
        return bool(result.rowcount)

    async def dismiss(self, row_id: int) -> bool:
        """Give a parked update up and forget its content; tell whether it was parked."""
        statement = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "parked")
        result = await self._unit.run(statement.values(state="done", payload="", error=""))
        return bool(result.rowcount)

    async def counts(self) -> dict[str, int]:
        """Count what waits and what is parked."""
        query = select(inbox.c.state, func.count()).where(inbox.c.state.in_(("new", "parked")))
        rows = await self._unit.run(query.group_by(inbox.c.state))
        return {"new": 0, "parked": 0} | {row[0]: row[1] for row in rows}

    async def oldest_waiting(self) -> datetime | None:
        """When the longest waiting update came."""
        query = select(inbox.c.received_at).where(inbox.c.state == "new").order_by(inbox.c.id)
        moment: datetime | None = (await self._unit.run(query.limit(1))).scalar_one_or_none()
        return moment

    async def clear_before(self, moment: datetime) -> int:
        """Forget the numbers of updates handled before `moment`; give how many."""
        statement = delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < moment)
        return int((await self._unit.run(statement)).rowcount)


def _incoming(row: Any) -> Incoming:
    return Incoming(row.id, row.update_id, row.lane, row.received_at, row.payload, row.error)
