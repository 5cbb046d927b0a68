"""What is known of other systems' messages: whom they mean, and how new what they told is."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    String,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)

from flows.entities import Alias, CustomerId
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import aliases, candidates, events, marks


class Hooks(Repository):
    """Names in other systems, and marks of what was told last."""

    async def alias(self, name: str) -> Alias | None:
        """Whom another system calls this."""
        return await self._unit.get(Alias, name)

    async def aliases_of_shop(self, source: str, tenant: str, limit: int) -> list[Alias]:
        """Some names that a shop of a source (`shopify:`) has told, in their order."""
        query = all_of(Alias).where(*_beginning(source), aliases.c.tenant == tenant)
        return await self._unit.find(Alias, query.order_by(aliases.c.name).limit(limit))

    async def count_aliases(self, source: str, tenant: str) -> int:
        """Count the names that a shop of a source has told; empty: that no shop has."""
        query = select(func.count()).select_from(aliases)
        found = await self._unit.run(query.where(*_beginning(source), aliases.c.tenant == tenant))
        return int(found.scalar_one())

    async def forget_told(
        self, name: str, customer_id: CustomerId, *, is_ref: bool = False
    ) -> None:
        """Erase the events that were told of a customer under one of their names.

        `is_ref`: it is the customer's ref, under which events do not say how they were told.
        Of those that led to an ask the bare moment stays: whoever was asked is not asked sooner.
        """
        told_as = [name, ""] if is_ref else [name]
        mine = events.c.customer_id == customer_id, events.c.told_as.in_(told_as)
        asked = exists().where(
            candidates.c.event_id == events.c.id, candidates.c.asked_at.is_not(None)
        )
        bare = {"product": "", "period": "", "data": {}, "told_as": ""}
        number = literal("forgotten:").concat(cast(events.c.id, String))
        await self._unit.run(update(events).where(*mine, asked).values(external_id=number, **bare))
        query = select(events.c.id).where(*mine)
        ids = [row.id for row in await self._unit.run(query)]
        for part in chunks(ids):
            await self._unit.run(delete(candidates).where(candidates.c.event_id.in_(part)))
            await self._unit.run(delete(events).where(events.c.id.in_(part)))

    async def marks(self, names: Collection[str]) -> dict[str, datetime]:
        """Of which moment each of these was told last, by name."""
        keys = {_key(name): name for name in names}
        found: dict[str, datetime] = {}
        for part in chunks(keys):
            query = select(marks.c.name, marks.c.as_of).where(marks.c.name.in_(part))
            found |= {keys[row.name]: row.as_of for row in await self._unit.run(query)}
        return found

    async def mark(
        self, told: Mapping[str, datetime], now: datetime, *, lasting: bool = False
    ) -> None:
        """Remember of which moment each of these was told. Names are kept as digests only.

        `lasting`: for good.
        """
        if not told:
            return
        rows = [
            {"name": _key(name), "as_of": as_of, "seen_at": now, "lasting": lasting}
            for name, as_of in told.items()
        ]
        statement = self._unit.insert(marks)
        excluded = statement.excluded
        newer = {name: excluded[name] for name in ("as_of", "seen_at", "lasting")}
        await self._unit.run(
            statement.on_conflict_do_update(index_elements=["name"], set_=newer), rows
        )

    async def clear_marks(self, before: datetime, limit: int) -> int:
        """Forget marks set before a moment, but no lasting ones; fewer than `limit` means all."""
        old = marks.c.seen_at < before, marks.c.lasting.is_(False)
        query = select(marks.c.name).where(*old).limit(limit)
        names = [row.name for row in await self._unit.run(query)]
        for part in chunks(names):
            await self._unit.run(delete(marks).where(marks.c.name.in_(part)))
        return len(names)


def _beginning(prefix: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return aliases.c.name >= prefix, aliases.c.name < prefix + "\U0010ffff"


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]
