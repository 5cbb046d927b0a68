"""The card of a customer: who they are, what happened to them, and what went wrong before."""

from datetime import timedelta

import pytest

from bot.core.work import Work
from flows.config import load_config
from flows.entities import Event, EventId, Ticket
from storage.ids import new_id
from tests.bot.desk.world import CLARA, CONFIG, FORUM, World


async def asked(world: World, command: str) -> str:
    await world.write(command)
    await world.deliver()
    return world.texts(FORUM)[-1]


async def test_the_card_tells_what_is_known_and_what_came_of_everything(world: World) -> None:
    more = (
        "segments: [{id: vip, tags: [gold]}]\n"
        "events: [{id: ride, title: {en: A ride, ru: Поездка, zh: 行程}}]\n"
    )
    world.services.config = load_config(CONFIG + more)
    await world.group()
    anna = await world.customer(tags=("gold", "eu"), value=1500, stage="first_use")

    async def ride(work: Work) -> None:
        moment = world.now - timedelta(days=1)
        event = EventId(new_id())
        work.unit.add(Event(event, "e", anna.id, "ride", moment, moment))

    await world.do(ride)
    await world.complain(anna)
    await world.write("/resolve #1 A new box was sent.", by=CLARA)
    await world.complain(anna, "Late again.")
    told = await asked(world, "/who #2")
    for line in (
        "Anna · C-501",
        "Reads English",
        "Value: 1500",
        "Stage: First use",
        "Tags: gold, eu",
        "Segments: vip",
        "A ride",
        "2 complaints, the newest first:",
        "A new box was sent.",
        "Nobody has it yet · a second failure",
    ):
        assert line in told
    assert told.index("#2 ·") < told.index("#1 ·")
    buttons = world.to(FORUM)[-1].params["reply_markup"]["inline_keyboard"]
    assert [[each["text"] for each in row] for row in buttons] == [["#2", "#1"]]
    assert await asked(world, "/who C-501") == told


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/who C-999", "I know no customer with the ref C-999."),
        ("/who #9", "There is no ticket #9 in this group."),
        ("/who", "Which ticket? Write its number, such as /who #12"),
    ],
)
async def test_whom_nobody_knows_is_said(
    world: World, ticket: Ticket, command: str, said: str
) -> None:
    assert (await asked(world, command)).startswith(said)


async def test_the_card_tells_what_was_late_and_what_was_noted(
    world: World, ticket: Ticket
) -> None:
    await world.write("/note #1 She has a dog.")
    await world.later(days=1)
    told = await asked(world, "/who C-501")
    assert "a promised time was missed" in told
    assert "Notes, the newest first:\n• Mon 4 May, 11:30 · Boris: She has a dog." in told
