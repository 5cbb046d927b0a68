"""What complaints are compared by: their words, what they belong to, and vectors that are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Dialect, Insert, select

from flows.entities import Ticket, TicketId
from storage.bulk import Bulk, insert_into
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import tickets, vectors


def _kept(dialect: Dialect) -> Insert:
    """The statement that puts vectors in the place of earlier ones."""
    statement = insert_into(vectors, dialect)
    later = {name: statement.excluded[name] for name in ("model", "vector")}
    return cast("Insert", statement.on_conflict_do_update(index_elements=["ticket_id"], set_=later))


_KEEP = Bulk(_kept, ["ticket_id", "model", "vector"])


@dataclass(frozen=True, slots=True)
class Comparable:
    """What is compared of one complaint."""

    id: TicketId
    words: str
    group_chat_id: int | None
    theme_id: int | None
    change_id: int | None


class Comparing(Repository):
    """Reading complaints to compare them."""

    async def after(self, ticket_id: int, limit: int) -> list[Comparable]:
        """Complaints with greater ids that have words, in the order of ids."""
        column = tickets.c
        query = (
            select(column.id, column.words, column.group_chat_id, column.theme_id, column.change_id)
            .where(column.id > ticket_id, column.words != "")
            .order_by(column.id)
        )
        rows = await self._unit.run(query.limit(limit))
        return [Comparable(*row) for row in rows]

    async def to_compare(self, limit: int) -> list[Ticket]:
        """Complaints that are new or belong to something else than before, the oldest first."""
        query = all_of(Ticket).where(tickets.c.compared_at.is_(None))
        return await self._unit.find(Ticket, query.order_by(tickets.c.number).limit(limit))

    async def vectors(self, ids: Collection[TicketId], model: str) -> dict[TicketId, bytes]:
        """The vectors that a model has made of these complaints, as far as they are kept."""
        found: dict[TicketId, bytes] = {}
        for part in chunks(ids):
            query = select(vectors.c.ticket_id, vectors.c.vector).where(
                vectors.c.ticket_id.in_(part), vectors.c.model == model
            )
            found |= {row.ticket_id: row.vector for row in await self._unit.run(query)}
        return found

    async def keep(self, made: Mapping[TicketId, bytes], model: str) -> None:
        """Keep the vectors of complaints; they go with them."""
        rows = [
            {"ticket_id": ticket_id, "model": model, "vector": vector}
            for ticket_id, vector in sorted(made.items())
        ]
        if rows:
            await self._unit.flush()
            await _KEEP.run(self._unit.connection, rows)
