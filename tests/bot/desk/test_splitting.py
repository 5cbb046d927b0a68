"""A customer who said two things: staff choose what goes to a ticket of its own."""

import asyncio

from bot.core.callbacks import pack
from bot.core.work import Work
from bot.desk import splitting
from flows.entities import Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal
from tests.bot.desk.test_sorting import buttons, typed
from tests.bot.desk.world import ANNA, BORIS, CLARA, FORUM, OTHER, World, said
from tests.databases import on_both


@on_both
async def test_a_part_becomes_a_ticket_of_its_own(world: World) -> None:
    await world.group()
    await world.group(OTHER, "tasting")
    pieces = [said("The box was late."), said("And the tea tastes of soap.", message_id=12)]
    words = "The box was late.\nAnd the tea tastes of soap."
    await world.complain(await world.customer(), words, pieces=pieces)
    await world.write("/tag #1 gift")
    await world.add(1, said("", world.now, 13, kind="photo"))
    before = await world.ticket(1)
    told = await typed(world, "/split #1")
    assert "1. The box was late." in told
    assert "3. (photo, voice or file)" in told
    shown = buttons(world.sent[-1].params)
    await world.press(shown["2"])
    await world.press(shown["3"], by=CLARA)
    await world.deliver()
    await world.press(buttons(world.sent[-1].params)["Go on with 2 messages"])
    await world.deliver()
    since = len(world.sent)
    answered = await world.press(buttons(world.sent[-1].params)["Taste"])
    assert answered["text"] == "#2 is open."
    await world.later(seconds=2)
    rest, new = await world.ticket(1), await world.ticket(2)
    assert (rest.words, rest.watch) == ("The box was late.", before.watch)
    assert (new.words, new.category, new.tags) == (
        "And the tea tastes of soap.",
        "taste",
        ("gift",),
    )
    assert (new.group_chat_id, new.team_id) == (OTHER, "tasting"), "it is routed as any other"
    assert new.response_due_at is not None
    assert new.look_at is not None
    history = await world.read(lambda unit: unit.tickets.entries(new.id))
    assert [each.kind for each in history if each.message_id] == ["text", "photo"]
    assert [each.text for each in history if each.kind == EntryKind.PARTED] == ["#1"]
    there = world.to(OTHER, since)
    assert [each.method for each in there][:2] == ["createForumTopic", "sendMessage"]
    assert "copyMessage" in [each.method for each in there]
    assert "Boris made this of a part of #1." in world.texts(OTHER, since)
    assert "Boris made #2 of a part of this." in world.texts(FORUM, since)
    assert world.texts(ANNA, since) == [
        "You have written to us about two things. #1 goes on, and the other one has the number #2"
        " now. You get an answer to each."
    ]
    changed = await world.add(2, said("It tastes of pears.", world.now, 12), edited=True)
    assert changed.number == 2, "what they mend of it is mended there"
    late = await world.press(shown["2"])
    assert late["text"] == "That message is in another complaint by now."


async def test_what_cannot_be_parted_says_why(world: World, ticket: Ticket) -> None:
    assert await typed(world, "/split #1") == "At least one message has to stay here."
    await world.add(1, said("And it is wet.", world.now, 12))
    assert (await world.press(pack("w", "part", ticket.id)))["text"] == (
        "Choose at least one message first."
    )
    for each in await world.read(lambda unit: unit.tickets.entries(ticket.id)):
        if each.message_id:
            await world.press(pack("w", "pick", ticket.id, each.id, 0))
    assert (await world.press(pack("w", "as", ticket.id, "-")))["text"] == (
        "At least one message has to stay here."
    )
    assert (await world.press(pack("w", "pick", ticket.id, 77, 0)))["show_alert"]
    assert (await world.press(pack("w", "as", ticket.id, "nothing")))["show_alert"]
    await world.write("/resolve #1 A new box.")
    assert await typed(world, "/split #1") == "It is done already. Open it again first."
    assert len(await world.read(lambda unit: unit.tickets.of_customer(ticket.customer_id))) == 1


async def test_a_choice_is_forgotten_when_nobody_goes_on(world: World, ticket: Ticket) -> None:
    await world.add(1, said("And it is wet.", world.now, 12))
    [_, second] = [
        each
        for each in await world.read(lambda unit: unit.tickets.entries(ticket.id))
        if each.message_id
    ]
    await world.press(pack("w", "pick", ticket.id, second.id, 0))
    await world.later(days=2)
    assert (await world.press(pack("w", "part", ticket.id)))["show_alert"]


async def test_two_who_part_it_at_once_open_one_ticket(world: World, ticket: Ticket) -> None:
    await world.add(1, said("And it is wet.", world.now, 12))
    history = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    second = next(each.id for each in history if each.message_id == 12)

    async def part(name: str) -> Ticket | Refusal:
        async def action(work: Work) -> Ticket | Refusal:
            found = await work.unit.tickets.by_number(1)
            assert found is not None
            return await splitting.split(work, found, Person(BORIS, name), {second}, "")

        done: Ticket | Refusal = await world.do(action)
        return done

    outcomes = await asyncio.gather(part("Boris"), part("Clara"))
    assert [each for each in outcomes if isinstance(each, Refusal)] == [Refusal("split_nothing")]
    assert (await world.ticket(1)).words == "The box was late."
    assert (await world.ticket(2)).words == "And it is wet."
