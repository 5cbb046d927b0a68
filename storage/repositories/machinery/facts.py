"""Single values that the installation keeps: its configuration, salts, claim tokens."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from flows.entities import Fact
from flows.entities.facts import Family, family_of
from storage.repositories.base import Repository
from storage.tables import facts

if TYPE_CHECKING:
    from storage.unit import Unit


class Facts(Repository):
    """A small named-value store.

    A fact is named by its family alone, or by the name that `Family.of` gives it. Writing one that
    belongs to no family raises LookupError.
    """

    def __init__(self, unit: "Unit") -> None:
        super().__init__(unit)
        self._begun: dict[str, dict[str, str]] = {}
        """What `beginning` found; whoever looks at a hundred tickets asks a hundred times."""

    def forget(self) -> None:
        """Read anew from here on what names begin with."""
        self._begun.clear()

    async def get(self, fact: Family | str) -> str | None:
        """The value kept under this name."""
        found = await self._unit.get(Fact, _name(fact), lock=False)
        return None if found is None else found.value

    async def load(self, names: Iterable[str]) -> None:
        """Read these together, so that `get` need not ask for each."""
        await self._unit.load(Fact, [(name,) for name in names], lock=False)

    async def locked(self, fact: Family | str, first: str) -> str:
        """A value that nobody else changes until this unit ends; `first` if there is none."""
        name = _writable(fact)
        self.forget()
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
        if start not in self._begun:
            query = select(facts).where(facts.c.name.startswith(start, autoescape=True))
            rows = await self._unit.run(query)
            self._begun[start] = {row.name[len(start) :]: row.value for row in rows}
        return dict(self._begun[start])

    async def set(self, fact: Family | str, value: str) -> None:
        """Keep a value under this name, in place of an earlier one."""
        self._unit.add(Fact(_writable(fact), value))
        self.forget()

    async def drop(self, fact: Family | str) -> None:
        """Forget the value kept under this name."""
        found = await self._unit.get(Fact, _name(fact), lock=False)
        if found is not None:
            self._unit.delete(found)
            self.forget()


def _name(fact: Family | str) -> str:
    return fact.name if isinstance(fact, Family) else fact


def _writable(fact: Family | str) -> str:
    name = _name(fact)
    family_of(name)
    return name
