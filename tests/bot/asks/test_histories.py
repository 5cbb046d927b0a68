"""Whatever happens to customers, in whatever order: what asking promises is kept."""

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.keyboards import RETIRE
from flows.asks.holdout import in_holdout
from flows.entities import Account, Candidate, Consent, Customer, Outgoing, Ticket
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop

CONFIG = shop(SHOP.replace("holdout: 0%", "holdout: 30%"))
ZONES = ("", "America/New_York", "Asia/Shanghai")
FINAL = {
    "send", "held_out", "capped", "cooling_down", "open_ticket", "stopped", "blocked", "not_linked",
    "unless_event", "not_in_audience", "no_consent", "too_late", "in_conversation",
}  # fmt: skip

steps = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 24, 72, 200, 800])),
    st.tuples(st.just("trial"), st.integers(0, 2)),
    st.tuples(st.just("delivery"), st.integers(0, 2)),
    st.tuples(st.sampled_from(["contact", "stop", "ticket", "close", "block", "back", "talk"]),
              st.integers(0, 2)),
)  # fmt: skip


LONG_SLEEP_HOURS = 48
"""A schedule's grace: what Verso comes to later than this, it does not ask any more."""


@dataclass
class Person:
    """A customer as this test knows them, apart from what Verso has written down."""

    customer: Customer
    account: Account | None
    ticket: Ticket | None = None
    clean: bool = True
    """Whether nothing ever spoke against asking."""
    contacts: list[datetime] = field(default_factory=list)
    asks: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass
class History:
    world: World
    people: list[Person] = field(default_factory=list)

    async def begin(self) -> None:
        for number, zone in enumerate(ZONES):
            customer = await self.world.customer(f"C-{number}", time_zone=zone)
            account = Account(1000 + customer.id, customer.id, self.world.now, language_code="en")
            self.people.append(Person(customer, account))

    async def step(self, name: str, argument: int) -> None:
        if name == "wait":
            for person in self.people:  # nobody looked for so long that it may be too late
                person.clean = person.clean and argument < LONG_SLEEP_HOURS
            self.world.clock.move(hours=argument)
            await self.look()
            return
        person = self.people[argument]
        await getattr(self, name)(person)

    async def trial(self, person: Person) -> None:
        await self.world.tell(person.customer, days_ago=0)

    async def delivery(self, person: Person) -> None:
        await self.world.tell(person.customer, "order_delivered", days_ago=0, period="")

    async def contact(self, person: Person) -> None:
        await self.world.tell(person.customer, "support_contacted", days_ago=0)
        person.contacts.append(self.world.now)
        person.clean = False

    async def stop(self, person: Person) -> None:
        person.customer = replace(person.customer, stopped=("*",), stopped_at=self.world.now)
        person.clean = False
        await self.world.put(person.customer)

    async def ticket(self, person: Person) -> None:
        if person.ticket is None:
            person.ticket = await self.world.ticket(person.customer)
            person.clean = False

    async def close(self, person: Person) -> None:
        if person.ticket is not None:
            await self.world.put(replace(person.ticket, state="resolved"))
            person.ticket = None

    async def block(self, person: Person) -> None:
        assert person.account is not None
        person.account = replace(person.account, blocked_at=self.world.now)
        person.clean = False
        await self.world.put(person.account)

    async def back(self, person: Person) -> None:
        assert person.account is not None
        person.account = replace(person.account, blocked_at=None)
        await self.world.put(person.account)

    async def talk(self, person: Person) -> None:
        """Answer the question that is open, if there is one, and come to an end."""
        for candidate in await self.world.candidates(person.customer):
            conversation = await self.world.conversation(candidate)
            if (
                conversation is not None
                and conversation.status == "open"
                and candidate.delivered_at
            ):
                await self.world.touch(conversation)
                touched = await self.world.conversation(candidate)
                assert touched is not None
                await self.world.put(replace(touched, status="finished", due_at=None))
                await self.world.put(replace(candidate, answered_at=self.world.now))

    async def look(self) -> None:
        """Do what is due now; send at once what is written."""
        for row in await self.world.tick():
            if row.method == RETIRE:
                continue  # the buttons of the ask before are taken away
            reminder = bool(row.params)
            candidate = await self.candidate_of(row)
            if await self.world.deliver(row) is not None:
                self.check(row, candidate, reminder=reminder)

    async def candidate_of(self, row: Outgoing) -> Candidate:
        if not row.subject:
            return None  # buttons that are taken away are no ask
        number = int(row.subject.partition(":")[2])
        async with self.world.database.reading() as unit:
            found = await unit.get(Candidate, number)
        assert found is not None
        return found

    def check(self, row: Outgoing, candidate: Candidate, *, reminder: bool) -> None:
        """Nothing speaks against a message that is sent."""
        now = self.world.now
        person = next(each for each in self.people if each.customer.id == row.customer_id)
        assert person.customer.stopped == ()
        assert person.ticket is None
        assert person.account is not None
        assert person.account.blocked_at is None
        assert person.customer.consent is Consent.GIVEN
        local = now.astimezone(ZoneInfo(person.customer.time_zone or "Europe/Berlin"))
        assert 10 <= local.hour < 20
        if reminder:
            assert candidate.delivered_at is not None
            assert now - candidate.delivered_at >= timedelta(days=3)
            return
        name = candidate.schedule_id
        assert not in_holdout("salt", name, person.customer.ref, CONFIG.schedules[0].holdout)
        assert all(now - at >= timedelta(days=6, hours=23) for at, _ in person.asks)
        own = [at for at, schedule in person.asks if schedule == name]
        assert all(now - at >= timedelta(days=29, hours=23) for at in own)
        lately = [at for at, _ in person.asks if now - at < timedelta(days=29, hours=23)]
        assert len(lately) < 2
        person.asks.append((now, name))

    async def settle(self) -> None:
        """Let all obstacles end and the days pass."""
        for person in self.people:
            await self.close(person)
            await self.talk(person)
        for _ in range(40):
            self.world.clock.move(hours=13)
            await self.look()
            for person in self.people:
                await self.talk(person)

    async def check_end(self) -> None:
        for person in self.people:
            candidates = await self.world.candidates(person.customer)
            keys = [(each.event_id, each.schedule_id) for each in candidates]
            assert len(keys) == len(set(keys))
            for candidate in candidates:
                self.check_candidate(person, candidate, only=len(candidates) == 1)
            asked = [each for each in candidates if each.delivered_at is not None]
            assert len(asked) == len(person.asks)

    def check_candidate(self, person: Person, candidate: Candidate, *, only: bool) -> None:
        assert candidate.look_at is None
        assert candidate.outcome in FINAL
        assert (candidate.outcome == "send") == (candidate.delivered_at is not None)
        if person.clean and only and candidate.outcome != "send":
            assert in_holdout(
                "salt", candidate.schedule_id, person.customer.ref, CONFIG.schedules[0].holdout
            )


@given(st.lists(steps, min_size=3, max_size=14))
@pytest.mark.timeout(300)
@settings(max_examples=8)
async def test_promises_are_kept_in_every_history(
    sqlite_template: Path, history: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, f"{folder}/verso.db")
        database = await Database.open(f"sqlite+aiosqlite:///{folder}/verso.db")
        await database.try_to_lead()
        try:
            lived = History(World(database, CONFIG))
            await lived.begin()
            for name, argument in history:
                await lived.step(name, argument)
            await lived.settle()
            await lived.check_end()
        finally:
            await database.close()
