"""Late, corrected and withdrawn events, fixed times and a clock set back, over a real database."""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.configuration.current import keep_config
from bot.core.work import Work
from bot.data.items import EventItem, read_item
from bot.data.registration import put_events
from bot.runtime.ticker import Ticker
from flows.entities import Candidate, Event, Outgoing
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop
from tests.bot.asks.test_histories import FINAL, History, Person

CONFIG = shop(
    SHOP.replace("holdout: 0%", "holdout: 30%")
    + """
  - {id: each, when: {event: purchase, after: P1D, gap: P20D}, unless: [contact],
     flow: purchase_check_in, holdout: 0%, cooldown: PT0S}
  - {id: quiet, when: {silence: purchase, after: P9D}, flow: trial_check_in, holdout: 30%}
  - {id: ending, when: {event: trial_started, before_end: P2D},
     flow: trial_check_in, holdout: 30%}
  - {id: weekly, when: {cron: "0 9 * * tue"}, flow: trial_check_in, holdout: 30%}
"""
)
TYPES = ("trial_started", "purchase", "support_contacted", "order_returned", "order_delivered")
OUTCOMES = FINAL | {"withdrawn", "too_soon", "no_period"}

who = st.integers(0, 2)
steps = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 24, 72, 200])),
    st.tuples(st.just("told"), who, st.sampled_from(TYPES), st.sampled_from([0, 1, 6, 10])),
    st.tuples(st.just("told"), who, st.sampled_from(TYPES[:2]), st.sampled_from([0, 1, 6, 10])),
    st.tuples(st.just("corrected"), st.integers(1, 6), st.sampled_from([0, 2, 7])),
    st.tuples(st.just("withdrawn"), st.integers(1, 6), st.booleans()),
    st.tuples(st.just("clock_back"), st.sampled_from([1, 24])),
    st.tuples(st.sampled_from(["stop", "ticket", "close", "block", "talk"]), who),
)


