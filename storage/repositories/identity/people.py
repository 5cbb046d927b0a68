"""The business's own people: groups, admins, and the journal of what they did."""

from collections.abc import Collection

from sqlalchemy import select

from flows.entities import Admin, Group, JournalLine, Member
from storage.repositories.base import Repository, all_of
from storage.tables import admins, groups, journal


class People(Repository):
    """Groups, admins and their doings."""

    async def groups(self) -> list[Group]:
        """All groups that were ever bound, those that the bot has left included."""
        return await self._unit.find(Group, all_of(Group).order_by(groups.c.bound_at))

    async def bound(self, chat_ids: Collection[int]) -> set[int]:
        """Which of these chats are groups that are bound and that the bot is in.

        In a writing unit they stay so until it ends (PostgreSQL): none of them moves meanwhile.
        """
        query = select(groups.c.chat_id).where(
            groups.c.chat_id.in_(list(chat_ids)), groups.c.left_at.is_(None)
        )
        return {row.chat_id for row in await self._unit.run(query.with_for_update(read=True))}

    async def admins(self) -> list[Admin]:
        """All admins."""
        return await self._unit.find(Admin, all_of(Admin).order_by(admins.c.since))

    async def members(self) -> list[Member]:
        """Everybody who was ever met in a group."""
        return await self._unit.find(Member, all_of(Member))

    async def history(self, subject: str, limit: int = 50) -> list[JournalLine]:
        """What was done to a subject, the newest first."""
        query = all_of(JournalLine).where(journal.c.subject == subject)
        return await self._unit.find(JournalLine, query.order_by(journal.c.id.desc()).limit(limit))

    async def recent(self, limit: int = 50) -> list[JournalLine]:
        """The newest lines of the journal, the newest first."""
        query = all_of(JournalLine).order_by(journal.c.id.desc()).limit(limit)
        return await self._unit.find(JournalLine, query)

    async def is_admin(self, telegram_id: int) -> bool:
        """Tell whether this account is an admin's."""
        query = select(admins.c.telegram_id).where(admins.c.telegram_id == telegram_id)
        return (await self._unit.run(query)).first() is not None
