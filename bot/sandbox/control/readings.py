"""What testers and the web page read."""

from __future__ import annotations

import base64

from bot.sandbox.control.buttons import Buttons
from bot.sandbox.control.common import Place
from bot.sandbox.control.groups import Groups
from bot.sandbox.control.machinery import WAIT_LIMIT, Machinery
from bot.sandbox.control.views import user_view
from bot.sandbox.errors import SandboxError
from bot.sandbox.world.model import JSON
from bot.sandbox.world.reading import chat_view, message_view, topic_view


class ControlRoom(Buttons, Groups, Machinery):
    """Every operation of the control side. Arguments and results are plain JSON values.

    Each public method is also `POST /control/<its name>` with its arguments as a JSON object.
    """

    def messages(
        self,
        user: int,
        chat: Place,
        *,
        after: int = 0,
        thread: int | None = None,
        deleted: bool = False,
    ) -> list[JSON]:
        """A chat's messages as this person sees them, in order; see `message_view`.

        `after`: only those that changed after this seq. `thread`: only this topic.
        `deleted`: also what was deleted.
        """
        place = self._chat(user, chat)
        return [
            message_view(self._world, m)
            for m in list(place.messages.values())
            if m.seq > after
            and (deleted or not m.deleted)
            and (thread is None or (place.is_forum and m.thread_id == thread))
        ]

    def topics(self, group: int) -> list[JSON]:
        """A forum's topics, the deleted ones too, with their status."""
        return [topic_view(t) for t in self._group(group).topics.values()]

    def chats(self, user: int) -> list[JSON]:
        """A person's chat list; see `chat_view`."""
        self._user(user)
        mine = [
            c
            for c in self._world.chats.values()
            if (c.is_private and c.id == user) or user in c.members
        ]
        return [chat_view(self._world, c) for c in mine]

    def chat(self, user: int, chat: Place) -> JSON:
        """One chat; see `chat_view`."""
        return chat_view(self._world, self._chat(user, chat))

    def overview(self) -> JSON:
        """Everybody: {seq, now, users, bots, chats}."""
        world = self._world
        return {
            "seq": world.hub.seq,
            "now": world.clock.now().isoformat(),
            "users": [user_view(u) for u in world.users.values() if not u.is_bot],
            "bots": [
                {"id": b.id, "username": b.user.username, "first_name": b.user.first_name}
                for b in world.bots.values()
            ],
            "chats": [chat_view(world, c) for c in world.chats.values()],
        }

    def bot_profile(self, bot: int) -> JSON:
        """What a bot told about itself: commands per scope, texts, webhook, allowed updates."""
        account = self._bot(bot)
        queue = self._world.queues[bot]
        return {
            "commands": account.commands,
            "texts": [
                {"field": f, "language": c, "text": t} for (f, c), t in account.texts.items()
            ],
            "webhook": queue.webhook.url if queue.webhook else None,
            "allowed_updates": queue.allowed,
        }

    def requests(
        self, *, method: str | None = None, chat: int | None = None, after: int = 0
    ) -> list[JSON]:
        """Bots' calls, oldest first.

        {number, bot, method, params, status, error, at, ms, fault}.
        """
        return [
            call
            for call in list(self._world.log.calls)
            if call["number"] > after
            and (method is None or call["method"] == method)
            and (chat is None or str(call["params"].get("chat_id")) == str(chat))
        ]

    def request_counts(self) -> JSON:
        """Calls per method and HTTP status (0: no answer was given)."""
        return self._world.log.counters()

    def read_file(self, file_id: str) -> str:
        """A file's bytes in base64."""
        stored = self._world.files.get(file_id)
        if stored is None:
            raise SandboxError("There is no such file.")
        return base64.b64encode(stored.data).decode()

    async def wait_change(self, after: int, seconds: float = 30.0) -> int:
        """The number of the latest change once it is above `after`, or after `seconds`."""
        return await self._world.hub.wait_after(after, min(seconds, WAIT_LIMIT))

    async def wait_request(self, after: int, seconds: float = 30.0) -> int:
        """The number of the latest call once it is above `after`, or after `seconds`."""
        return await self._world.log.hub.wait_after(after, min(seconds, WAIT_LIMIT))


OPERATIONS = frozenset(name for name in dir(ControlRoom) if not name.startswith("_"))
"""The names that may be called from outside."""
