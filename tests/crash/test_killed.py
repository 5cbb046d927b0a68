"""SIGKILL in the middle of ten customers' messages: all answered and filed, none twice."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Budgets, running_sandbox
from storage.database import Database
from tests.crash.process import Process
from tests.journeys.world import CONFIG, TOKEN, press, until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240), pytest.mark.xdist_group("killed")]

WORDS = "my tea arrived <b>late</b> & cold, says number"


async def _complain(person: Any, bot: Any, number: int) -> None:
    await person.say(bot, f"{WORDS} {number}")


async def _finish(person: Any, bot: Any) -> None:
    for action in (":skip", ":r:4", ":o:fix", ":send"):
        await press(person, bot, action)
    await person.wait_for(bot, "#")


async def _desk(sandbox: Any, folder: Path) -> tuple[Any, Any, Any, Path]:
    """A bot, a member of staff in their group, and the configuration that binds it."""
    bot = await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
    mira = await sandbox.create_user(first_name="Mira")
    group = await sandbox.create_group(mira, bot, admins={bot.id: None}, forum=True)
    config = folder / "verso.yaml"
    config.write_text(CONFIG.format(chat=group.id), "utf-8")
    return bot, mira, group, config


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_in_the_middle(database_url: str, tmp_path: Path, mode: str) -> None:
    chance = random.Random(f"{mode}{database_url[:6]}")
    async with running_sandbox(budgets=Budgets.unlimited(), webhook_retry=0.2) as sandbox:
        bot, mira, group, config = await _desk(sandbox, tmp_path)
        people = [await sandbox.create_user(first_name=f"P{n}") for n in range(10)]
        process = Process(sandbox, database_url, tmp_path, mode, config, owners=(mira.id,))
        await process.start()
        for person in people:
            await person.start(bot)
            await person.wait_for(bot)
        await asyncio.gather(*(_complain(person, bot, n) for n, person in enumerate(people)))
        await asyncio.sleep(chance.uniform(0.0, 0.08))
        await process.kill()
        await process.start()
        finishing = asyncio.gather(*(_finish(person, bot) for person in people))
        await asyncio.sleep(chance.uniform(0.2, 0.6))
        await process.kill()
        await process.start()
        await finishing

        database = await Database.open(database_url, migrate=False)

        async def all_done() -> bool:
            async with database.reading() as unit:
                inbox, outbox = await unit.inbox.counts(), await unit.outbox.counts()
            return inbox["new"] == 0 and outbox.get("waiting", 0) == 0

        await until(all_done)
        async with database.reading() as unit:
            tickets = await unit.tickets.unresolved(limit=100)
            # An update that was not confirmed before a kill may be delivered once more.
            assert (await unit.inbox.counts())["parked"] == 0
        assert sorted(t.words for t in tickets) == sorted(f"{WORDS} {n}" for n in range(10))
        cards = Counter(
            n for m in await mira.messages(group) for n in range(10) if f"{WORDS} {n}" in m.text
        )
        assert set(cards) == set(range(10))
        await database.close()
        assert await process.stop() == 0


async def test_stopping_finishes_what_is_in_hand(database_url: str, tmp_path: Path) -> None:
    async with running_sandbox(budgets=Budgets.unlimited()) as sandbox:
        bot = await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
        people = [await sandbox.create_user(first_name=f"P{n}") for n in range(10)]
        config = tmp_path / "none.yaml"
        # Once from nothing, as operators start it; all others begin where Verso has been imported.
        forked = "postgres" in database_url
        process = Process(sandbox, database_url, tmp_path, "polling", config, forked=forked)
        await process.start()
        await asyncio.gather(*(_complain(person, bot, n) for n, person in enumerate(people)))
        await asyncio.sleep(0.03)
        assert await process.stop() == 0
        process.forked = True
        await process.start()
        for person in people:
            await person.wait_for(bot)
        assert await process.stop() == 0
        for person in people:
            assert len([m for m in await person.messages(bot) if m.from_bot]) == 1


async def test_a_second_process_on_the_same_file_says_why(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/verso.db"
    async with running_sandbox() as sandbox:
        await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
        first = Process(sandbox, url, tmp_path, "polling", tmp_path / "none.yaml")
        await first.start()
        second = Process(sandbox, url, tmp_path, "polling", tmp_path / "none.yaml")
        with pytest.raises(AssertionError, match=r"Another Verso \(process \d+\)"):
            await second.start()
        await first.stop()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_another_process_takes_over(database_url: str, tmp_path: Path) -> None:
    """Two processes serve one database; whichever is killed, the other goes on where it was."""
    async with running_sandbox(budgets=Budgets.unlimited()) as sandbox:
        bot, mira, group, config = await _desk(sandbox, tmp_path)
        first, second = (
            Process(sandbox, database_url, tmp_path, "polling", config, owners=(mira.id,))
            for _ in range(2)
        )
        await first.start()
        await second.start()
        people = [await sandbox.create_user(first_name=f"P{n}") for n in range(6)]
        await asyncio.gather(*(_complain(person, bot, n) for n, person in enumerate(people)))
        await first.kill()
        finishing = asyncio.gather(*(_finish(person, bot) for person in people))
        await asyncio.sleep(0.5)
        await first.start()
        await second.kill()
        await finishing
        for number, person in enumerate(people):
            card = await mira.wait_for(group, f"{WORDS} {number}")
            await mira.say(group, f"Sorry, {number}.", reply_to=card.id, thread=card.topic)
            await person.wait_for(bot, f"Sorry, {number}.")
        database = await Database.open(database_url, migrate=False)
        async with database.reading() as unit:
            tickets = await unit.tickets.unresolved(limit=100)
            assert await unit.inbox.counts() == {"new": 0, "parked": 0}
        assert sorted(t.words for t in tickets) == [f"{WORDS} {n}" for n in range(len(people))]
        await database.close()
        assert await first.stop() == 0
