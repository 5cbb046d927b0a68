"""Events that come late, out of order, corrected or withdrawn; gaps, silences and contact."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.asks.planning import explain
from bot.core.work import Work
from bot.data.items import EventItem, read_item
from bot.data.registration import EventResult, put_events
from flows.conversations import FlowState
from flows.entities import (
    Conversation,
    ConversationId,
    Customer,
    Entry,
    SendState,
    Side,
)
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop
from tests.databases import on_both

MORE = (
    SHOP
    + """
  - id: before-end
    when: {event: box_started, before_end: P3D}
    flow: trial_check_in
    holdout: 0%
  - id: each-purchase
    when: {event: purchase, after: P3D, gap: P30D}
    flow: purchase_check_in
    cooldown: PT0S
    holdout: 0%
  - id: silent
    when: {silence: visit, after: P10D}
    unless: [contact]
    flow: trial_check_in
    holdout: 0%
"""
)


@pytest.fixture
async def world(database: Database) -> World:
    return World(database, shop(MORE.replace("schedules:", "limits: {cooldown: PT0S}\nschedules:")))


async def tell(
    world: World, customer: Customer, name: str, at: float, number: str = "", **more: Any
) -> EventResult:
    """Tell of an event so many days from now (less than 0: before)."""
    moment = world.now + timedelta(days=at)
    plain = {"id": number or f"{name}{at}", "customer": customer.ref, "type": name}
    item = read_item(EventItem, plain | {"at": moment.isoformat()} | more)

    async def put(work: Work) -> list[EventResult]:
        return await put_events(work.unit, world.services, [item], work.now)

    [result] = await world.do(put)
    assert isinstance(result, EventResult)
    return result


async def outcomes(world: World, customer: Customer) -> list[str]:
    await world.tick()
    return [each.outcome for each in await world.candidates(customer)]


async def said(world: World, language: str = "en") -> str:
    async def why(work: Work) -> str:
        return (await explain(work, "C-1", language)).text

    text = await world.do(why)
    assert isinstance(text, str)
    return text


# Correcting


@on_both
async def test_a_corrected_period_moves_the_moment(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t", period="P20D")
    assert await outcomes(world, anna) == ["planned"]
    result = await tell(world, anna, "trial_started", -7, "t", period="P14D")
    assert result.status == "corrected"
    assert await outcomes(world, anna) == ["send"]


async def test_what_was_refused_because_of_the_event_becomes_due(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t")
    assert await outcomes(world, anna) == ["no_period"]
    await tell(world, anna, "trial_started", -7, "t", period="P14D")
    assert await outcomes(world, anna) == ["send"]


@on_both
async def test_another_type_makes_another_schedules_candidate(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "visit", -5, "x")
    await tell(world, anna, "order_delivered", -5, "x")
    found = {each.schedule_id: each.outcome for each in await world.candidates(anna)}
    assert found["after-delivery"] == "planned"
    await world.tick()
    found = {each.schedule_id: each.outcome for each in await world.candidates(anna)}
    assert found == {"silent": "not_in_audience", "after-delivery": "send"}


async def test_telling_the_same_again_or_less_changes_nothing(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t", period="P14D", data={"n": 1})
    await outcomes(world, anna)
    before = await world.candidates(anna)
    for more in ({"period": "P14D", "data": {"n": 1}}, {}, {"withdrawn": False}):
        assert (await tell(world, anna, "trial_started", -7, "t", **more)).status == "duplicate"
    assert await world.candidates(anna) == before


async def test_null_empties_and_another_customer_is_refused(world: World) -> None:
    anna, boris = await world.customer(), await world.customer("C-2")
    await tell(world, anna, "trial_started", -1, "t", period="P14D")
    await tell(world, anna, "trial_started", -1, "t", period=None)
    assert await outcomes(world, anna) == ["no_period"]
    result = await tell(world, boris, "trial_started", -1, "t")
    assert (result.status, "another customer" in result.reason) == ("rejected", True)


# Withdrawing


async def test_a_withdrawn_event_leads_to_no_ask(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -6, "t", period="P14D")
    assert (await tell(world, anna, "trial_started", -6, "t", withdrawn=True)).status == "withdrawn"
    world.clock.move(days=1)
    assert await outcomes(world, anna) == ["withdrawn"]
    assert "the business has withdrawn the event" in await said(world)


@on_both
async def test_an_ask_that_has_not_left_is_called_off(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t", period="P14D")
    [row] = await world.tick()
    await tell(world, anna, "trial_started", -7, "t", withdrawn=True)
    assert await world.compose(row) is None
    await world.report(row, SendState.CANCELLED)
    assert await outcomes(world, anna) == ["withdrawn"]


async def test_an_ask_that_has_left_stays_and_nobody_is_reminded(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t", period="P14D")
    [row] = await world.tick()
    await world.report(row)
    await tell(world, anna, "trial_started", -7, "t", withdrawn=True)
    world.clock.move(days=3)
    assert await world.tick() == []
    candidate = await world.candidate(anna)
    assert (candidate.outcome, candidate.reminded_at) == ("send", None)


async def test_what_a_withdrawn_event_prevented_becomes_due(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t", period="P14D")
    await tell(world, anna, "support_contacted", -1, "c")
    assert await outcomes(world, anna) == ["unless_event"]
    await tell(world, anna, "support_contacted", -1, "c", withdrawn=True)
    assert await outcomes(world, anna) == ["send"]


async def test_what_was_prevented_too_long_ago_stays_so(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "trial_started", -7, "t", period="P14D")
    await tell(world, anna, "support_contacted", -1, "c")
    await outcomes(world, anna)
    world.clock.move(days=3)
    await tell(world, anna, "support_contacted", -4, "c", withdrawn=True)
    assert await outcomes(world, anna) == ["unless_event"]


@on_both
async def test_a_repeated_first_report_does_not_bring_back_what_was_withdrawn(
    world: World,
) -> None:
    anna = await world.customer()
    assert (await tell(world, anna, "trial_started", -7, "t", withdrawn=True)).status == "withdrawn"
    first = await tell(world, anna, "trial_started", -7, "t", period="P14D")
    assert first.status == "corrected"
    assert await outcomes(world, anna) == ["withdrawn"]
    await tell(world, anna, "trial_started", -7, "t", withdrawn=False)
    assert await outcomes(world, anna) == ["send"]


# Silence, gaps, ends


@pytest.mark.parametrize("order", [(-14, -12, -10), (-10, -14, -12)])
async def test_a_silence_counts_from_the_last_event_in_whatever_order_they_came(
    world: World, order: tuple[int, ...]
) -> None:
    anna = await world.customer()
    for days in order:
        await tell(world, anna, "visit", days)
    await world.tick()
    async with world.database.reading() as unit:
        events = await unit.schedules.events_of([anna.id])
    days_of = {each.id: (each.at - world.now).days for each in events[anna.id]}
    found = {days_of[each.event_id or 0]: each.outcome for each in await world.candidates(anna)}
    assert found.pop(-10) == "send"
    assert set(found.values()) <= {"unless_event", "too_late"}


async def test_the_last_event_withdrawn_is_a_longer_silence(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "visit", -10)
    await tell(world, anna, "visit", -1)
    assert sorted(await outcomes(world, anna)) == ["planned", "unless_event"]
    assert "happened again" in await said(world)
    await tell(world, anna, "visit", -1, withdrawn=True)
    assert sorted(await outcomes(world, anna)) == ["send", "withdrawn"]


async def test_of_purchases_near_each_other_one_is_asked_about(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "purchase", -4)
    await tell(world, anna, "purchase", -3)
    [row] = await world.tick()
    await world.report(row)
    assert await outcomes(world, anna) == ["send", "too_soon"]
    await end_conversations(world, anna)
    assert "“Purchase” only if 30 days have passed" in await said(world)
    world.clock.move(days=29)
    await tell(world, anna, "purchase", -3, "later")
    assert (await outcomes(world, anna))[-1] == "send"


async def end_conversations(world: World, customer: Customer) -> None:
    for candidate in await world.candidates(customer):
        conversation = await world.conversation(candidate)
        if conversation is not None:
            await world.put(replace(conversation, status="finished", due_at=None))
            await world.put(replace(candidate, look_at=None))


async def test_before_the_end_and_never_after_it(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "box_started", -6, period="P10D")
    assert await outcomes(world, anna) == ["planned"]
    ticket = await world.ticket(anna)
    world.clock.move(days=2)
    assert await outcomes(world, anna) == ["open_ticket"]
    await world.put(replace(ticket, state="resolved"))
    world.clock.move(days=2)
    assert await outcomes(world, anna) == ["too_late"]
    assert "what began with the event ended on Fri 8 May" in await said(world)


# Contact


def conversation(world: World, customer: Customer, **more: Any) -> Conversation:
    long_ago = world.now - timedelta(days=20)
    state = FlowState("complaint", 1, "words", long_ago, "finished").to_json()
    plain: dict[str, Any] = {
        "id": ConversationId(world.number()),
        "customer_id": customer.id,
        "chat_id": 1000 + customer.id,
        "flow": "complaint",
        "version": 1,
        "status": "finished",
        "state": state,
        "opened_at": world.now - timedelta(days=2),
        "updated_at": world.now - timedelta(days=2),
    }
    return Conversation(**(plain | more))


async def reason_of(world: World, customer: Customer) -> tuple[str, str]:
    await world.tick()
    candidate = await world.candidate(customer)
    return candidate.outcome, candidate.reason["reason"]["key"]


async def test_a_complaint_of_their_own_is_contact(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "visit", -10)
    await world.add(conversation(world, anna))
    assert await reason_of(world, anna) == ("unless_event", "contact")
    assert "the customer wrote to us on Sat 2 May" in await said(world)


async def test_words_added_to_a_ticket_are_contact(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "visit", -10)
    ticket = await world.ticket(anna, state="resolved")
    await world.put(replace(ticket, opened_at=world.now - timedelta(days=20)))
    words = Entry(
        world.number(), ticket.id, world.now - timedelta(days=1), Side.CUSTOMER, "text", "and also"
    )
    await world.add(words)
    assert await reason_of(world, anna) == ("unless_event", "contact")


@pytest.mark.parametrize(
    "more", [{"candidate_id": 5}, {"notice_id": 5}, {"opened_at": None}], ids=str
)
async def test_answers_to_us_and_what_was_before_are_no_contact(
    world: World, more: dict[str, Any]
) -> None:
    anna = await world.customer()
    await tell(world, anna, "visit", -10)
    if more.get("opened_at", 0) is None:
        long_ago = world.now - timedelta(days=11)
        more = {"opened_at": long_ago, "updated_at": world.now}
    await world.add(conversation(world, anna, **more))
    assert await reason_of(world, anna) == ("send", "send")


@on_both
async def test_every_reason_is_said_in_every_language(world: World) -> None:
    anna = await world.customer()
    await tell(world, anna, "visit", -10)
    await tell(world, anna, "visit", -9, withdrawn=True)
    await tell(world, anna, "purchase", -3)
    await tell(world, anna, "purchase", -3.1)
    await world.tick()
    for language, word in (("en", "withdrawn"), ("ru", "отозвала"), ("zh", "撤回")):
        text = await said(world, language)
        assert word in text
        assert "{" not in text
