"""What people see: every message as it appears and changes, without asking again and again."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

View = dict[str, Any]


class Eye:
    """Watches every chat of a sandbox in this process."""

    def __init__(self, sandbox: Any) -> None:
        self._queue = sandbox.server.world.hub.listen()
        self.chats: dict[str, dict[int, View]] = defaultdict(dict)
        """The latest view of every message that ever was, by chat and number."""
        self.appeared: dict[str, list[tuple[int, str]]] = defaultdict(list)
        """Number and text of every message and of every edit, in the order of appearance."""
        self._changed: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            event = await self._queue.get()
            assert event["event"] != "overrun", "the eye was too slow"
            if "message" in event:
                self._see(event["chat"], event["message"])

    def _see(self, chat: str, view: View) -> None:
        self.chats[chat][view["id"]] = view
        if event_text := text_of(view):
            self.appeared[chat].append((view["id"], event_text))
        self._changed[chat].set()

    async def until(self, chat: str, check: Callable[[], Any], seconds: float) -> Any:
        """Wait until a chat shows something; give it, or None when the time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not (found := check()):
            changed = self._changed[chat]
            changed.clear()
            try:
                async with asyncio.timeout_at(end):
                    await changed.wait()
            except TimeoutError:
                return check()
        return found

    def from_bot(self, chat: str) -> list[View]:
        """Give the bot's messages in a chat that are not deleted, the oldest first."""
        views = self.chats[chat].values()
        return [view for view in views if view["from"]["is_bot"] and not view["deleted"]]


def text_of(view: View) -> str:
    """Give a message's text or caption."""
    return view["text"] or view["caption"] or ""


def buttons_of(view: View) -> dict[str, str]:
    """Give the callback data of a message's buttons by their labels."""
    return {
        button["text"]: button["callback_data"]
        for row in view["buttons"]
        for button in row
        if "callback_data" in button
    }
