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
import contextlib
import random
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
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
QUIET_SECONDS = 0.5
"""A bot that makes no call for so long is done."""
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
        self.last_call = 0.0
        self.refused = 0
        self.replies: list[float] = []
        self.edits: list[float] = []
        """Moments of calls that changed an older message without saying anything."""
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
            "message_id": self.message_id(),
            "date": int(time.time()),
            "chat": {"id": customer.id, "type": "private", "first_name": "C"},
            "from": user,
            "text": text,
        }
        if customer.step == 0:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self.push({"message": message})

    def push(self, update: dict[str, Any]) -> None:
        """Have an update fetched."""
        number = self.next_update
        self.next_update += 1
        self.updates.append((number, orjson.dumps({"update_id": number, **update})))
        self.news.set()

    def message_id(self) -> int:
        """Number a message."""
        self.next_message += 1
        return self.next_message

    # -- the bot's side --------------------------------------------------------------------------

    async def call(self, request: web.Request) -> web.Response:
        """Answer a Bot API call."""
        method = request.match_info["method"]
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getUpdates":
            return answer(await self._get_updates(await _params(request)))
        self.last_call = time.monotonic()
        if method == "getMe":
            me = {"id": 123456789, "is_bot": True, "first_name": "B", "username": "bench_bot"}
            return answer(orjson.dumps({"ok": True, "result": me}))
        return await self.answered(method, await _params(request))

    async def answered(self, method: str, params: dict[str, Any]) -> web.Response:
        """Answer a call that neither asks for updates nor who the bot is."""
        if method in ("sendMessage", "editMessageText"):
            return await self._sent(params)
        if method.startswith("edit"):
            self.edits.append(self.last_call)
        return answer(OK)

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
            return answer(orjson.dumps(error.answer()), error.code)
        self._heard(chat_id)
        async with self.heard:
            self.heard.notify_all()
        if self.way:
            await asyncio.sleep(self._one_way())
        chat = {"id": chat_id, "type": "private", "first_name": "C"}
        message = {"message_id": self.message_id(), "date": 1, "chat": chat, "text": "x"}
        return answer(orjson.dumps({"ok": True, "result": message}))

    def _one_way(self) -> float:
        return self.way * (1 + self.chance.random())

    def _hold_up(self) -> float:
        is_held = self.chance.random() < HELD_UP_SHARE
        return HELD_UP_SECONDS * self.chance.random() if is_held else 0.0

    def _spend(self, chat_id: int) -> None:
        if self.pacer is not None:
            kind = "private" if chat_id > 0 else "supergroup"
            self.pacer.spend(Chat(str(chat_id), chat_id, kind))

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
        """Let the customers begin or stop, or wait until so much was heard or the bot is quiet.

        Gives the figures.
        """
        what = request.match_info["what"]
        if what == "begin":
            self.begin()
        elif what == "stop":
            self.writing = False
        elif what == "quiet":
            # Each call moves the moment, so there is no event to wait for.
            while time.monotonic() < self.last_call + QUIET_SECONDS:  # noqa: ASYNC110
                await asyncio.sleep(QUIET_SECONDS / 10)
        else:
            replies = int(request.query.get("replies", 0))
            asks = int(request.query.get("asks", 0))
            async with self.heard:
                await self.heard.wait_for(
                    lambda: len(self.replies) >= replies and len(self.asks) >= asks
                )
        return answer(orjson.dumps(self.figures()))

    def all_waits(self) -> Iterable[float]:
        """Give the seconds that each customer waited for each answer."""
        return (wait for customer in self.customers.values() for wait in customer.waits)

    def figures(self) -> dict[str, Any]:
        """Give what was counted."""
        return {
            "began": self.began,
            "replies": self.replies,
            "asks": self.asks,
            "edits": self.edits,
            "waits": sorted(self.all_waits()),
            "last_call": self.last_call,
            "refused": self.refused,
            "calls": self.calls,
        }


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        loaded: dict[str, Any] = orjson.loads(await request.read())
        return loaded
    return dict(await request.post())


def answer(body: bytes, status: int = 200) -> web.Response:
    """Make an answer of JSON."""
    return web.Response(body=body, status=status, content_type="application/json")


@contextlib.asynccontextmanager
async def served(lean: Lean) -> AsyncIterator[int]:
    """Serve for as long as the block runs; gives the port."""
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", lean.call)
    app.router.add_route("*", "/control/{what}", lean.control)
    # Whoever stops leaves a call for updates behind, which nobody waits for.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def serve(lean: Lean) -> None:
    """Serve until killed."""
    async with served(lean) as port:
        print(f"port {port}", flush=True)
        await asyncio.Event().wait()


def run(serving: Coroutine[Any, Any, None]) -> None:
    """Run a server on the fastest event loop there is."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving)


async def main(customers: str, steps: str, think: str, budget: str, way_ms: str) -> None:
    """Serve as the command line says."""
    way = int(way_ms) / 1000
    await serve(Lean(int(customers), int(steps), float(think), int(budget), way))


if __name__ == "__main__":
    run(main(*sys.argv[1:6]))
