"""Whatever is chosen, changed, given back, closed, widened, killed and done at once: no slot has
more bookings than room, and nobody is without the slot that they were told."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.work import Work
from bot.slots import booking, keeping
from bot.slots.booking import Wanted
from flows.config import Place, SlotHours
from flows.entities import Booking, BookingId, Customer, CustomerId, Slot
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.slots.bookings import OPEN
from flows.time.durations import Period
from flows.time.opening import ClockTime
from storage.ids import new_id
from storage.repositories.base import all_of
from tests.bot.desk.world import NOW, World
from tests.databases import on_both

BORIS = Person(7001, "Boris")
MOST = 3
"""Customers; two of the four slots have room for one of them."""
who, which = st.integers(0, MOST - 1), st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("book"), who, which),
    st.tuples(st.just("book"), who, which),
    st.tuples(st.just("at_once"), which, which, which),
    st.tuples(st.just("crossed"), who, who),
    st.tuples(st.just("kill"), who, which),
    st.tuples(st.just("give_back"), who),
    st.tuples(st.just("end"), who),
    st.tuples(st.just("close"), which, st.none() | which),
    st.tuples(st.just("reopen"), which),
    st.tuples(st.just("widen"), which, st.sampled_from([1, 1, -1])),
)


class KilledError(Exception):
    """The process is gone before the commit."""


@dataclass
class Machine:
    world: World
    owner: str
    bookings: Sequence[BookingId]
    places: Sequence[tuple[str, datetime]]
    """The slots, by place and time: two of the configuration, two of a list."""
    told: dict[BookingId, tuple[str, datetime] | None] = field(default_factory=dict)
    """What each customer was told last."""

    async def book(self, one: int, wanted: int) -> None:
        done = await self._booked(one, wanted)
        if isinstance(done, Refusal):
            assert done.reason in {"full", "closed", "same", "gone", "is_ended"}

    async def _booked(self, one: int, wanted: int) -> Any:
        number, at = self.bookings[one], self.places[wanted]
        done = await self.world.do(lambda work: booking.book(work, number, *at))
        if not isinstance(done, Refusal):
            self.told[number] = at
        return done

    async def at_once(self, *wanted: int) -> None:
        """All choose at the same moment."""
        await asyncio.gather(*(self._booked(one, each) for one, each in enumerate(wanted)))

    async def crossed(self, one: int, other: int) -> None:
        """Two want each other's slot at the same moment."""
        theirs = [self.told.get(self.bookings[each]) for each in (one, other)]
        wanted = [self.places.index(each) for each in theirs if each is not None]
        if len(wanted) == 2 and one != other:
            await asyncio.gather(self._booked(one, wanted[1]), self._booked(other, wanted[0]))

    async def kill(self, one: int, wanted: int) -> None:
        """The process dies after everything was written and before the commit."""

        async def dying(work: Work) -> None:
            await booking.book(work, self.bookings[one], *self.places[wanted])
            await work.unit.flush()
            raise KilledError

        with pytest.raises(KilledError):
            await self.world.do(dying)

    async def give_back(self, one: int) -> None:
        number = self.bookings[one]
        done = await self.world.do(lambda work: booking.give_back(work, number))
        if not isinstance(done, Refusal):
            self.told[number] = None

    async def end(self, one: int) -> None:
        number = self.bookings[one]
        done = await self.world.do(lambda work: booking.end(work, number))
        if not isinstance(done, Refusal):
            self.told[number] = None

    async def close(self, wanted: int, meanwhile: int | None) -> None:
        """Staff close a slot, and somebody may choose one at that moment."""
        slot = await self._slot(wanted)
        if slot is None:
            return
        choosing = [self._booked(0, meanwhile)] if meanwhile is not None else []
        closing = self.world.do(lambda work: keeping.close(work, slot.id, BORIS))
        done, *_ = await asyncio.gather(closing, *choosing)
        if not isinstance(done, Refusal):
            _, told = done
            for each in told:
                if self.told.get(each.id) == self.places[wanted]:
                    self.told[each.id] = None

    async def reopen(self, wanted: int) -> None:
        slot = await self._slot(wanted)
        if slot is not None:
            await self.world.do(lambda work: keeping.reopen(work, slot.id))

    async def widen(self, wanted: int, by: int) -> None:
        slot = await self._slot(wanted)
        if slot is not None:
            await self.world.do(lambda work: keeping.widen(work, slot.id, by))

    async def _slot(self, wanted: int) -> Slot | None:
        slots = {(each.place, each.starts_at): each for each in await self.slots()}
        return slots.get(self.places[wanted])

    async def slots(self) -> list[Slot]:
        every = await self.world.read(lambda unit: unit.find(Slot, all_of(Slot)))
        return [each for each in every if (each.place, each.starts_at) in self.places]

    async def holds(self) -> None:
        slots = {each.id: each for each in await self.slots()}
        every: list[Booking] = await self.world.read(
            lambda unit: unit.find(Booking, all_of(Booking))
        )
        ours = [each for each in every if each.id in self.bookings]
        having = Counter(each.slot_id for each in ours if each.slot_id is not None)
        for slot in slots.values():
            assert slot.booked == having[slot.id] <= slot.capacity
            assert slot.closed_at is None or not having[slot.id]
        for each in ours:
            assert (each.state == "booked") == (each.slot_id is not None)
            assert each.state in OPEN or each.slot_id is None
            has = slots[each.slot_id] if each.slot_id is not None else None
            assert (has and (has.place, has.starts_at)) == self.told.get(each.id)


async def a_machine(world: World) -> Machine:
    """Customers whom nobody has met, a place that was not there before, and a list of slots."""
    name = f"p{new_id():x}"[-12:]
    place = Place(
        id=name,
        title={"en": "Place"},
        slots=(SlotHours(opens=ClockTime(600), closes=ClockTime(660), capacity=1),),
        ahead=Period(days=1),
    )
    config = world.services.config
    world.services.config = config.model_copy(update={"places": (place,)})
    owner, listed = f"recall/{name}", NOW + timedelta(days=2)
    times = [f"{name},{listed:%Y-%m-%d} {clock}" for clock in ("09:30,1", "15:00,2")]
    table = "\n".join(["place,start,capacity", *times])

    async def begin(work: Work) -> Machine:
        put_up = await keeping.put_up(work, owner, table)
        assert not isinstance(put_up, Refusal)
        made = []
        for _ in range(MOST):
            customer = Customer(CustomerId(new_id()), f"C-{new_id()}", NOW)
            work.unit.add(customer)
            wanted = Wanted(
                owner=owner,
                purpose=Ref(RefKind.REMEDY, new_id()),
                customer_id=customer.id,
                chat_id=new_id(),
                title={"en": "Pick-up"},
                places=(name,),
            )
            made.append(await booking.begin(work, wanted))
        offered = await booking.offered(work, made[0])
        assert len(offered) == 4
        places = [(each.place, each.starts_at) for each in offered]
        return Machine(world, owner, [each.id for each in made], places)

    made: Machine = await world.do(begin)
    return made


@on_both
@given(steps=st.lists(STEPS, min_size=3, max_size=10))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.timeout(300)
async def test_no_slot_has_more_than_room_and_nobody_loses_what_they_were_told(
    world: World, steps: list[tuple[Any, ...]]
) -> None:
    machine = await a_machine(world)
    for name, *arguments in steps:
        await getattr(machine, name)(*arguments)
        await machine.holds()
