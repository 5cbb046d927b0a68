"""Taking in what the business's systems tell: customers, their links, events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.asks.planning import plan_events, replan_corrected
from bot.core.ports import Unit
from bot.core.services import Services
from bot.data.items import CustomerItem, EventItem
from bot.identity.links import new_link
from flows.desk.stays import objection
from flows.entities import Customer, CustomerId, Event, EventId

BATCH = 1000
"""Most customers or events in one unit of work (docs/http-api.md)."""


class Taken(StrEnum):
    """What became of one item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CustomerResult:
    """A customer as stored, what the item did to them, and how they are reached."""

    customer: Customer
    status: Taken
    token: str
    """Of the personal deep link."""
    linked: bool
    """Whether a Telegram account has opened the link."""


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of one event, with the reason where it was not taken."""

    id: str
    status: Taken
    reason: str = ""
    problem: str = ""
    """Which one it is, for who says it otherwise: `no_customer`, `other_customer`, `no_end`."""


async def put_customers(
    unit: Unit, services: Services, items: Sequence[CustomerItem], now: datetime
) -> list[CustomerResult]:
    """Take in customers, in their order: fields that were told replace, the others stay.

    A ref may be another name of a customer (`stripe:cus_9s6`). Everybody has one working link
    afterwards. Telling the same again changes nothing. The unit
    is not committed.
    """
    await unit.customers.hold_registration()
    people = await unit.customers.by_refs({item.ref for item in items})
    ids = {ref: customer.id for ref, customer in people.items()}
    current = {customer.id: customer for customer in people.values()}
    links = await unit.customers.links_of_many(current)
    accounts = await unit.customers.accounts_of_many(current)
    results = []
    for item in items:
        # Several names may be one customer's: what one has said, the next one begins from.
        before = current[ids[item.ref]] if item.ref in ids else None
        customer, status = _put(unit, before, item, now)
        ids[item.ref], current[customer.id] = customer.id, customer
        link = links.get(customer.id) or new_link(unit, customer, now)
        links[customer.id] = link
        linked = bool(accounts.get(customer.id))
        results.append(CustomerResult(customer, status, link.token, linked))
    return results


def _put(
    unit: Unit, before: Customer | None, item: CustomerItem, now: datetime
) -> tuple[Customer, Taken]:
    if before is None:
        new = Customer(CustomerId(unit.new_id()), item.ref, now, **item.given())
        unit.add(new)
        return new, Taken.CREATED
    after = replace(before, **item.given())
    if after == before:
        return before, Taken.UNCHANGED
    unit.put(after)
    return after, Taken.UPDATED


async def find_customer(unit: Unit, ref: str) -> CustomerResult | None:
    """A registered customer with their link, or None when nobody has this ref."""
    customer = await unit.customers.by_ref(ref)
    if customer is None:
        return None
    links = await unit.customers.links_of_many([customer.id])
    accounts = await unit.customers.accounts_of(customer.id)
    token = links[customer.id].token if customer.id in links else ""
    return CustomerResult(customer, Taken.UNCHANGED, token, bool(accounts))


def deep_link(username: str, token: str) -> str:
    """The address that opens the bot as this customer (Bot API: deep linking)."""
    return f"https://t.me/{username}?start={token}"


async def put_events(
    unit: Unit, services: Services, items: Sequence[EventItem], now: datetime
) -> list[EventResult]:
    """Take in events of known customers and plan what schedules make of them.

    An event whose id is known is corrected by what is told otherwise now: fields that are left out
    stay. The same again changes nothing. An event of an unknown customer is rejected, and one that
    begins a period which ends before it begins. The unit is not committed.
    """
    await unit.customers.hold_registration()
    known = await unit.schedules.events_by_external({item.id for item in items})
    people = await unit.customers.by_refs({item.customer for item in items})
    results = []
    zone = ZoneInfo(services.config.brand.time_zone)
    fresh: dict[EventId, Event] = {}
    changed: dict[EventId, Event] = {}
    for item in items:
        before, customer = known.get(item.id), people.get(item.customer)
        after = _after(unit, before, item, customer, now)
        senseless = objection(services.config.periods, after, zone) if after is not None else None
        if senseless is not None:
            results.append(EventResult(item.id, Taken.REJECTED, senseless, "no_end"))
            continue
        results.append(_judge(item, before, after, customer))
        if after is None or after == before:
            continue
        known[item.id] = after
        (fresh if before is None or after.id in fresh else changed)[after.id] = after
        (unit.add if before is None else unit.put)(after)
    by_id = {customer.id: customer for customer in people.values()}
    if fresh:
        await plan_events(unit, services, list(fresh.values()), by_id, now)
    if changed:
        await replan_corrected(unit, services, list(changed.values()), by_id, now)
    return results


def _after(
    unit: Unit, before: Event | None, item: EventItem, customer: Customer | None, now: datetime
) -> Event | None:
    """The event as it is after what was told; None when that cannot be taken."""
    if before is None:
        return _event(unit, item, customer, now) if customer is not None else None
    if customer is None or customer.id != before.customer_id:
        return None
    return replace(before, **item.given(), withdrawn_at=_withdrawn_at(before, item, now))


def _withdrawn_at(before: Event, item: EventItem, now: datetime) -> datetime | None:
    """An event stays taken back until it is said that it is not."""
    if item.withdrawn is None:
        return before.withdrawn_at
    return (before.withdrawn_at or now) if item.withdrawn else None


def _judge(
    item: EventItem, before: Event | None, after: Event | None, customer: Customer | None
) -> EventResult:
    if before is None and customer is None:
        reason = f"no customer has the ref {item.customer!r}; put the customer first"
        return EventResult(item.id, Taken.REJECTED, reason, "no_customer")
    if before is not None and customer is not None and after is None:
        reason = "an event with this id belongs to another customer; give this one its own id"
        return EventResult(item.id, Taken.REJECTED, reason, "other_customer")
    if after is None or after == before:
        reason = "an event with this id is known already; nothing was changed"
        return EventResult(item.id, Taken.DUPLICATE, reason)
    was_withdrawn = before is not None and before.withdrawn_at is not None
    if after.withdrawn_at is not None and not was_withdrawn:
        return EventResult(item.id, Taken.WITHDRAWN)
    return EventResult(item.id, Taken.ACCEPTED if before is None else Taken.CORRECTED)


def _event(unit: Unit, item: EventItem, customer: Customer, now: datetime) -> Event:
    return Event(
        id=EventId(unit.new_id()),
        external_id=item.id,
        customer_id=customer.id,
        type=item.type,
        at=item.at,
        received_at=now,
        period=item.period or "",
        product=item.product or "",
        data=item.data or {},
        withdrawn_at=now if item.withdrawn else None,
        told_as=item.customer if item.customer != customer.ref else "",
    )
