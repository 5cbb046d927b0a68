"""A lean Bot API server with virtual customers in it, so that the bot is what is measured.

It speaks the same protocol as the sandbox for the few methods that a conversation needs, and
keeps no history. With a budget it refuses what is too fast by the sandbox's own rules; without,
it refuses nothing. Each customer writes, waits for the bot's next message to their chat, thinks,
and writes again: a closed loop. Run as a process of its own:

    python -m tests.bench.lean CUSTOMERS STEPS THINK_SECONDS BUDGET_PER_SECOND WAY_MS

STEPS 0: until told to stop. BUDGET 0: none. WAY_MS: a message needs so many milliseconds to twice
as many to the server, and as many back; one in fifty is held up there for up to 200 more. It
prints its port when it listens.
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox.errors import ApiError
from bot.sandbox.timekeeping import VirtualClock
from bot.sandbox.world.model import Chat
from bot.sandbox.world.pacing import Budgets, Pacer

TOKEN = "123456789:BENCHBENCHBENCHBENCHBENCHBENCHBENCHBE"
OK = orjson.dumps({"ok": True, "result": True})
FIRST_ID = 10_000_000
"""Id of the first customer who writes by themselves; the next ones follow."""
ASKED_ID = 50_000_000
"""Ids above this are of people who are asked and keep silent."""
HELD_UP_SHARE, HELD_UP_SECONDS = 0.02, 0.2
"""So many messages are held up on the way to a server that is away, and for so long at most."""
STEPS_BEFORE_ANEW = 19
"""A customer without end begins anew before the flow of twenty questions is over."""


@dataclass(slots=True)
class Customer:
    """One virtual customer and what they waited for."""

    id: int
    step: int = 0
    asked_at: float = 0.0
    waits: list[float] = field(default_factory=list)


class Lean:
    """The server's state. All moments are seconds of the machine's monotonic clock."""

    def __init__(
        self, customers: int, steps: int, think: float, budget: int, way: float = 0.0
    ) -> None:
        self.steps, self.think = steps, think
        self.customers = {FIRST_ID + n: Customer(FIRST_ID + n) for n in range(customers)}
        self.updates: list[tuple[int, bytes]] = []
        self.news = asyncio.Event()
        self.heard = asyncio.Condition()
        self.next_update = int(time.time())  # greater than those of an earlier run
        self.next_message = 1
        self.began = 0.0
        self.writing = False
        self.calls: dict[str, int] = {}
        self.refused = 0
        self.replies: list[float] = []
        self.asks: list[float] = []
        self.chance = random.Random(7)  # the same crowd every time
        self.way = way
        """Seconds that a message needs at least, and its answer as many."""
        self.pacer = Pacer(VirtualClock(), Budgets(overall=budget)) if budget else None

    def begin(self) -> None:
        """Let every customer write the first message; those who think begin at different times."""
        self.began, self.writing = time.monotonic(), True
        for customer in self.customers.values():
            self._write_after(customer, self.chance.random() * self.think)

    def _write_after(self, customer: Customer, seconds: float) -> None:
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._write, customer)
        else:
            self._write(customer)

    def _write(self, customer: Customer) -> None:
        if not self.writing:
            return
        customer.asked_at = time.monotonic()
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

    # -- the bot's side --------------------------------------------------------------------------

    async def call(self, request: web.Request) -> web.Response:
        """Answer a Bot API call."""
        method = request.match_info["method"]
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getUpdates":
            return _json(await self._get_updates(await _params(request)))
        if method in ("sendMessage", "editMessageText"):
            return await self._sent(await _params(request))
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

    async def _sent(self, params: dict[str, Any]) -> web.Response:
        chat_id = int(params["chat_id"])
        if self.way:
            await asyncio.sleep(self._one_way() + self._hold_up())
        try:
            self._spend(chat_id)
        except ApiError as error:
            self.refused += 1
            return _json(orjson.dumps(error.answer()), error.code)
        self._heard(chat_id)
        async with self.heard:
            self.heard.notify_all()
        if self.way:
            await asyncio.sleep(self._one_way())
        chat = {"id": chat_id, "type": "private", "first_name": "C"}
        message = {"message_id": self._message_id(), "date": 1, "chat": chat, "text": "x"}
        return _json(orjson.dumps({"ok": True, "result": message}))

    def _one_way(self) -> float:
        return self.way * (1 + self.chance.random())

    def _hold_up(self) -> float:
        is_held = self.chance.random() < HELD_UP_SHARE
        return HELD_UP_SECONDS * self.chance.random() if is_held else 0.0

    def _spend(self, chat_id: int) -> None:
        if self.pacer is not None:
            self.pacer.spend(Chat(str(chat_id), chat_id, "private"))

    def _heard(self, chat_id: int) -> None:
        now = time.monotonic()
        if chat_id >= ASKED_ID:
            self.asks.append(now)
            return
        self.replies.append(now)
        customer = self.customers.get(chat_id)
        if customer is None or not customer.asked_at:
            return
        customer.waits.append(now - customer.asked_at)
        customer.asked_at = 0.0
        customer.step += 1
        if self.steps == 0:
            customer.step %= STEPS_BEFORE_ANEW
        if self.steps == 0 or customer.step < self.steps:
            self._write_after(customer, self.think * (0.5 + self.chance.random()))

    # -- the benchmark's side --------------------------------------------------------------------

    async def control(self, request: web.Request) -> web.Response:
        """Let the customers begin or stop, or wait until so much was heard; gives the figures."""
        what = request.match_info["what"]
        if what == "begin":
            self.begin()
        elif what == "stop":
            self.writing = False
        else:
            replies = int(request.query.get("replies", 0))
            asks = int(request.query.get("asks", 0))
            async with self.heard:
                await self.heard.wait_for(
                    lambda: len(self.replies) >= replies and len(self.asks) >= asks
                )
        return _json(orjson.dumps(self._figures()))

    def _figures(self) -> dict[str, Any]:
        return {
            "began": self.began,
            "replies": self.replies,
            "asks": self.asks,
            "waits": sorted(wait for c in self.customers.values() for wait in c.waits),
            "refused": self.refused,
            "calls": self.calls,
        }


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        loaded: dict[str, Any] = orjson.loads(await request.read())
        return loaded
    return dict(await request.post())


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


async def serve(lean: Lean) -> None:
    """Serve until killed."""
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", lean.call)
    app.router.add_route("*", "/control/{what}", lean.control)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"port {runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def main(customers: str, steps: str, think: str, budget: str, way_ms: str) -> None:
    """Serve as the command line says."""
    import uvloop

    async def run() -> None:
        way = int(way_ms) / 1000
        await serve(Lean(int(customers), int(steps), float(think), int(budget), way))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


if __name__ == "__main__":
    main(*sys.argv[1:6])
