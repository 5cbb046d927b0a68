"""What Verso tells Telegram when it starts: commands, webhook, and which groups it works in."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog
from telegram.error import TelegramError

from bot.configuration.current import bound, missing_groups, reload_services
from bot.core.admin_notices import notify_admins_of
from bot.core.names import display_safe
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work
from bot.settings import Settings
from flows.desk.topics import plain_sign
from flows.entities import Group
from flows.entities.facts import CLAIM_TOKEN, MOVED, OPEN_GROUP
from flows.languages import codes

log = structlog.get_logger(__name__)

WEBHOOK_CONNECTIONS = 40
_CODE_LENGTH = 2
"""Letters in a language's code that Telegram takes commands for (Bot API: setMyCommands); whoever
speaks another reads those of the staff's language."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds between two tries of what failed at the start."""


Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Calls a Bot API method by its name. Raises TelegramError."""


@dataclass(frozen=True, slots=True)
class Published:
    """What Telegram is told of the bot."""

    commands: Mapping[str, tuple[str, tuple[str, ...]]]
    """By Telegram's scope: the area of texts about the commands, and the commands."""
    admin_commands: tuple[str, ...]
    """Those in an admin's private chat."""
    webhook_path: str
    """Where updates are delivered, below VERSO_PUBLIC_URL."""
    allowed_updates: Sequence[str]
    """Kinds of updates that are handled."""
    console_path: str = ""
    """Where admins read the console, below VERSO_PUBLIC_URL; empty: nowhere."""


