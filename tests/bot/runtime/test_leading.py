"""What is urgent is claimed however much waits, and what another process sends is left to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot import wiring
from bot.app import _lead
from bot.core.delivery import Call
from bot.core.subject import Subject
from bot.core.work import Work
from bot.runtime.sending import sender as sender_module
from bot.runtime.sending.pacing import Budgets, Pacing
from bot.runtime.sending.sender import Sender
from flows.entities import Outgoing, Priority, SendState
from storage.database import Database
from tests.bot.harness import UNLIMITED, Harness, harness, text_to
from tests.failures.test_machine import Wall
from tests.journeys.world import until

SENT, FAILED, WAITING = SendState.SENT, SendState.FAILED, SendState.WAITING
USUAL = Budgets(per_second=30, group_per_minute=20, chat_per_second=0)


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The database as another process has it open."""
    if "postgresql" not in database_url:
        pytest.skip("one process on SQLite")
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def person(h: Harness, name: str = "Anna") -> Any:
    someone = await h.sandbox.create_user(first_name=name)
    await someone.start(h.bot)
    return someone


async def fill(h: Harness, chat_id: int, kind: Priority, many: int) -> None:
    """Write more than is kept in memory of what nobody waits for."""
    rows = [
        text_to(chat_id, f"n{n}", priority=kind, purpose="x", lane=f"x:{n}") for n in range(many)
    ]
    await h.write(*rows)


async def cut_the_leader_off(url: str) -> None:
    """End the connection that holds the lead, as a network or a restart does."""
    parsed = make_url(url)
    admin = await asyncpg.connect(
        user="postgres", database=parsed.database, host=parsed.query["host"]
    )
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    await admin.close()


def keep_leading(h: Harness, sender: Sender) -> None:
    app: Any = SimpleNamespace(database=h.database, sender=sender)
    h.tasks.append(asyncio.create_task(_lead(app)))


async def lead(database: Database) -> None:
    await until(database.try_to_lead)


def another_sender(h: Harness, database: Database, budgets: Budgets, **more: Any) -> Sender:
    subjects, reach = Subject("test", **more), wiring.reach()
    return Sender(database, h.services, h.transport, h.base_url, Pacing(budgets), subjects, reach)


@pytest.mark.parametrize("kind", [Priority.ASK, Priority.CLOSURE])
async def test_an_answer_that_is_tried_again_does_not_wait_for_a_broadcast(
    h: Harness, kind: Priority
) -> None:
    anna, many = await person(h), await person(h, "Many")
    await anna.block(h.bot)
    h.start_sender(budgets=USUAL)
    (answer,) = await h.write(text_to(anna.id, "answer", priority=Priority.RELAY))
    await h.row_in(answer.id, FAILED)
    await fill(h, many.id, kind, 1500)
    await anna.unblock(h.bot)
    async with h.database.unit() as unit:
        assert await unit.outbox.retry(answer.id, datetime.now(UTC))
        await unit.commit()
    await h.row_in(answer.id, SENT, seconds=30)


@pytest.mark.parametrize("kind", [Priority.ASK, Priority.RELAY])
async def test_a_reply_that_another_process_wrote_waits_for_nothing(
    h: Harness, other: Database, kind: Priority
) -> None:
    """Neither for a broadcast nor for what waits for a group's minutes."""
    anna, many = await person(h), await person(h, "Many")
    group = await h.sandbox.create_group(many, h.bot)
    h.start_sender(budgets=USUAL)
    await fill(h, group.id if kind is Priority.RELAY else many.id, kind, 1500)
    assert not await other.try_to_lead()
    async with other.unit() as unit:
        unit.send(text_to(anna.id, "reply"))
        await unit.commit()
    (reply,) = unit.committed
    await h.row_in(reply.id, SENT, seconds=30)


