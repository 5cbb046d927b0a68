"""Whatever is granted, allowed, taken back, killed and done at once: the lines add up to what
stands, no limit is passed without somebody's yes, and no code is drawn twice."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.work import Work
from bot.desk import tickets
from bot.recovery import afterwards, granting, pools
from bot.recovery.granting import Choice
from flows.entities import (
    Customer,
    CustomerId,
    LedgerLine,
    LedgerSum,
    LineKind,
    Remedy,
    Ticket,
)
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person
from flows.money import Money
from flows.recovery.ledger import sums_of
from flows.recovery.remedies import STANDS
from storage.ids import new_id
from storage.repositories.base import all_of
from tests.bot.desk.world import NOW, World
from tests.databases import on_both

ONE, MONTH, CUSTOMER = 2000, 5000, 4000
"""The limits of the world, in cents."""
A_DAY = 2
"""How often a guarantee is granted at once at a place on a day."""
cents = st.integers(1, 2600)
roles = st.sampled_from([Role.STAFF, Role.STAFF, Role.STAFF, Role.SENIOR, Role.ADMIN])
two = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("give"), two, two, cents, roles),
    st.tuples(st.just("at_once"), two, cents, cents),
    st.tuples(st.just("same"), two, cents),
    st.tuples(st.just("kill"), two, two, cents),
    st.tuples(st.just("code"), two, two),
    st.tuples(st.just("claim"), two, st.integers(1, 3), st.booleans()),
    st.tuples(st.just("allow"), st.integers(0, 9), roles),
    st.tuples(st.just("refuse"), st.integers(0, 9)),
    st.tuples(st.just("void"), st.integers(0, 9)),
    st.tuples(st.just("fail"), st.integers(0, 9)),
)


class KilledError(Exception):
    """The process is gone before the commit."""


@dataclass
class Machine:
    world: World
    staff: list[Person]
    complaints: list[Ticket]
    at: str
    """A place that nobody has been at before."""

    async def granted(
        self, who: int, of: int, minor: int, role: Role, option: str = "refund", wanted: Any = None
    ) -> Any:
        """One unit in which somebody grants something."""
        by = self.staff[who]

        async def action(work: Work) -> Any:
            ticket = await work.unit.get(Ticket, self.complaints[of].id)
            assert ticket is not None
            if wanted is None:
                remedy = await granting.offer(work, ticket)
            else:
                remedy = await work.unit.remedies.by_id(wanted)
            assert isinstance(remedy, Remedy)
            [known] = [each for each in work.services.config.remedies if each.id == option]
            amount = Money("EUR", minor)
            return await granting.give(work, remedy, ticket, Choice(known, amount, "why", by, role))

        return await self.world.do(action)

    async def give(self, who: int, of: int, minor: int, role: Role) -> None:
        before = await self.lines()
        await self.granted(who, of, minor, role)
        if role is Role.STAFF and len(after := await self.lines()) > len(before):
            self.within(after, after[-1])

    def within(self, lines: list[LedgerLine], line: LedgerLine) -> None:
        """What was granted alone passes no limit."""
        of_person = sum(each.amount for each in lines if each.granter_id == line.granter_id)
        of_customer = sum(each.amount for each in lines if each.customer_id == line.customer_id)
        assert line.amount <= ONE
        assert of_person <= MONTH
        assert of_customer <= CUSTOMER

    async def at_once(self, who: int, one: int, other: int) -> None:
        """The same person grants two customers something at the same moment."""
        before = await self.lines()
        await asyncio.gather(
            self.granted(who, 0, one, Role.STAFF), self.granted(who, 1, other, Role.STAFF)
        )
        after = await self.lines()
        for line in after[len(before) :]:
            self.within(after, line)

    async def same(self, of: int, minor: int) -> None:
        """Two grant the same remedy at the same moment; one of them reads that it is granted."""

        async def offered(work: Work) -> Any:
            ticket = await work.unit.get(Ticket, self.complaints[of].id)
            assert ticket is not None
            return await granting.offer(work, ticket)

        remedy = await self.world.do(offered)
        before = await self.lines()
        await asyncio.gather(
            *(self.granted(who, of, minor, Role.ADMIN, wanted=remedy.id) for who in (0, 1))
        )
        assert len(await self.lines()) == len(before) + 1

    async def kill(self, who: int, of: int, minor: int) -> None:
        """The process dies after everything was decided and before the commit."""

        async def dying(work: Work) -> None:
            ticket = await work.unit.get(Ticket, self.complaints[of].id)
            assert ticket is not None
            remedy = await granting.offer(work, ticket)
            assert isinstance(remedy, Remedy)
            [code] = [each for each in work.services.config.remedies if each.id == "code"]
            choice = Choice(code, None, "why", self.staff[who], Role.ADMIN)
            await granting.give(work, remedy, ticket, choice)
            await work.unit.flush()
            raise KilledError

        before = await self.lines()
        with pytest.raises(KilledError):
            await self.world.do(dying)
        assert await self.lines() == before

    async def code(self, who: int, of: int) -> None:
        await self.granted(who, of, 0, Role.ADMIN, "code")

    async def claim(self, of: int, proof: int, both: bool) -> None:
        """A guarantee is claimed; with `both` the other customer shows the same at that moment."""
        one = self._claimed(of, f"{self.at}-{proof}")
        other = self._claimed(1 - of, f"{self.at}-{proof}")
        await asyncio.gather(one, *([other] if both else []))
        if not both:
            other.close()

    async def _claimed(self, of: int, mark: str) -> None:
        """What is done with a claim, without its conversation: proof, limits, grant."""

        async def action(work: Work) -> None:
            ticket = await work.unit.get(Ticket, self.complaints[of].id)
            assert ticket is not None
            offered = await granting.offer(work, ticket)
            assert isinstance(offered, Remedy)
            remedy = replace(offered, guarantee="g", place=self.at)
            [option] = [each for each in work.services.config.remedies if each.id == "call"]
            used = await work.unit.proofs.use("g", [mark], remedy.id, work.now)
            await work.unit.get(Customer, remedy.customer_id)
            times = await granting.times_today(work, remedy)
            if used is None and times < A_DAY:
                await granting.give(work, remedy, ticket, Choice(option))
            else:
                await granting.leave_to_staff(work, remedy, ticket, option, "above")

        await self.world.do(action)

    async def allow(self, number: int, role: Role) -> None:
        await self._at(
            number, lambda work, *found: granting.allow(work, *found, self.staff[1], role)
        )

    async def refuse(self, number: int) -> None:
        await self._at(number, lambda work, *found: granting.refuse(work, *found, self.staff[1]))

    async def void(self, number: int) -> None:
        """Taken back by two at once: there is one line of it."""

        def take(work: Work, *found: Any) -> Any:
            return afterwards.take_back(work, *found, self.staff[1], "a slip")

        await asyncio.gather(self._at(number, take), self._at(number, take))

    async def fail(self, number: int) -> None:
        """It could not be done, as staff and a system say at once, and it is taken back besides."""

        def fail(by: Person | None) -> Any:
            return lambda work, *found: afterwards.fail(work, *found, by, "the card is closed")

        await asyncio.gather(
            *(self._at(number, fail(by)) for by in (self.staff[0], None)), self.void(number)
        )

    async def _at(self, number: int, do: Any) -> None:
        known = await self.remedies()
        if not known:
            return

        async def action(work: Work) -> None:
            remedy = await work.unit.remedies.by_id(known[number % len(known)].id)
            assert remedy is not None
            ticket = await granting.place_of(work, remedy)
            await do(work, remedy, ticket)

        await self.world.do(action)

    async def remedies(self) -> list[Remedy]:
        ids = [each.id for each in self.complaints]
        found = await self.world.read(lambda unit: unit.remedies.of_tickets(ids))
        return [each for of_one in found.values() for each in of_one]

    async def lines(self) -> list[LedgerLine]:
        ours = {each.customer_id for each in self.complaints}
        every: list[LedgerLine] = await self.world.read(
            lambda unit: unit.find(LedgerLine, all_of(LedgerLine))
        )
        return sorted((each for each in every if each.customer_id in ours), key=lambda one: one.id)

    async def holds(self) -> None:
        lines, remedies = await self.lines(), await self.remedies()
        stand = {each.id: each.amount for each in remedies if each.state in STANDS and each.amount}
        by_remedy: Counter[int] = Counter()
        for line in lines:
            by_remedy[line.remedy_id] += line.amount
        assert {key: amount for key, amount in by_remedy.items() if amount} == stand
        assert len({each.key for each in lines}) == len(lines)
        sums: Counter[Any] = Counter()
        for line in lines:
            for key in sums_of(line):
                if key.who in {str(each.id) for each in self.staff}:
                    sums[key] += line.amount
        kept: list[LedgerSum] = await self.world.read(
            lambda unit: unit.find(LedgerSum, all_of(LedgerSum))
        )
        for key, amount in sums.items():
            [found] = [
                each
                for each in kept
                if (each.dimension, each.who, each.period, each.currency)
                == (key.dimension, key.who, key.period, key.currency)
            ]
            assert found.amount == amount
        at_once = [
            each
            for each in remedies
            if each.guarantee and each.state in STANDS and each.decided_by is None
        ]
        assert len(at_once) <= A_DAY
        of_place = [each for each in lines if each.place == self.at]
        stands = sum(1 if each.kind is LineKind.GRANT else -1 for each in of_place)
        counted = [each.grants for each in kept if each.who == f"g@{self.at}"]
        assert sum(counted) == stands
        drawn = [each.code for each in remedies if each.code]
        assert len(set(drawn)) == len(drawn)


async def a_machine(world: World) -> Machine:
    """Two members of staff and two customers whom nobody has met, and a few codes."""
    staff = [Person(new_id(), name) for name in ("Boris", "Clara")]

    async def begin(work: Work) -> list[Ticket]:
        found = []
        for chat in (new_id(), new_id()):
            customer = Customer(CustomerId(new_id()), f"C-{chat}", NOW)
            work.unit.add(customer)
            found.append(
                await tickets.open_ticket(
                    work,
                    customer=customer,
                    chat_id=chat,
                    words="The box was late.",
                    pieces=[],
                    stage="",
                    category="delivery",
                    severity=1,
                    wish="",
                )
            )
        await pools.fill(work.unit, "sorry", [f"X-{new_id()}" for _ in range(2)], NOW)
        return found

    return Machine(world, staff, await world.do(begin), f"till-{new_id()}")


@on_both
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.timeout(300)
async def test_the_lines_are_what_was_granted_and_no_limit_is_passed(
    world: World, steps: list[tuple[Any, ...]]
) -> None:
    if not world.services.groups:
        await world.group()
    machine = await a_machine(world)
    for name, *arguments in steps:
        await getattr(machine, name)(*arguments)
        await machine.holds()
