"""Whom an audience takes: the database leaves nobody out whom the rules would take."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.asks import fixed_times
from bot.asks.planning import explain
from bot.asks.preview import audience_size
from bot.core.work import Work
from flows.asks.audience import Traits, outside
from flows.config import Audience, Schedule, ValueRange
from flows.entities import Customer, Timer
from flows.entities.kinds import TimerKind
from storage.database import Database
from tests.bot.asks.making import World, shop
from tests.databases import on_both

AT = "2026-05-04T12:00:00+00:00"
MONTHLY = """
brand: {languages: [en, ru], default_language: en}
schedules:
  - id: monthly
    when: {cron: "0 10 1 * *"}
    flow: check_in
    holdout: 0%
    audience: AUDIENCE
"""
TAGS = ["eu", "чай", 'a"b', "b,c", "%", "[eu]", "EU", "e_u"]
PRODUCTS = ["pro", "Pro", "чай"]
tags = st.lists(st.sampled_from(TAGS), max_size=3, unique=True).map(tuple)
products = st.lists(st.sampled_from(PRODUCTS), max_size=2, unique=True).map(tuple)
stages = st.sampled_from(["", "first", "later"])
worth = st.none() | st.integers(-2, 2)
people = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries({"tags": tags, "stage": stages, "value": worth}),
        "told": st.lists(st.tuples(st.sampled_from(PRODUCTS), st.booleans()), max_size=2),
    }
)


@st.composite
def audiences(draw: st.DrawFn) -> Audience:
    wanted = draw(tags)
    least, most = draw(worth), draw(worth)
    between = None
    if least is not None and (most is None or least <= most):
        between = ValueRange(least=least, most=most)
    return Audience(
        product=draw(products),
        tags=wanted,
        without_tags=tuple(tag for tag in draw(tags) if tag not in wanted),
        stage=tuple(filter(None, [draw(stages)])),
        value=between,
    )


@pytest.fixture
def world(database: Database) -> World:
    return World(database, shop(MONTHLY.replace("AUDIENCE", "{}")))


async def buyer(world: World, ref: str, told: list[tuple[str, bool]], **facts: Any) -> Customer:
    """A customer, of whom events with these products were told, some withdrawn since."""
    made: Customer = await world.customer(ref, **facts)
    for product, withdrawn in told:
        event = await world.tell(made, "visit", product=product)
        if withdrawn:
            await world.put(replace(event, withdrawn_at=world.now))
    return made


async def members(world: World) -> set[str]:
    """Customers of whom the next fixed time makes candidates."""
    timer = Timer(TimerKind.FAN_OUT, f"monthly@{AT}", world.now, {"after": 0})
    await world.do(lambda work: fixed_times.fan_out(work, timer))
    async with world.database.reading() as unit:
        ids = await unit.customers.linked_after(0, 100)
        known = await unit.schedules.of_occasion("monthly", AT, ids)
        return {each.ref for each in (await unit.customers.by_ids(known)).values()}


def with_audience(world: World, audience: Audience) -> Schedule:
    schedule = world.config.schedules[0].model_copy(update={"audience": audience})
    world.services.config = world.config.model_copy(update={"schedules": (schedule,)})
    return schedule


def traits(customer: Customer, told: list[tuple[str, bool]]) -> Traits:
    return Traits(
        tags=frozenset(customer.tags),
        stage=customer.stage,
        value=customer.value,
        products=frozenset(product for product, withdrawn in told if not withdrawn),
    )


@on_both
@given(st.lists(people, min_size=4, max_size=4), st.lists(audiences(), min_size=8, max_size=8))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_database_takes_whom_the_rules_take(
    world: World, crowd: list[dict[str, Any]], wanted: list[Audience]
) -> None:
    made = [
        (await buyer(world, f"C-{world.number()}", each["told"], **each["facts"]), each["told"])
        for each in crowd
    ]
    async with world.database.reading() as unit:
        for audience in wanted:
            expected = [
                customer.id
                for customer, told in made
                if outside(audience, traits(customer, told), world.now) is None
            ]
            ids = [customer.id for customer, _ in made]
            assert sorted(await unit.audiences.fitting(audience, ids)) == sorted(expected)


@on_both
async def test_fixed_times_make_candidates_only_of_those_who_may_be_asked(world: World) -> None:
    await buyer(world, "has", [("pro", False), ("basic", False)], tags=("eu",), language="ru")
    await buyer(world, "gave-back", [("pro", True)], tags=("eu",))
    await buyer(world, "elsewhere", [("pro", False)], tags=("us",))
    await buyer(world, "speaks", [("pro", False)], tags=("eu",))
    audience = Audience(product=("pro",), tags=("eu",), language=("en",))
    schedule = with_audience(world, audience)
    assert await members(world) == {"has", "speaks"}  # what is spoken is found out by the rules
    assert await world.do(lambda work: audience_size(work, schedule)) == 1


@on_both
async def test_a_product_at_fixed_times_is_one_of_any_event(world: World) -> None:
    await buyer(world, "has", [("basic", False), ("pro", False)])
    await buyer(world, "gave-back", [("pro", True)])
    schedule = with_audience(world, Audience(product=("pro",)))
    assert await members(world) == {"has"}
    assert await world.do(lambda work: audience_size(work, schedule)) == 1

    async def why(work: Work) -> list[str]:
        return [(await explain(work, ref, "en")).text for ref in ("has", "gave-back")]

    has, gave_back = await world.do(why)
    assert "none of the products" not in has
    assert "the customer has none of the products pro" in gave_back
