"""Single values that the installation keeps: its configuration, salts, claim tokens."""

from sqlalchemy import delete, select

from flows.entities.facts import Family, family_of
from storage.repositories.base import Repository
from storage.tables import facts


class Facts(Repository):
    """A small named-value store.

    A fact is named by its family alone, or by the name that `Family.of` gives it. Writing one that
    belongs to no family raises LookupError.
    """

    async def get(self, fact: Family | str) -> str | None:
        """The value kept under this name.

        Facts are written at once: nothing that was gathered has to be written before this.
        """
        query = select(facts.c.value).where(facts.c.name == _name(fact))
        value = (await self._unit.connection.execute(query)).scalar_one_or_none()
        return None if value is None else str(value)

    async def locked(self, fact: Family | str, first: str) -> str:
        """A value that nobody else changes until this unit ends; `first` if there is none."""
        name = _writable(fact)
        statement = self._unit.insert(facts).values(name=name, value=first)
        await self._unit.run(statement.on_conflict_do_nothing(index_elements=["name"]))
        query = select(facts.c.value).where(facts.c.name == name).with_for_update()
        return str((await self._unit.run(query)).scalar_one())

    async def shared(self, fact: Family | str) -> str | None:
        """A value that nobody changes until this unit ends; others may read it, too."""
        query = select(facts.c.value).where(facts.c.name == _name(fact))
        value = (await self._unit.run(query.with_for_update(read=True))).scalar_one_or_none()
        return None if value is None else str(value)

    async def beginning(self, prefix: Family | str) -> dict[str, str]:
        """The values whose names begin so, by the rest of the name."""
        start = _name(prefix)
        query = select(facts).where(facts.c.name.startswith(start, autoescape=True))
        return {row.name[len(start) :]: row.value for row in await self._unit.run(query)}

    async def set(self, fact: Family | str, value: str) -> None:
        """Keep a value under this name, in place of an earlier one."""
        statement = self._unit.insert(facts).values(name=_writable(fact), value=value)
        await self._unit.run(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )

    async def drop(self, fact: Family | str) -> None:
        """Forget the value kept under this name."""
        await self._unit.run(delete(facts).where(facts.c.name == _name(fact)))


def _name(fact: Family | str) -> str:
    return fact.name if isinstance(fact, Family) else fact


def _writable(fact: Family | str) -> str:
    name = _name(fact)
    family_of(name)
    return name
