"""Customers and events are taken in once, whoever tells them and however often."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event as sql_events

from bot.data import registration
from bot.data.items import CustomerItem, EventItem, read_item
from bot.data.registration import Taken, deep_link, find_customer, put_customers, put_events
from flows.entities import Account, Customer, CustomerId, Event
from storage.database import Database
from tests.bot.making import NOW, services
from tests.databases import on_both

LATER = NOW + timedelta(days=1)


def customer(ref: str, **told: object) -> CustomerItem:
    return read_item(CustomerItem, {"ref": ref} | told)


def event(name: str, ref: str, **told: object) -> EventItem:
    plain = {"id": name, "customer": ref, "type": "purchase", "at": NOW.isoformat()}
    return read_item(EventItem, plain | told)


async def put(database: Database, *items: CustomerItem) -> list[registration.CustomerResult]:
    async with database.unit() as unit:
        results = await put_customers(unit, services(), items, NOW)
        await unit.commit()
    return results


async def tell(database: Database, *items: EventItem) -> list[registration.EventResult]:
    async with database.unit() as unit:
        results = await put_events(unit, services(), items, NOW)
        await unit.commit()
    return results


@on_both
async def test_fields_that_are_told_replace_and_the_others_stay(database: Database) -> None:
    first = await put(database, customer("a", name="Anna", tags=["eu"]), customer("b"))
    assert [result.status for result in first] == [Taken.CREATED, Taken.CREATED]
    second = await put(database, customer("a", phone="+49301234567"), customer("b"))
    assert [result.status for result in second] == [Taken.UPDATED, Taken.UNCHANGED]
    assert [result.token for result in second] == [result.token for result in first]
    third = await put(database, customer("a", tags=None))
    async with database.reading() as unit:
        stored = await unit.customers.by_ref("a")
    assert stored == third[0].customer
    assert stored is not None
    assert (stored.name, stored.phone, stored.tags) == ("Anna", "+49301234567", ())


async def test_a_link_fits_what_telegram_takes(database: Database) -> None:
    [result] = await put(database, customer("a"))
    link = deep_link("verso_bot", result.token)
    token = link.removeprefix("https://t.me/verso_bot?start=")
    assert token == result.token
    assert 16 <= len(token) <= 64
    assert token.replace("-", "").replace("_", "").isalnum()


async def test_the_same_ref_twice_in_one_batch_is_one_customer(database: Database) -> None:
    results = await put(database, customer("a", name="Anna"), customer("a", phone="+49301234567"))
    assert [result.status for result in results] == [Taken.CREATED, Taken.UPDATED]
    assert results[0].token == results[1].token
    async with database.reading() as unit:
        assert await unit.customers.count() == 1
        found = await find_customer(unit, "a")
    assert found is not None
    assert (found.customer.name, found.customer.phone) == ("Anna", "+49301234567")


@on_both
async def test_many_tell_of_one_new_customer_at_once(database: Database) -> None:
    every = await asyncio.gather(*(put(database, customer("a", name=str(n))) for n in range(8)))
    assert len({results[0].token for results in every}) == 1
    async with database.reading() as unit:
        assert await unit.customers.count() == 1


async def test_a_customer_who_opened_the_link_is_linked(database: Database) -> None:
    [result] = await put(database, customer("a"))
    assert not result.linked
    async with database.unit() as unit:
        unit.add(Account(77, result.customer.id, NOW))
        await unit.commit()
    [result] = await put(database, customer("a"))
    assert result.linked


async def test_events_are_taken_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[Event] = []

    async def plan(
        unit: object, services: object, events: list[Event], people: object, now: object
    ):  # type: ignore[no-untyped-def]
        planned.extend(events)

    monkeypatch.setattr(registration, "plan_events", plan)
    await put(database, customer("a"))
    told = (event("1", "a", period="P14D", data={"n": 1}), event("1", "a"), event("2", "nobody"))
    first = await tell(database, *told)
    assert [r.status for r in first] == [Taken.ACCEPTED, Taken.DUPLICATE, Taken.REJECTED]
    assert "'nobody'" in first[2].reason
    again = await tell(database, *told)
    assert [r.status for r in again] == [Taken.DUPLICATE, Taken.DUPLICATE, Taken.REJECTED]
    assert [each.external_id for each in planned] == ["1"]
    async with database.reading() as unit:
        stored = await unit.schedules.events_by_external(["1", "2"])
    assert stored == {"1": planned[0]}
    assert (stored["1"].period, stored["1"].data, stored["1"].at) == ("P14D", {"n": 1}, NOW)


async def test_the_plan_knows_the_customers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[CustomerId, Customer] = {}

    async def plan(unit: object, services: object, events: object, people: dict, now: object):  # type: ignore[no-untyped-def,type-arg]
        seen.update(people)

    monkeypatch.setattr(registration, "plan_events", plan)
    [result] = await put(database, customer("a", name="Anna"))
    await tell(database, event("1", "a"))
    assert seen == {result.customer.id: replace(result.customer, name="Anna")}


@on_both
async def test_a_full_batch_costs_few_statements(database: Database) -> None:
    people = [customer(f"c{n}") for n in range(1000)]
    executed: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        executed.append(statement)

    sql_events.listen(database.writer.sync_engine, "before_cursor_execute", note)
    async with database.unit() as unit:
        await put_customers(unit, services(), people, NOW)
        await put_events(unit, services(), [event(f"e{n}", f"c{n}") for n in range(1000)], NOW)
        await unit.commit()
    assert 5 < len(executed) < 30
