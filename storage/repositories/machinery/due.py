"""Whether anything is due, of every kind of rows in one statement: it is asked every second."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, literal, select

from flows.entities.kinds import DueRows
from storage.repositories.asks.schedules import OF_CAMPAIGN
from storage.repositories.base import Repository
from storage.tables import candidates, conversations, tickets, timers
from storage.tables.base import Moment

_NOW = bindparam("now", type_=Moment())


def _by_now(column: Any, *conditions: Any) -> Select[Any]:
    # "Is not null" is implied, and leads SQLite to the index of what waits.
    return select(literal(1)).where(column.is_not(None), column <= _NOW, *conditions)


_ROWS: Mapping[DueRows, Select[Any]] = {
    DueRows.CANDIDATES: _by_now(candidates.c.look_at, ~OF_CAMPAIGN),
    DueRows.CAMPAIGNS: _by_now(candidates.c.look_at, OF_CAMPAIGN),
    DueRows.CONVERSATIONS: _by_now(conversations.c.due_at),
    DueRows.CLOCKS: _by_now(tickets.c.look_at),
    DueRows.TIMERS: _by_now(timers.c.due_at),
}
_LOOK = select(*(exists(rows).label(kind.value) for kind, rows in _ROWS.items()))


class Due(Repository):
    """What is to be looked at by now."""

    async def kinds(self, now: datetime) -> set[DueRows]:
        """The kinds of rows of which at least one is due; what is gathered does not count."""
        [found] = await self._unit.connection.execute(_LOOK, {"now": now})
        return {kind for kind, is_due in zip(_ROWS, found, strict=True) if is_due}
