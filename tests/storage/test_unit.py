"""The unit of work: all or nothing, reads see writes, one failure is taken back alone."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.entities import (
    Consent,
    Customer,
    CustomerId,
    Outgoing,
    Priority,
    RawUpdate,
    SendResult,
    SendState,
    Timer,
)
from storage.database import Database
from storage.errors import DatabaseInUse, DatabaseUnreachable, PartialFlushError
from storage.ids import new_id
from storage.unit import Unit

NOW = datetime(2026, 5, 4, 9, 30, 0, 123456, tzinfo=UTC)


def customer(ref: str = "C-1", **more: object) -> Customer:
    return replace(Customer(CustomerId(new_id()), ref, NOW), **more)  # type: ignore[arg-type]


def message(text: str = "hello", **more: object) -> Outgoing:
    plain = Outgoing(7, "sendMessage", {"text": text}, "reply", Priority.REPLY, "chat:7", NOW)
    return replace(plain, **more)  # type: ignore[arg-type]


async def test_what_is_committed_stays_and_what_is_not_is_gone(database: Database) -> None:
    anna = customer(tags=("eu", "pro"), consent=Consent.GIVEN, consent_at=NOW)
    async with database.unit() as unit:
        unit.add(anna)
        await unit.commit()
    async with database.unit() as unit:
        unit.add(customer("C-2"))
        await unit.flush()
    async with database.reading() as unit:
        assert await unit.customers.by_ref("C-1") == anna
        assert await unit.customers.by_ref("C-2") is None


async def test_reads_see_what_the_unit_has_written(database: Database) -> None:
    anna = customer()
    async with database.unit() as unit:
        unit.add(anna)
        unit.put(replace(anna, name="Anna"))
        assert (await unit.get(Customer, anna.id)) == replace(anna, name="Anna")
        found = await unit.customers.by_ref("C-1")
        assert found == replace(anna, name="Anna")
        unit.put(replace(found, phone="+49"))
        await unit.commit()
    async with database.unit() as unit:
        stored = await unit.customers.by_ref("C-1")
        assert stored == replace(anna, name="Anna", phone="+49")
        unit.delete(stored)
        assert await unit.get(Customer, anna.id) is None
        await unit.commit()
    async with database.reading() as unit:
        assert await unit.customers.count() == 0


async def test_a_value_that_was_not_read_cannot_be_changed(database: Database) -> None:
    async with database.unit() as unit:
        with pytest.raises(LookupError):
            unit.put(customer())


async def test_one_failure_is_taken_back_alone(database: Database) -> None:
    anna = customer()
    async with database.unit() as unit:
        unit.add(anna)
        unit.send(message("kept"))
        mark = unit.mark()
        unit.put(replace(anna, name="wrong"))
        unit.add(customer("C-2"))
        unit.send(message("dropped"))
        unit.rollback_to(mark)
        unit.set_timer(Timer("nudge", "1", NOW))
        await unit.commit()
        assert [row.params["text"] for row in unit.committed] == ["kept"]
    async with database.reading() as unit:
        assert await unit.customers.by_ref("C-1") == anna
        assert await unit.customers.by_ref("C-2") is None
        assert await unit.timers.count() == 1


async def test_what_reached_the_database_is_not_taken_back_alone(database: Database) -> None:
    async with database.unit() as unit:
        mark = unit.mark()
        unit.add(customer())
        await unit.flush()
        with pytest.raises(PartialFlushError):
            unit.rollback_to(mark)


async def test_a_naive_moment_is_refused(database: Database) -> None:
    async with database.unit() as unit:
        unit.add(customer(stopped_at=datetime(2026, 5, 4)))  # noqa: DTZ001
        with pytest.raises(Exception, match="time zone"):
            await unit.commit()


async def test_timers_are_one_per_subject(database: Database) -> None:
    async with database.unit() as unit:
        unit.set_timer(Timer("verify", "notice:1", NOW, {"a": 1}))
        await unit.commit()
    async with database.unit() as unit:
        unit.set_timer(Timer("verify", "notice:1", NOW + timedelta(days=1)))
        await unit.commit()
    async with database.unit() as unit:
        assert await unit.timers.due(NOW, 10) == []
        due = await unit.timers.due(NOW + timedelta(days=2), 10)
        assert [timer.data for timer in due] == [{}]
        unit.delete(due[0])
        await unit.commit()
    async with database.reading() as unit:
        assert await unit.timers.count() == 0


async def test_concurrent_changes_lose_nothing(database: Database) -> None:
    anna = customer(name="")
    async with database.unit() as unit:
        unit.add(anna)
        await unit.commit()

    async def add_letter(letter: str) -> None:
        async with database.unit() as unit:
            seen = await unit.get(Customer, anna.id)
            assert seen is not None
            unit.put(replace(seen, name=seen.name + letter))
            await unit.commit()

    await asyncio.gather(*(add_letter(letter) for letter in "abcdefghijklmno"))
    async with database.reading() as unit:
        stored = await unit.get(Customer, anna.id)
    assert stored is not None
    assert sorted(stored.name) == list("abcdefghijklmno")


async def test_numbers_follow_one_another(database: Database) -> None:
    async def take() -> int:
        async with database.unit() as unit:
            number = await unit.next_number("ticket")
            await unit.commit()
            return number

    assert sorted(await asyncio.gather(*(take() for _ in range(10)))) == list(range(1, 11))


async def test_the_inbox_keeps_each_update_once_and_in_order(database: Database) -> None:
    raws = [RawUpdate(number, number % 2, f'{{"update_id": {number}}}') for number in (5, 3, 9)]
    for _ in range(2):
        async with database.unit() as unit:
            await unit.inbox.store(raws, NOW)
            await unit.commit()
    async with database.unit() as unit:
        waiting = await unit.inbox.waiting(10)
        assert [row.update_id for row in waiting] == [5, 3, 9]
        await unit.inbox.done([waiting[0].id])
        await unit.inbox.park(waiting[1].id, "cannot be read")
        await unit.commit()
    async with database.unit() as unit:
        assert [row.update_id for row in await unit.inbox.waiting(10)] == [9]
        assert [row.error for row in await unit.inbox.parked()] == ["cannot be read"]
        await unit.inbox.store(raws, NOW)
        await unit.commit()
    async with database.reading() as unit:
        assert await unit.inbox.counts() == {"new": 1, "parked": 1}


async def test_processes_do_not_take_each_other_s_chats(database: Database) -> None:
    if database.is_sqlite:
        return
    async with database.unit() as unit:
        await unit.inbox.store([RawUpdate(n, n % 3, "{}") for n in range(9)], NOW)
        await unit.commit()
    async with database.unit() as first, database.unit() as second:
        held = {row.lane for row in await first.inbox.waiting(2)}
        rest = [row.lane for row in await second.inbox.waiting(9)]
        assert held
        assert not held & set(rest)


async def test_a_message_is_written_once_by_its_key(database: Database) -> None:
    for _ in range(2):
        async with database.unit() as unit:
            unit.send(message("a", dedupe="closure:1:2"))
            unit.send(message("b", dedupe="closure:1:2"))
            unit.send(message("c"))
            await unit.commit()
    async with database.reading() as unit:
        assert sorted(row.params["text"] for row in await unit.outbox.recent()) == ["a", "c", "c"]


async def _claim(unit: Unit, token: str) -> list[str]:
    return [row.params["text"] for row in await unit.outbox.claim(token, NOW, 10)]


async def test_only_the_holder_of_a_claim_may_report(database: Database) -> None:
    async with database.unit() as unit:
        unit.send(message("later", priority=Priority.ASK))
        unit.send(message("first"))
        await unit.commit()
        ids = [row.id for row in unit.committed]
    async with database.unit() as unit:
        assert await _claim(unit, database.token) == []
        assert await _claim(unit, "another") == ["first", "later"]
        await unit.commit()
    result = SendResult(ids[0], SendState.SENT, NOW, 1, message_id=77)
    for token, expected in ((database.token, SendState.WAITING), ("another", SendState.SENT)):
        async with database.unit() as unit:
            await unit.outbox.record(token, [result])
            await unit.commit()
        async with database.reading() as unit:
            row = await unit.outbox.get(ids[0])
            assert row is not None
            assert row.state is expected
            assert row.maybe_repeated
    async with database.reading() as unit:
        found = await unit.outbox.by_message(7, 77)
        assert found is not None
        assert (found.id, dict(found.params)) == (ids[0], {})


async def test_one_process_runs_on_one_file(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/verso.db"
    first, second = await Database.open(url), await Database.open(url)
    first.take_file()
    with pytest.raises(DatabaseInUse, match="stop the other one"):
        second.take_file()
    await first.close()
    second.take_file()
    await second.close()


async def test_one_process_sends_and_another_takes_over(database_url: str) -> None:
    first, second = await Database.open(database_url), await Database.open(database_url)
    assert await first.try_to_lead()
    if first.is_sqlite:
        await first.close()
        await second.close()
        return
    assert not await second.try_to_lead()
    assert await first.try_to_lead()
    await first.close()
    assert await second.try_to_lead()
    await second.close()


async def test_what_is_to_be_done_after_a_commit_is_done_after_it_alone(database: Database) -> None:
    done: list[str] = []
    async with database.unit() as unit:
        unit.after_commit(lambda: done.append("left"))
    async with database.unit() as unit:
        unit.after_commit(lambda: done.append("kept"))
        mark = unit.mark()
        unit.after_commit(lambda: done.append("taken back"))
        unit.rollback_to(mark)
        unit.add(customer())
        await unit.flush()
        assert done == []
        await unit.commit()
        assert done == ["kept"]
        await unit.commit()
    assert done == ["kept"]


async def test_a_damaged_file_is_said_to_need_the_backup(tmp_path: Path) -> None:
    file = tmp_path / "verso.db"
    file.write_bytes(b"this was a database once" * 400)
    with pytest.raises(DatabaseUnreachable) as caught:
        await Database.open(f"sqlite+aiosqlite:///{file}")
    assert "put your last backup in its place" in str(caught.value)
    assert "folder is not there" not in str(caught.value)
    with pytest.raises(DatabaseUnreachable, match="its folder is not there"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/nowhere/verso.db")
