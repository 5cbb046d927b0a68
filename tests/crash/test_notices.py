"""SIGKILL while a thousand notices go out: each arrives once, or is in doubt, and that is told."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from flows.changes.telling import SHIP, Held
from flows.entities import (
    Account,
    Change,
    ChangeId,
    Customer,
    CustomerId,
    Ticket,
    TicketId,
    Timer,
)
from flows.entities.kinds import TimerKind
from flows.entities.lifecycle import Person
from storage.database import Database
from storage.tables import outbox
from tests.bench.lean import Lean, served
from tests.crash.process import Process
from tests.journeys.world import until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240), pytest.mark.xdist_group("killed")]

PEOPLE = 1000
KILLED_AT = (150, 550)
"""How many have been answered when it is killed: while others are still written, and later."""
UNANSWERED = 3
"""At least so many have arrived then, and Verso has not heard so."""
CHANGE = ChangeId(7)
CHAT = 5_000_000


class Arrivals(Lean):
    """A server that counts what arrives in each chat, and falls silent after so many answers."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0.0, 0)
        self.got: Counter[int] = Counter()
        self.answers = PEOPLE
        self._speaks = asyncio.Event()

    def _heard(self, chat_id: int) -> None:
        self.got[chat_id] += 1

    async def _sent(self, params: dict[str, Any]) -> web.Response:
        answered = await super()._sent(params)
        if self.got.total() > self.answers:
            await self._speaks.wait()
        return answered

    def speak_again(self) -> None:
        """Answer everything from now on, also those who have gone."""
        self.answers = PEOPLE
        self._speaks.set()
        self._speaks = asyncio.Event()


def config_text(now: datetime) -> str:
    """A configuration by which it is midday now: nobody waits for the morning."""
    ahead = 12 - now.hour
    return f"brand: {{name: Lumen Tea, time_zone: Etc/GMT{-ahead:+d}}}\n"


async def _fill(url: str, now: datetime) -> None:
    """A change that is to be told at once, with a thousand people behind it."""
    database = await Database.open(url)
    async with database.unit() as unit:
        held = Held(SHIP, Person(1, "Mia"), now, PEOPLE).to_json()
        unit.add(Change(CHANGE, 1, "Lids", now, "in_progress", "They close.", held=held))
        for n in range(1, PEOPLE + 1):
            unit.add(Customer(CustomerId(n), f"C-{n}", now))
            unit.add(Account(CHAT + n, CustomerId(n), now, language_code="en"))
            made = (TicketId(n), n, CustomerId(n), CHAT + n, "taken", now, "support", "It leaks.")
            unit.add(Ticket(*made, change_id=CHANGE))
        unit.set_timer(Timer(TimerKind.TELLING, str(CHANGE), now))
        await unit.commit()
    await database.close()


async def test_each_hears_of_a_change_once(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERSO_SEND_RATE", "1000")
    now = datetime.now(UTC)
    await _fill(database_url, now)
    config = tmp_path / "verso.yaml"
    config.write_text(config_text(now), "utf-8")
    server = Arrivals()
    async with served(server) as port:
        where: Any = SimpleNamespace(url=f"http://127.0.0.1:{port}")
        process = Process(where, database_url, tmp_path, "polling", config)
        for arrived in KILLED_AT:
            server.answers = arrived
            await process.start()
            while server.got.total() < arrived + UNANSWERED:  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(0.002)
            await process.kill()
            server.speak_again()
        await process.start()
        database = await Database.open(database_url, migrate=False)

        async def over() -> bool:
            async with database.reading() as unit:
                found = await unit.telling.progress(CHANGE, 1, now)
                timers = [await unit.timers.pending(kind, str(CHANGE)) for kind in GOING_ON]
            return found.people == PEOPLE and not found.waiting and not any(timers)

        await until(over)
        assert await process.stop() == 0
        async with database.reading() as unit:
            progress = await unit.telling.progress(CHANGE, 1, now)
            states = (await unit.run(select(outbox.c.chat_id, outbox.c.state))).all()
        await database.close()
    notices = {chat: state for chat, state in states if chat > CHAT}
    assert len(notices) == PEOPLE
    assert set(notices.values()) <= {"sent", "doubt"}
    doubt = {chat for chat, state in notices.items() if state == "doubt"}
    assert max(server.got.values()) == 1, "nobody hears it twice"
    assert {chat for chat in notices if chat not in server.got} <= doubt
    assert (progress.told, progress.doubt) == (PEOPLE - len(doubt), len(doubt))
    assert len(doubt) >= UNANSWERED * len(KILLED_AT), "they had arrived, and nobody knew"


GOING_ON = (TimerKind.TELLING, TimerKind.COUNT)
