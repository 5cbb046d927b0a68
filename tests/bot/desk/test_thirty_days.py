"""One answer, one more question, and then nothing: who hears of it within thirty days."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from flows.entities import Ticket
from storage.database import Database
from tests.bot.desk.world import (
    ADMIN,
    ANNA,
    BORIS,
    CLARA,
    FORUM,
    NOW,
    PLAIN,
    World,
    card_of,
    make_world,
    said,
)

REMINDERS = ("waits for an answer", "look after this", "nobody has written", "please step in")


@pytest.fixture
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    """A desk on one kind of database: no SQL differs here."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await database.try_to_lead()
    yield await make_world(database)
    await database.close()


async def a_question_after_one_answer(world: World, chat: int) -> Ticket:
    """Boris has taken it and answered once; Anna has asked again."""
    world.services.admins.add(ADMIN)
    await world.group(chat, forum=chat == FORUM)
    ticket = await world.complain(await world.customer())
    for person in (BORIS, CLARA):
        await world.write("Good morning.", by=person, chat=chat)
    await world.press(pack("t", "take", ticket.id), chat=chat)
    await world.write("I look into it.", to=card_of(ticket), chat=chat, forum=chat == FORUM)
    await world.deliver()
    return await world.add(1, said("And my tin?", world.now, 40))


async def owner_is(world: World, chat: int, what: str) -> None:
    if what == "gone":
        gone = {"id": BORIS, "is_bot": False, "first_name": "Boris"}
        await world.write(by=CLARA, chat=chat, left_chat_member=gone)
    elif what == "away":
        await world.write("/away 40 days", chat=chat)
    elif what == "blocked":
        world.failing[BORIS] = Failure(FailureKind.BLOCKED)


@pytest.mark.parametrize("chat", [FORUM, PLAIN], ids=["forum", "plain"])
@pytest.mark.parametrize("owner", ["there", "gone", "away", "blocked"])
async def test_thirty_days_of_silence_are_heard_by_everybody_and_it_changes_hands(
    world: World, chat: int, owner: str
) -> None:
    await a_question_after_one_answer(world, chat)
    begun = len(world.sent)
    await owner_is(world, chat, owner)
    for _ in range(60):
        await world.later(hours=12)
    heard = world.texts(chat, since=begun)
    assert sum(any(words in text for words in REMINDERS) for text in heard) >= 3
    assert len(world.texts(ADMIN, since=begun)) == 1
    told = world.texts(ANNA, since=begun)
    assert sum("takes longer than it should" in text for text in told) == 1
    assert sum("free again" in text for text in heard) == 1
    freed = await world.ticket(1)
    assert (freed.owner_id, freed.state, freed.urgent) == (None, "open", True)
    await world.press(pack("t", "take", freed.id), by=CLARA, chat=chat)
    assert (await world.ticket(1)).owner_id == CLARA
    line = await world.read(lambda unit: unit.figures.promises(NOW))
    assert (line.get("met", 0), line["breached"]) == (1, 2)


async def test_a_word_at_the_moment_of_the_end_keeps_it_open(world: World) -> None:
    await a_question_after_one_answer(world, FORUM)
    await world.write("Which one?", to=card_of(await world.ticket(1)))
    await world.press(pack("t", "wait", (await world.ticket(1)).id))
    await world.later(days=7)
    world.now += (await world.ticket(1)).look_at - world.now  # type: ignore[operator]
    await world.add(1, said("The green one.", world.now, 41))
    await world.later(seconds=1)
    assert (await world.ticket(1)).state == "taken"
    assert not any("We have closed" in text for text in world.texts(ANNA))


async def test_an_answer_after_the_end_settles_nothing_twice(world: World) -> None:
    ticket = await a_question_after_one_answer(world, FORUM)
    await world.write("/resolve #1 A new tin.")
    await world.write("It comes tomorrow.", to=card_of(ticket))
    await world.deliver()
    log = await world.read(lambda unit: unit.tickets.clock_lines(ticket.id))
    assert sorted(line.clock for line in log) == ["first_response", "next_response", "resolution"]
    assert (await world.ticket(1)).state == "resolved"
