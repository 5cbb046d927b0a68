"""What is known of other systems' messages: whom they mean, and how new what they told is."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from flows.entities import Alias
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import aliases, marks


class Hooks(Repository):
    """Names in other systems, and marks of what was told last."""

    async def alias(self, name: str) -> Alias | None:
        """Whom another system calls this."""
        return await self._unit.get(Alias, name)

    async def aliases_beginning(self, prefix: str, limit: int) -> list[Alias]:
        """Some names that begin so, in their order."""
        query = all_of(Alias).where(
            aliases.c.name >= prefix, aliases.c.name < prefix + "\U0010ffff"
        )
        return await self._unit.find(Alias, query.order_by(aliases.c.name).limit(limit))

    async def marks(self, names: Collection[str]) -> dict[str, datetime]:
        """Of which moment each of these was told last, by name."""
        keys = {_key(name): name for name in names}
        found: dict[str, datetime] = {}
        for part in chunks(keys):
            query = select(marks.c.name, marks.c.as_of).where(marks.c.name.in_(part))
            found |= {keys[row.name]: row.as_of for row in await self._unit.run(query)}
        return found

    async def mark(self, told: Mapping[str, datetime], now: datetime) -> None:
        """Remember of which moment each of these was told. Names are kept as digests only."""
        if not told:
            return
        rows = [{"name": _key(n), "as_of": as_of, "seen_at": now} for n, as_of in told.items()]
        statement = self._unit.insert(marks)
        excluded = statement.excluded
        newer = {"as_of": excluded.as_of, "seen_at": excluded.seen_at}
        await self._unit.run(
            statement.on_conflict_do_update(index_elements=["name"], set_=newer), rows
        )

    async def clear_marks(self, before: datetime, limit: int) -> int:
        """Forget marks set before a moment; fewer than `limit` means all."""
        query = select(marks.c.name).where(marks.c.seen_at < before).limit(limit)
        names = [row.name for row in await self._unit.run(query)]
        for part in chunks(names):
            await self._unit.run(delete(marks).where(marks.c.name.in_(part)))
        return len(names)


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]
