"""Which messages a sender holds, and which of them are still without an outcome."""

from datetime import UTC, datetime, timedelta

from asyncpg import CannotConnectNowError
from sqlalchemy.exc import IntegrityError

from bot.runtime.sending.lanes import Lanes
from flows.entities import OutboxId, Outgoing, Priority, SendResult, SendState
from storage.database import Database

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def text(name: str, **more: object) -> Outgoing:
    values = {
        "chat_id": 1,
        "method": "sendMessage",
        "params": {"text": name},
        "purpose": "reply",
        "priority": Priority.REPLY,
        "lane": "chat:1",
        "created_at": NOW,
    }
    return Outgoing(**(values | more))  # type: ignore[arg-type]


async def _write(database: Database, *messages: Outgoing) -> list[Outgoing]:
    async with database.unit() as unit:
        for message in messages:
            unit.send(message)
        await unit.commit()
    return unit.committed


async def test_what_is_held_comes_urgent_first(database: Database) -> None:
    ask = text("ask", priority=Priority.ASK)
    await _write(database, ask, text("early"), text("late", created_at=NOW + timedelta(hours=1)))
    async with database.reading() as unit:
        held = await unit.outbox.held(database.token, 10)
        before = await unit.outbox.held(database.token, 10, before=NOW + timedelta(minutes=1))
        others = await unit.outbox.held("somebody else", 10)
    assert [row.params["text"] for row in held] == ["early", "late", "ask"]
    assert [row.params["text"] for row in before] == ["early", "ask"]
    assert others == []


async def test_an_outcome_is_written_once(database: Database) -> None:
    sent, waiting = await _write(database, text("sent"), text("waiting"))
    result = SendResult(sent.id, SendState.SENT, NOW, 1, message_id=7)
    async with database.unit() as unit:
        await unit.outbox.record(database.token, [result])
        await unit.commit()
    async with database.unit() as unit:
        ids = [sent.id, waiting.id, OutboxId(999)]
        assert await unit.outbox.unrecorded(database.token, ids) == {waiting.id: waiting.chat_id}
        assert await unit.outbox.unrecorded("somebody else", ids) == {}


async def test_what_is_sent_again_has_its_time_anew(database: Database) -> None:
    """Or a day later the first trouble would end it at once."""
    (row,) = await _write(database, text("failed"))
    failed = SendResult(row.id, SendState.FAILED, NOW, 9, error="gave_up: no connection")
    later = NOW + timedelta(days=2)
    async with database.unit() as unit:
        await unit.outbox.record(database.token, [failed])
        assert await unit.outbox.retry(row.id, later)
        await unit.commit()
    async with database.unit() as unit:
        (again,) = await unit.outbox.claim(database.token, later, 10)
    assert (again.created_at, again.attempts) == (later, 0)


def test_what_was_written_earlier_leaves_earlier_however_late_it_is_found() -> None:
    lanes = Lanes()
    for number in (5, 7, 3, 6):
        lanes.add(text(str(number), id=OutboxId(number)))
    assert [row.id for row in lanes.rows()] == [3, 5, 6, 7]
    busy = lanes.take(lambda _row: 0.0, 0.0)
    lanes.add(text("2", id=OutboxId(2)))
    assert busy is not None
    assert [row.id for row in lanes.rows()] == [3, 2, 5, 6, 7]


def test_a_server_that_starts_is_waited_for_and_a_broken_rule_is_not() -> None:
    assert Database.is_busy(CannotConnectNowError("the database system is starting up"))
    assert Database.is_busy(ConnectionRefusedError())
    assert not Database.is_busy(IntegrityError("INSERT", {}, ValueError("unique")))
    assert not Database.is_busy(RuntimeError("a mistake"))


async def test_what_nobody_holds_leaves_before_what_is_written_after_it(
    database: Database,
) -> None:
    """Another process wrote it a moment ago, or it is to be sent once more."""
    database.leads = False
    await _write(
        database,
        text("first"),
        text("of another chat", lane="chat:2"),
        text("an ask", priority=Priority.ASK),
        text("for later", not_before=NOW + timedelta(hours=1)),
    )
    database.leads = True
    (failed,) = await _write(database, text("failed", lane="chat:3"))
    async with database.unit() as unit:
        result = SendResult(failed.id, SendState.FAILED, NOW, 1, error="blocked: by the user")
        await unit.outbox.record(database.token, [result])
        await unit.outbox.retry(failed.id, NOW)
        unit.send(text("second"))
        unit.send(text("third", lane="chat:3"))
        await unit.commit()
    wanted = ["first", "failed", "second", "third"]
    assert [row.params["text"] for row in unit.committed] == wanted
    async with database.reading() as reading:
        held = await reading.outbox.held(database.token, 10)
    assert [row.params["text"] for row in held] == wanted


async def test_a_process_that_does_not_send_claims_nothing(database: Database) -> None:
    database.leads = False
    await _write(database, text("first"))
    (second,) = await _write(database, text("second"))
    assert second.params["text"] == "second"
