"""A lean Bot API server whose customers and staff play the mix (`tests.mix`).

    python -m tests.bench.mixed COMPLAINTS AT_ONCE STAFF

So many complain at once; the next one begins when one has come to their end, so that from then on
every kind of update is under way at any moment. STAFF 0: nobody of staff answers. It refuses
nothing, and prints its port when it listens.
"""

import itertools
import sys
import time
from collections.abc import Iterable
from typing import Any

import orjson
from aiohttp import web

from tests.bench.lean import OK, Lean, answer, run, serve
from tests.mix import Player, Update

WITHOUT_RESULT = frozenset(
    {"answerCallbackQuery", "setMessageReaction", "editForumTopic", "closeForumTopic"}
)


class Mixed(Lean):
    """The server's state. An update is settled when what its author waited for has come."""

    def __init__(self, complaints: int, at_once: int, *, with_staff: bool) -> None:
        super().__init__(customers=0, steps=0, think=0.0, budget=0)
        self.player = Player(complaints, self.message_id, with_staff=with_staff)
        self._opening = self.player.begin()
        self._at_once = at_once
        self._written_at: dict[int, float] = {}
        self._waits: list[float] = []

    def begin(self) -> None:
        """Let the first customers write."""
        self.began = time.monotonic()
        for update in itertools.islice(self._opening, self._at_once):
            self._write_as(_author(update), update)

    def all_waits(self) -> Iterable[float]:
        """Give the seconds from each update until what it leads to had come."""
        return self._waits

    async def answered(self, method: str, params: dict[str, Any]) -> web.Response:
        """Answer, and let those who heard it write what follows."""
        number = self.message_id()
        edited = int(params.get("message_id") or 0) if method.startswith("edit") else 0
        if self._play(method, params, edited or number):
            async with self.heard:
                self.heard.notify_all()
        if method in WITHOUT_RESULT:
            return answer(OK)
        return answer(result_of(method, params, edited or number))

    def _play(self, method: str, params: dict[str, Any], number: int) -> bool:
        """Play what follows from a call; tell whether an update was settled."""
        done = self.player.done
        following = self.player.heard(method, params, number)
        for update in following:
            customer = self._customer_of(update)
            self._settle(customer)
            self._write_as(customer, update)
        if self.player.done > done:
            self._settle(int(params["chat_id"]))
            for update in itertools.islice(self._opening, 1):
                self._write_as(_author(update), update)
        return bool(following) or self.player.done > done

    def _customer_of(self, update: Update) -> int:
        """Give the customer whose complaint an update is about, whoever writes it."""
        thread = update.get("message", {}).get("message_thread_id")
        return self.player.topics[thread].id if thread else _author(update)

    def _write_as(self, customer: int, update: Update) -> None:
        self._written_at[customer] = time.monotonic()
        self.push(update)

    def _settle(self, customer: int) -> None:
        now = time.monotonic()
        self._waits.append(now - self._written_at.pop(customer))
        self.replies.append(now)


def _author(update: Update) -> int:
    return int((update.get("message") or update["callback_query"])["from"]["id"])


def result_of(method: str, params: dict[str, Any], number: int) -> bytes:
    """Give what a call is answered with that made, or changed, the message or topic `number`."""
    return orjson.dumps({"ok": True, "result": _result(method, params, number)})


def _result(method: str, params: dict[str, Any], number: int) -> Any:
    if method == "createForumTopic":
        return {"message_thread_id": number, "name": params["name"], "icon_color": 1}
    if method == "getChatMember":
        user = {"id": int(params["user_id"]), "is_bot": False, "first_name": "Mira"}
        return {"status": "member", "user": user}
    if "chat_id" not in params:
        return True
    chat_id = int(params["chat_id"])
    chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup", "first_name": "C"}
    return {"message_id": number, "date": 1, "chat": chat, "text": "x"}


async def main(complaints: str, at_once: str, staff: str) -> None:
    """Serve as the command line says."""
    await serve(Mixed(int(complaints), int(at_once), with_staff=staff == "1"))


if __name__ == "__main__":
    run(main(*sys.argv[1:4]))