@dataclass
class Told(History):
    """A history in which events are told through the door of the business's systems."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def begin(self) -> None:
        await super().begin()

        async def keep(work: Work) -> None:
            await keep_config(work.unit, CONFIG)

        async def same() -> None:
            self.world.services.config = CONFIG

        await self.world.do(keep)
        self.ticker = Ticker(
            self.world.database,
            self.world.services,
            on_committed=lambda unit: self.world.rows.extend(unit.committed),
            subjects=wiring.engine(),
            reload=same,
        )
        await self.ticker.run_due_now()

    async def live(self, name: str, *given: Any) -> None:
        if name in {"told", "corrected", "withdrawn", "clock_back"}:
            await getattr(self, name)(*given)
        else:
            await self.step(name, *given)

    async def settle(self) -> None:
        """Let all obstacles end and the days pass."""
        for person in self.people:
            await self.close(person)
        for _ in range(12):
            for person in self.people:
                await self.talk(person)
            self.world.clock.move(hours=55)
            await self.look()

    async def told(self, number: int, name: str, days_ago: float) -> None:
        item = {
            "id": f"e{len(self.events) + 1}",
            "customer": self.people[number].customer.ref,
            "type": name,
            "at": (self.world.now - timedelta(days=days_ago)).isoformat(),
            "period": "P14D" if name == "trial_started" else None,
            "product": "pro",
        }
        await self.put(item)

    async def corrected(self, number: int, days_ago: float) -> None:
        if (item := self.events.get(f"e{number}")) is not None:
            at = self.world.now - timedelta(days=days_ago)
            await self.put(item | {"at": at.isoformat(), "period": "P10D"})

    async def withdrawn(self, number: int, gone: bool) -> None:
        if (item := self.events.get(f"e{number}")) is not None:
            await self.put(item | {"withdrawn": gone})

    async def put(self, item: dict[str, Any]) -> None:
        self.events[item["id"]] = item

        async def put(work: Work) -> None:
            read = read_item(EventItem, item)
            await put_events(work.unit, self.world.services, [read], work.now)

        await self.world.do(put)

    async def clock_back(self, hours: int) -> None:
        self.world.clock.move(hours=-hours)

    async def look(self) -> None:
        """Do what is due now; send at once what is written."""
        before = len(self.world.rows)
        await self.ticker.run_due_now()
        for row in self.world.rows[before:]:
            candidate = await self.candidate_of(row)
            if row.purpose == "ask" and await self.world.deliver(row) is not None:
                self.check(row, candidate, reminder=bool(row.params))
                await self.check_trigger(candidate, reminder=bool(row.params))

    def check(self, row: Outgoing, candidate: Candidate, *, reminder: bool) -> None:
        """As in the other histories; two of these schedules have other rules of their own."""
        if candidate.schedule_id != "each" and not reminder:
            super().check(row, candidate, reminder=reminder)
            return
        person = next(each for each in self.people if each.customer.id == row.customer_id)
        assert person.customer.stopped == ()
        assert person.ticket is None
        now = self.world.now
        assert reminder or all(now - at >= timedelta(days=6, hours=23) for at, _ in person.asks)
        if not reminder:
            person.asks.append((now, "each"))

    async def check_trigger(self, candidate: Candidate, *, reminder: bool) -> None:
        schedule = CONFIG.schedule(candidate.schedule_id)
        assert schedule is not None
        if candidate.event_id is None:
            assert candidate.occasion[11:] == "07:00:00+00:00"  # 9:00 in Berlin
            return
        async with self.world.database.reading() as unit:
            events = (await unit.schedules.events_of([candidate.customer_id]))[
                candidate.customer_id
            ]
        trigger = next(each for each in events if each.id == candidate.event_id)
        assert trigger.withdrawn_at is None
        since = [each for each in events if each.withdrawn_at is None and each.at >= trigger.at]
        assert not [each for each in since if each.type in schedule.unless and each is not trigger]
        if schedule.when.silence is not None:
            last = max((each.at, each.external_id) for each in since if each.type == "purchase")
            assert last == (trigger.at, trigger.external_id)
        if schedule.when.gap is not None and not reminder:
            await self.check_gap(candidate, trigger, events)
        if schedule.when.before_end is not None:
            assert self.world.now < trigger.at + timedelta(days=14, hours=1)

    async def check_gap(self, candidate: Candidate, trigger: Event, events: list[Event]) -> None:
        person = next(p for p in self.people if p.customer.id == candidate.customer_id)
        asked = {
            each.event_id
            for each in await self.world.candidates(person.customer)
            if each.schedule_id == "each" and each.asked_at and each.id != candidate.id
        }
        others = [each.at for each in events if each.id in asked and each.withdrawn_at is None]
        assert all(abs(at - trigger.at) >= timedelta(days=19, hours=23) for at in others)

    async def check_end(self) -> None:
        """Each schedule and trigger has one outcome, and each trigger that counts has one."""
        for person in self.people:
            candidates = await self.world.candidates(person.customer)
            keys = {(each.schedule_id, each.event_id, each.occasion) for each in candidates}
            assert len(keys) == len(candidates)
            for each in candidates:
                if not self.is_recent(each):
                    assert (each.look_at, each.outcome in OUTCOMES) == (None, True)
                    assert (each.outcome == "send") == (each.delivered_at is not None)
            await self.check_complete(person, keys)

    def is_recent(self, candidate: Candidate) -> bool:
        """A fixed time of the last days may still wait for a cooldown to end."""
        return candidate.event_id is None and (
            datetime.fromisoformat(candidate.occasion) > self.world.now - timedelta(days=12)
        )

    async def check_complete(self, person: Person, keys: set[tuple[str, Any, str]]) -> None:
        async with self.world.database.reading() as unit:
            events = (await unit.schedules.events_of([person.customer.id])).values()
        for event in (each for some in events for each in some):
            for schedule in CONFIG.schedules:
                if event.type in (schedule.when.event, schedule.when.silence):
                    assert (schedule.id, event.id, "") in keys


@given(st.lists(steps, min_size=6, max_size=18))
@pytest.mark.timeout(300)
@settings(max_examples=2)
async def test_promises_are_kept_whatever_is_told(
    sqlite_template: Path, history: list[tuple[Any, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, f"{folder}/verso.db")
        database = await Database.open(f"sqlite+aiosqlite:///{folder}/verso.db")
        await database.try_to_lead()
        try:
            lived = Told(World(database, CONFIG))
            await lived.begin()
            for name, *given_ in history:
                await lived.live(name, *given_)
            await lived.settle()
            await lived.check_end()
        finally:
            await database.close()
