"""What follows from a refusal: for who is gone, for what they missed, for groups that are lost."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.delivery import Failure
from bot.core.work import Work
from bot.desk import groups
from bot.identity import reachability
from bot.runtime.sending.pacing import Budgets
from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Group,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Ticket,
    TicketId,
)
from storage.database import Database
from tests.bot.harness import Harness, harness, text_to

SENT, FAILED = SendState.SENT, SendState.FAILED
SLOW = Budgets(per_second=30, chat_per_second=0.5, chat_burst=1)
ABOUT: dict[str, Any] = {
    "customer_id": CustomerId(1),
    "ticket_id": TicketId(5),
    "priority": Priority.RELAY,
    "purpose": "answer",
}


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


@pytest.fixture
async def anna(h: Harness) -> Any:
    """A customer with a ticket, who has just blocked the bot."""
    someone = await h.sandbox.create_user(first_name="Anna")
    await someone.start(h.bot)
    now = h.services.clock.now()
    customer = Customer(CustomerId(1), "C-1", now)
    async with h.database.unit() as unit:
        unit.add(customer)
        unit.add(Account(someone.id, customer.id, now))
        unit.add(Ticket(TicketId(5), 5, customer.id, someone.id, "open", now, "support", "words"))
        await unit.commit()
    await someone.block(h.bot)
    return someone


async def come_back(h: Harness, anna: Any) -> None:
    await anna.unblock(h.bot)
    async with h.database.unit() as unit:
        await reachability.chat_back(Work(unit, datetime.now(UTC), h.services), anna.id)
        await unit.commit()


async def test_what_was_missed_comes_before_what_still_waited(h: Harness, anna: Any) -> None:
    """The second one waits for the chat's pace, and is about to leave when she is back."""
    h.start_sender(budgets=SLOW)
    one, two = await h.write(text_to(anna.id, "one", **ABOUT), text_to(anna.id, "two", **ABOUT))
    await h.row_in(one.id, FAILED)
    await asyncio.sleep(1.9)
    await come_back(h, anna)
    for row in (one, two):
        await h.row_in(row.id, SENT)
    assert [m.text for m in await anna.messages(h.bot) if m.from_bot] == ["one", "two"]


async def test_what_waits_behind_a_refused_message_fails_and_is_told_once(
    h: Harness, anna: Any
) -> None:
    told: list[tuple[str, str]] = []

    async def report(
        _work: Work,
        row: Outgoing,
        result: SendResult,
        _message: Mapping[str, Any] | None,
        failure: Failure | None,
    ) -> None:
        assert failure is not None
        told.append((row.params["text"], f"{result.state} {failure.kind}"))

    h.start_sender(budgets=SLOW, reporters={"answer": report})
    words = ("one", "two", "three")
    rows = await h.write(
        *(text_to(anna.id, word, **ABOUT) for word in words),
        text_to(anna.id, "about no ticket", priority=Priority.RELAY),
    )
    failed = [await h.row_in(row.id, FAILED) for row in rows]
    assert told == [(word, "failed blocked") for word in words]
    assert {row.error.partition(":")[0] for row in failed} == {"blocked"}
    assert [row.attempts for row in failed] == [1, 0, 0, 1]


async def test_a_refusal_that_is_heard_of_after_a_group_was_bound_again_is_of_the_past(
    h: Harness,
) -> None:
    """The group threw the bot out, took it back, and an admin typed `/setup`."""
    staff = await h.sandbox.create_user(first_name="Staff")
    group = await h.sandbox.create_group(staff, h.bot)
    bound = Group(group.id, "support", "Support", False, datetime.now(UTC))
    async with h.database.unit() as unit:
        unit.add(bound)
        await unit.commit()
    h.services.groups[group.id] = bound
    call, refused, known = h.transport.call, asyncio.Event(), asyncio.Event()

    async def held(url: str, params: Mapping[str, Any]) -> Any:
        try:
            return await call(url, params)
        finally:
            refused.set()
            await known.wait()

    h.transport.call = held  # type: ignore[method-assign]
    h.start_sender()
    await group.kick(h.bot)
    (row,) = await h.write(text_to(group.id, "note", priority=Priority.RELAY))
    await refused.wait()
    await group.add(h.bot)
    async with h.database.unit() as unit:
        await groups.group_lost(Work(unit, datetime.now(UTC), h.services), group.id)
        await unit.commit()
    async with h.database.unit() as unit:
        lost = await unit.get(Group, group.id)
        assert lost is not None
        assert lost.left_at is not None
        unit.put(replace(lost, left_at=None, bound_at=datetime.now(UTC)))
        await unit.commit()
    known.set()
    await h.row_in(row.id, FAILED)
    assert await _left_at(h, group.id) is None
    await group.kick(h.bot)
    (later,) = await h.write(text_to(group.id, "note", priority=Priority.RELAY))
    await h.row_in(later.id, FAILED)
    assert await _left_at(h, group.id) is not None


async def _left_at(h: Harness, chat_id: int) -> datetime | None:
    async with h.database.reading() as unit:
        group = await unit.get(Group, chat_id)
    assert group is not None
    return group.left_at


@pytest.mark.parametrize("left", [False, True])
async def test_what_waits_for_a_group_that_its_ticket_has_left_does_not_go_there(
    h: Harness, left: bool
) -> None:
    """The complaint waits for another group by now, or is done and stays with one that is lost."""
    staff = await h.sandbox.create_user(first_name="Staff")
    group = await h.sandbox.create_group(staff, h.bot)
    now = h.services.clock.now()
    async with h.database.unit() as unit:
        unit.add(Customer(CustomerId(1), "C-1", now))
        unit.add(Group(group.id, "support", "Support", False, now, now if left else None))
        unit.add(
            Ticket(
                TicketId(5),
                5,
                CustomerId(1),
                501,
                "resolved",
                now,
                "support",
                group_chat_id=group.id if left else None,
            )
        )
        await unit.commit()
    h.start_sender()
    (row,) = await h.write(text_to(group.id, "secret", **ABOUT))
    await h.row_in(row.id, SendState.CANCELLED)
    assert not [m for m in await staff.messages(group) if m.from_bot]
