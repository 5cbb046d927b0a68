"""Files that admins have sent to the bot, and the rows of them that could not be taken."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from flows.entities import Upload
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import upload_faults, uploads

_TO_DO = ("sent", "asking", "going", "reporting")


class Uploads(Repository):
    """What is being taken in, and what waits for an admin's word."""

    async def get(self, upload_id: int) -> Upload | None:
        """An upload by its id."""
        return await self._unit.get(Upload, upload_id)

    async def next(self) -> Upload | None:
        """The oldest upload for which there is something to do."""
        query = all_of(Upload).where(uploads.c.state.in_(_TO_DO))
        found = await self._unit.find(Upload, query.order_by(uploads.c.id).limit(1))
        return found[0] if found else None

    async def add_faults(self, upload_id: int, faults: Mapping[int, str]) -> None:
        """Keep why rows were rejected, by line."""
        if faults:
            rows = [
                {"upload_id": upload_id, "line": line, "reason": reason}
                for line, reason in faults.items()
            ]
            statement = self._unit.insert(upload_faults)
            await self._unit.run(statement.on_conflict_do_nothing(), rows)

    async def faults(self, upload_id: int) -> dict[int, str]:
        """Why rows were rejected, in the order of their lines."""
        query = select(upload_faults.c.line, upload_faults.c.reason)
        query = query.where(upload_faults.c.upload_id == upload_id).order_by(upload_faults.c.line)
        return {row.line: row.reason for row in await self._unit.run(query)}

    async def forget(self, upload_id: int) -> None:
        """Erase an upload with what was kept of its rows."""
        faults = delete(upload_faults).where(upload_faults.c.upload_id == upload_id)
        await self._unit.run(faults)
        await self._unit.run(delete(uploads).where(uploads.c.id == upload_id))

    async def clear_before(self, before: datetime, limit: int) -> int:
        """Erase uploads of that time, whatever became of them."""
        query = select(uploads.c.id).where(uploads.c.created_at < before).limit(limit)
        ids = [row.id for row in await self._unit.run(query)]
        for part in chunks(ids):
            await self._unit.run(delete(upload_faults).where(upload_faults.c.upload_id.in_(part)))
            await self._unit.run(delete(uploads).where(uploads.c.id.in_(part)))
        return len(ids)
