"""The business's own people: groups, admins, and the journal of what they did."""

from sqlalchemy import select

from flows.entities import Admin, Group, JournalLine
from storage.repositories.base import Repository, all_of
from storage.tables import admins, groups, journal


class People(Repository):
    """Groups, admins and their doings."""

    async def groups(self) -> list[Group]:
        """Give all groups that were ever bound, those that the bot has left included."""
        return await self._unit.find(Group, all_of(Group).order_by(groups.c.bound_at))

    async def admins(self) -> list[Admin]:
        """Give all admins."""
        return await self._unit.find(Admin, all_of(Admin).order_by(admins.c.since))

    async def history(self, subject: str, limit: int = 50) -> list[JournalLine]:
        """Give what was done to a subject, the newest first."""
        query = all_of(JournalLine).where(journal.c.subject == subject)
        return await self._unit.find(JournalLine, query.order_by(journal.c.id.desc()).limit(limit))

    async def recent(self, limit: int = 50) -> list[JournalLine]:
        """Give the newest lines of the journal, the newest first."""
        query = all_of(JournalLine).order_by(journal.c.id.desc()).limit(limit)
        return await self._unit.find(JournalLine, query)

    async def is_admin(self, telegram_id: int) -> bool:
        """Tell whether this account is an admin's."""
        query = select(admins.c.telegram_id).where(admins.c.telegram_id == telegram_id)
        return (await self._unit.run(query)).first() is not None
