"""The demo's world: who is there, the bot's process, and the business's own system."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo import business
from bot.demo.business import Actor
from bot.demo.ports import free_port
from bot.demo.process import BotProcess
from bot.sandbox import Group, Person, RunningSandbox, SandboxBot, Seen

HASTY = "--hasty"
"""Argument for a bot that sends without pacing, while its past is played."""
RECORD_SECONDS = 0.05
READY_SECONDS = 60.0
"""A bot that has not begun to ask for updates by then has something to say in its log."""


class StageError(Exception):
    """The bot or the business's system does not answer; the sentence says what was seen."""


@dataclass(slots=True)
class Stage:
    """Everything of one demo that lives in the sandbox and in the bot's process."""

    sandbox: RunningSandbox
    bot: SandboxBot
    people: dict[str, Person]
    group: Group
    process: BotProcess
    folder: Path
    http_port: int
    api_key: str
    links: dict[str, str] = field(default_factory=dict)
    """Deep links by customer reference, as the bot gave them."""
    hasty: bool = False
    """Whether neither the sandbox nor a bot that is started minds Telegram's limits."""
    act: str = "Setting the stage"
    """What is being prepared; empty when the demo is ready to be played with."""
    doing: Callable[[str], None] = lambda _act: None
    """Told what is being prepared, besides the pages."""
    again: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody wants the demo from its beginning."""

    @property
    def database_url(self) -> str:
        """The bot's database."""
        return database_url(self.folder)

    def tell(self, act: str) -> None:
        """Let the pages know what is being prepared; empty: nothing any more."""
        self.act = act
        if act:
            self.doing(act)
        self.publish()

    def publish(self) -> None:
        """Let the pages know how the bot is."""
        hub = self.sandbox.server.world.hub
        hub.publish("demo", lambda: {"bot": self.process.state, "act": self.act})

    async def start_bot(self) -> None:
        """Start the bot, unless it runs, and wait until it asks for updates.

        Raises StageError when it ends or stays silent.
        """
        if self.process.state == "running":
            return
        log = self.sandbox.server.world.log
        after = log.hub.seq
        await self.process.start(*([HASTY] if self.hasty else []))
        asking = asyncio.create_task(
            self.sandbox.wait_for_request("getUpdates", after=after, timeout=READY_SECONDS)
        )
        while self.process.state != "down" and not asking.done():
            await asyncio.wait({asking}, timeout=0.2)
        asking.cancel()
        if self.process.state == "down" or asking.cancelled():
            raise StageError(f"The bot did not start. {self.process.complaint()}".strip())
        self.process.ready()

    async def set_hasty(self, hasty: bool) -> None:
        """Choose whether Telegram's limits count, for the sandbox and for the next start."""
        self.hasty = hasty
        await self.sandbox.set_budgets(off=hasty)

    async def pass_time(self, by: timedelta) -> None:
        """Move the clock; what becomes due happens."""
        await self.sandbox.advance(by)

    async def recorded(self, message: Seen) -> Seen:
        """Wait until the bot knows that it has sent a message; give the message.

        People take seconds to reply, and the bot milliseconds to note what it has sent; those who
        play here are quicker, and would reply to something that the bot does not know yet.
        """
        async with asyncio.timeout(READY_SECONDS):
            while not await asyncio.to_thread(self._knows, message.id):  # noqa: ASYNC110
                await asyncio.sleep(RECORD_SECONDS)
        return message

    def _knows(self, message_id: int) -> bool:
        path = self.folder / "demo.db"
        query = "SELECT 1 FROM outbox WHERE chat_id = ? AND message_id = ?"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(query, (self.group.id, message_id)).fetchone() is not None

    async def register(self) -> None:
        """Tell Verso of all customers, as the business's system does, and keep their links."""
        async with self._business() as session:
            for ref, body in business.records().items():
                told = await _call(session, "PUT", f"customers/{ref}", body)
                self.links[ref] = told["link"]

    async def report(self, events: Sequence[dict[str, Any]]) -> None:
        """Tell Verso of events, as the business's system does."""
        async with self._business() as session:
            await _call(session, "POST", "events", list(events))

    async def public_page(self, number: int) -> str:
        """A page of the public book, as a browser gets it. Raises StageError when there is none."""
        url = f"http://127.0.0.1:{self.http_port}/book/{number}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            if answer.status != 200:
                raise StageError(f"The book has no page {number}: {answer.status}.")
            return await answer.text()

    def _business(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            f"http://127.0.0.1:{self.http_port}/api/v1/",
            headers={"Authorization": f"Bearer {self.api_key}"},
        )


async def _call(session: aiohttp.ClientSession, method: str, path: str, body: Any) -> Any:
    async with session.request(method, path, json=body) as answer:
        told = await answer.json(content_type=None)
        if answer.status >= 400:
            raise StageError(f"The bot's HTTP API refused {path}: {told.get('detail', told)}")
        return told


def database_url(folder: Path) -> str:
    """The address of the bot's database in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'demo.db'}"


async def set_stage(sandbox: RunningSandbox, folder: Path, command: Sequence[str]) -> Stage:
    """Make the people, the group and a bot that has not been started yet."""
    bot = await sandbox.create_bot(
        token=business.TOKEN, username=business.USERNAME, first_name=business.NAME
    )
    people = {a.key: await _person(sandbox, a) for a in business.CAST}
    staff = [people[a.key] for a in business.CAST if a.role == "staff"]
    group = await sandbox.create_group(
        people["sam"],
        bot,
        *staff,
        admins={bot.id: None, **{p.id: None for p in staff}},
        title=business.GROUP_TITLE,
        forum=True,
        id=business.GROUP_ID,
    )
    port, key = free_port(), secrets.token_hex(16)
    process = BotProcess(
        command,
        _environment(sandbox, folder, port, key, people["sam"].id),
        folder / "bot.log",
    )
    stage = Stage(sandbox, bot, people, group, process, folder, port, key)
    process.changed = stage.publish
    await asyncio.to_thread((folder / "verso.yaml").write_bytes, business.configuration())
    return stage


async def _person(sandbox: RunningSandbox, actor: Actor) -> Person:
    return await sandbox.create_user(
        id=actor.id,
        first_name=actor.first_name,
        last_name=actor.last_name or None,
        username=actor.username,
        language_code=actor.language,
        phone=f"+49301{actor.id}",
    )


def _environment(
    sandbox: RunningSandbox, folder: Path, port: int, key: str, owner: int
) -> dict[str, str]:
    return {
        "VERSO_BOT_TOKEN": business.TOKEN,
        "VERSO_BOT_API_URL": sandbox.url,
        "VERSO_DATABASE_URL": database_url(folder),
        "VERSO_CONFIG": str(folder / "verso.yaml"),
        "VERSO_OWNER_IDS": str(owner),
        "VERSO_MODE": "polling",
        "VERSO_HTTP_LISTEN": f"127.0.0.1:{port}",
        "VERSO_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VERSO_API_KEYS": key,
        "VERSO_LOG_LEVEL": "warning",
        "VERSO_LOG_FORMAT": "console",
    }
