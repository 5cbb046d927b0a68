"""Themes, and the complaints that belong to them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from flows.entities import Theme, ThemeId, Ticket
from flows.entities.states import UNRESOLVED
from storage.repositories.base import Repository, all_of
from storage.tables import themes, tickets


@dataclass(frozen=True, slots=True)
class Sized:
    """A theme and how many complaints belong to it."""

    theme: Theme
    tickets: int
    unresolved: int


class Themes(Repository):
    """Complaints that are alike in symptom."""

    async def by_number(self, number: int) -> Theme | None:
        """The theme that people call `T-number`."""
        query = all_of(Theme).where(themes.c.number == number)
        found = await self._unit.find(Theme, query, lock=True)
        return found[0] if found else None

    async def by_ids(self, ids: Collection[ThemeId]) -> dict[ThemeId, Theme]:
        """The themes with these ids, by id."""
        return await self._unit.get_all(Theme, ids, lock=False)

    async def in_group(self, group_chat_id: int) -> list[Theme]:
        """All themes of a group, also those that were merged into others."""
        query = all_of(Theme).where(themes.c.group_chat_id == group_chat_id)
        return await self._unit.find(Theme, query.order_by(themes.c.number), lock=True)

    async def most_frequent(
        self, group_chat_id: int, *, unowned: bool, offset: int, limit: int
    ) -> list[Sized]:
        """A group's themes, those with most complaints first; `unowned`: that nobody looks after.

        Those that were merged into others are left out.
        """
        of_theme = tickets.c.theme_id == themes.c.id
        count = func.count(tickets.c.id)
        still = func.count(tickets.c.id).filter(tickets.c.state.in_(UNRESOLVED))
        query = (
            select(themes.c.id, count.label("all"), still.label("unresolved"))
            .select_from(themes.outerjoin(tickets, of_theme))
            .where(themes.c.group_chat_id == group_chat_id, themes.c.into_id.is_(None))
            .group_by(themes.c.id, themes.c.number)
            .order_by(count.desc(), themes.c.number.desc())
        )
        if unowned:
            query = query.where(themes.c.owner_id.is_(None))
        rows = (await self._unit.run(query.offset(offset).limit(limit))).all()
        known = await self.by_ids([ThemeId(row.id) for row in rows])
        return [Sized(known[ThemeId(row.id)], row.all, row.unresolved) for row in rows]

    async def count(self, group_chat_id: int, *, unowned: bool) -> int:
        """How many themes a group has, apart from those that were merged into others."""
        query = select(func.count()).where(
            themes.c.group_chat_id == group_chat_id, themes.c.into_id.is_(None)
        )
        if unowned:
            query = query.where(themes.c.owner_id.is_(None))
        return int((await self._unit.run(query)).scalar_one())

    async def tickets_of(self, theme_id: ThemeId, limit: int = 10_000) -> list[Ticket]:
        """The complaints of a theme, the newest first."""
        query = all_of(Ticket).where(tickets.c.theme_id == theme_id)
        query = query.order_by(tickets.c.number.desc()).limit(limit)
        return await self._unit.find(Ticket, query, lock=True)

    async def size_of(self, theme: Theme) -> Sized:
        """How many complaints belong to a theme."""
        still = func.count().filter(tickets.c.state.in_(UNRESOLVED))
        query = select(func.count(), still).where(tickets.c.theme_id == theme.id)
        row = (await self._unit.run(query)).one()
        return Sized(theme, row[0], row[1])
