"""The time that customers are told is the one that really comes, once that is known."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import promising
from bot.desk.clocks import start
from flows.desk.promising import ENOUGH, told_time
from flows.desk.watch import read
from flows.entities import ClockKind, CustomerId, Ticket, TicketId
from storage.database import Database
from storage.ids import new_id
from tests.bot.desk.world import NOW, World, make_world


@pytest.fixture
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    """A desk on one kind of database: no SQL differs here."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await database.try_to_lead()
    yield await make_world(database)
    await database.close()


async def answered(world: World, count: int, within: timedelta) -> CustomerId:
    """So many tickets of last week that were answered within this time."""
    customer = await world.customer()

    async def action(work: object) -> None:
        for number in range(count):
            opened = NOW - timedelta(days=7)
            work.unit.add(  # type: ignore[attr-defined]
                Ticket(
                    TicketId(new_id()), number + 1, customer.id, 501, "resolved", opened,
                    "support", first_response_at=opened + within,
                )
            )  # fmt: skip

    await world.do(action)
    await world.do(promising.refresh)
    return customer.id


async def opened_now(world: World, customer: CustomerId) -> Ticket:
    blank = Ticket(TicketId(new_id()), 999, customer, 501, "open", NOW, "support")
    made = await world.do(lambda work: _start(work, blank))
    assert isinstance(made, Ticket)
    return made


async def _start(work: object, ticket: Ticket) -> Ticket:
    return start(work, ticket)  # type: ignore[arg-type]


async def test_a_few_cases_say_nothing(world: World) -> None:
    customer = await answered(world, ENOUGH - 1, timedelta(hours=1))
    ticket = await opened_now(world, customer)
    assert ticket.response_due_at == NOW + timedelta(hours=4)


async def test_a_fast_team_says_so_and_the_clock_watches_over_it(world: World) -> None:
    customer = await answered(world, ENOUGH, timedelta(hours=1))
    ticket = await opened_now(world, customer)
    assert ticket.response_due_at == NOW + timedelta(minutes=75)
    clock = read(ticket.watch).clock(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.due_at == ticket.response_due_at


async def test_a_slow_team_promises_what_it_can_keep_and_its_clock_stays(world: World) -> None:
    customer = await answered(world, ENOUGH, timedelta(hours=5))
    ticket = await opened_now(world, customer)
    assert ticket.response_due_at == NOW + timedelta(hours=6, minutes=15)
    clock = read(ticket.watch).clock(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.due_at == NOW + timedelta(hours=4)


@pytest.mark.parametrize(
    ("real", "told"), [(0, 15), (1, 15), (12, 15), (13, 30), (60, 75), (100, 135)]
)
def test_what_is_told_has_a_cushion_in_quarters_of_an_hour(real: int, told: int) -> None:
    assert told_time(timedelta(minutes=real)) == timedelta(minutes=told)


async def test_a_first_answer_out_of_hours_is_promised_in_working_time(world: World) -> None:
    customer = await answered(world, ENOUGH, timedelta(hours=1))
    evening = replace(
        await opened_now(world, customer), opened_at=NOW + timedelta(hours=10), watch={}
    )
    world.now = NOW + timedelta(hours=10)
    late = await world.do(lambda work: _start(work, evening))
    assert isinstance(late, Ticket)
    assert late.response_due_at == NOW + timedelta(hours=22, minutes=45)
