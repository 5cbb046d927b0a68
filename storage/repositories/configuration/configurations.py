"""The versions of the configuration: who changed what, and what it was at any time."""

from sqlalchemy import Text, cast, or_

from flows.entities import Configuration
from storage.repositories.base import Repository, all_of
from storage.tables import configurations


class Configurations(Repository):
    """What the configuration was, version by version."""

    async def at(self, version: int) -> Configuration | None:
        """The configuration as it was from this version on."""
        query = all_of(Configuration).where(configurations.c.version == version)
        found = await self._unit.find(Configuration, query)
        return found[0] if found else None

    async def history(
        self, limit: int, *, containing: tuple[str, ...] = (), before: int | None = None
    ) -> list[Configuration]:
        """Versions, the newest first, older than `before`.

        With `containing` only those with one of these texts somewhere in their lines of changes.
        """
        query = all_of(Configuration).order_by(configurations.c.version.desc()).limit(limit)
        if containing:
            lines = cast(configurations.c.changes, Text)
            fits = (lines.contains(part, autoescape=True) for part in containing)
            query = query.where(or_(*fits))
        if before is not None:
            query = query.where(configurations.c.version < before)
        return await self._unit.find(Configuration, query)
