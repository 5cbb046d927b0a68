"""Asks: decided once, checked again when sent, and never lost sight of."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.event import listen, remove

from bot.asks import planning
from bot.core.delivery import Failure, FailureKind
from flows.entities import Account, Change, ChangeId, Consent, Customer, Outgoing, SendState
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop
from tests.databases import on_both


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


async def asked(world: World) -> tuple[Customer, Outgoing]:
    """A customer in the middle of a trial, and the row that asks them."""
    anna = await world.customer()
    await world.tell(anna)
    [row] = await world.tick()
    return anna, row


async def test_the_silent_half_of_the_trial_is_asked_in_the_middle_of_it(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna, days_ago=6)
    assert await world.tick() == []
    assert (await world.candidate(anna)).outcome == "planned"
    world.clock.move(days=1)
    [row] = await world.tick()
    sent = await world.deliver(row)
    assert sent is not None
    assert sent["reply_markup"]["inline_keyboard"]
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.delivered_at) == ("send", world.now)
    assert row.chat_id == 1001


async def test_the_ask_tells_what_changed_after_earlier_complaints(world: World) -> None:
    change = Change(
        ChangeId(1), 1, "New lids.", world.now, "shipped", "The lids close", shipped_at=world.now
    )
    await world.add(change)
    for ref in ("C-7", "C-8"):
        await world.ticket(
            await world.customer(ref), "resolved", change_id=change.id, words="My tea is wet"
        )
    _, row = await asked(world)
    sent = await world.deliver(row)
    assert sent is not None
    assert sent["text"].endswith(
        "It is worth saying. 2 people told us what went wrong, and on 4 May 2026 we changed it. "
        "New lids: The lids close."
    )
    assert "My tea is wet" not in sent["text"]


@pytest.mark.parametrize(
    ("customer", "account", "outcome"),
    [
        ({"linked": False}, {}, "not_linked"),
        ({"consent": Consent.UNASKED}, {}, "no_consent"),
        ({"consent": Consent.REFUSED}, {}, "no_consent"),
        ({"stopped": ("*",)}, {}, "stopped"),
        ({"stopped": ("trial_check_in",)}, {}, "stopped"),
        ({}, {"blocked_at"}, "blocked"),
        ({}, {"gone_at"}, "blocked"),
    ],
)
async def test_who_cannot_or_must_not_be_asked_is_not(
    world: World, customer: dict[str, object], account: set[str], outcome: str
) -> None:
    anna = await world.customer(**customer)  # type: ignore[arg-type]
    if account:
        known = Account(1000 + anna.id, anna.id, world.now, language_code="en")
        await world.put(replace(known, **dict.fromkeys(account, world.now)))
    await world.tell(anna)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.look_at) == (outcome, None)


async def test_an_event_since_takes_the_reason_away(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna)
    await world.tell(anna, "support_contacted", days_ago=1)
    assert await world.tick() == []
    assert (await world.candidate(anna)).outcome == "unless_event"


async def test_the_same_event_before_the_trial_does_not(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna, "support_contacted", days_ago=9)
    await world.tell(anna)
    assert len(await world.tick()) == 1


async def test_two_schedules_in_one_tick_do_not_both_ask_one_person(world: World) -> None:
    anna = await world.customer()
    await world.tell(anna)
    await world.tell(anna, "order_delivered", days_ago=5)
    assert len(await world.tick()) == 1
    outcomes = {each.outcome for each in await world.candidates(anna)}
    # The conversation that the first ask opened is what stands in the way of the second.
    assert outcomes == {"send", "in_conversation"}


@on_both
async def test_an_open_ticket_defers_and_a_closed_one_does_not(world: World) -> None:
    anna = await world.customer()
    ticket = await world.ticket(anna)
    await world.tell(anna)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert candidate.outcome == "open_ticket"
    assert candidate.look_at is not None
    await world.put(replace(ticket, state="resolved"))
    world.clock.moment = candidate.look_at
    assert len(await world.tick()) == 1


@on_both
async def test_a_second_failure_silences_while_it_is_open_and_for_a_time_afterwards(
    world: World,
) -> None:
    long_ago = world.now - timedelta(days=29)
    anna, ben = await world.customer(), await world.customer("C-2")
    await world.ticket(anna, "resolved", failed_again=True, resolved_at=long_ago)
    await world.ticket(ben, "resolved", resolved_at=world.now)
    await world.tell(anna)
    await world.tell(ben)
    # Ben's was no second failure, and silences nobody.
    assert len(await world.tick()) == 1
    candidate = await world.candidate(anna)
    assert candidate.outcome == "after_failure"
    assert candidate.look_at is not None
    world.clock.moment = candidate.look_at
    assert len(await world.tick()) == 1


async def test_the_night_defers_to_the_customers_own_morning(world: World) -> None:
    anna = await world.customer(time_zone="America/New_York")
    await world.tell(anna, days_ago=7)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert candidate.outcome == "quiet_hours"
    assert candidate.look_at == world.now + timedelta(hours=2)  # 08:00 there now, asks from 10:00


@on_both
async def test_what_comes_between_deciding_and_sending_stops_the_ask(world: World) -> None:
    anna, row = await asked(world)
    await world.ticket(anna)
    assert await world.deliver(row) is None
    back = await world.candidate(anna)
    assert (back.asked_at, back.conversation_id, back.look_at) == (None, None, world.now)
    assert await world.tick() == []
    assert (await world.candidate(anna)).outcome == "open_ticket"


async def test_an_ask_that_came_back_is_asked_again_when_it_may(world: World) -> None:
    anna, row = await asked(world)
    world.clock.move(hours=8)
    assert await world.deliver(row) is None
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert candidate.outcome == "quiet_hours"
    assert candidate.look_at is not None
    world.clock.moment = candidate.look_at
    [again] = await world.tick()
    assert await world.deliver(again) is not None
    assert again.dedupe != row.dedupe


@on_both
async def test_a_customer_who_writes_before_the_ask_leaves_is_not_asked(world: World) -> None:
    anna, row = await asked(world)
    conversation = await world.conversation(await world.candidate(anna))
    assert conversation is not None
    await world.touch(conversation)
    assert await world.deliver(row) is None
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.look_at) == ("in_conversation", None)
    assert await world.conversation(candidate) is not None


@on_both
@pytest.mark.parametrize(
    ("kind", "outcome"), [(FailureKind.BLOCKED, "blocked"), (FailureKind.REFUSED, "failed")]
)
async def test_a_refusal_is_an_outcome_and_no_ask(
    world: World, kind: FailureKind, outcome: str
) -> None:
    anna, row = await asked(world)
    conversation_id = (await world.candidate(anna)).conversation_id
    await world.report(row, SendState.FAILED, Failure(kind, "why"))
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.asked_at, candidate.look_at) == (outcome, None, None)
    assert await world.conversation(replace(candidate, conversation_id=conversation_id)) is None


@on_both
async def test_an_ask_in_doubt_counts_and_is_not_repeated(world: World) -> None:
    anna, row = await asked(world)
    await world.report(row, SendState.DOUBT, Failure(FailureKind.IN_DOUBT))
    world.clock.move(days=3)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.look_at) == ("in_doubt", None)
    assert candidate.asked_at is not None


async def test_one_reminder_after_three_days_and_no_more(world: World) -> None:
    anna, row = await asked(world)
    await world.deliver(row)
    world.clock.move(days=2, hours=23)
    assert await world.tick() == []
    world.clock.move(hours=1)
    [reminder] = await world.tick()
    sent = await world.deliver(reminder)
    assert sent is not None
    assert sent["text"].startswith("A few days ago")
    assert (await world.candidate(anna)).reminded_at == world.now
    world.clock.move(days=3)
    assert await world.tick() == []


@pytest.mark.parametrize("what", ["answered", "touched", "stopped", "ticket"])
async def test_no_reminder_where_there_is_nothing_to_remind_of(world: World, what: str) -> None:
    anna, row = await asked(world)
    await world.deliver(row)
    candidate = await world.candidate(anna)
    conversation = await world.conversation(candidate)
    assert conversation is not None
    if what == "answered":
        await world.put(replace(candidate, answered_at=world.now))
    elif what == "touched":
        await world.touch(conversation)
    elif what == "stopped":
        await world.put(replace(anna, stopped=("*",), stopped_at=world.now))
    else:
        await world.ticket(anna)
    world.clock.move(days=3)
    assert await world.tick() == []
    assert (await world.candidate(anna)).reminded_at is None


@on_both
async def test_a_reminder_that_no_longer_applies_is_not_sent(world: World) -> None:
    anna, row = await asked(world)
    await world.deliver(row)
    world.clock.move(days=3)
    [reminder] = await world.tick()
    await world.put(replace(anna, stopped=("*",), stopped_at=world.now))
    assert await world.deliver(reminder) is None
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert (candidate.reminded_at, candidate.look_at) == (None, None)


async def test_the_cooldown_over_all_schedules_defers(world: World) -> None:
    anna, row = await asked(world)
    await world.deliver(row)
    first = await world.conversation(await world.candidate(anna))
    assert first is not None
    await world.put(replace(first, status="finished", due_at=None))
    await world.tell(anna, "order_delivered", days_ago=5)
    assert await world.tick() == []
    second = (await world.candidates(anna))[1]
    assert second.outcome == "cooling_down"
    assert second.look_at == world.now + timedelta(days=7)


@on_both
async def test_the_held_out_are_recorded_at_the_moment_at_which_they_would_be_asked(
    database: Database,
) -> None:
    world = World(database, shop(SHOP.replace("holdout: 0%", "holdout: 100%")))
    anna = await world.customer()
    await world.tell(anna)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.decided_at) == ("held_out", world.now)


@on_both
async def test_rows_that_ended_unheard_are_mended(world: World) -> None:
    anna, row = await asked(world)
    async with world.database.unit() as unit:
        await unit.outbox.cancel_waiting(row.chat_id, row.priority, "blocked")
        await unit.commit()
    world.clock.move(minutes=14)
    assert await world.do(planning.reconcile) == 0
    world.clock.move(minutes=2)
    assert await world.do(planning.reconcile) == 1
    candidate = await world.candidate(anna)
    assert (candidate.asked_at, candidate.look_at) == (None, world.now)
    assert len(await world.tick()) == 1


async def test_a_row_that_still_waits_is_left_alone(world: World) -> None:
    anna, _ = await asked(world)
    world.clock.move(hours=5)
    assert await world.do(planning.reconcile) == 0
    assert (await world.candidate(anna)).asked_at is not None


async def test_looking_costs_the_same_few_queries_however_many(world: World) -> None:
    for number in range(12):
        customer = await world.customer(f"C-{number}", consent=Consent.REFUSED)
        await world.tell(customer)
    statements: list[str] = []
    engine = world.database.writer.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    listen(engine, "before_cursor_execute", note)
    try:
        assert await world.do(planning.tick) == 12
    finally:
        remove(engine, "before_cursor_execute", note)
    assert len(statements) <= 12
