"""Where it happens: a sandbox, two staff groups, and Verso in a process of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox import Budgets, SandboxError, running_sandbox
from tests.chaos.eye import Eye
from tests.chaos.plan import Plan
from tests.crash.process import Process
from tests.journeys.world import TOKEN

CONFIG = """
brand: {{name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}}
teams:
  - {{id: support, chat: {forum}, categories: [delivery, "*"]}}
  - {{id: tasting, chat: {plain}, categories: [taste]}}
categories:
  - {{id: delivery, title: {{en: Delivery, ru: Доставка, zh: 配送}}}}
  - {{id: taste, title: {{en: Taste, ru: Вкус, zh: 口味}}}}
stages:
  - {{id: first_use, title: {{en: First use, ru: Первое использование, zh: 首次使用}}}}
"""
TEAM_OF = {"delivery": "support", "taste": "tasting"}
START_SECONDS = 120.0


class Verso(Process):
    """`verso run`, with more time to start: Telegram is in trouble while it does."""

    def environment(self) -> dict[str, str]:
        """All settings. The budgets are those that the sandbox has."""
        return super().environment() | {"VERSO_SEND_RATE": "30", "VERSO_GROUP_RATE": "600"}

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    await super().start()
                except TimeoutError:
                    await self.kill()
                else:
                    return


@dataclass
class Stage:
    """All that people and troubles have in their hands."""

    plan: Plan
    sandbox: Any
    eye: Eye
    bot: Any
    staff: Any
    groups: dict[str, Any]
    """Each team's group as it is now."""
    chats: dict[str, list[str]]
    """The keys of all chats that each team's group has been."""
    versos: list[Verso]
    """All processes of Verso."""
    database_url: str
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nothing breaks any more."""

    async def migrate(self, team: str) -> None:
        """Turn a team's group into a supergroup."""
        self.groups[team] = await self.groups[team].migrate()
        self.chats[team].append(str(self.groups[team].id))

    async def pause(self) -> None:
        """What a person does before trying again."""
        await asyncio.sleep(0.2)

    def private(self, person: Any) -> str:
        """Name a person's chat with the bot."""
        return f"{self.bot.id}:{person.id}"


@contextlib.asynccontextmanager
async def stage(plan: Plan, database_url: str, folder: Path) -> AsyncIterator[Stage]:
    """Set everything up for as long as the block runs."""
    budgets = Budgets(overall=30, chat_burst=5, chat_rate=1.0, group=600)
    async with running_sandbox(budgets=budgets, seed=plan.seed, webhook_retry=0.2) as sandbox:
        eye = Eye(sandbox)
        watching = asyncio.create_task(eye.run())
        bot = await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
        staff = await sandbox.create_user(first_name="Mira", username="mira")
        make = sandbox.create_group
        forum = await make(staff, bot, admins={bot.id: None}, title="Support", forum=True)
        plain = await make(staff, bot, admins={bot.id: None}, title="Tasting", kind="group")
        config = folder / "verso.yaml"
        config.write_text(CONFIG.format(forum=forum.id, plain=plain.id), "utf-8")
        versos = [
            Verso(sandbox, database_url, folder, plan.mode, config, owners=(staff.id,))
            for _ in range(plan.processes)
        ]
        groups = {"support": forum, "tasting": plain}
        chats = {team: [str(group.id)] for team, group in groups.items()}
        for verso in versos:
            await verso.start()
        try:
            yield Stage(plan, sandbox, eye, bot, staff, groups, chats, versos, database_url)
        finally:
            for verso in versos:
                if verso.is_running():
                    await verso.kill()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def attempt(action: Any) -> Any:
    """Do what a person may be too late for: the group moved, the topic is gone, the bot blocked."""
    try:
        return await action
    except SandboxError:
        return None
