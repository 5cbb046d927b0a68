"""Orders as the lists of shops have them: each is a purchase, and names who has bought.

The row of an order makes a customer of a buyer who is not known, and changes nothing of one who
is. Its events have the names that the shop's own messages give them, so that nothing is told
twice; and where such a message was of a later moment, it knows better.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from bot.core.ports import Unit
from bot.core.services import Services
from bot.data.erased import OF_ERASED_BUYER
from bot.data.items import EventItem, Item, Moment, Phone, Ref, Words, read_item
from bot.data.named import NamedCustomer, put_named
from bot.data.products import product_and_more
from bot.data.registration import EventResult, Taken, put_events
from bot.identity.erasure import FORGOTTEN
from flows.asks.triggers import MORE


class OrderItem(Item):
    """One order."""

    id: Ref = Field(description="the order's own id, 1 to 200 characters")
    customer: Ref = Field(description="who has bought: an id or an e-mail address")
    at: Moment = Field(description="a moment such as 2026-05-04 09:30:00 +0200")
    also: tuple[Ref, ...] = ()
    name: Words | None = None
    phone: Phone | None = None
    paid_at: Moment | None = Field(default=None, description="a moment")
    done_at: Moment | None = Field(default=None, description="a moment")
    state: Literal["open", "paid", "done", "off", "refunded"] = "open"
    placed: bool = True
    """Whether being placed is an event of its own."""
    lines: tuple[tuple[str, ...], ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether anything has happened: a payment that failed is no purchase."""
        return self.placed or self.state != "open"

    @property
    def as_of(self) -> datetime:
        """The last moment of which the row tells."""
        return max(filter(None, (self.at, self.paid_at, self.done_at)))


_RANK = (Taken.ACCEPTED, Taken.WITHDRAWN, Taken.CORRECTED)


async def put_orders(
    unit: Unit, services: Services, items: Sequence[OrderItem], now: datetime
) -> list[EventResult]:
    """Take in orders, and tell of each what became of it. The unit is not committed."""
    await unit.customers.hold_registration()
    erased, given = await _erased(unit, items), items
    items = [item for item in items if item.id not in erased]
    buyers = await _buyers(unit, services, items, now)
    events = {item.id: _events(services, item, buyers[item.id]) for item in items}
    marks = await unit.hooks.marks({event.id for each in events.values() for event in each})
    fresh = [
        event
        for item in items
        for event in events[item.id]
        if event.id not in marks or marks[event.id] <= item.as_of
    ]
    known = await unit.schedules.events_by_external({event.id for event in fresh})
    telling = [event for event in fresh if event.id in known or not event.withdrawn]
    results = {result.id: result for result in await put_events(unit, services, telling, now)}
    told = {event.id: item.as_of for item in items for event in events[item.id] if event in fresh}
    await unit.hooks.mark(told, now)
    found = {item.id: [results.get(event.id) for event in events[item.id]] for item in items}
    return [
        _result(item, found[item.id]) if item.id in found else _of_erased(item) for item in given
    ]


async def _erased(unit: Unit, items: Sequence[OrderItem]) -> set[str]:
    """The orders of those who were erased since: an old list does not bring them back."""
    names = {FORGOTTEN + name for item in items for name in (item.customer, *item.also)}
    marks = await unit.hooks.marks(names)
    return {
        item.id
        for item in items
        for name in (item.customer, *item.also)
        if marks.get(FORGOTTEN + name, item.as_of) > item.as_of
    }


def _of_erased(item: OrderItem) -> EventResult:
    return EventResult(item.id, Taken.REJECTED, "who bought this was erased since", OF_ERASED_BUYER)


async def _buyers(
    unit: Unit, services: Services, items: Sequence[OrderItem], now: datetime
) -> dict[str, str]:
    """By order the name under which its buyer is known; who is not is registered."""
    names = {name for item in items for name in (item.customer, *item.also)}
    people = await unit.customers.by_refs(names)
    new: dict[str, NamedCustomer] = {}
    buyers: dict[str, str] = {}
    for item in items:
        mine = (item.customer, *item.also)
        name = next((each for each in mine if each in people or each in new), item.customer)
        buyers[item.id] = name
        if item.says_something and name not in people and name not in new:
            told: dict[str, Any] = {"name": item.name, "phone": item.phone}
            said = {field: value for field, value in told.items() if value}
            made = read_item(NamedCustomer, {**said, "ref": name, "also": mine})
            new |= dict.fromkeys(mine, made)
    unique = list({made.ref: made for made in new.values()}.values())
    if unique:
        await put_named(unit, services, unique, now)
    return buyers


def _events(services: Services, item: OrderItem, buyer: str) -> list[EventItem]:
    product, more = product_and_more(services.config, item.lines)
    off = item.state == "off"
    found: list[tuple[str, str, datetime, bool]] = []
    if item.placed:
        found.append((f"{item.id}:placed", "order_placed", item.at, off))
    if item.state != "open":
        taken_back = item.state in ("off", "refunded")
        found.append((item.id, "purchase", item.paid_at or item.at, taken_back))
    if item.state == "done":
        found.append((f"{item.id}:done", "order_completed", item.done_at or item.at, False))
    rest = {"customer": buyer, "product": product, "data": {MORE: more} if more else {}}
    return [
        read_item(EventItem, {"id": name, "type": kind, "at": at, "withdrawn": withdrawn, **rest})
        for name, kind, at, withdrawn in found
    ]


def _result(item: OrderItem, results: Sequence[EventResult | None]) -> EventResult:
    """What became of an order: the most that became of anything in it."""
    there = [result for result in results if result is not None]
    rejected = next((each for each in there if each.status is Taken.REJECTED), None)
    if rejected is not None:
        return EventResult(item.id, Taken.REJECTED, rejected.reason, rejected.problem)
    found = {each.status for each in there}
    status = next((each for each in _RANK if each in found), Taken.DUPLICATE)
    return EventResult(item.id, status)
