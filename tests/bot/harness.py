"""A sandbox, a database and the parts of Verso between them, for tests of intake and sending."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telegram.ext import Application, ContextTypes, ExtBot

from bot import wiring
from bot.core.clock import SystemClock
from bot.core.context import Handler, VersoApplication, VersoContext
from bot.core.delivery import BatchComposer, Composer, Reporter
from bot.core.services import Services
from bot.core.subject import Subject
from bot.core.words import Words
from bot.runtime.intake.poller import Poller
from bot.runtime.intake.store import Intake
from bot.runtime.sending.pacing import Budgets, Pacing
from bot.runtime.sending.sender import Sender
from bot.runtime.transport import AiohttpRequest
from bot.runtime.worker import Answers, Worker
from bot.sandbox import Budgets as SandboxBudgets
from bot.sandbox import RunningSandbox, running_sandbox
from bot.settings import Settings
from flows.config import Config
from flows.conversations import FlowLibrary
from flows.entities import Outgoing, Priority, SendState
from storage.database import Database

TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"
UNLIMITED = Budgets(per_second=1000, group_per_minute=100_000, chat_per_second=0)


def services_for(**more: Any) -> Services:
    settings = Settings(_env_file=None, bot_token=TOKEN)
    parts: dict[str, Any] = {
        "settings": settings,
        "clock": SystemClock(),
        "words": Words.shipped(),
        "flows": FlowLibrary.shipped(),
        "config": Config(),
        "salt": "salt",
        "subscribers": wiring.subscribers(),
    }
    return Services(**(parts | more))


@dataclass
class Harness:
    """What a test of sending or receiving needs."""

    sandbox: RunningSandbox
    bot: Any
    database: Database
    services: Services
    transport: AiohttpRequest
    base_url: str
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    sender: Sender | None = None
    worker: Worker | None = None
    application: VersoApplication | None = None

    def start_sender(
        self,
        *,
        budgets: Budgets = UNLIMITED,
        composers: Mapping[str, Composer] | None = None,
        reporters: Mapping[str, Reporter] | None = None,
        together: Mapping[str, BatchComposer] | None = None,
        one_by_one: Collection[str] = (),
    ) -> Sender:
        self.sender = Sender(
            self.database,
            self.services,
            self.transport,
            self.base_url,
            Pacing(budgets),
            Subject(
                "test",
                composers=composers or {},
                reporters=reporters or {},
                batch_composers=together or {},
                one_by_one=one_by_one,
            ),
            wiring.reach(),
        )
        self.tasks.append(asyncio.create_task(self.sender.run()))
        return self.sender

    async def start_worker(self, handlers: list[Handler]) -> Worker:
        bot: ExtBot[None] = ExtBot(
            TOKEN,
            base_url=f"{self.sandbox.url}/bot",
            request=self.transport,
            get_updates_request=AiohttpRequest(pool=1),
        )
        self.application = (
            Application.builder()
            .bot(bot)
            .updater(None)
            .context_types(ContextTypes(context=VersoContext))
            .build()
        )
        for handler in handlers:
            self.application.add_handler(handler)
        await self.application.initialize()
        self.answers: list[Answers] = []
        self.worker = Worker(
            self.database,
            self.services,
            self.application,
            loaders=wiring.engine().loaders,
            committed=self.sender.committed if self.sender else lambda unit: None,
            answer=self.answers.append,
            changed=lambda: None,
        )
        self.tasks.append(asyncio.create_task(self.worker.run()))
        return self.worker

    def start_poller(self, intake: Intake) -> Poller:
        poller = Poller(self.transport, self.base_url, intake)
        self.tasks.append(asyncio.create_task(poller.run()))
        return poller

    def start_intake(self, wake: Callable[[], None] = lambda: None) -> Intake:
        intake = Intake(self.database, self.services.clock, wake)
        self.tasks.append(asyncio.create_task(intake.commits.run()))
        return intake

    async def write(self, *messages: Outgoing) -> list[Outgoing]:
        async with self.database.unit() as unit:
            for message in messages:
                unit.send(message)
            await unit.commit()
        if self.sender:
            self.sender.committed(unit)
        return unit.committed

    async def rows(self) -> list[Outgoing]:
        async with self.database.reading() as unit:
            return list(reversed(await unit.outbox.recent(1000)))

    async def row_in(self, outbox_id: int, *states: SendState, seconds: float = 60.0) -> Outgoing:
        """Wait until a row is in one of these states, and give it."""
        async with asyncio.timeout(seconds):
            while True:
                async with self.database.reading() as unit:
                    row = await unit.outbox.get(outbox_id)  # type: ignore[arg-type]
                if row is not None and row.state in states:
                    return row
                await asyncio.sleep(0.02)


def text_to(chat_id: int, text: str, **more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "chat_id": chat_id,
        "method": "sendMessage",
        "params": {"text": text},
        "purpose": "reply",
        "priority": Priority.REPLY,
        "lane": f"chat:{chat_id}",
        "created_at": datetime.now(UTC),
    }
    return Outgoing(**(values | more))


@contextlib.asynccontextmanager
async def harness(
    database: Database, budgets: SandboxBudgets | None = None
) -> AsyncIterator[Harness]:
    async with running_sandbox(budgets=budgets or SandboxBudgets.unlimited()) as sandbox:
        bot = await sandbox.create_bot(token=TOKEN, username="verso_test_bot")
        transport = AiohttpRequest()
        await transport.initialize()
        made = Harness(
            sandbox, bot, database, services_for(), transport, f"{sandbox.url}/bot{TOKEN}"
        )
        try:
            yield made
        finally:
            for task in made.tasks:
                task.cancel()
            await asyncio.gather(*made.tasks, return_exceptions=True)
            if made.application:
                await made.application.shutdown()
            await transport.shutdown()
