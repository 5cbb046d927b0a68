"""Who was erased and stands in a list again.

A list says of nobody when it knew them: it may be of before somebody asked to be forgotten. So it
brings nobody back by itself. Their names are known by digests alone (`bot.identity.erasure`).
"""

from collections.abc import Collection, Sequence

from bot.core.ports import Unit
from bot.data.named import NamedCustomer
from bot.identity.erasure import FORGOTTEN

OF_ERASED, OF_ERASED_BUYER = "erased_customer", "erased"
"""Problems of `EventResult`: what is told is of somebody who was erased, or whose order is."""


async def erased_customers(unit: Unit, items: Sequence[NamedCustomer]) -> frozenset[str]:
    """The refs of those in a list who were erased and have not become customers again."""
    names = {item.ref: (item.ref, *item.also) for item in items}
    erased = await erased_names(unit, {name for each in names.values() for name in each})
    found = {ref for ref, every in names.items() if not erased.isdisjoint(every)}
    if not found:
        return frozenset()
    people = await unit.customers.by_refs({name for ref in found for name in names[ref]})
    return frozenset(ref for ref in found if people.keys().isdisjoint(names[ref]))


async def erased_names(unit: Unit, names: Collection[str]) -> frozenset[str]:
    """Which of these names somebody had who was erased."""
    marks = await unit.hooks.marks([FORGOTTEN + name for name in names])
    return frozenset(name.removeprefix(FORGOTTEN) for name in marks)
