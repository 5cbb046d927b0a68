"""A sandbox in tests' hands, wherever it runs."""

from __future__ import annotations

import asyncio
import base64
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.errors import SandboxError
from bot.sandbox.handles import Channel, Group, Link, SandboxBot
from bot.sandbox.person import WAIT_SECONDS, Person
from bot.sandbox.world.model import JSON


class Sandbox:
    """A sandbox as tests see it, wherever it runs. `url` has no slash at its end."""

    def __init__(self, link: Link, url: str) -> None:
        self.link = link
        self.url = url

    @property
    def bot_url(self) -> str:
        """python-telegram-bot's base_url."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        """python-telegram-bot's base_file_url."""
        return f"{self.url}/file/bot"

    async def create_user(self, **fields: Any) -> Person:
        """A new person: id, first_name, last_name, username, language_code, phone,
        private_forwards."""
        view = await self.link.call("create_user", **fields)
        return Person(self.link, view["id"], view["first_name"], view["language_code"])

    async def create_bot(self, **fields: Any) -> SandboxBot:
        """A new bot: token, username, first_name, privacy."""
        view = await self.link.call("create_bot", **fields)
        return SandboxBot(self.link, view["id"], view["token"], view["username"])

    async def create_group(
        self,
        creator: Person,
        *members: Person | SandboxBot,
        admins: dict[int, list[str] | None] | None = None,
        **fields: Any,
    ) -> Group:
        """A new group: title, forum, kind ("supergroup" or "group"), username, id.

        `admins` maps ids of members to their rights (None: all of them).
        """
        ids = [m.id for m in members]
        view = await self.link.call("create_group", creator=creator.id, members=ids, **fields)
        group = Group(self.link, view["id"])
        for user, rights in (admins or {}).items():
            await self.link.call("promote", group=group.id, user=user, rights=rights)
        return group

    async def create_channel(self, creator: Person, **fields: Any) -> Channel:
        """A new channel, in which its administrators alone write: title, username, id."""
        view = await self.link.call("create_channel", creator=creator.id, **fields)
        return Channel(self.link, view["id"])

    async def read_file(self, file_id: str) -> bytes:
        """The bytes of a file that somebody sent."""
        return base64.b64decode(await self.link.call("read_file", file_id=file_id))

    async def requests(self, **which: Any) -> list[JSON]:
        """Bots' calls; which: method, chat, after (number)."""
        return list(await self.link.call("requests", **which))

    async def request_counts(self) -> dict[str, dict[str, int]]:
        """Calls per method and HTTP status."""
        return dict(await self.link.call("request_counts"))

    async def wait_for_request(
        self,
        method: str,
        *,
        after: int = 0,
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109  # the test says how long
        **params: Any,
    ) -> JSON:
        """The first call of a method (with these parameters) that has been made or is made."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        seen = after
        while True:
            newest = int(await self.link.call("wait_request", after=-1, seconds=0))
            for call in await self.requests(method=method, after=seen):
                if all(call["params"].get(k) == v for k, v in params.items()):
                    return call
            left = end - loop.time()
            if left <= 0:
                raise TimeoutError(f"No such call of {method} came.")
            seen = newest
            await self.link.call("wait_request", after=newest, seconds=left)

    async def add_fault(self, kind: str, **rule: Any) -> int:
        """Let calls fail; see `bot.sandbox.world.faults.Fault`. The rule's number."""
        return int(await self.link.call("add_fault", kind=kind, **rule))

    async def refuse(self, description: str, status: int = 400, **rule: Any) -> int:
        """Let calls be refused in these words with 400, 403 or 429; rule: method and chat (one
        or a list), count (None: until lifted), retry_after. The rule's number."""
        return await self.add_fault("refused", status=status, description=description, **rule)

    async def lift_fault(self, number: int) -> None:
        """Take one rule away."""
        await self.link.call("lift_fault", number=number)

    async def faults(self) -> list[JSON]:
        """The rules in force, each with how many calls it met."""
        return list(await self.link.call("faults"))

    async def clear_faults(self) -> None:
        """Everything works again, also after `down`."""
        await self.link.call("clear_faults")

    async def down(self, until: datetime | None = None, **how: Any) -> None:
        """Telegram is down until a time; or how: seconds, how ("502" or "cut")."""
        if until is not None and until.tzinfo is None:
            raise SandboxError("The time needs a zone: give an aware datetime.")
        moment = until.isoformat() if until else None
        await self.link.call("down", until=moment, **how)

    async def set_budgets(self, **changes: Any) -> None:
        """Change budgets: overall, paid, chat_burst, chat_rate, group, off."""
        await self.link.call("set_budgets", **changes)

    async def now(self) -> datetime:
        """The virtual time, aware, in UTC."""
        return datetime.fromisoformat((await self.link.call("clock"))["now"])

    async def advance(self, by: timedelta) -> datetime:
        """Move the virtual time forward."""
        view = await self.link.call("advance", seconds=by.total_seconds())
        return datetime.fromisoformat(view["now"])

    async def overview(self) -> JSON:
        """Everybody and every chat."""
        return dict(await self.link.call("overview"))

    async def reset(self) -> None:
        """Forget everybody and everything; the clock stays."""
        await self.link.call("reset")
