"""The mix played in one process without a server, batch by batch, so that what it costs is counted.

Which updates come together depends on nothing but the mix: counts are the same on every machine.
"""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosqlite
import orjson
import pytest
from sqlalchemy import event
from telegram.ext import Application, ContextTypes, ExtBot

from bot import wiring
from bot.configuration.current import load_services, reload_services
from bot.core.context import VersoContext
from bot.core.services import Services
from bot.runtime.sending import sender as sending
from bot.runtime.sending.pacing import Budgets, Pacing
from bot.runtime.sending.sender import Sender
from bot.runtime.transport import AiohttpRequest
from bot.runtime.worker import Worker
from bot.settings import Settings
from flows.entities import Customer, CustomerId, Group, Link, RawUpdate
from storage.database import Database
from tests.clocks import LeapingClock
from tests.mix import CONFIG, GROUP_ID, Player, token_of

TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"
LIFTED = Budgets(per_second=100_000, group_per_minute=1_000_000, chat_per_second=0)
BATCH = 100
A_WHILE = 0.5
"""Seconds that pass at once when all that is left to send waits for its moment."""


@dataclass
class Counts:
    """What was done since the counting began."""

    statements: Counter[str] = field(default_factory=Counter)
    hops: int = 0
    commits: int = 0


class PlayedRequest(AiohttpRequest):
    """Answers every call at once, and keeps the updates that follow from it."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        self.ids = itertools.count(100)
        self.player: Player | None = None

    async def initialize(self) -> None:
        """Nothing is opened."""

    async def shutdown(self) -> None:
        """Nothing is open."""

    async def call(
        self, url: str, params: Mapping[str, Any], *, read_timeout: float | None = None
    ) -> Any:
        """What a server would answer that refuses nothing."""
        method = url.rpartition("/")[2]
        self.calls[method] += 1
        number = next(self.ids)
        edited = int(params.get("message_id") or 0) if method.startswith("edit") else 0
        if self.player is not None:
            self.updates += self.player.heard(method, params, edited or number)
        if method == "createForumTopic":
            return {"message_thread_id": number, "name": params["name"], "icon_color": 1}
        if method == "getChatMember":
            return {"status": "member", "user": {"id": params["user_id"], "is_bot": False}}
        if method in ("setMessageReaction", "answerCallbackQuery"):
            return True
        return {"message_id": edited or number}

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        """What `telegram.Bot` asks by itself: who the bot is."""
        me = {"id": 123456789, "is_bot": True, "first_name": "B", "username": "bench_bot"}
        return 200, orjson.dumps({"ok": True, "result": me})


@dataclass
class Played:
    """Verso's worker and sender with everybody who writes to them."""

    database: Database
    services: Services
    request: PlayedRequest
    player: Player
    worker: Worker
    sender: Sender
    counts: Counts
    clock: LeapingClock
    updates: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def round(self) -> int:
        """Hand over all that was written, handle it, send what follows; gives how many updates."""
        raws, self.request.updates = self.request.updates, []
        for start in range(0, len(raws), BATCH):
            await self._store(raws[start : start + BATCH])
            await self.worker.handle_batch(BATCH)
        while not self.sender.is_idle:
            await asyncio.sleep(0.005)
            if self.sender.is_resting:
                self.clock.leap(A_WHILE)
        self.updates += len(raws)
        return len(raws)

    async def _store(self, raws: list[dict[str, Any]]) -> None:
        rows = []
        for raw in raws:
            number = next(self._numbers)
            lane = (raw.get("message") or raw["callback_query"]["message"])["chat"]["id"]
            rows.append(
                RawUpdate(number, lane, orjson.dumps({"update_id": number, **raw}).decode())
            )
        async with self.database.unit() as unit:
            await unit.inbox.store(rows, self.services.clock.now())
            await unit.commit()


def counting(database: Database, counts: Counts) -> None:
    """Count what a database is asked from here on, by whoever writes and whoever reads."""
    for engine in {database.engine, database.writer}:

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def _(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            counts.statements[statement] += 1

        @event.listens_for(engine.sync_engine, "commit")
        def _(_c: Any) -> None:
            counts.commits += 1


@contextlib.contextmanager
def counting_hops(counts: Counts) -> Iterator[None]:
    """Count how often the event loop hands something to a thread of SQLite's and back."""
    execute = aiosqlite.Connection._execute

    def counted(self: aiosqlite.Connection, *args: Any, **more: Any) -> Any:
        counts.hops += 1
        return execute(self, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "_execute", counted)
        patch.setattr(sending, "LOOK_SECONDS", 3600.0)  # what is done by time is not counted
        yield


async def _seed(database: Database, services: Services, customers: int) -> None:
    now = services.clock.now()
    async with database.unit() as unit:
        for number in range(customers):
            customer = Customer(CustomerId(unit.new_id()), f"C-{number}", now, name=f"C{number}")
            unit.add(customer)
            unit.add(Link(token_of(number), customer.id, now))
        unit.add(Group(GROUP_ID, "support", "Support", forum=True, bound_at=now))
        await unit.commit()


@contextlib.asynccontextmanager
async def played(
    database: Database, folder: Path, customers: int, *, with_staff: bool = True
) -> AsyncIterator[Played]:
    """Verso over a request that answers at once, with so many customers who may begin."""
    config = folder / "verso.yaml"
    config.write_text(CONFIG)
    settings = Settings(_env_file=None, bot_token=TOKEN)
    await database.try_to_lead()
    clock = LeapingClock()
    services = await load_services(database, settings, clock, config)
    services.subscribers = wiring.subscribers()
    await _seed(database, services, customers)
    await reload_services(database, services)
    request = PlayedRequest()
    bot: ExtBot[None] = ExtBot(TOKEN, request=request, get_updates_request=PlayedRequest())
    application = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=VersoContext))
        .build()
    )
    for handler in wiring.handlers():
        application.add_handler(handler)
    await application.initialize()
    services.bot_id, services.bot_username = bot.id, bot.username
    sender = Sender(
        database, services, request, "", Pacing(LIFTED), wiring.engine(), wiring.reach()
    )
    worker = Worker(
        database,
        services,
        application,
        loaders=wiring.engine().loaders,
        committed=sender.committed,
        answer=lambda answers: None,
        changed=lambda: None,
        read=wiring.read(),
    )
    player = Player(customers, lambda: next(request.ids), with_staff=with_staff)
    request.player = player
    request.updates += player.begin()
    counts = Counts()
    with counting_hops(counts):
        task = asyncio.create_task(sender.run())
        try:
            counting(database, counts)
            yield Played(database, services, request, player, worker, sender, counts, clock)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await application.shutdown()
