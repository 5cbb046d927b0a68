"""Proofs of guarantees, each used once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from flows.entities import RemedyId
from storage.repositories.base import Repository
from storage.tables import proofs


class Proofs(Repository):
    """What was shown when guarantees were claimed, as digests."""

    async def use(
        self, guarantee: str, marks: Sequence[str], remedy_id: RemedyId, now: datetime
    ) -> RemedyId | None:
        """Note proofs as used for a remedy. Gives another one for which one of them was used first.

        One statement takes each, so of two who show the same at once the second waits, and finds it
        used. `marks` are in one order.
        """
        if not marks:
            return None
        rows = [
            {"guarantee": guarantee, "mark": mark, "remedy_id": remedy_id, "at": now}
            for mark in marks
        ]
        await self._unit.run(self._unit.insert(proofs).values(rows).on_conflict_do_nothing())
        self._unit.wrote()
        query = (
            select(proofs.c.remedy_id)
            .where(
                proofs.c.guarantee == guarantee,
                proofs.c.mark.in_(marks),
                proofs.c.remedy_id != remedy_id,
            )
            .limit(1)
        )
        found: int | None = (await self._unit.run(query)).scalar_one_or_none()
        return RemedyId(found) if found is not None else None
