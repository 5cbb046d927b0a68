"""A preview agrees with what happens then, for schedules saved and drafted; audiences counted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.asks import preview as ask_preview
from bot.asks.preview import Preview, audience_size, preview, sample_candidate
from flows.config import Audience, ComplaintRange, Schedule, ValueRange
from flows.entities import Account, Customer
from flows.time.durations import Period, Share
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop
from tests.databases import on_both


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


def schedule_of(world: World, name: str = "silent-trial", **changes: Any) -> Schedule:
    found = world.config.schedule(name)
    assert found is not None
    return found.model_copy(update=changes)


async def previewed(world: World, schedule: Schedule) -> Preview:
    return await world.do(lambda work: preview(work, schedule))


@on_both
async def test_it_counts_by_day_and_names_the_reasons_of_the_others(world: World) -> None:
    for days_ago in (6.5, 6.5, 3, 0.5):  # half over in half a day, in four, in six and a half
        await world.tell(await world.customer(f"C-{world.number()}"), days_ago=days_ago)
    stopped = await world.customer("C-stopped", stopped=("*",))
    await world.tell(stopped, days_ago=4)
    busy = await world.customer("C-busy")
    await world.tell(busy, days_ago=4)
    await world.ticket(busy)
    await world.tell(await world.customer("C-unlinked", linked=False), days_ago=4)
    found = await previewed(world, schedule_of(world))
    assert [count for _, count in found.days] == [0, 2, 0, 0, 1, 0, 0]
    assert (found.total, found.estimated) == (3, False)
    assert found.reasons == {"stopped": 1, "open_ticket": 1, "not_linked": 1}
    asked = 0
    for _ in range(7):
        world.clock.move(hours=24)
        sent = [row for row in await world.tick() if await world.deliver(row)]
        asked += sum(not row.params for row in sent)  # without reminders
    assert asked == found.total + 1  # the last one after the seventh midnight


@on_both
async def test_a_draft_is_previewed_by_its_own_rule(world: World) -> None:
    for days_ago in (0, 1, 2):
        await world.tell(await world.customer(f"C-{world.number()}"), days_ago=days_ago)
    tagged = await world.customer("C-eu", tags=("eu",))
    await world.tell(tagged, days_ago=1)
    later = schedule_of(world).when.model_copy(update={"after": Period(days=2)})
    draft = schedule_of(world, id="draft", when=later)
    found = await previewed(world, draft)
    assert [count for _, count in found.days] == [1, 2, 1, 0, 0, 0, 0]
    narrow = draft.model_copy(update={"audience": Audience(tags=("eu",))})
    found = await previewed(world, narrow)
    assert (found.total, found.reasons) == (1, {"not_in_audience": 3})
    everybody_held_out = draft.model_copy(update={"holdout": Share(10_000)})
    assert (await previewed(world, everybody_held_out)).reasons == {"held_out": 4}
    off = draft.model_copy(update={"enabled": False})
    assert (await previewed(world, off)).total == 4
    async with world.database.reading() as unit:
        assert await unit.schedules.count_waiting() == {"silent-trial": 4}  # nothing was written


@on_both
async def test_fixed_times_ask_everybody_who_is_linked(database: Database) -> None:
    monthly = SHOP + '  - {id: news, when: {cron: "0 12 6 * *"}, flow: check_in, holdout: 0%}\n'
    world = World(database, shop(monthly))
    for number in range(3):
        await world.customer(f"C-{number}")
    await world.customer("C-x", linked=False)
    found = await previewed(world, schedule_of(world, "news"))
    assert [count for _, count in found.days] == [0, 0, 3, 0, 0, 0, 0]


async def test_many_are_estimated_on_a_sample(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask_preview, "SAMPLE", 10)
    for number in range(40):
        await world.tell(await world.customer(f"C-{number}"), days_ago=6 - number / 20)
    found = await previewed(world, schedule_of(world))
    assert found.estimated
    assert abs(found.total - 40) <= 5


async def test_the_daily_budget_moves_asks_to_later_days(database: Database) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 3}\n"))
    for number in range(30):
        await world.tell(await world.customer(f"C-{number}"), days_ago=5.5)
    found = await previewed(world, schedule_of(world))
    assert [count for _, count in found.days] == [0, 0, 3, 3, 3, 3, 3]
    assert found.reasons == {"over_budget": 15}


@on_both
@pytest.mark.parametrize(
    ("audience", "size"),
    [
        (Audience(), 4),
        (Audience(tags=("eu",)), 2),
        (Audience(tags=("eu", "чай")), 3),
        (Audience(tags=("eu",), without_tags=("чай",)), 1),
        (Audience(language=("ru",)), 1),
        (Audience(language=("en",)), 3),
        (Audience(stage=("first", "other")), 1),
        (Audience(value=ValueRange(least=10)), 2),
        (Audience(value=ValueRange(least=10, most=99)), 1),
        (Audience(value=ValueRange(most=9)), 0),
        (Audience(complaints=ComplaintRange(most=0)), 3),
        (Audience(complaints=ComplaintRange(least=1, within=Period(days=10))), 0),
        (Audience(complaints=ComplaintRange(least=1, within=Period(days=30))), 1),
        (Audience(time_zone=("Europe/*",)), 3),
        (Audience(time_zone=("America/New_York",)), 1),
        (Audience(time_zone=("Asia/*",)), 0),
        (Audience(tags=("nobody",)), 0),
    ],
)
async def test_an_audience_is_counted_live(world: World, audience: Audience, size: int) -> None:
    await world.customer("C-1", tags=("eu", "чай"), stage="first", value=10)
    await world.customer("C-2", tags=("eu",), language="ru-RU", time_zone="Europe/Moscow")
    complainer = await world.customer("C-3", tags=("чай",), value=100)
    await world.customer("C-4", phone="+12125550123")
    await world.customer("C-5", linked=False, tags=("eu",))
    ticket = await world.ticket(complainer)
    await world.put(replace(ticket, opened_at=world.now - timedelta(days=20)))
    schedule = schedule_of(world, audience=audience)
    assert await world.do(lambda work: audience_size(work, schedule)) == size
    sample = await world.do(lambda work: sample_candidate(work, schedule))
    assert (sample is not None) == (size > 0)


async def sample_ref(world: World) -> str:
    found = await world.do(lambda work: sample_candidate(work, schedule_of(world)))
    return found.ref if found else ""


@on_both
async def test_a_sample_is_for_whom_the_business_knows_and_not_for_staff(world: World) -> None:
    owner = await world.customer("tg:1", name="Mira")
    [account] = await accounts_of(world, owner)
    ticket = await world.ticket(owner)
    await world.put(replace(ticket, owner_id=account.telegram_id))
    assert await sample_ref(world) == "tg:1"  # there is nobody else
    admin = await world.customer("C-admin")
    world.services.admins = {each.telegram_id for each in await accounts_of(world, admin)}
    await world.customer("tg:2")
    assert await sample_ref(world) == "tg:2"
    await world.customer("C-1")
    assert await sample_ref(world) == "C-1"


async def test_whoever_has_blocked_the_bot_is_not_counted(world: World) -> None:
    blocked = await world.customer("C-1")
    await world.customer("tg:2")
    [account] = await accounts_of(world, blocked)
    await world.put(replace(account, blocked_at=world.now))
    assert await world.do(lambda work: audience_size(work, schedule_of(world))) == 1
    assert await sample_ref(world) == "tg:2"


async def accounts_of(world: World, customer: Customer) -> list[Account]:
    async with world.database.reading() as unit:
        return await unit.customers.accounts_of(customer.id)
