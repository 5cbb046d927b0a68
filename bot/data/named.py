"""Customers who are told with further names: by a list that has their number and their address.

The record that an order has made of a buyer by the address alone gets the number, or gives way to
the record that has it. Only while nobody is linked to it: a link is a door, and does not open
another customer's. Two who share an address are told apart by their numbers, and the address stays
with the first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.ports import Unit
from bot.core.services import Services
from bot.data.items import CustomerItem, Ref
from bot.data.registration import CustomerResult, put_customers
from flows.entities import Alias, Customer
from flows.entities.identity import BESIDE
from flows.identity.mails import is_mail


class NamedCustomer(CustomerItem):
    """A customer as a list of another system has them, with the names beside the ref."""

    also: tuple[Ref, ...] = ()


async def put_named(
    unit: Unit, services: Services, items: Sequence[NamedCustomer], now: datetime
) -> list[CustomerResult]:
    """Take in customers with their further names. The unit is not committed."""
    if not any(item.also for item in items):
        return await put_customers(unit, services, items, now)
    await unit.customers.hold_registration()
    names = {name for item in items for name in (item.ref, *item.also)}
    people = await unit.customers.by_refs(names)
    await unit.get_all(Alias, names)  # each is asked for below
    for item in items:
        for name in item.also:
            found = people.get(name)
            if found is not None and item.ref not in people:
                adopted = await adopt(unit, found, name, item.ref, now)
                people |= {item.ref: adopted, name: adopted} if adopted is not None else {}
    results = await put_customers(unit, services, items, now)
    for item, result in zip(items, results, strict=True):
        for name in item.also:
            holder = people.get(name)
            await note_name(unit, name, result.customer, holder, now, beside=item.ref)
    return results


async def adopt(unit: Unit, found: Customer, mail: str, ref: str, now: datetime) -> Customer | None:
    """Give the record that an address has made a better name; None: it has one already."""
    if found.ref != mail or await unit.customers.accounts_of(found.id):
        return None
    named = replace(found, ref=ref, draw=found.drawn_as)
    unit.put(named)
    if await unit.hooks.alias(mail) is None:
        unit.add(Alias(mail, found.id, now, brought={BESIDE: ref}))
    return named


async def note_name(
    unit: Unit,
    name: str,
    customer: Customer,
    holder: Customer | None,
    now: datetime,
    *,
    beside: str,
    tenant: str = "",
) -> None:
    """Note a further name of a customer; what an address alone has brought comes with it.

    `holder`: who has the name so far; `beside`: the name with which it was told, and with which
    it goes.
    """
    brought = {BESIDE: beside} if is_mail(name) and beside != name else {}
    alias = await unit.hooks.alias(name)
    if alias is None and (holder is None or name == customer.ref):
        unit.add(Alias(name, customer.id, now, tenant, brought=brought))
        return
    if alias is not None and alias.customer_id == customer.id:
        known = alias.brought if alias.brought.get(BESIDE) else {**alias.brought, **brought}
        unit.put(replace(alias, tenant=alias.tenant or tenant, brought=known))
        return
    holder = holder if alias is None else await unit.get(Customer, alias.customer_id)
    by_mail_alone = holder is not None and is_mail(name) and holder.ref == name
    if holder is not None and by_mail_alone and not await unit.customers.accounts_of(holder.id):
        await unit.customers.merge(holder, customer)
        made = alias or Alias(name, customer.id, now)
        moved = replace(made, customer_id=customer.id, tenant=tenant, brought=brought)
        (unit.put if alias else unit.add)(moved)
