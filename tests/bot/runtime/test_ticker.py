"""What is due is done, in batches, and one row that fails holds up no other."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.asks.subject import ASKS, CANDIDATES
from bot.configuration.current import keep_config
from bot.core.subject import CountedTimer, joined
from bot.core.work import Work
from bot.dialogue import conversations
from bot.dialogue.subject import DIALOGUE
from bot.runtime.ticker import ASKS_AHEAD, Ticker
from flows.config import Config
from flows.entities import Timer
from flows.entities.kinds import DueRows, TimerKind
from storage.database import Database
from tests.bot.asks.making import World, shop
from tests.databases import on_both

ASKS_A_SECOND = 30


KNOWN = joined([ASKS, DIALOGUE])


class Rig:
    """A ticker over a world, and what it did."""

    def __init__(
        self,
        world: World,
        counted: Mapping[str, CountedTimer[Any]] | None = None,
        **timers: Callable[[Work, Timer], Awaitable[None]],
    ) -> None:
        self.world = world
        self.reloads = 0
        self.fired: list[str] = []
        self.on_reload: Callable[[], None] = lambda: None
        self.ticker = Ticker(
            world.database,
            world.services,
            on_committed=lambda unit: world.rows.extend(unit.committed),
            subjects=replace(
                KNOWN,
                timers={**KNOWN.timers, "note": self.note, **timers},
                counted_timers=counted or {},
            ),
            reload=self.reload,
            asks_waiting=lambda: len(world.rows) / ASKS_A_SECOND,
        )

    async def reload(self) -> None:
        self.reloads += 1
        self.on_reload()

    async def note(self, work: Work, timer: Timer) -> None:
        self.fired.append(timer.subject)

    async def set_timers(self, *timers: Timer) -> None:
        async def put(work: Work) -> None:
            for timer in timers:
                work.unit.set_timer(timer)

        await self.world.do(put)

    async def left(self) -> list[Timer]:
        """Timers that are still set, apart from those of planning itself."""
        async with self.world.database.reading() as unit:
            found = await unit.timers.due(self.world.now + timedelta(days=1), 1000)
        return [timer for timer in found if timer.kind != TimerKind.BACKFILL]


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


async def test_what_is_due_is_done_and_what_is_not_is_left(world: World) -> None:
    rig = Rig(world)
    anna = await world.customer()
    await world.tell(anna)
    later = world.now + timedelta(hours=1)
    await rig.set_timers(Timer("note", "now", world.now), Timer("note", "later", later))
    await rig.ticker.run_due_now()
    assert rig.fired == ["now"]
    assert [row.purpose for row in world.rows] == ["ask"]
    assert [timer.subject for timer in await rig.left()] == ["later"]
    await rig.ticker.run_due_now()
    assert rig.fired == ["now"]
    assert len(world.rows) == 1


async def test_an_event_that_was_taken_in_while_the_configuration_changed_is_found(
    world: World,
) -> None:
    """It was planned by the configuration of before, and stored after what came before was read."""
    rig = Rig(world)
    anna = await world.customer()
    await rig.ticker.run_due_now()
    in_force, world.services.config = world.services.config, Config()
    await world.tell(anna)
    world.services.config = in_force
    await rig.ticker.run_due_now()
    assert await world.candidates(anna) == []
    world.clock.move(seconds=6)
    await rig.ticker.run_due_now()
    assert (await world.candidate(anna)).asked_at is not None


async def test_conversations_whose_timer_is_due_are_looked_at(world: World) -> None:
    rig = Rig(world)
    anna = await world.customer()
    await world.tell(anna)
    await rig.ticker.run_due_now()
    world.clock.move(days=8)
    await rig.ticker.run_due_now()
    conversation = await world.conversation(await world.candidate(anna))
    assert conversation is not None
    assert conversation.status == "abandoned"


@on_both
async def test_only_kinds_of_rows_of_which_some_are_due_are_looked_at(world: World) -> None:
    rig = Rig(world)
    await world.tell(await world.customer())
    await rig.set_timers(Timer("note", "later", world.now + timedelta(hours=1)))
    found = []
    for hours in (0, 1):
        async with world.database.reading() as unit:
            found.append(await unit.due.kinds(world.now + timedelta(hours=hours)))
    assert found == [{DueRows.CANDIDATES}, {DueRows.CANDIDATES, DueRows.TIMERS}]


async def test_more_than_a_batch_is_done_in_one_go(world: World) -> None:
    rig = Rig(world)
    names = [f"{number:03}" for number in range(250)]
    await rig.set_timers(*(Timer("note", name, world.now) for name in names))
    await rig.ticker.run_due_now()
    assert sorted(rig.fired) == names


async def test_a_timer_may_set_itself_again(world: World) -> None:
    async def again(work: Work, timer: Timer) -> None:
        work.unit.set_timer(replace(timer, due_at=work.now + timedelta(hours=2)))

    rig = Rig(world, again=again)
    await rig.set_timers(Timer("again", "1", world.now))
    await rig.ticker.run_due_now()
    assert [timer.due_at for timer in await rig.left()] == [world.now + timedelta(hours=2)]


async def test_what_takes_long_is_counted_before_a_timer_fires_and_holds_no_writer(
    world: World,
) -> None:
    acted: list[tuple[str, int]] = []

    async def count(work: Work, timer: Timer) -> int:
        async with asyncio.timeout(5), world.database.unit():
            return int(timer.subject) + len(acted)

    async def act(work: Work, timer: Timer, counted: int) -> None:
        acted.append((timer.subject, counted))
        if timer.subject == "10" and len(acted) < 2:
            work.unit.set_timer(Timer("counted", "10", work.now))
            work.unit.set_timer(Timer("counted", "20", work.now))

    rig = Rig(world, {"counted": CountedTimer(count, act)})
    await rig.set_timers(Timer("counted", "10", world.now - timedelta(seconds=1)))
    await rig.ticker.run_due_now()
    assert acted == [("10", 10), ("10", 11), ("20", 21)]
    assert await rig.left() == []


async def test_a_row_that_fails_is_put_off_and_the_others_are_done(world: World) -> None:
    async def spoil(work: Work, timer: Timer) -> None:
        work.unit.set_timer(Timer("note", "must not stay", work.now))
        await work.unit.flush()
        raise RuntimeError(timer.subject)

    rig = Rig(world, spoil=spoil)
    await rig.set_timers(
        Timer("note", "a", world.now - timedelta(seconds=2)),
        Timer("spoil", "b", world.now - timedelta(seconds=1)),
        Timer("nobody_knows", "c", world.now),
        Timer("note", "d", world.now),
    )
    await rig.ticker.run_due_now()
    assert set(rig.fired) == {"a", "d"}
    assert {(timer.kind, timer.due_at - world.now) for timer in await rig.left()} == {
        ("spoil", timedelta(hours=1)),
        ("nobody_knows", timedelta(hours=1)),
    }


async def test_a_candidate_that_cannot_be_decided_holds_up_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, boris = await world.customer(), await world.customer("C-2")
    await world.tell(anna)
    await world.tell(boris)
    prepare = conversations.prepare

    async def fails_for_anna(work: Work, **given: Any) -> Any:
        if given["customer"].id == anna.id:
            raise RuntimeError("no such flow")
        return await prepare(work, **given)

    monkeypatch.setattr("bot.dialogue.conversations.prepare", fails_for_anna)
    rig = Rig(world)
    await rig.ticker.run_due_now()
    assert [row.customer_id for row in world.rows] == [boris.id]
    stuck = await world.candidate(anna)
    assert (stuck.asked_at, stuck.look_at) == (None, world.now + timedelta(hours=1))
    monkeypatch.setattr("bot.dialogue.conversations.prepare", prepare)
    world.clock.move(hours=1)
    await rig.ticker.run_due_now()
    assert [row.customer_id for row in world.rows] == [boris.id, anna.id]


async def test_a_changed_configuration_is_taken_over_before_anything_is_decided(
    database: Database,
) -> None:
    world = World(database, Config())
    rig = Rig(world)
    await rig.ticker.run_due_now()
    anna = await world.customer()
    await world.tell(anna)
    reloads = rig.reloads

    async def keep(work: Work) -> None:
        await keep_config(work.unit, shop())

    def take() -> None:
        world.services.config = shop()

    await world.do(keep)
    rig.on_reload = take
    await rig.ticker.run_due_now()
    await rig.ticker.run_due_now()
    assert rig.reloads == reloads + 1
    assert [row.purpose for row in world.rows] == ["ask"]


async def test_it_ticks_while_its_process_leads_and_tells_when_it_did(world: World) -> None:
    fired = asyncio.Event()

    async def tell(work: Work, timer: Timer) -> None:
        fired.set()

    rig = Rig(world, tell=tell)
    assert rig.ticker.age is None
    await rig.set_timers(Timer("tell", "1", world.now))
    await rig.ticker.start()
    try:
        async with asyncio.timeout(60):
            await fired.wait()
    finally:
        await rig.ticker.stop()
    assert rig.ticker.last_tick["due"] == world.now
    assert rig.ticker.age is not None


async def test_a_process_that_does_not_lead_keeps_its_configuration_current_and_rests(
    world: World,
) -> None:
    reloaded = asyncio.Event()
    rig = Rig(world)
    rig.on_reload = reloaded.set
    world.database.leads = False
    await rig.set_timers(Timer("note", "1", world.now))
    await rig.ticker.start()
    try:
        async with asyncio.timeout(60):
            await reloaded.wait()
    finally:
        await rig.ticker.stop()
        world.database.leads = True
    assert rig.fired == []


async def test_a_tick_that_fails_is_tried_again(world: World) -> None:
    rig = Rig(world)
    tries = 0
    again = asyncio.Event()

    def fail() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("the file cannot be read")
        again.set()

    rig.on_reload = fail
    await rig.ticker.start()
    try:
        async with asyncio.timeout(60):
            await again.wait()
    finally:
        await rig.ticker.stop()
    assert tries >= 2


async def test_a_beat_with_nothing_to_do_keeps_no_writer_waiting_and_waits_for_none(
    world: World,
) -> None:
    rig = Rig(world)
    await rig.ticker.every_second()
    async with world.database.unit() as writing:
        await writing.facts.set("probe", "by another")
        async with asyncio.timeout(60):
            await rig.ticker.every_second()


async def test_no_more_are_considered_than_can_be_asked_soon(world: World) -> None:
    """The rest is considered when some have left; other things that are due do not wait."""
    rig = Rig(world)
    people = 5 * ASKS_A_SECOND
    for number in range(people):
        await world.tell(await world.customer(f"C-{number}"))
    await rig.set_timers(Timer("note", "now", world.now))
    await rig.ticker.every_second()
    enough = int(ASKS_AHEAD * ASKS_A_SECOND)
    assert enough <= len(world.rows) < enough + CANDIDATES.batch
    assert rig.fired == ["now"]
    await rig.set_timers(Timer("note", "then", world.now))
    await rig.ticker.every_second()
    assert rig.fired == ["now", "then"]
    assert len(world.rows) < people
    left = len(world.rows)
    world.rows.clear()
    await rig.ticker.every_second()
    assert left + len(world.rows) == people
