"""Remedies of complaints."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from flows.entities import Remedy, RemedyId, Ticket, TicketId
from storage.known import shelf
from storage.repositories.base import Repository, all_of
from storage.tables import remedies

OF_TICKET = shelf(Remedy, "ticket_id", parent=Ticket)


class Remedies(Repository):
    """What makes complaints right, from the moment at which it may be chosen."""

    async def of_ticket(self, ticket_id: TicketId) -> list[Remedy]:
        """The remedies of a complaint, the oldest first."""
        return (await self.of_tickets([ticket_id])).get(ticket_id, [])

    async def of_tickets(self, ids: Collection[TicketId]) -> Mapping[TicketId, list[Remedy]]:
        """The remedies of each of these complaints, the oldest first."""
        found = await self._unit.on_shelf(OF_TICKET, ids)
        return {key: sorted(each, key=lambda one: one.number) for key, each in found.items()}

    async def of_cause(self, cause: str) -> Remedy | None:
        """What was given by a rule of thanks for something; None: nothing yet."""
        query = all_of(Remedy).where(remedies.c.cause == cause)
        found = await self._unit.find(Remedy, query)
        return found[0] if found else None

    async def by_id(self, remedy_id: int) -> Remedy | None:
        """One remedy, which nobody else changes until this unit ends.

        Its ticket is locked first, as everybody does who changes a remedy.
        """
        query = select(remedies.c.ticket_id).where(remedies.c.id == remedy_id)
        ticket_id = (await self._unit.run(query)).scalar_one_or_none()
        if ticket_id is None:
            return None
        await self._unit.get(Ticket, TicketId(ticket_id))
        return await self._unit.get(Remedy, RemedyId(remedy_id))