async def test_what_another_process_writes_is_heard_of_at_once(
    h: Harness, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at the next look, which comes far too late here."""
    monkeypatch.setattr(sender_module, "LOOK_SECONDS", 3600.0)
    anna = await person(h)
    await lead(h.database)
    h.start_sender()
    (mine,) = await h.write(text_to(anna.id, "the leader's own"))
    await h.row_in(mine.id, SENT)
    async with other.unit() as unit:
        unit.send(text_to(anna.id, "reply"))
        await unit.commit()
    (reply,) = unit.committed
    await h.row_in(reply.id, SENT, seconds=60)


async def test_an_ask_that_surely_did_not_leave_is_asked_after_a_restart(h: Harness) -> None:
    """Telegram was down while Verso was stopped in good order: that is no doubt."""
    people = [await person(h, f"P{n}") for n in range(3)]
    await h.sandbox.add_fault("5xx", status=503, count=None)
    first = h.start_sender()
    asks = [text_to(p.id, "ask", priority=Priority.ASK, purpose="ask") for p in people]
    written = await h.write(*asks)

    async def all_tried() -> bool:
        return all(row.attempts > 0 and row.state is WAITING for row in await h.rows())

    await until(all_tried)
    await first.drain()
    h.tasks.pop().cancel()
    await h.sandbox.clear_faults()
    h.database.token = "another life"
    h.start_sender()
    for row in written:
        await h.row_in(row.id, SENT)


async def test_what_is_tried_again_leaves_although_the_clock_is_set_back(h: Harness) -> None:
    wall = Wall()
    h.services.clock = wall
    anna = await person(h)
    await anna.block(h.bot)
    h.start_sender()
    five_hours_ago = wall.now() - timedelta(hours=5)
    (answer,) = await h.write(text_to(anna.id, "answer", created_at=five_hours_ago))
    await h.row_in(answer.id, FAILED)
    await anna.unblock(h.bot)
    h.tasks.pop().cancel()  # so that the clock is set before the next look
    async with h.database.unit() as unit:
        assert await unit.outbox.retry(answer.id, wall.now())
        await unit.commit()
    wall.offset = timedelta(hours=-1)
    h.start_sender()
    await h.row_in(answer.id, SENT)


async def test_nobody_is_asked_twice_when_the_lead_changes_hands(
    h: Harness, other: Database, database_url: str
) -> None:
    """The connection that holds the lead is cut; the process lives, and another one leads."""
    people = [await person(h, f"P{n}") for n in range(40)]
    slow = Budgets(per_second=12, group_per_minute=20, chat_per_second=0)
    first, second = h.start_sender(budgets=slow), another_sender(h, other, slow)
    keep_leading(h, first)
    await h.write(
        *(text_to(p.id, "ask", priority=Priority.ASK, purpose="ask") for p in people),
    )
    assert not await other.try_to_lead()
    h.tasks.append(asyncio.create_task(second.run()))

    async def some_left() -> bool:
        return sum(row.state is SENT for row in await h.rows()) >= 3

    await until(some_left)
    await cut_the_leader_off(database_url)
    await lead(other)

    async def all_done() -> bool:
        return all(row.state is not WAITING for row in await h.rows())

    await until(all_done)
    for sender in (first, second):
        await sender.drain()
    heard = [len([m for m in await p.messages(h.bot) if m.from_bot]) for p in people]
    assert max(heard) == 1
    for task in h.tasks:
        task.cancel()
    await asyncio.gather(*h.tasks, return_exceptions=True)


@pytest.mark.parametrize("priority", [Priority.REPLY, Priority.ASK])
async def test_what_another_process_has_sent_is_not_sent_again_when_the_lead_comes_back(
    h: Harness, other: Database, database_url: str, priority: Priority
) -> None:
    """A row is being made ready when the database goes away for a moment; another process sends
    it; hours later that one is stopped, and the first leads again.
    """
    anna = await person(h)
    begun, gone = asyncio.Event(), asyncio.Event()

    async def compose(_work: Work, _row: Outgoing) -> Call:
        return Call("sendMessage", {"text": "Did anything go wrong?"})

    async def compose_first(work: Work, row: Outgoing) -> Call:
        if gone.is_set():
            return await compose(work, row)
        begun.set()
        await gone.wait()
        raise OSError("the database is gone")

    keep_leading(h, h.start_sender(composers={"@words": compose_first}))
    second = another_sender(h, other, UNLIMITED, composers={"@words": compose})
    sending = asyncio.create_task(second.run())
    words = text_to(anna.id, "", method="@words", params={}, priority=priority, purpose="x")
    (row,) = await h.write(words)
    await begun.wait()
    await cut_the_leader_off(database_url)
    await lead(other)

    async def lost() -> bool:
        return not h.database.leads

    await until(lost)
    await h.row_in(row.id, SENT)
    gone.set()
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    await other.close()

    async def leads_again() -> bool:
        return h.database.leads

    await until(leads_again)
    # What it still had in hand is of the same chat, and would leave before this.
    (last,) = await h.write(text_to(anna.id, "Are you there?", purpose="x"))
    await h.row_in(last.id, SENT)
    texts = [m.text for m in await anna.messages(h.bot) if m.from_bot]
    assert texts == ["Did anything go wrong?", "Are you there?"]
