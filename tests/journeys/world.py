"""The whole of Verso over the sandbox, through the app's own wiring, with people to play."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.app import App, running_app
from bot.core.clock import Clock
from bot.demo.ports import free_port
from bot.desk import topics
from bot.runtime.sending.pacing import Budgets
from bot.sandbox import Budgets as SandboxBudgets
from bot.sandbox import RunningSandbox, running_sandbox
from bot.settings import Settings

TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"
KEY = "a-key-of-the-business-systems"
SECRET = "a_secret_that_telegram_knows"
PATIENCE = 60.0
"""Seconds until a test gives up waiting, on a machine that does other things, too."""
UNLIMITED = Budgets(per_second=1000, group_per_minute=100_000, chat_per_second=0)
SETTLED = timedelta(seconds=0.3)
"""How long a topic waits for what changes back: what is said in it next waits with it."""

CONFIG = """
brand: {{name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}}
teams:
  - {{id: support, chat: {chat}, categories: ["*"]}}
categories:
  - {{id: delivery, title: {{en: Delivery, ru: Доставка, zh: 配送}}}}
  - {{id: taste, title: {{en: Taste, ru: Вкус, zh: 口味}}}}
stages:
  - {{id: first_use, title: {{en: First use, ru: Первое использование, zh: 首次使用}}}}
limits: {{cooldown: P7D, asks: 2, per: P30D, after_consent: PT0S}}
schedules:
  - id: silent-trial
    when: {{event: trial_started, after: 50%}}
    unless: [support_contacted]
    flow: trial_check_in
    holdout: 0%
