"""What was taken in by whom and when, and what is being taken in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from flows.entities import Import
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import imports


class Imports(Repository):
    """The history of imports."""

    async def get(self, import_id: int) -> Import | None:
        """An import by its id."""
        return await self._unit.get(Import, import_id)

    async def latest(self, limit: int) -> Sequence[Import]:
        """The newest ones, the newest first."""
        query = all_of(Import).order_by(imports.c.began_at.desc(), imports.c.id.desc())
        return await self._unit.find(Import, query.limit(limit))

    async def clear_before(self, before: datetime, limit: int) -> int:
        """Erase what is known of imports that began before that; give how many."""
        query = select(imports.c.id).where(imports.c.began_at < before).limit(limit)
        ids = [row.id for row in await self._unit.run(query)]
        for part in chunks(ids):
            await self._unit.run(delete(imports).where(imports.c.id.in_(part)))
        return len(ids)
