"""Single values that the installation keeps: its configuration, salts, claim tokens."""

from sqlalchemy import delete, select

from storage.repositories.base import Repository
from storage.tables import facts


class Facts(Repository):
    """A small named-value store."""

    async def get(self, name: str) -> str | None:
        """Give the value kept under this name."""
        query = select(facts.c.value).where(facts.c.name == name)
        value = (await self._unit.run(query)).scalar_one_or_none()
        return None if value is None else str(value)

    async def locked(self, name: str, first: str) -> str:
        """Give a value that nobody else changes until this unit ends; `first` if there is none."""
        statement = self._unit.insert(facts).values(name=name, value=first)
        await self._unit.run(statement.on_conflict_do_nothing(index_elements=["name"]))
        query = select(facts.c.value).where(facts.c.name == name).with_for_update()
        return str((await self._unit.run(query)).scalar_one())

    async def shared(self, name: str) -> str | None:
        """Give a value that nobody changes until this unit ends; others may read it, too."""
        query = select(facts.c.value).where(facts.c.name == name).with_for_update(read=True)
        value = (await self._unit.run(query)).scalar_one_or_none()
        return None if value is None else str(value)

    async def beginning(self, prefix: str) -> dict[str, str]:
        """Give the values whose names begin so, by the rest of the name."""
        query = select(facts).where(facts.c.name.startswith(prefix, autoescape=True))
        return {row.name[len(prefix) :]: row.value for row in await self._unit.run(query)}

    async def set(self, name: str, value: str) -> None:
        """Keep a value under this name, in place of an earlier one."""
        statement = self._unit.insert(facts).values(name=name, value=value)
        await self._unit.run(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )

    async def drop(self, name: str) -> None:
        """Forget the value kept under this name."""
        await self._unit.run(delete(facts).where(facts.c.name == name))
