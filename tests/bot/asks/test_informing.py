"""Schedules that inform: chains while people wait, ended by what happens, under all restraint."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.asks import planning
from bot.asks.announcing import BACK_IN_STOCK, announce
from bot.asks.explanation import explain
from bot.asks.preview import preview
from bot.asks.sample import for_admin, sample
from bot.core.admin_view import AdminView
from bot.core.work import Work
from bot.insight.experiments import compare
from bot.insight.statistics import measure
from bot.insight.views.comparison import comparison
from flows.config import Config, load_config
from flows.entities import Customer, Event, Outgoing, SendState
from storage.database import Database
from tests.bot.asks.making import ADMIN, World
from tests.databases import on_both

SHOP = """
brand: {name: Lumen Tea, languages: [en, ru], default_language: en, time_zone: Europe/Berlin}
products:
  - {id: pro, title: {en: Monthly box, ru: Набор}}
schedules:
  - id: wait
    kind: inform
    when: {event: order_placed}
    until: [order_delivered, refund]
    holdout: 0%
    cooldown: PT0S
    steps:
      - after: PT0S
        text: {en: "Hello {first_name}. We pack {product}.", ru: "Собираем «{product}»."}
      - after: P2D
        text:
          en: "It is on its way. {event.carrier} brings it. It comes on {event.day}."
          ru: "В пути. Везёт {event.carrier}. Будет {event.day}."
      - {after: P5D, text: {en: "It is still on its way.", ru: "Всё ещё в пути."}}
  - id: back
    kind: inform
    when: {event: back_in_stock}
    holdout: 0%
    text: {en: "It is here again: {event.what}. Come and see.", ru: "Снова есть {event.what}. Да."}
  - {id: after-order, when: {event: order_placed, after: P3D}, flow: purchase_check_in, holdout: 0%}
