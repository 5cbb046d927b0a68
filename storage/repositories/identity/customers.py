"""Customers, their Telegram accounts and their links."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select, text

from flows.entities import Account, Alias, Customer, CustomerId, Link
from storage.known import shelf
from storage.repositories.base import Repository, all_of, chunks
from storage.repositories.identity import joining
from storage.tables import accounts, aliases, customers, links
from storage.tables.base import EPOCH

_REGISTRATION_LOCK = 0x5245_4749
"""Key of PostgreSQL's advisory lock under which customers and events are taken in ("REGI")."""


@dataclass(frozen=True, slots=True)
class Door:
    """What is printed of a customer: how to call them, and the token of their link."""

    ref: str
    name: str
    language: str
    token: str


def _doors(unlinked: bool) -> list[ColumnElement[bool]]:
    open_doors: list[ColumnElement[bool]] = [links.c.revoked_at.is_(None)]
    if unlinked:
        open_doors.append(~exists().where(accounts.c.customer_id == customers.c.id))
    return open_doors


ACCOUNTS = shelf(Account, "customer_id", parent=Customer)
LINKS = shelf(Link, "customer_id", parent=Customer)


def _linked_last(account: Account) -> tuple[timedelta, int]:
    return EPOCH - account.linked_at, account.telegram_id


