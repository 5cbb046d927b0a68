"""The figures of `/stats`: what counts, and of how many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import numbers
from bot.core.words import Words
from bot.core.work import Work
from bot.insight.statistics import Statistics, measure
from bot.insight.views.entrances import section
from bot.insight.views.statistics import StatisticsView
from flows.config import Segment, load_config
from flows.entities import (
    Account,
    Change,
    ChangeId,
    ClockEvent,
    ClockKind,
    ClockLine,
    Customer,
    Notice,
    NoticeId,
    SendResult,
    SendState,
    Visit,
)
from flows.insight.measures import EntranceCounts
from storage.database import Database
from storage.ids import new_id
from tests.bot.asks.making import World
from tests.databases import on_both


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


async def measured(world: World, days: int = 30) -> Statistics:
    found: Statistics = await world.do(lambda work: measure(work, days))
    return found


async def rates(world: World) -> dict[str, tuple[int, int]]:
    found = await measured(world)
    every = (*found.asking, *found.tickets, *found.verifying)
    return {rate.key: (rate.hits, rate.cases) for rate in every}


async def asked(world: World, number: int) -> list[Customer]:
    customers = []
    for _ in range(number):
        customer = await world.customer(f"C-{world.number()}")
        await world.tell(customer)
        customers.append(customer)
    for row in await world.tick():
        await world.deliver(row)
    return customers


async def complain(world: World, customer: Customer) -> None:
    candidate = await world.candidate(customer)
    await world.ticket(customer, candidate_id=candidate.id)


async def test_nothing_yet_is_nothing_of_nothing(world: World) -> None:
    assert set((await rates(world)).values()) == {(0, 0)}


async def test_reach_counts_who_was_to_be_asked_and_tells_why_the_rest_was_not(
    world: World,
) -> None:
    await asked(world, 3)
    for ref, more in (("L", {"linked": False}), ("S", {"stopped": ("*",)})):
        await world.tell(await world.customer(ref, **more))  # type: ignore[arg-type]
    contacted = await world.customer("U")
    await world.tell(contacted)
    await world.tell(contacted, "support_contacted", days_ago=1)
    await world.tick()
    found = await measured(world)
    assert (found.asking[0].hits, found.asking[0].cases) == (3, 5)
    assert found.not_reached == (("not_linked", 1), ("stopped", 1))


async def test_voices_are_people_and_complaints_of_the_silent_are_counted_apart(
    world: World,
) -> None:
    anna, boris, clara = await asked(world, 3)
    await complain(world, anna)
    await complain(world, anna)
    found = await rates(world)
    assert found["voicing"] == (1, 3)
    assert found["hunting"] == (1, 3)
    await world.tell(boris, "support_contacted", days_ago=20)
    assert (await rates(world))["hunting"] == (1, 2)
    assert clara.id != anna.id


@on_both
async def test_a_segment_is_counted_alone(world: World) -> None:
    """Whoever belongs to it now, also who cannot be reached any more."""
    segment = Segment(id="vip", tags=("gold",), language=("en",), time_zone=("Europe/*",))
    others = await asked(world, 2)
    for customer in others:
        await complain(world, customer)
    [anna, boris, clara] = await asked(world, 3)
    for customer, zone in ((anna, "Europe/Paris"), (boris, "Asia/Tokyo"), (clara, "Europe/Rome")):
        await world.put(replace(customer, tags=("gold", "eu"), time_zone=zone))
    await complain(world, anna)
    account = Account(1000 + clara.id, clara.id, world.now, language_code="en")
    await world.put(replace(account, blocked_at=world.now + timedelta(days=2)))
    found = await world.do(lambda work: measure(work, 30, segment))
    counted = {each.key: (each.hits, each.cases) for each in (*found.asking, *found.tickets)}
    assert counted["reach"] == (2, 2)
    assert counted["voicing"] == (1, 2)
    assert counted["lost"] == (1, 2)
    assert counted["double_deviation"] == (0, 1)
    assert not found.is_empty
    nobody = Segment(id="none", title={"en": "Nobody yet"}, tags=("silver",))
    found = await world.do(lambda work: measure(work, 30, nobody))
    said = StatisticsView(world.services, "en", world.now).statistics(found, 30, nobody).text
    assert "Nobody belongs to “Nobody yet” now" in said


async def test_blocks_and_stops_count_within_days_of_the_ask(world: World) -> None:
    anna, boris, clara, _ = await asked(world, 4)
    later = world.now + timedelta(days=8)
    soon = world.now + timedelta(days=2)
    for customer, at in ((anna, soon), (clara, later)):
        account = Account(1000 + customer.id, customer.id, world.now, language_code="en")
        await world.put(replace(account, blocked_at=at))
    await world.put(replace(boris, stopped=("*",), stopped_at=soon))
    assert (await rates(world))["lost"] == (2, 4)


@on_both
async def test_conversations_count_when_something_was_done_in_them(world: World) -> None:
    anna, boris, _ = await asked(world, 3)
    for customer, status in ((anna, "finished"), (boris, "open")):
        conversation = await world.conversation(await world.candidate(customer))
        assert conversation is not None
        await world.touch(conversation)
        touched = await world.conversation(await world.candidate(customer))
        assert touched is not None
        await world.put(replace(touched, status=status))
    assert (await rates(world))["completion"] == (1, 2)


async def test_three_separate_times_with_what_still_runs(world: World) -> None:
    anna = await world.customer()
    start = world.now
    await world.ticket(
        anna, "resolved", first_response_at=start + timedelta(hours=1),
        resolved_at=start + timedelta(hours=5), verified_at=start + timedelta(days=3),
    )  # fmt: skip
    await world.ticket(anna, "taken", first_response_at=start + timedelta(hours=3))
    await world.ticket(anna)
    world.clock.move(days=4)
    found = {each.key: each for each in (await measured(world)).times}
    response = found["to_response"]
    assert (response.finished, response.running) == (2, 1)
    assert (response.median, response.p90) == (timedelta(hours=3), None)
    assert (found["to_resolution"].finished, found["to_resolution"].running) == (1, 2)
    assert found["to_verified"].finished == 1


async def test_promises_reopenings_and_second_failures(world: World) -> None:
    anna = await world.customer()
    due = world.now + timedelta(hours=4)
    met = await world.ticket(anna, response_due_at=due, first_response_at=due, urgent=True)
    late = await world.ticket(anna, "reopened", response_due_at=due, reopened=1)
    await world.ticket(anna, response_due_at=due + timedelta(days=9), failed_again=True)
    for ticket, clock, event in (
        (met, ClockKind.FIRST_RESPONSE, ClockEvent.MET),
        (met, ClockKind.NEXT_RESPONSE, ClockEvent.BREACHED),
        (met, ClockKind.NEXT_RESPONSE, ClockEvent.SETTLED_LATE),
        (late, ClockKind.FIRST_RESPONSE, ClockEvent.BREACHED),
    ):
        await world.add(ClockLine(ticket.id, clock, 1, event, due, due, 4 * 3600))
    world.clock.move(days=1)
    found = await rates(world)
    assert found["promise_kept"] == (1, 3), "a breach after the first answer counts, once"
    assert found["reopened"] == (1, 1)
    assert found["double_deviation"] == (1, 3), "who is merely late did not fail twice"


async def test_the_loop_is_closed_when_the_author_received_an_outcome(world: World) -> None:
    anna = await world.customer()
    change = Change(ChangeId(1), 1, "t", world.now, "shipped", shipped_at=world.now)
    await world.add(change)
    told, answered, unsent, _ = [
        await world.ticket(
            anna, "resolved", response_due_at=world.now, resolved_at=world.now,
            change_id=change.id if position == 0 else None,
        )
        for position in range(4)
    ]  # fmt: skip
    await world.add(
        Notice(
            NoticeId(1), change.id, told.id, anna.id, 1, world.now, world.now, "yes", world.now,
            asked_at=world.now,
        ),
        Notice(NoticeId(3), None, answered.id, anna.id, 1, world.now, asked_at=world.now),
        Notice(NoticeId(2), change.id, unsent.id, anna.id, 1, world.now),
    )  # fmt: skip

    async def say(work: Work) -> None:
        for ticket in (answered, unsent):
            work.say(ticket.chat_id, "done", purpose="resolution", ticket=ticket)

    await world.do(say)
    row = world.rows[-2]
    async with world.database.unit() as unit:
        sent = SendResult(row.id, SendState.SENT, world.now, 1, message_id=5)
        await unit.outbox.record(world.database.token, [sent])
        await unit.commit()
    found = await rates(world)
    assert found["closed_loop"] == (2, 4)
    assert found["change_yield"] == (1, 4)
    assert found["verified_fix"] == (1, 1)
    assert found["verification_reply"] == (1, 2), "silence is unverified"


@pytest.mark.parametrize(
    ("language", "share", "change"),
    [("en", "12.5", "+0.1"), ("ru", "12,5", "+0,1"), ("zh", "12.5", "+0.1")],
)
def test_numbers_are_written_as_the_language_writes_them(
    language: str, share: str, change: str
) -> None:
    assert numbers.percent(0.125, language) == share
    assert numbers.points(0.00149, language) == change
    assert numbers.points(-0.2, language) == "\u221220"
    assert numbers.points(-0.0001, language) == "0"
    assert numbers.decimal(1, "0.00", language) in ("1.00", "1,00")


async def test_entrances_are_counted_in_people_and_shown_by_place(world: World) -> None:
    people = [await world.customer(f"E-{number}") for number in range(3)]

    async def visited(work: Work) -> None:
        for number, each in enumerate(people):
            for day in range(2):
                chat, at = 9000 + number, work.now - timedelta(days=day)
                began = at if number else None
                taps = {"right_first": number == 1, "come_back": True} if number else {}
                key = (new_id(), each.id, chat, "till", at.date().isoformat(), at, began)
                work.unit.add(Visit(*key, **taps))
        old = work.now - timedelta(days=40)
        work.unit.add(Visit(new_id(), people[0].id, 9000, "gone", "2026-01-01", old))

    await world.do(visited)
    await world.ticket(people[1], entrance="till")
    await world.ticket(people[1], entrance="till", first_response_at=world.now)
    await world.ticket(people[2])
    [till] = (await measured(world)).entrances
    assert (till.opened, till.began, till.complained, till.answered) == (3, 2, 1, 1)
    assert till.taps == {"right_first": (2, 2), "come_back": (4, 0)}
    config = load_config(
        "entrances: [{id: till, title: {en: Till, ru: Касса, zh: 收银台}, place: House}]"
    )

    def say(key: str, **values: object) -> str:
        return Words.shipped().say("en", key, **values)

    text = section(say, config, "en", [till, EntranceCounts("gone", 1)]).text
    assert text.split("\n")[1:-1] == [
        "Entrances (people, not shares)",
        "• gone: opened 1, began 0, complained 0, answered 0",
        "House:",
        "• Till: opened 3, began 2, complained 1, answered 1",
        "• Till, taps: right the first time 2 yes, 2 no; as promised 0 yes, 0 no; "
        "would come back 4 yes, 0 no",
    ]
    assert section(say, config, "en", []).text == ""
