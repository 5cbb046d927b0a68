"""Fixed times: a whole audience is asked when they come, once, whatever happens on the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.asks import fixed_times
from bot.asks.planning import explain
from bot.configuration.current import keep_config
from bot.core.work import Work
from flows.config import Config
from flows.entities import Account, Consent, Customer, Timer
from flows.entities.kinds import TimerKind
from storage.database import Database
from tests.bot.asks.making import World, shop
from tests.bot.runtime.test_ticker import Rig
from tests.databases import on_both

MONTHLY = """
brand: {name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}
schedules:
  - id: monthly
    when: {cron: "0 15 4 * *"}
    flow: trial_check_in
    cooldown: P20D
    holdout: 0%
"""
OFF = "    enabled: false\n"


@pytest.fixture
async def world(database: Database) -> World:
    return World(database, Config())


async def put_in_force(world: World, rig: Rig, text: str) -> None:
    """Change the configuration as an admin does, and let the ticker notice."""
    config = shop(text)

    async def keep(work: Work) -> None:
        await keep_config(work.unit, config)

    def take() -> None:
        world.services.config = config

    await world.do(keep)
    rig.on_reload = take
    await rig.ticker.run_due_now()


async def beginning(world: World) -> Rig:
    rig = Rig(world)
    await rig.ticker.run_due_now()
    await put_in_force(world, rig, MONTHLY)
    return rig


def asks(world: World) -> list[int | None]:
    return [row.customer_id for row in world.rows if row.purpose == "ask"]


async def test_everybody_linked_is_asked_when_the_time_has_come(world: World) -> None:
    rig = await beginning(world)
    anna, boris = await world.customer(), await world.customer("C-2")
    await world.customer("C-3", linked=False)
    world.clock.move(minutes=59)  # 14:59 in Berlin
    await rig.ticker.run_due_now()
    assert asks(world) == []
    world.clock.move(minutes=1)
    await rig.ticker.run_due_now()
    await rig.ticker.run_due_now()
    assert sorted(map(str, asks(world))) == sorted([str(anna.id), str(boris.id)])
    candidate = await world.candidate(anna)
    assert (candidate.event_id, candidate.occasion) == (None, "2026-05-04T13:00:00+00:00")


async def test_a_clock_moved_by_months_does_all_that_became_due(world: World) -> None:
    rig = await beginning(world)
    anna = await world.customer()
    world.clock.move(hours=2)
    for _ in range(3):
        world.clock.move(days=31)
        await rig.ticker.run_due_now()
        for row in world.rows:
            await world.report(row)
        for each in await world.candidates(anna):
            conversation = await world.conversation(each)
            if conversation is not None and conversation.status == "open":
                await world.put(replace(conversation, status="finished", due_at=None))
    found = [each.occasion[:10] for each in await world.candidates(anna)]
    assert found == ["2026-06-04", "2026-07-04", "2026-08-04"]
    assert asks(world) == [anna.id] * 3


async def test_a_time_that_passed_while_verso_was_down_is_caught_up_once(world: World) -> None:
    daily = MONTHLY.replace("0 15 4 * *", "0 15 * * *")
    rig = await beginning(world)
    await put_in_force(world, rig, daily)
    anna = await world.customer()
    world.clock.move(days=5)
    again = Rig(world)
    await again.ticker.run_due_now()
    await again.ticker.run_due_now()
    assert [each.occasion[:10] for each in await world.candidates(anna)] == ["2026-05-08"]


async def test_a_time_that_passed_too_long_ago_is_not_caught_up(world: World) -> None:
    rig = await beginning(world)
    anna = await world.customer()
    world.clock.move(days=3)
    await rig.ticker.run_due_now()
    assert await world.candidates(anna) == []
    async with world.database.reading() as unit:
        timer = await unit.timers.pending(TimerKind.CRON, "monthly")
    assert timer is not None
    assert timer.due_at == datetime(2026, 6, 4, 13, tzinfo=UTC)


async def test_a_clock_that_is_set_back_asks_nobody_twice(world: World) -> None:
    rig = await beginning(world)
    await world.customer()
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()
    world.clock.move(hours=-1)
    await put_in_force(world, rig, MONTHLY + OFF)
    await put_in_force(world, rig, MONTHLY)
    await world.customer("C-2")
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()
    assert len(asks(world)) == 1


async def test_fixed_times_follow_the_configuration(world: World) -> None:
    rig = await beginning(world)

    async def next_time() -> datetime | None:
        async with world.database.reading() as unit:
            timer = await unit.timers.pending(TimerKind.CRON, "monthly")
        return timer.due_at if timer else None

    assert await next_time() == datetime(2026, 5, 4, 13, tzinfo=UTC)
    await put_in_force(world, rig, MONTHLY.replace("Europe/Berlin", "UTC"))
    assert await next_time() == datetime(2026, 5, 4, 15, tzinfo=UTC)
    await put_in_force(world, rig, MONTHLY.replace("0 15 4", "0 15 5"))
    assert await next_time() == datetime(2026, 5, 5, 13, tzinfo=UTC)
    await put_in_force(world, rig, MONTHLY + OFF)
    assert await next_time() is None
    await put_in_force(world, rig, MONTHLY)
    assert await next_time() == datetime(2026, 5, 4, 13, tzinfo=UTC)
    await put_in_force(world, rig, "")
    assert await next_time() is None


async def test_another_change_does_not_lose_a_time_that_has_just_come(world: World) -> None:
    rig = await beginning(world)
    anna = await world.customer()
    world.clock.move(hours=2)
    await put_in_force(world, rig, MONTHLY.replace("P20D", "P21D"))
    assert asks(world) == [anna.id]


async def test_a_schedule_switched_off_on_the_way_forgets_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixed_times, "BATCH", 2)
    rig = await beginning(world)
    for number in range(5):
        await world.customer(f"C-{number}")
    world.clock.move(hours=1)

    async def two_steps(work: Work) -> None:
        for _ in range(2):
            for timer in await work.unit.timers.due(work.now, 10):
                work.unit.delete(timer)
                action = {
                    TimerKind.CRON: fixed_times.strike,
                    TimerKind.FAN_OUT: fixed_times.fan_out,
                }
                await action[timer.kind](work, timer)

    await world.do(two_steps)
    await put_in_force(world, rig, MONTHLY + OFF)
    assert asks(world) == []
    await put_in_force(world, rig, MONTHLY)
    assert len(set(asks(world))) == len(asks(world)) == 5


async def test_a_schedule_that_waits_for_an_event_now_says_so(world: World) -> None:
    rig = await beginning(world)
    anna = await world.customer(time_zone="America/New_York")
    world.clock.move(hours=1)  # 9:00 in New York
    await rig.ticker.run_due_now()
    assert (await world.candidate(anna)).outcome == "quiet_hours"
    event = MONTHLY.replace('{cron: "0 15 4 * *"}', "{event: purchase, after: P1D}")
    await put_in_force(world, rig, event)
    assert (await world.candidate(anna)).outcome == "not_in_audience"


async def test_why_says_it_in_words(world: World) -> None:
    rig = await beginning(world)
    await world.customer(time_zone="America/New_York")

    async def why() -> list[str]:
        async def explained(work: Work) -> list[str]:
            return [(await explain(work, "C-1", each)).text for each in ("en", "ru", "zh")]

        texts = await world.do(explained)
        assert isinstance(texts, list)
        return texts

    before = await why()
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()
    after = await why()
    assert "If it were time now:" in before[0]
    assert "If it were time now:" not in after[0]
    for earlier, later in zip(before, after, strict=True):
        assert "monthly" in earlier
        assert "•" not in earlier
        assert "•" in later
        assert "09:00" in later


@on_both
async def test_two_who_turn_out_to_be_one_were_considered_once(world: World) -> None:
    rig = await beginning(world)
    anna, other = await world.customer(), await world.customer("C-2", time_zone="Asia/Tokyo")
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()

    async def merge(work: Work) -> None:
        old = await work.unit.get(Customer, other.id)
        new = await work.unit.get(Customer, anna.id)
        assert old is not None
        assert new is not None
        await work.unit.customers.merge(old, new)

    await world.do(merge)
    [candidate] = await world.candidates(anna)
    assert candidate.asked_at is not None


@on_both
async def test_what_was_decided_long_ago_is_forgotten(world: World) -> None:
    rig = await beginning(world)
    anna = await world.customer(stopped=("*",))
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()

    async def forget(work: Work, later: timedelta) -> int:
        return await work.unit.retention.clear_occasions(work.now + later, 10)

    assert await world.do(lambda work: forget(work, timedelta(hours=-1))) == 0
    assert len(await world.candidates(anna)) == 1
    assert await world.do(lambda work: forget(work, timedelta(hours=1))) == 1


@on_both
async def test_an_audience_is_planned_in_batches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixed_times, "BATCH", 3)
    await beginning(world)
    people = [await world.customer(f"C-{n}", consent=Consent.REFUSED) for n in range(6)]
    # Somebody with two accounts is one customer.
    await world.add(Account(9999, people[0].id, world.now))
    world.clock.move(hours=1)
    steps: list[int] = []

    async def noted(work: Work, timer: Timer) -> None:
        steps.append(timer.data["after"])
        await fixed_times.fan_out(work, timer)

    watched = Rig(world, **{TimerKind.FAN_OUT: noted})
    await watched.ticker.run_due_now()
    assert steps == [0, people[2].id, people[5].id]
    async with world.database.reading() as unit:
        assert await unit.schedules.count_outcomes("monthly") == {"no_consent": 6}


@on_both
@pytest.mark.parametrize(
    ("audience", "says"), [("{product: [pro]}", "Monthly box"), ("{}", "Lumen Tea")]
)
async def test_a_fixed_time_speaks_of_the_product_that_the_audience_means(
    world: World, audience: str, says: str
) -> None:
    named = MONTHLY + f"    audience: {audience}\n    text: {{en: 'Is {{product}} fine?', "
    named += "ru: 'Всё ли хорошо?', zh: '好吗？'}\n"
    named += "products: [{id: pro, title: {en: Monthly box, ru: Набор, zh: 茶盒}}]\n"
    rig = await beginning(world)
    await put_in_force(world, rig, named)
    await world.tell(await world.customer(), "order_placed", product="pro", days_ago=9)
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()
    await rig.ticker.run_due_now()
    [ask] = [row for row in world.rows if row.purpose == "ask"]
    found = await world.deliver(ask)
    assert found is not None
    assert f"Is {says} fine?" in str(found)
