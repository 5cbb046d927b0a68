"""Who is in the console on the web."""

from datetime import datetime

from sqlalchemy import delete

from flows.entities import ConsolePass, PassKind
from storage.repositories.base import Repository, all_of
from storage.tables import console_passes


class Passes(Repository):
    """What opens the console, by the digest of its secret."""

    async def valid(self, digest: str, kind: PassKind, now: datetime) -> ConsolePass | None:
        """The pass of this kind that is still good; None: there is none."""
        query = all_of(ConsolePass).where(
            console_passes.c.digest == digest,
            console_passes.c.kind == kind.value,
            console_passes.c.expires_at > now,
        )
        found = await self._unit.find(ConsolePass, query)
        return found[0] if found else None

    async def drop(self, digest: str) -> bool:
        """Have a pass open nothing any more; tell whether it was there, of two the first alone."""
        statement = delete(console_passes).where(console_passes.c.digest == digest)
        return bool((await self._unit.run(statement)).rowcount)

    async def clear(self, now: datetime) -> None:
        """Forget what opens nothing any more."""
        await self._unit.run(delete(console_passes).where(console_passes.c.expires_at <= now))
