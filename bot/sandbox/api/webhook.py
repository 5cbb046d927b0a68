"""Delivery of updates to a bot's webhook."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from bot.sandbox.world.state import World
from bot.sandbox.world.updates import PendingUpdate, UpdateQueue, Webhook

FIRST_RETRY_SECONDS = 1.0
"""Real seconds before the first retry; each further one waits twice as long."""
LAST_RETRY_SECONDS = 60.0
"""The longest wait between retries."""
ANSWER_SECONDS = 60
"""How long a webhook may take to answer."""


@dataclass(slots=True)
class _Lane:
    """One chat's messages, or one person's presses: delivered one after another."""

    busy: bool = False
    delay: float = 0.0


@dataclass(slots=True)
class WebhookPusher:
    """Posts one bot's updates while it has a webhook. Anything but 2xx is tried again."""

    world: World
    queue: UpdateQueue
    session: aiohttp.ClientSession
    first_retry: float = FIRST_RETRY_SECONDS
    _lanes: dict[str, _Lane] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                self.queue.arrived.clear()
                if self.queue.webhook is not None and not self.world_is_down():
                    self._start(self.queue.webhook)
                await self._changed()
        finally:
            for task in self._tasks:
                task.cancel()

    def world_is_down(self) -> bool:
        """Whether Telegram is playing dead."""
        return self.world.down_until > self.world.clock.timestamp()

    async def _changed(self) -> None:
        if self.queue.webhook is None or not self.world_is_down():
            await self.queue.arrived.wait()
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self.queue.arrived.wait(), 0.2)

    def _start(self, hook: Webhook) -> None:
        self.queue.expire()
        for key, update in list(self.queue.pending.items()):
            if len(self._tasks) >= hook.max_connections:
                return
            lane = self._lanes.setdefault(update.lane, _Lane())
            if not lane.busy:
                lane.busy = True
                task = asyncio.create_task(self._deliver(hook, key, update, lane))
                self._tasks.add(task)
                task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.queue.arrived.set()

    async def _deliver(self, hook: Webhook, key: int, update: PendingUpdate, lane: _Lane) -> None:
        try:
            error = await self._post(hook, update)
            if error is None:
                self.queue.pending.pop(key, None)
                lane.delay = 0.0
                return
            hook.last_error, hook.last_error_at = error, self.world.clock.unix()
            lane.delay = min(max(self.first_retry, lane.delay * 2), LAST_RETRY_SECONDS)
            await asyncio.sleep(lane.delay)
        finally:
            lane.busy = False

    async def _post(self, hook: Webhook, update: PendingUpdate) -> str | None:
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        try:
            async with self.session.post(
                hook.url,
                data=update.raw,
                headers=headers,
                timeout=aiohttp.ClientTimeout(ANSWER_SECONDS),
                allow_redirects=False,
            ) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError:
            return "Connection closed"
