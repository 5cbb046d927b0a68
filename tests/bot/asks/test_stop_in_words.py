"""A broadcast that people answer with "stop" in words: it pauses, and the figures say why."""

from typing import Any

import pytest

from bot import wiring
from bot.asks import planning
from bot.insight.experiments import compare
from flows.entities import Ticket
from storage.database import Database
from tests.bot.asks.making import ADMIN, World, shop
from tests.bot.asks.test_fixed_times import put_in_force
from tests.bot.runtime.test_ticker import Rig
from tests.bot.stage import Somebody, Stage, make_stage
from tests.databases import on_both

BROADCAST = """
guardrail: {share: 3%, at_least: 5, within: P7D}
brand: {name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}
products:
  - {id: pro, title: {en: Monthly box, ru: Набор, zh: 茶盒}}
schedules:
  - id: spring
    when: {cron: "0 15 4 * *"}
    flow: check_in
    holdout: 0%
"""
STOPS = (
    "stop",
    "Please remove me from this list",
    "leave me alone",
    "отстаньте",
    "别再发了",
    "/unsubscribe",
)
OTHERS = (
    "later",
    "not now, busy",
    "all good, thanks!",
    "so far so good",
    "пока всё нравится",
    "who is this?",
)


@pytest.fixture
async def world(database: Database) -> World:
    return World(database, shop())


@pytest.fixture
async def stage(world: World) -> Stage:
    made = await make_stage(world.database, wiring.handlers())
    made.services.admins = {ADMIN}
    made.clock = made.services.clock = world.clock
    return made


async def broadcast(world: World, stage: Stage, number: int) -> list[Somebody]:
    """Have so many customers asked at a fixed time; give them with the question on their screen."""
    rig = Rig(world)
    await rig.ticker.run_due_now()
    await put_in_force(world, rig, BROADCAST)
    stage.services.config = world.services.config
    people = [await world.customer(f"C-{each}", name=f"P{each}") for each in range(number)]
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()
    asked = [row for row in world.rows if row.purpose == "ask"]
    for row in asked:
        await world.deliver(row)
    assert len(asked) == number
    return [Somebody(stage, 1000 + each.id) for each in people]


async def paused(world: World) -> set[str]:
    async with world.database.reading() as unit:
        return set(await unit.pauses.going_on())


async def counts(world: World) -> Any:
    [schedule] = world.services.config.schedules
    [variant] = (await world.do(lambda work: compare(work, schedule))).variants
    return variant.counts


@on_both
async def test_a_stop_in_words_is_one_to_the_guardrail_and_to_the_figures(
    world: World, stage: Stage
) -> None:
    people = await broadcast(world, stage, len(STOPS) + len(OTHERS))
    for person, words in zip(people, (*STOPS, *OTHERS), strict=True):
        world.clock.move(minutes=1)
        await person.says(words)
    await world.do(planning.guard)
    assert await paused(world) == {"spring"}
    [told] = [row for row in world.rows if row.purpose == "admin"]
    assert "6 of its last 12 asks" in told.params["text"]
    found = await counts(world)
    assert (found.delivered, found.lost, found.voiced) == (12, 6, 0)
    [shown] = await Somebody(stage, ADMIN).says("/stats spring")
    text = shown.params["text"]
    assert "Raised a complaint / delivered: 0 of 12" in text
    assert "Blocked or stopped soon after / delivered: 6 of 12" in text
    assert await stage.all(Ticket) == []


@on_both
async def test_who_says_fine_or_later_pauses_nothing(world: World, stage: Stage) -> None:
    for person, words in zip(await broadcast(world, stage, len(OTHERS)), OTHERS, strict=True):
        await person.says(words)
    await world.do(planning.guard)
    assert await paused(world) == set()
    assert ((await counts(world)).lost, (await counts(world)).voiced) == (0, 0)


async def test_a_complaint_with_a_stop_is_both(world: World, stage: Stage) -> None:
    [person] = await broadcast(world, stage, 1)
    await person.says("My order still has not come. Stop writing to me!")
    found = await counts(world)
    assert (found.delivered, found.lost, found.voiced) == (1, 1, 1)
