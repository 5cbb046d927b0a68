"""What is old enough is erased, and nothing that somebody still needs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.entities import (
    Candidate,
    CandidateId,
    Conversation,
    ConversationId,
    Customer,
    CustomerId,
    Entry,
    Event,
    EventId,
    Outgoing,
    Priority,
    RawUpdate,
    SendResult,
    SendState,
    Side,
    Ticket,
    TicketId,
)
from storage.database import Database
from storage.unit import Unit

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LONG_AGO, LATELY, BEFORE = NOW - timedelta(days=100), NOW - timedelta(days=1), NOW - timedelta(30)
ANNA = Customer(CustomerId(1), "C-1", LONG_AGO)


async def clear(database: Database, what: str, limit: int = 100) -> int:
    async with database.unit() as unit:
        count: int = await getattr(unit.retention, f"clear_{what}")(BEFORE, limit)
        await unit.commit()
    return count


async def keep(database: Database, *values: Any) -> None:
    async with database.unit() as unit:
        for value in values:
            unit.add(value)
        await unit.commit()


async def left(unit: Unit, cls: type, numbers: range) -> list[int]:
    return [number for number in numbers if await unit.get(cls, number) is not None]


async def test_events_go_with_their_candidates_unless_one_still_waits(database: Database) -> None:
    await keep(database, ANNA)
    for number, (at, look_at) in enumerate([(LONG_AGO, None), (LONG_AGO, NOW), (LATELY, None)]):
        event = Event(EventId(number), str(number), ANNA.id, "trial", at, at)
        await keep(
            database,
            event,
            Candidate(CandidateId(number), "s", ANNA.id, event.id, at, at, look_at),
        )
    assert await clear(database, "events") == 1
    assert await clear(database, "events") == 0
    async with database.reading() as unit:
        assert await left(unit, Event, range(3)) == [1, 2]
        assert await left(unit, Candidate, range(3)) == [1, 2]


async def test_closed_tickets_go_with_all_that_was_said(database: Database) -> None:
    await keep(database, ANNA)
    closed = Ticket(TicketId(0), 10, ANNA.id, 7, "resolved", LONG_AGO, "", resolved_at=LONG_AGO)
    for number, ticket in enumerate(
        (closed, replace(closed, state="open"), replace(closed, resolved_at=LATELY))
    ):
        await keep(
            database,
            replace(ticket, id=TicketId(number), number=10 + number),
            Entry(number, TicketId(number), LONG_AGO, Side.CUSTOMER, "text", "words"),
        )
    for number, status in enumerate(("finished", "open")):
        await keep(
            database,
            Conversation(
                ConversationId(number), ANNA.id, 7, "f", 1, status, {}, LONG_AGO, LONG_AGO
            ),
        )
    assert await clear(database, "tickets") == 2
    async with database.reading() as unit:
        assert await left(unit, Ticket, range(3)) == [1, 2]
        assert await left(unit, Entry, range(3)) == [1, 2]
        assert await left(unit, Conversation, range(2)) == [1]


async def test_messages_of_tickets_keep_their_number_and_lose_their_content(
    database: Database,
) -> None:
    row = Outgoing(7, "sendMessage", {"text": "hi"}, "reply", Priority.REPLY, "chat:7", LONG_AGO)
    async with database.unit() as unit:
        for message in (
            row,
            replace(row, ticket_id=TicketId(1)),
            replace(row, created_at=LATELY),
            row,
        ):
            unit.send(message)
        await unit.inbox.store([RawUpdate(1, 7, "words"), RawUpdate(2, 7, "words")], LONG_AGO)
        await unit.inbox.park((await unit.inbox.waiting(1))[0].id, "KeyError")
        await unit.commit()
    *finished, waiting = [message.id for message in unit.committed]
    async with database.unit() as unit:
        results = [SendResult(number, SendState.FAILED, LATELY, 1) for number in finished]
        await unit.outbox.record(database.token, results)
        await unit.commit()
    assert await clear(database, "messages") == 2
    async with database.reading() as unit:
        rows = {each.id: each.params for each in await unit.outbox.recent()}
        assert await unit.inbox.counts() == {"new": 1, "parked": 0}
    assert rows == {finished[1]: {}, finished[2]: {"text": "hi"}, waiting: {"text": "hi"}}


async def test_no_more_than_so_many_at_once(database: Database) -> None:
    await keep(database, ANNA)
    events = [
        Event(EventId(number), str(number), ANNA.id, "t", LONG_AGO, NOW) for number in range(5)
    ]
    await keep(database, *events)
    assert [await clear(database, "events", 2) for _ in range(4)] == [2, 2, 1, 0]