class Customers(Repository):
    """Who is served, and how they are reached."""

    async def hold_registration(self) -> None:
        """Make other units that take in customers or events wait until this one ends.

        Two that tell of the same new customer would otherwise both find nobody. SQLite lets
        only one unit write anyway.
        """
        if self._unit.is_postgres:
            await self._unit.run(text(f"SELECT pg_advisory_xact_lock({_REGISTRATION_LOCK})"))

    async def by_ref(self, ref: str) -> Customer | None:
        """The customer whom the business, or another system (`stripe:cus_9s6`), calls so."""
        return (await self.by_refs({ref})).get(ref)

    async def by_refs(self, refs: Collection[str]) -> dict[str, Customer]:
        """The customers of many refs or other names at once, by what they were called.

        A ref goes before another customer's other name.
        """
        found = await self.by_own_refs(refs)
        missing = [ref for ref in refs if ref not in found]
        others: dict[str, CustomerId] = {}
        for part in chunks(missing):
            query = select(aliases.c.name, aliases.c.customer_id).where(aliases.c.name.in_(part))
            others |= {row.name: row.customer_id for row in await self._unit.run(query)}
        people = await self.by_ids(set(others.values())) if others else {}
        return found | {name: people[owner] for name, owner in others.items()}

    async def by_own_refs(self, refs: Collection[str]) -> dict[str, Customer]:
        """The customers of many refs at once, by ref; other names do not count."""
        found: dict[str, Customer] = {}
        for part in chunks(refs):
            query = all_of(Customer).where(customers.c.ref.in_(part))
            found |= {customer.ref: customer for customer in await self._unit.find(Customer, query)}
        return found

    async def aliases_of(self, customer_id: CustomerId) -> list[Alias]:
        """The other names of a customer, in their order."""
        query = all_of(Alias).where(aliases.c.customer_id == customer_id)
        return await self._unit.find(Alias, query.order_by(aliases.c.name))

    async def by_ids(self, ids: Collection[CustomerId]) -> dict[CustomerId, Customer]:
        """Many customers at once, by id."""
        return await self._unit.get_all(Customer, ids, lock=False)

    async def by_phone(self, phone: str) -> list[Customer]:
        """The customers with this phone number (E.164, as stored)."""
        return await self._unit.find(Customer, all_of(Customer).where(customers.c.phone == phone))

    async def at_accounts(
        self, telegram_ids: Collection[int]
    ) -> dict[int, tuple[Account, Customer]]:
        """The linked accounts among these with their customers, by Telegram id."""
        linked = (await self._unit.get_all(Account, telegram_ids, lock=False)).values()
        people = await self.by_ids({account.customer_id for account in linked})
        return {account.telegram_id: (account, people[account.customer_id]) for account in linked}

    async def account(self, telegram_id: int) -> Account | None:
        """The account with this Telegram id."""
        return await self._unit.get(Account, telegram_id)

    async def accounts_of(self, customer_id: CustomerId) -> list[Account]:
        """A customer's accounts, the one linked last first."""
        return (await self.accounts_of_many([customer_id])).get(customer_id, [])

    async def accounts_of_many(
        self, ids: Collection[CustomerId]
    ) -> dict[CustomerId, list[Account]]:
        """Many customers' accounts, the one linked last first."""
        found = await self._unit.on_shelf(ACCOUNTS, ids)
        return {each: sorted(mine, key=_linked_last) for each, mine in found.items() if mine}

    async def linked_after(self, after: int, limit: int) -> list[CustomerId]:
        """Customers with an account and a greater id than `after`, in the order of ids."""
        query = select(accounts.c.customer_id).where(accounts.c.customer_id > after).distinct()
        query = query.order_by(accounts.c.customer_id).limit(limit)
        return [CustomerId(row[0]) for row in await self._unit.run(query)]

    async def link(self, token: str) -> Link | None:
        """The link with this token, also a revoked one."""
        return await self._unit.get(Link, token)

    async def links_of(self, customer_id: CustomerId) -> list[Link]:
        """A customer's links, the newest first."""
        found = (await self._unit.on_shelf(LINKS, [customer_id]))[customer_id]
        return sorted(found, key=lambda link: link.created_at, reverse=True)

    async def links_of_many(self, ids: Collection[CustomerId]) -> dict[CustomerId, Link]:
        """One working link of each of many customers who have one."""
        found: dict[CustomerId, Link] = {}
        for part in chunks(ids):
            query = all_of(Link).where(links.c.customer_id.in_(part), links.c.revoked_at.is_(None))
            for link in await self._unit.find(Link, query.order_by(links.c.created_at)):
                found[link.customer_id] = link
        return found

    async def doors(
        self, after: CustomerId, limit: int, *, unlinked: bool = False
    ) -> list[tuple[CustomerId, Door]]:
        """The working links of the customers whose ids come after `after`, by id.

        `unlinked` leaves out those who have a Telegram account. Nothing means that there are no
        more. The order is that of the links' index: any other would sort all that is left.
        """
        shown = (customers.c.id, customers.c.ref, customers.c.name, customers.c.language)
        query = select(*shown, links.c.token).where(links.c.customer_id > after, *_doors(unlinked))
        query = query.join(links, links.c.customer_id == customers.c.id)
        query = query.order_by(links.c.customer_id).limit(limit)
        found: dict[CustomerId, Door] = {}
        for row in await self._unit.run(query):
            found.setdefault(CustomerId(row.id), Door(row.ref, row.name, row.language, row.token))
        return list(found.items())

    async def count_doors(self, *, unlinked: bool = False) -> int:
        """Count the working links that `doors` goes through."""
        query = select(func.count()).select_from(
            customers.join(links, links.c.customer_id == customers.c.id)
        )
        return int((await self._unit.run(query.where(*_doors(unlinked)))).scalar_one())

    async def count(self) -> int:
        """Count all customers."""
        return int((await self._unit.run(select(func.count()).select_from(customers))).scalar_one())

    async def merge(self, old: Customer, new: Customer) -> None:
        """Move everything of `old` to `new` and remove `old`: they are one person."""
        await joining.merge(self._unit, old, new)

    async def move_told(self, names: Collection[str], old: CustomerId, new: CustomerId) -> int:
        """What was told of `old` under these names as told of `new`; give how many events."""
        return await joining.move_told(self._unit, names, old, new)

    async def move_asks(self, chat_id: int, old: CustomerId, new: CustomerId) -> None:
        """The asks that were read in one chat as asks to `new`."""
        await joining.move_asks(self._unit, chat_id, old, new)

    async def count_rows(self, customer_id: CustomerId) -> dict[str, int]:
        """Count what belongs to a customer, by table; tables with nothing are left out."""
        return await joining.count_rows(self._unit, customer_id)

    async def count_told(self, names: Collection[str], customer_id: CustomerId) -> int:
        """Count the events that were told of a customer under these names."""
        return await joining.count_told(self._unit, names, customer_id)

    async def move_chat(self, chat_id: int, old: CustomerId, new: CustomerId) -> None:
        """What was said in one chat as `old` to `new`: it was somebody else who said it."""
        await joining.move_chat(self._unit, chat_id, old, new)
