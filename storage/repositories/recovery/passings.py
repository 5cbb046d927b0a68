"""What customers said, passed on to teams that read it."""

from sqlalchemy import select

from flows.entities import Passing, PassingId, Ticket, TicketId
from storage.known import shelf
from storage.repositories.base import Repository
from storage.tables import passings

OF_TICKET = shelf(Passing, "ticket_id", parent=Ticket)


class Passings(Repository):
    """Which teams were shown what a customer said, and who of them has read it."""

    async def of_ticket(self, ticket_id: TicketId) -> list[Passing]:
        """To whom a complaint's words were passed on, the first team first."""
        found = (await self._unit.on_shelf(OF_TICKET, [ticket_id]))[ticket_id]
        return sorted(found, key=lambda each: (each.at, each.id))

    async def by_id(self, passing_id: int) -> Passing | None:
        """One of them, which nobody else changes until this unit ends.

        Its ticket is locked first, as everybody does who passes its words on.
        """
        query = select(passings.c.ticket_id).where(passings.c.id == passing_id)
        ticket_id = (await self._unit.run(query)).scalar_one_or_none()
        if ticket_id is None:
            return None
        await self._unit.get(Ticket, TicketId(ticket_id))
        return await self._unit.get(Passing, PassingId(passing_id))