"""


LAST = '      - {after: P5D, text: {en: "It is still on its way.", ru: "Всё ещё в пути."}}\n'


def shop(*, without: str = "") -> Config:
    return load_config(SHOP.replace(without, "") if without else SHOP)


@pytest.fixture
async def world(database: Database) -> World:
    return World(database, shop())


async def ordered(world: World, customer: Customer, **data: Any) -> Event:
    event = await world.tell(customer, "order_placed", days_ago=0, period="")
    if data:
        await world.put(replace(event, data=data))
    return event


async def told(world: World) -> list[str]:
    """What leaves now, as it reads."""
    said = []
    for row in await world.tick():
        sent = await world.deliver(row)
        said += [str(sent["text"])] if sent else []
    return said


async def after(world: World, **time: float) -> list[str]:
    world.clock.move(**time)
    return await told(world)


@on_both
async def test_a_chain_is_told_in_order_and_asks_nothing(world: World) -> None:
    anna = await world.customer(language="en")
    await ordered(world, anna, carrier="Nordpost", day="2026-05-08", order_id="X")
    [row] = await world.tick()
    sent = await world.deliver(row)
    assert sent is not None
    assert sent["text"] == "Hello Anna. We pack Monthly box."
    [[button]] = sent["reply_markup"]["inline_keyboard"]
    assert button == {"text": "No more messages like this", "callback_data": "u:stop:inform"}
    assert await after(world, days=1) == []
    assert await after(world, days=1) == [
        "It is on its way. Nordpost brings it. It comes on 8 May 2026."
    ]
    # The ask of another schedule waits for the general cooldown after what was told.
    assert await after(world, days=1) == []
    assert await after(world, days=2) == ["It is still on its way."]
    outcomes = {(one.schedule_id, one.step): one.outcome for one in await world.candidates(anna)}
    assert outcomes == {
        ("wait", 0): "send", ("wait", 1): "send", ("wait", 2): "send",
        ("after-order", 0): "cooling_down",
    }  # fmt: skip
    first = (await world.candidates(anna))[0]
    assert (first.informs, first.conversation_id, first.look_at) == (True, None, None)


async def test_what_the_event_does_not_say_takes_its_sentence_along(world: World) -> None:
    sven = await world.customer(language="ru")
    await ordered(world, sven, day="2026-05-08", carrier={"id": 7})
    assert await told(world) == ["Собираем «Набор»."]
    assert await after(world, days=2) == ["В пути. Будет 8 мая 2026."]


async def test_it_ends_with_its_event_a_complaint_a_stop_and_what_is_on_its_way_stays_back(
    world: World,
) -> None:
    people = [await world.customer(f"C-{n}") for n in range(4)]
    for each in people:
        await ordered(world, each)
    assert len(await told(world)) == 4
    delivered, complained, stopped, waits = people
    await world.tell(delivered, "order_delivered", days_ago=-1, period="")
    world.clock.move(days=2)
    rows = await world.tick()
    assert len(rows) == 3
    # All this happens after the rows were written, and before they leave.
    await world.ticket(complained, "resolved")
    await world.put(replace(stopped, stopped=("inform",)))
    sent = [await world.deliver(row) for row in rows]
    assert [bool(each) for each in sent] == [False, False, True]
    await world.tick()
    for each, outcome, reason in (
        (delivered, "unless_event", "unless_event"),
        (complained, "unless_event", "complained"),
        (stopped, "stopped", "stopped_kind"),
        (waits, "send", "send"),
    ):
        [_, second, *_] = [one for one in await world.candidates(each) if one.informs]
        assert (second.outcome, second.reason["reason"]["key"]) == (outcome, reason)
    assert await after(world, days=3) == ["It is still on its way."]


async def test_nothing_comes_twice_after_restarts_and_other_rules(world: World) -> None:
    anna = await world.customer()
    event = await ordered(world, anna)
    assert len(await told(world)) == 1

    async def again(work: Work) -> None:
        people = {anna.id: anna}
        await planning.replan_corrected(work.unit, world.services, [event], people, work.now)
        await planning.replan(work.unit, world.services, shop(), Config(), work.now)
        await planning.replan(work.unit, world.services, Config(), shop(), work.now)

    await world.do(again)
    for timer in await _timers(world):
        await world.do(lambda work, timer=timer: planning.backfill(work, timer))
    assert await told(world) == []
    assert await after(world, days=6) == ["It is still on its way."]
    [second] = [one for one in await world.candidates(anna) if (one.informs, one.step) == (True, 1)]
    assert second.reason["reason"]["key"] == "overtaken"


async def _timers(world: World) -> list[Any]:
    async with world.database.reading() as unit:
        return list(await unit.timers.due(world.now + timedelta(days=1), 20))


async def test_it_is_held_back_as_asks_are(world: World) -> None:
    """By an open ticket, at night, and with a message that Telegram refused: nothing is counted."""
    anna = await world.customer()
    await world.ticket(anna)
    boris = await world.customer("C-2")
    world.clock.move(hours=9)
    await ordered(world, anna)
    await ordered(world, boris)
    assert await told(world) == []
    [one, *_] = [each for each in await world.candidates(boris) if each.informs]
    assert one.outcome == "quiet_hours"
    world.clock.move(hours=12)
    [row] = await world.tick()
    assert row.customer_id == boris.id
    await world.report(row, SendState.DOUBT)
    assert await told(world) == []
    [held, *_] = [each for each in await world.candidates(anna) if each.informs]
    assert held.outcome == "open_ticket"


@on_both
async def test_what_is_announced_is_told_once_each(world: World) -> None:
    anna, boris = await world.customer(), await world.customer("C-2")

    async def say(work: Work, *whom: Customer) -> int:
        ids = {each.id for each in whom}
        data = {"what": "Sencha 100 g"}
        return await announce(work, BACK_IN_STOCK, ids, "lost-7", product="pro", data=data)

    assert await world.do(lambda work: say(work, anna)) == 1
    assert await world.do(lambda work: say(work, anna, boris)) == 1
    assert await world.do(lambda work: say(work, anna, boris)) == 0
    assert await told(world) == ["It is here again: Sencha 100 g. Come and see."] * 2
    found = await world.do(lambda work: compare(work, shop().schedule("back")))
    assert (found.told.people, found.told.messages) == (2, 2)
    assert (found.told.lost, found.told.complained) == (0, 0)
    world.clock.move(hours=1)
    await world.ticket(anna)
    await world.put(replace(boris, stopped=("inform",), stopped_at=world.now))
    found = await world.do(lambda work: compare(work, shop().schedule("back")))
    assert (found.told.lost, found.told.complained) == (1, 1)
    read = comparison(AdminView(world.services, "en", world.now), found, shop()).text
    assert "Told: 2 people, 2 messages, in the last 90 days" in read
    assert "Complained within 7 days / people told: 1 of 2" in read
    assert "The words" not in read
    figures = {each.key: each for each in (await world.do(lambda work: measure(work, 30))).asking}
    assert figures["voicing"].cases == 0, "nobody was asked anything"


async def test_admins_read_why_and_what_will_be(world: World) -> None:
    anna = await world.customer(language="en")
    await ordered(world, anna, carrier="Nordpost")
    chain = shop().schedule("wait")
    assert chain is not None
    seen = await world.do(lambda work: preview(work, chain))
    assert [count for _, count in seen.days] == [1, 0, 1, 0, 0, 1, 0]
    await told(world)
    why = (await world.do(lambda work: explain(work, "C-1", "en"))).text
    assert "told on Mon 4 May, 14:00" in why
    assert "message 2: it is planned for Wed 6 May, 14:00" in why
    assert "no answer yet" not in why
    shown = await world.do(lambda work: sample(work, chain, "en"))
    assert [each.text.text for each in shown][1] == "It is on its way. Nordpost brings it."
    mine = await world.do(lambda work: for_admin(work, chain, "Ada", "ru"))
    assert [each.text.text for each in mine][1] == "В пути. Везёт ‹carrier›. Будет ‹day›."
    assert ADMIN not in {row.chat_id for row in world.rows}


async def test_a_chain_that_got_shorter_tells_nothing_more(world: World) -> None:
    anna = await world.customer()
    await ordered(world, anna)
    world.services.config = shop(without=LAST)
    rows: list[Outgoing] = []
    for days in (0, 2, 3):
        world.clock.move(days=days)
        rows += [row for row in await world.tick() if await world.deliver(row)]
    assert len([row for row in rows if row.method == "@inform"]) == 2
    [*_, last] = [one for one in await world.candidates(anna) if one.informs]
    assert last.reason["reason"]["key"] == "no_step"
