"""Two who do something to one ticket at once: what it is, what the log says, and who reads what."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.callbacks import pack
from bot.core.work import Work
from bot.desk import endings, merging, relay, tickets
from flows.entities import ClockEvent, ClockKind, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal
from tests.bot.desk.world import ANNA, BORIS, CLARA, FORUM, World, card_of, said
from tests.databases import on_both

FIRST, SECOND = Person(BORIS, "Boris"), Person(CLARA, "Clara")
NOT_OPEN = "It is done already. Open it again first."


@pytest.fixture
async def twice(world: World) -> tuple[Ticket, Ticket]:
    """Two open tickets of one customer about the same."""
    await world.group()
    anna = await world.customer()
    first = await world.complain(anna)
    world.now += timedelta(minutes=30)
    pieces = [said("Still no box.", world.now, 12)]
    return first, await world.complain(anna, "Still no box.", pieces=pieces)


async def numbered(work: Work, number: int) -> Ticket:
    found = await work.unit.tickets.by_number(number)
    assert found is not None
    return found


async def log(world: World, ticket: Ticket) -> list[tuple[ClockKind, ClockEvent]]:
    lines = await world.read(lambda unit: unit.tickets.clock_lines(ticket.id))
    return [(line.clock, line.event) for line in lines]


async def kinds(world: World, ticket: Ticket) -> list[str]:
    return [each.kind for each in await world.read(lambda unit: unit.tickets.entries(ticket.id))]


async def taken_by(work: Work, person: Person) -> Ticket | Refusal:
    return await tickets.take(work, await numbered(work, 1), person, over=False)


async def test_who_takes_what_was_merged_a_moment_before_reads_why_not(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    _, second = twice
    await world.write("/merge #1 #2")
    answer = await world.press(pack("t", "take", second.id), by=CLARA)
    assert answer["text"] == NOT_OPEN
    assert (await world.ticket(2)).owner_id is None
    assert (await world.ticket(1)).owner_id is None


async def test_two_who_merge_the_other_way_round_lose_nothing(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    await world.write("/merge #1 #2")
    await world.write("/merge #2 #1", by=CLARA)
    await world.deliver()
    assert [(await world.ticket(number)).state for number in (1, 2)] == ["open", "merged"]
    assert world.texts(FORUM)[-1] == "Only what is open can be merged. Open it again first."
    assert len(world.texts(ANNA)) == 1


async def test_an_answer_that_comes_while_it_is_resolved_reaches_the_customer(
    world: World, ticket: Ticket
) -> None:
    await world.write("/resolve #1 A new box was sent.", by=CLARA)
    message = await world.write("I look into it.", to=card_of(ticket))
    await world.deliver()
    resolved = await world.ticket(1)
    assert (resolved.state, resolved.owner_id) == ("resolved", CLARA)
    told, copied = world.to(ANNA)
    assert "A new box was sent." in told.text
    assert (copied.method, copied.params["message_id"]) == ("copyMessage", message)
    first = ClockKind.FIRST_RESPONSE
    assert [line for line in await log(world, ticket) if line[0] is first] == [
        (first, ClockEvent.MET)
    ]


async def test_of_two_takes_in_one_batch_the_first_counts(world: World, ticket: Ticket) -> None:
    async def both(work: Work) -> list[Ticket | Refusal]:
        return [await taken_by(work, person) for person in (FIRST, SECOND)]

    taken, refused = await world.do(both)
    assert (taken.owner_name, refused) == ("Boris", Refusal("taken_by"))
    await world.deliver()
    assert world.texts(ANNA) == ["Boris is reading what you wrote (#1)."]


@on_both
async def test_of_two_takes_in_two_units_one_counts(world: World, ticket: Ticket) -> None:
    found = await asyncio.gather(
        *(world.do(lambda work, each=each: taken_by(work, each)) for each in (FIRST, SECOND))
    )
    assert [each for each in found if isinstance(each, Refusal)] == [Refusal("taken_by")]
    (winner,) = [each for each in found if isinstance(each, Ticket)]
    assert (await world.ticket(1)).owner_id == winner.owner_id
    assert (await kinds(world, ticket)).count(EntryKind.TAKEN) == 1
    await world.deliver()
    assert world.texts(ANNA) == [f"{winner.owner_name} is reading what you wrote (#1)."]


@on_both
async def test_a_take_and_a_merge_in_two_units_agree(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    _, second = twice

    async def merge(work: Work) -> Ticket | Refusal:
        found = await work.unit.tickets.by_numbers([1, 2])
        return await merging.merge(work, found[1], [found[2]], FIRST)

    async def take(work: Work) -> Ticket | Refusal:
        return await tickets.take(work, await numbered(work, 2), SECOND, over=False)

    joined, taken = await asyncio.gather(world.do(merge), world.do(take))
    assert isinstance(joined, Ticket)
    now = await world.ticket(2)
    assert (now.state, now.look_at) == ("merged", None)
    assert (now.owner_id == CLARA) == isinstance(taken, Ticket)
    assert (await kinds(world, second)).count(EntryKind.MERGED) == 1
    assert await log(world, second) == []


@on_both
async def test_an_answer_and_a_resolve_in_two_units_both_reach_the_customer(
    world: World, ticket: Ticket
) -> None:
    async def answer(work: Work) -> Ticket:
        message = relay.Message(FORUM, 901, EntryKind.TEXT, "I look into it.")
        return await relay.answer(work, await numbered(work, 1), FIRST, message)

    async def resolve(work: Work) -> Ticket | Refusal:
        return await endings.resolve(work, await numbered(work, 1), SECOND, "A new box was sent.")

    await asyncio.gather(world.do(answer), world.do(resolve))
    await world.deliver()
    assert (await world.ticket(1)).state == "resolved"
    assert sorted(await log(world, ticket)) == [
        (ClockKind.FIRST_RESPONSE, ClockEvent.MET),
        (ClockKind.RESOLUTION, ClockEvent.MET),
    ]
    sent = world.to(ANNA)
    assert any("A new box was sent." in each.text for each in sent)
    assert any("I look into it." in each.text or each.method == "copyMessage" for each in sent)
