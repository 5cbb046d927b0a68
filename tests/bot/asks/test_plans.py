"""From events to candidates, and from a changed configuration to new plans."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.event import listen, remove

from bot.asks import planning
from bot.configuration.current import keep_config
from bot.core.events import ConsentGiven
from bot.core.work import Work
from flows.config import Config
from flows.entities import Account, Consent, Customer, CustomerId, Event, EventId
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop
from tests.databases import on_both


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


async def change(world: World, config: Config) -> None:
    """Put a configuration in force and plan anew, as the ticker does."""

    async def keep(work: Work) -> None:
        await keep_config(work.unit, config)

    async def fire(work: Work) -> int:
        timers = await work.unit.timers.due(work.now, 10)
        for timer in timers:
            work.unit.delete(timer)
            await planning.TIMERS[timer.kind](work, timer)
        return len(timers)

    await world.do(keep)
    world.services.config = config
    assert await world.do(planning.catch_up)
    while await world.do(fire):
        pass


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ({"days_ago": 30}, "too_late"),
        ({"period": ""}, "no_period"),
        ({"period": "two weeks"}, "no_period"),
        ({"days_ago": 1}, "planned"),
    ],
)
async def test_every_event_that_fits_has_an_outcome(
    world: World, event: dict[str, Any], outcome: str
) -> None:
    anna = await world.customer()
    await world.tell(anna, **event)
    candidate = await world.candidate(anna)
    assert candidate.outcome == outcome
    assert (candidate.look_at is None) == (outcome != "planned")


async def test_other_events_make_nobody_a_candidate(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna, "support_contacted")
    assert await world.candidates(anna) == []


@on_both
async def test_a_thousand_events_are_planned_without_asking_the_database(world: World) -> None:
    customers = [
        Customer(CustomerId(number), f"C-{number}", world.now) for number in range(1, 1001)
    ]
    events = [
        Event(
            EventId(each.id), f"e-{each.id}", each.id, "trial_started", world.now, world.now, "P14D"
        )
        for each in customers
    ]
    await world.add(*customers, *events)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    async def plan(work: Work) -> None:
        people = {each.id: each for each in customers}
        await planning.plan_events(work.unit, world.services, events, people, work.now)

    engine = world.database.writer.sync_engine
    listen(engine, "before_cursor_execute", note)
    try:
        await world.do(plan)
    finally:
        remove(engine, "before_cursor_execute", note)
    # One insert; its rows go in parts where the driver sets a limit.
    assert len({statement.partition("VALUES")[0] for statement in statements}) <= 2
    assert len(statements) < 10
    async with world.database.reading() as unit:
        assert await unit.schedules.count_waiting() == {"silent-trial": 1000}


@on_both
async def test_a_changed_moment_moves_those_who_wait(world: World) -> None:
    anna = await world.customer()
    event = await world.tell(anna, days_ago=1)
    await change(world, shop(SHOP.replace("after: 50%", "after: P10D")))
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert candidate.due_at.date() == (event.at + timedelta(days=10)).date()
    assert (candidate.look_at, candidate.outcome) == (candidate.due_at, "planned")


async def test_a_schedule_that_is_switched_off_pauses_and_goes_on_later(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna)
    await change(
        world,
        shop(SHOP.replace("flow: trial_check_in", "flow: trial_check_in\n    enabled: false")),
    )
    assert await world.tick() == []
    assert (await world.candidate(anna)).outcome == "paused"
    await change(world, shop())
    assert len(await world.tick()) == 1


async def test_a_schedule_that_is_gone_ends_its_candidates_and_may_come_back(world: World) -> None:
    await change(world, shop())
    anna = await world.customer()
    await world.tell(anna, days_ago=6)
    only_orders = Config(**{**dict(shop()), "schedules": shop().schedules[1:]})
    await change(world, only_orders)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.look_at) == ("paused", None)
    await change(world, shop())
    world.clock.move(days=1)
    assert len(await world.tick()) == 1


async def test_a_new_schedule_looks_at_trials_that_have_begun(database: Database) -> None:
    world = World(database, Config())
    anna, boris = await world.customer(), await world.customer("C-2")
    await world.tell(anna, days_ago=5)
    await world.tell(boris, days_ago=60)
    await change(world, shop())
    assert (await world.candidate(anna)).outcome == "planned"
    # Whoever was past the moment before the schedule existed was never its candidate.
    assert await world.candidates(boris) == []


async def test_many_old_events_are_looked_at_in_parts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "BATCH", 2)
    world = World(database, Config())
    people = [await world.customer(f"C-{number}") for number in range(5)]
    for each in people:
        await world.tell(each, days_ago=1)
    await change(world, shop())
    assert [(await world.candidate(each)).outcome for each in people] == ["planned"] * 5


async def test_a_wider_audience_takes_in_who_was_left_out(world: World) -> None:
    narrow = shop(SHOP.replace("unless: [support_contacted]", "audience: {tags: [eu]}", 1))
    await change(world, narrow)
    anna = await world.customer()
    await world.tell(anna)
    await world.tick()
    assert (await world.candidate(anna)).outcome == "not_in_audience"
    await change(world, shop())
    assert len(await world.tick()) == 1


async def test_changed_limits_are_looked_at_at_once(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna)
    [row] = await world.tick()
    await world.deliver(row)
    conversation = await world.conversation(await world.candidate(anna))
    assert conversation is not None
    await world.put(replace(conversation, status="finished", due_at=None))
    await world.tell(anna, "order_delivered", days_ago=5)
    assert await world.tick() == []
    await change(world, shop("limits: {cooldown: PT0S}\n" + SHOP))
    assert len(await world.tick()) == 1


async def test_a_configuration_that_is_the_same_changes_nothing(world: World) -> None:
    await change(world, shop())
    assert not await world.do(planning.catch_up)


@on_both
@pytest.mark.parametrize("obstacle", ["link", "consent", "block"])
async def test_whoever_opens_the_link_or_agrees_in_time_is_asked_after_all(
    world: World, obstacle: str
) -> None:
    consent = Consent.UNASKED if obstacle == "consent" else Consent.GIVEN
    anna = await world.customer(linked=obstacle != "link", consent=consent)
    account = Account(1000 + anna.id, anna.id, world.now, language_code="en")
    if obstacle == "block":
        await world.put(replace(account, blocked_at=world.now))
    await world.tell(anna)
    assert await world.tick() == []
    if obstacle == "link":
        await world.add(account)
    elif obstacle == "block":
        await world.put(account)
    else:
        await world.put(replace(anna, consent=Consent.GIVEN))
    world.clock.move(days=2)
    await world.do(lambda work: work.emit(ConsentGiven(anna.id)))
    assert len(await world.tick()) == 1


async def test_too_long_after_the_moment_it_is_too_late_for_that(world: World) -> None:
    anna = await world.customer(linked=False)
    await world.tell(anna)
    await world.tick()
    await world.add(Account(1000 + anna.id, anna.id, world.now, language_code="en"))
    world.clock.move(days=8)
    await world.do(lambda work: work.emit(ConsentGiven(anna.id)))
    assert await world.tick() == []
    assert (await world.candidate(anna)).outcome == "not_linked"
