"""A lean Bot API server with virtual customers in it, so that the bot is what is measured.

It speaks the same protocol as the sandbox for the few methods that a conversation needs, keeps
no history and checks no limits. Each customer writes, waits for the bot's next message to their
chat, and writes again: a closed loop. Run as a process of its own:

    python -m tests.bench.lean PORT CUSTOMERS STEPS
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

TOKEN = "123456789:BENCHBENCHBENCHBENCHBENCHBENCHBENCHBE"
OK = orjson.dumps({"ok": True, "result": True})
FIRST_ID = 10_000_000


@dataclass(slots=True)
class Customer:
    """One virtual customer and what they waited for."""

    id: int
    step: int = 0
    asked_at: float = 0.0
    waits: list[float] = field(default_factory=list)


class Lean:
    """The server's state."""

    def __init__(self, customers: int, steps: int) -> None:
        self.steps = steps
        self.customers = {FIRST_ID + n: Customer(FIRST_ID + n) for n in range(customers)}
        self.updates: list[tuple[int, bytes]] = []
        self.news = asyncio.Event()
        self.done = asyncio.Event()
        self.next_update = self.next_message = 1
        self.began = self.ended = 0.0
        self.calls: dict[str, int] = {}
        self.left = customers

    def begin(self) -> None:
        """Let every customer write the first message."""
        self.began = time.perf_counter()
        for customer in self.customers.values():
            self._write(customer)

    def _write(self, customer: Customer) -> None:
        customer.asked_at = time.perf_counter()
        user = {"id": customer.id, "is_bot": False, "first_name": "C", "language_code": "en"}
        text = "/complain" if customer.step == 0 else f"answer number {customer.step}"
        message: dict[str, Any] = {
            "message_id": self._message_id(),
            "date": int(time.time()),
            "chat": {"id": customer.id, "type": "private", "first_name": "C"},
            "from": user,
            "text": text,
        }
        if customer.step == 0:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._push({"message": message})

    def _push(self, update: dict[str, Any]) -> None:
        number = self.next_update
        self.next_update += 1
        self.updates.append((number, orjson.dumps({"update_id": number, **update})))
        self.news.set()

    def _message_id(self) -> int:
        self.next_message += 1
        return self.next_message

    async def call(self, request: web.Request) -> web.Response:
        """Answer a Bot API call."""
        method = request.match_info["method"]
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getUpdates":
            return _json(await self._get_updates(await _params(request)))
        if method in ("sendMessage", "editMessageText"):
            return _json(self._heard(await _params(request)))
        if method == "getMe":
            me = {"id": 123456789, "is_bot": True, "first_name": "B", "username": "bench_bot"}
            return _json(orjson.dumps({"ok": True, "result": me}))
        return _json(OK)

    async def _get_updates(self, params: dict[str, Any]) -> bytes:
        offset = int(params.get("offset") or 0)
        self.updates = [entry for entry in self.updates if entry[0] >= offset]
        if not self.updates:
            self.news.clear()
            try:
                async with asyncio.timeout(float(params.get("timeout") or 0)):
                    await self.news.wait()
            except TimeoutError:
                pass
        batch = self.updates[: int(params.get("limit") or 100)]
        return b'{"ok":true,"result":[' + b",".join(body for _, body in batch) + b"]}"

    def _heard(self, params: dict[str, Any]) -> bytes:
        chat_id = int(params["chat_id"])
        customer = self.customers.get(chat_id)
        if customer is not None and customer.asked_at:
            customer.waits.append(time.perf_counter() - customer.asked_at)
            customer.asked_at = 0.0
            customer.step += 1
            if customer.step < self.steps:
                self._write(customer)
            else:
                self._finished()
        chat = {"id": chat_id, "type": "private", "first_name": "C"}
        message = {"message_id": self._message_id(), "date": 1, "chat": chat, "text": "x"}
        return orjson.dumps({"ok": True, "result": message})

    def _finished(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.ended = time.perf_counter()
            self.done.set()

    async def control(self, request: web.Request) -> web.Response:
        """Begin, or wait for the end and give the figures."""
        if request.match_info["what"] == "begin":
            self.begin()
            return web.json_response({})
        await self.done.wait()
        waits = sorted(wait for c in self.customers.values() for wait in c.waits)
        return web.json_response(
            {
                "seconds": self.ended - self.began,
                "replies": len(waits),
                "p50_ms": 1000 * waits[len(waits) // 2],
                "p99_ms": 1000 * waits[int(len(waits) * 0.99)],
                "calls": self.calls,
            }
        )


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        loaded: dict[str, Any] = orjson.loads(await request.read())
        return loaded
    return dict(await request.post())


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def main(port: int, customers: int, steps: int) -> None:
    """Serve until killed."""
    import uvloop

    async def serve() -> None:
        lean = Lean(customers, steps)
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", lean.call)
        app.router.add_route("*", "/control/{what}", lean.control)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