"""


@dataclass
class World:
    """A sandbox with a bot, a staff group and an admin, and Verso running on it."""

    sandbox: RunningSandbox
    bot: Any
    group: Any
    staff: Any
    admin: Any
    app: App
    http: aiohttp.ClientSession

    async def customer(self, name: str = "Anna", language: str = "en") -> Any:
        """A person who has never heard of the bot."""
        return await self.sandbox.create_user(first_name=name, language_code=language)

    async def told(self, person: Any, text: str, **more: Any) -> Any:
        """Wait until the bot says something with this text to a person."""
        return await person.wait_for(self.bot, text, **more)

    async def press(self, person: Any, action: str, *, chat: Any = None, text: str = "") -> Any:
        """Press the newest button whose callback data ends with `action`, once it is offered.

        A button that was pressed before does not count: the next screen is waited for.
        """
        return await press(person, chat or self.bot, action, text)

    async def finish_complaint(self, person: Any, severity: int = 4) -> None:
        """Go through the questions after the words, from the first to the last button."""
        for action in (":skip", f":r:{severity}", ":o:fix", ":send"):
            await self.press(person, action)
        await person.wait_for(self.bot, "#")

    async def recorded(self, message: Any) -> Any:
        """Wait until the bot knows that it has sent a message to a group; give the message.

        People take seconds to reply; tests would reply to what the bot does not know yet.
        """

        async def known() -> bool:
            async with self.app.database.reading() as unit:
                return await unit.outbox.by_message(int(message.chat), message.id) is not None

        await until(known)
        return message

    async def quiet(self) -> None:
        """Wait until nothing is under way: no update is to be handled, no message to be sent."""

        async def nothing_waits() -> bool:
            async with self.app.database.reading() as unit:
                inbox, outbox = await unit.inbox.counts(), await unit.outbox.counts()
            return not await self.bot.pending() and not inbox["new"] and not outbox.get("waiting")

        await until(nothing_waits)

    async def advance(self, **by: float) -> None:
        """Let time pass, and everything that becomes due happen."""
        await self.sandbox.advance(timedelta(**by))
        await self.app.settle()

    async def put(self, ref: str, **fields: Any) -> dict[str, Any]:
        """Tell Verso about a customer, as the business's systems do."""
        async with self.http.put(f"/api/v1/customers/{ref}", json=fields) as answer:
            assert answer.status in (200, 201), await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def event(self, ref: str, type_: str, **fields: Any) -> None:
        """Tell Verso about something that happened to a customer."""
        at = fields.pop("at", self.app.services.clock.now())
        body = {"id": f"{ref}-{type_}-{at.isoformat()}", "customer": ref, "type": type_}
        body |= {"at": at.isoformat(), **fields}
        async with self.http.post("/api/v1/events", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def tickets(self) -> list[Any]:
        """All unresolved tickets."""
        async with self.app.database.reading() as unit:
            return await unit.tickets.unresolved(limit=10_000)

    def now(self) -> datetime:
        """The virtual time."""
        return self.app.services.clock.now()


_PRESSED: set[tuple[int, str]] = set()
"""Who has pressed which button of the present world."""


def until_noon() -> timedelta:
    """How long it is until Tuesday noon in Berlin, well away from everybody's quiet hours."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    noon += timedelta(days=(1 - noon.weekday()) % 7)
    return (noon if noon > now else noon + timedelta(days=7)) - now


async def press(
    person: Any,
    chat: Any,
    action: str,
    text: str = "",
    seconds: float = PATIENCE,
    *,
    inside: bool = False,
) -> Any:
    """Wait for a button that was not pressed yet, with data that ends so, and press it."""

    def fits(data: str) -> bool:
        return action in data if inside else data.endswith(action)

    def offered(message: Any) -> list[str]:
        found = [
            button["callback_data"]
            for row in message.buttons
            for button in row
            if fits(button.get("callback_data", ""))
        ]
        fresh = [data for data in found if (person.id, data) not in _PRESSED]
        return fresh if text in message.text else []

    await person.wait_for(chat, where=lambda m: bool(offered(m)), timeout=seconds)
    message = [m for m in await person.messages(chat) if offered(m)][-1]
    data = offered(message)[0]
    _PRESSED.add((person.id, data))
    return await person.press(message, data=data)


@contextlib.asynccontextmanager
async def world(
    database_url: str,
    *,
    forum: bool = True,
    kind: str = "supergroup",
    mode: str = "polling",
    clock: Clock | None = None,
    config: str = CONFIG,
    sandbox_budgets: SandboxBudgets | None = None,
    budgets: Budgets | None = UNLIMITED,
    start_at: timedelta = timedelta(),
    moment: datetime | None = None,
    before: Callable[[RunningSandbox], Awaitable[None]] | None = None,
    languages: Path | None = None,
) -> AsyncIterator[World]:
    """Run all of it for as long as the block runs; `languages` as VERSO_LANGUAGES.

    `moment`: the virtual time at which it begins, which may have passed.
    """
    _PRESSED.clear()  # people of another sandbox have the same numbers
    async with running_sandbox(budgets=sandbox_budgets or SandboxBudgets.unlimited()) as sandbox:
        if moment is not None:
            virtual = sandbox.server.world.clock
            virtual.offset += (moment - virtual.now()).total_seconds()
        if start_at:
            await sandbox.advance(start_at)
        bot = await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
        staff = await sandbox.create_user(first_name="Mira", username="mira")
        admin = await sandbox.create_user(first_name="Olaf")
        group = await sandbox.create_group(
            staff,
            admin,
            bot,
            admins={bot.id: None},
            title="Support",
            forum=forum,
            kind=kind,
        )
        await admin.start(bot)
        if before is not None:
            await before(sandbox)
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(topics, "SETTLED", SETTLED)
            path = Path(folder) / "verso.yaml"
            path.write_text(config.format(chat=group.id), "utf-8")
            port = free_port() if mode == "webhook" else 0
            settings = settings_for(sandbox, database_url, mode, [admin.id], port)
            settings = settings.model_copy(update={"languages": languages})
            async with (
                running_app(
                    settings,
                    clock=clock or sandbox.server.room._world.clock,
                    budgets=budgets,
                    config_file=path,
                ) as app,
                aiohttp.ClientSession(
                    f"http://127.0.0.1:{app.http_port}",
                    headers={"Authorization": f"Bearer {KEY}"},
                ) as http,
            ):
                yield World(sandbox, bot, group, staff, admin, app, http)


def settings_for(
    sandbox: Any, database_url: str, mode: str, owners: Sequence[int], port: int = 0
) -> Settings:
    """Settings of a bot that talks to a sandbox."""
    return Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=sandbox.url,
        database_url=database_url,
        owner_ids=tuple(owners),
        mode=mode,
        public_url=f"http://127.0.0.1:{port}" if mode == "webhook" else "",
        webhook_secret=SECRET,
        http_listen=f"127.0.0.1:{port}",
        api_keys=(KEY,),
        log_level="error",
    )


async def until(check: Any, seconds: float = PATIENCE) -> None:
    """Wait until a coroutine function gives something true."""
    pause = 0.01
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.05)
