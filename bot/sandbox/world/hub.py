"""Everything that changes, told to whoever listens: waiting tests and the web page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.sandbox.world.model import JSON

BACKLOG = 10_000
"""Events kept for a listener that is slow; a slower one is told to read everything again."""


class Hub:
    """Numbers every change and tells listeners; costs next to nothing while nobody listens."""

    def __init__(self) -> None:
        self.seq = 0
        self._waiters: list[asyncio.Future[None]] = []
        self._listeners: set[asyncio.Queue[JSON]] = set()

    def publish(self, event: str, build: Callable[[], JSON]) -> int:
        """Tell of a change; `build` makes its fields and runs only when somebody listens."""
        self.seq += 1
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
        if self._listeners:
            full = {"seq": self.seq, "event": event} | build()
            for listener in self._listeners:
                _offer(listener, full)
        return self.seq

    async def wait_after(self, seq: int, seconds: float) -> int:
        """Return the newest number once it is above `seq`, or after `seconds`."""
        if self.seq <= seq:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            with suppress(TimeoutError):
                await asyncio.wait_for(waiter, seconds)
        return self.seq

    def listen(self) -> asyncio.Queue[JSON]:
        """A queue that gets every event from now on; give it back with `forget`."""
        queue: asyncio.Queue[JSON] = asyncio.Queue(BACKLOG)
        self._listeners.add(queue)
        return queue

    def forget(self, queue: asyncio.Queue[JSON]) -> None:
        """Stop filling a listener's queue."""
        self._listeners.discard(queue)


def _offer(queue: asyncio.Queue[JSON], event: JSON) -> None:
    try:
        queue.put_nowait(event)
    except asyncio.QueueFull:
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait({"seq": event["seq"], "event": "overrun"})