class Setup:
    """Makes Telegram fit the configuration."""

    def __init__(
        self, database: Database, services: Services, call: Call, published: Published
    ) -> None:
        self._database, self._services = database, services
        self._call, self._published = call, published
        self._shown: set[int] = set()
        self._webhook: Settings | None = None
        """Settings of a webhook that is still to be set or dropped."""

    async def prepare(self, settings: Settings) -> None:
        """Publish the commands, bind the configured groups, and in polling mode drop a webhook.

        Failures are logged and do not stop the start: `verso doctor` tells about them. What Verso
        cannot do without, groups and webhook, is seen to by `insist`.
        """
        self._webhook = settings
        if settings.mode == "polling":
            await self._set_webhook()
        await asyncio.gather(
            *(
                self._publish({"type": scope}, language, commands, area)
                for scope, (area, commands) in self._published.commands.items()
                for language in codes()
            )
        )
        await self.catch_up()

    async def catch_up(self) -> None:
        """Follow what changed: groups that the configuration names, and who the admins are."""
        await self.bind_groups()
        await self._learn_icons()
        await self._tell_of_open_groups()
        for gone in sorted(self._shown - self._services.admins):
            self._shown.discard(gone)
            await self._take_back({"type": "chat", "chat_id": gone})
            await self._show_console(gone, {"type": "default"})
        for admin in sorted(self._services.admins - self._shown):
            self._shown.add(admin)
            scope = {"type": "chat", "chat_id": admin}
            for language in codes():
                await self._publish(scope, language, self._published.admin_commands)
            words, language = self._services.words, self._services.staff_language
            app = {"url": self._services.settings.public_url + self._published.console_path}
            button = {"type": "web_app", "text": words.say(language, "console.menu")}
            await self._show_console(admin, button | {"web_app": app})

    async def _show_console(self, admin: int, button: dict[str, Any]) -> None:
        """Put the console beside the field in which an admin writes, where Telegram opens it."""
        is_read = bool(self._published.console_path)
        if is_read and self._services.settings.public_url.startswith("https://"):
            await self._try("setChatMenuButton", {"chat_id": admin, "menu_button": button})

    async def _take_back(self, scope: dict[str, Any]) -> None:
        """Show somebody who is no admin any more what everybody is shown."""
        await self._try("deleteMyCommands", {"scope": scope})
        for language in codes():
            if len(language) == _CODE_LENGTH:
                params = {"scope": scope, "language_code": language}
                await self._try("deleteMyCommands", params)

    async def _publish(
        self,
        scope: dict[str, Any],
        language: str,
        commands: tuple[str, ...],
        area: str = "commands",
    ) -> None:
        say = self._services.words.say
        listed = [
            {"command": command, "description": say(language, f"{area}.{command}")}
            for command in commands
        ]
        params: dict[str, Any] = {"commands": listed, "scope": scope}
        if len(language) == _CODE_LENGTH:
            await self._try("setMyCommands", params | {"language_code": language})
        if language == self._services.staff_language:
            await self._try("setMyCommands", params)

    async def insist(self) -> None:
        """Set the webhook, and try again, more and more rarely, what failed; until cancelled."""
        pause = FIRST_PAUSE
        while True:
            await self._set_webhook()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            await self.bind_groups()
            await self._learn_icons()
            await self._tell_of_open_groups()

    async def _set_webhook(self) -> None:
        """Tell Telegram where to deliver updates, or that they are fetched."""
        settings = self._webhook
        if settings is None:
            return
        if settings.mode == "polling":
            done = await self._try("deleteWebhook", {})
        else:
            done = await self._try(
                "setWebhook",
                {
                    "url": settings.public_url + self._published.webhook_path,
                    "secret_token": settings.webhook_secret.get_secret_value(),
                    "allowed_updates": list(self._published.allowed_updates),
                    "max_connections": WEBHOOK_CONNECTIONS,
                },
            )
        if done is not None:
            self._webhook = None

    async def bind_groups(self) -> None:
        """Bind the groups that the configuration names, once the bot is in them."""
        for chat_id, team_id in missing_groups(self._services):
            if await self._has_moved(chat_id):
                continue
            chat = await self._try("getChat", {"chat_id": chat_id})
            if isinstance(chat, dict):
                await self._bind(chat_id, team_id, chat)

    async def _learn_icons(self) -> None:
        """Ask once which icons topics may have, if any group has topics."""
        services = self._services
        if services.topic_icons or not any(group.forum for group in services.groups.values()):
            return
        found = await self._try("getForumTopicIconStickers", {})
        stickers = found if isinstance(found, list) else []
        services.topic_icons = {
            plain_sign(str(each["emoji"])): str(each["custom_emoji_id"])
            for each in stickers
            if isinstance(each, dict) and each.get("emoji") and each.get("custom_emoji_id")
        }

    async def _tell_of_open_groups(self) -> None:
        """Tell admins, as soon as there are any, of groups that others read, too.

        Whoever types /setup there is asked first; whoever writes a group into the file is not.
        """
        if not self._services.admins:
            return
        async with self._database.reading() as unit:
            if not await unit.facts.beginning(OPEN_GROUP):
                return
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            for chat_id, told in (await unit.facts.beginning(OPEN_GROUP)).items():
                title, kind = orjson.loads(told)
                await notify_admins_of(work, f"refused.open_{kind}", title=display_safe(title))
                await unit.facts.drop(OPEN_GROUP.of(chat_id))
            await unit.commit()

    async def _has_moved(self, chat_id: int) -> bool:
        """Tell whether a group that the configuration names is another one by now."""
        async with self._database.reading() as unit:
            return await unit.facts.get(MOVED.of(chat_id)) is not None

    async def _bind(self, chat_id: int, team_id: str, chat: dict[str, Any]) -> None:
        group = bound(
            chat_id,
            team_id,
            str(chat.get("title", "")),
            forum=bool(chat.get("is_forum")),
            clock=self._services.clock,
        )
        async with self._database.unit() as unit:
            known = await unit.get(Group, chat_id)  # whoever follows its move has it locked
            if await unit.facts.get(MOVED.of(chat_id)) is not None:
                return  # it moved while Telegram was asked about it
            if known is None:
                unit.add(group)
            else:
                unit.put(replace(group, bound_at=known.bound_at))
            kind = "public" if chat.get("username") else "linked"
            if chat.get("username") or chat.get("linked_chat_id"):
                told = orjson.dumps([group.title, kind]).decode()
                await unit.facts.set(OPEN_GROUP.of(chat_id), told)
            await unit.commit()
        await reload_services(self._database, self._services)
        log.info("group_bound", chat=chat_id, team=team_id, forum=group.forum)
        if chat.get("username") or chat.get("linked_chat_id"):
            log.warning("group_open", chat=chat_id, advice="verso doctor says who else may read it")

    async def greet(self) -> None:
        """Print a link to claim the bot when nobody may administer it yet."""
        if self._services.admins:
            return
        async with self._database.unit() as unit:
            token = await unit.facts.get(CLAIM_TOKEN)
            if token is None:
                token = secrets.token_urlsafe(24)
                await unit.facts.set(CLAIM_TOKEN, token)
            await unit.commit()
        link = f"https://t.me/{self._services.bot_username}?start=claim-{token}"
        print(
            f"Nobody administers this bot yet. Whoever opens this link first does:\n  {link}",
            flush=True,
        )

    async def _try(self, method: str, params: dict[str, Any]) -> Any:
        try:
            return await self._call(method, params)
        except TelegramError as error:
            log.warning("setup_failed", method=method, error=type(error).__name__)
            return None
