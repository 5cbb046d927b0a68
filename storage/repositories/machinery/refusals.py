"""Messages that wait because a group does not take them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select, update

from flows.entities import TicketId
from storage.repositories.base import Repository
from storage.tables import outbox

_since = func.coalesce(outbox.c.not_before, outbox.c.created_at)
"""From when on a row may leave."""


class Refused(NamedTuple):
    """A message that a group refused and that waits."""

    chat_id: int
    reason: str
    """A `FailureKind`."""
    ticket_id: TicketId | None


class Refusals(Repository):
    """The part of the outbox that groups do not take at present."""

    async def of(self, reasons: Collection[str], chat_id: int | None = None) -> list[Refused]:
        """What was refused for one of these reasons and waits, in the order of writing.

        Most of what waits behind it was never tried, and is not among it.
        """
        query = select(outbox.c.chat_id, outbox.c.error, outbox.c.ticket_id).where(
            outbox.c.state == "waiting",
            or_(*(outbox.c.error.startswith(f"{reason}:") for reason in reasons)),
        )
        if chat_id is not None:
            query = query.where(outbox.c.chat_id == chat_id)
        found = await self._unit.run(query.order_by(outbox.c.id))
        return [Refused(row[0], row[1].partition(":")[0], row[2]) for row in found]

    async def waiting(
        self, chats: Collection[int], until: datetime, *, apart_from: Collection[str] = ()
    ) -> dict[int, int]:
        """How many rows of each chat wait that might leave since then, without these methods."""
        query = select(outbox.c.chat_id, func.count()).where(
            outbox.c.state == "waiting",
            outbox.c.chat_id.in_(list(chats)),
            outbox.c.method.not_in(list(apart_from)),
            _since <= until,
        )
        found = await self._unit.run(query.group_by(outbox.c.chat_id))
        return {row[0]: row[1] for row in found}

    async def begin_anew(self, chat_id: int, now: datetime) -> None:
        """Let the day of tries of all that waits for a chat begin now: it takes messages again."""
        waits = (outbox.c.chat_id == chat_id, outbox.c.state == "waiting", _since < now)
        await self._unit.run(update(outbox).where(*waits).values(not_before=now))
