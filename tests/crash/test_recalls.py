"""SIGKILL while owners are told of a recall: each is told once, or in doubt, and that is known."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Participant,
    ParticipantId,
    Recall,
    RecallId,
    Timer,
)
from flows.entities.kinds import TimerKind
from storage.database import Database
from tests.bench.lean import served
from tests.crash.process import Process
from tests.crash.test_notices import CHAT, UNANSWERED, Arrivals, config_text
from tests.journeys.world import until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240), pytest.mark.xdist_group("killed")]

PEOPLE = 500
"""More than are written in one transaction, so that it is killed between two of them."""
KILLED_AT = 120
"""How many have been answered when it is killed."""
RECALL = RecallId(7)
PARTS = {"title": "The lid", "wrong": "It can come off.", "doing": "We put on another one."}


async def _fill(url: str, now: datetime) -> None:
    """A recall that is to be told at once, to people of whom nobody has complained."""
    database = await Database.open(url)
    async with database.unit() as unit:
        whom = {"kind": "list", "count": PEOPLE}
        unit.add(Recall(RECALL, 1, now, "running", whom, texts={"en": PARTS}, started_at=now))
        for n in range(1, PEOPLE + 1):
            unit.add(Customer(CustomerId(n), f"C-{n}", now))
            unit.add(Account(CHAT + n, CustomerId(n), now, language_code="en"))
            unit.add(Participant(ParticipantId(n), RECALL, CustomerId(n)))
        unit.set_timer(Timer(TimerKind.RECALL, str(RECALL), now))
        await unit.commit()
    await database.close()


async def test_each_is_told_of_a_recall_once(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERSO_SEND_RATE", "1000")
    now = datetime.now(UTC)
    await _fill(sqlite_url, now)
    config = tmp_path / "verso.yaml"
    config.write_text(config_text(now), "utf-8")
    server = Arrivals()
    server.answers = KILLED_AT
    async with served(server) as port:
        where: Any = SimpleNamespace(url=f"http://127.0.0.1:{port}")
        process = Process(where, sqlite_url, tmp_path, "polling", config)
        await process.start()

        async def arrived() -> bool:
            return server.got.total() >= KILLED_AT + UNANSWERED

        await until(arrived)
        await process.kill()
        server.speak_again()
        await process.start()
        database = await Database.open(sqlite_url, migrate=False)

        async def over() -> bool:
            async with database.reading() as unit:
                recall = await unit.get(Recall, RECALL)
                assert recall is not None
                return not (await unit.recalls.counts(recall)).waiting

        await until(over)
        assert await process.stop() == 0
        async with database.reading() as unit:
            recall = await unit.get(Recall, RECALL)
            assert recall is not None
            counts = await unit.recalls.counts(recall)
        await database.close()
    doubt = counts.states.get("doubt", 0)
    assert max(server.got.values()) == 1, "nobody is told twice"
    assert counts.people == counts.reached + doubt == PEOPLE
    assert PEOPLE - len(server.got) <= doubt
    assert doubt >= UNANSWERED, "they had arrived, and nobody knew"
