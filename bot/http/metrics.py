"""Figures for Prometheus."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.ports import Database, Unit
from bot.services import Services

LAG_EVERY = 1.0
"""Seconds between two measurements of the loop's lag."""


class Metrics:
    """Counts what happens in this process, and shows what waits in the database."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._ticked_at: float | None = None
        self.lag_seconds = 0.0
        """How much later than asked the loop woke up, last time."""
        self._updates = self._counter("updates", "Updates handled by this process", "outcome")
        self._sends = self._counter("sends", "Tries to send by this process", "outcome")
        self._limited = self._counter("too_many_requests", "Answers 429 from Telegram")
        self._lag = self._gauge("loop_lag_seconds", "How late the event loop woke up")
        self._tick = self._gauge("tick_age_seconds", "Seconds since the last tick; -1: none yet")
        self._inbox = self._gauge("inbox", "Updates that wait or are parked", "state")
        self._oldest = self._gauge("inbox_oldest_seconds", "Age of the longest waiting update")
        self._outbox = self._gauge("outbox", "Messages by state", "state")
        self._repeated = self._gauge("outbox_maybe_repeated", "Sent again after an unknown outcome")
        self._tickets = self._gauge("tickets", "Tickets by state", "state")
        self._conversations = self._gauge("conversations", "Conversations by status", "status")
        self._candidates = self._gauge("candidates", "Candidates by outcome", "outcome")
        self._customers = self._gauge("customers", "Customers")

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"verso_{name}", text, labels, registry=self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"verso_{name}", text, labels, registry=self.registry)

    def handled(self, outcome: str, count: int = 1) -> None:
        """Count updates: `done` or `parked`."""
        self._updates.labels(outcome).inc(count)

    def sent(self, outcome: str, count: int = 1) -> None:
        """Count tries to send by what came of them: `sent`, `failed`, `doubt`, `later`…"""
        self._sends.labels(outcome).inc(count)

    def limited(self) -> None:
        """Count an answer 429."""
        self._limited.inc()

    def ticked(self) -> None:
        """Note that a tick has just ended."""
        self._ticked_at = time.monotonic()

    def lagged(self, seconds: float) -> None:
        """Note how late the event loop woke up."""
        self.lag_seconds = round(max(seconds, 0.0), 4)
        self._lag.set(self.lag_seconds)

    async def look(self, unit: Unit, now: datetime) -> None:
        """Read from the database what waits."""
        tick = -1.0 if self._ticked_at is None else time.monotonic() - self._ticked_at
        self._tick.set(tick)
        oldest = await unit.inbox.oldest_waiting()
        self._oldest.set((now - oldest).total_seconds() if oldest else 0)
        outbox = await unit.outbox.counts()
        self._repeated.set(outbox.pop("maybe_repeated", 0))
        _fill(self._outbox, {"waiting": 0, "failed": 0, "doubt": 0} | outbox)
        _fill(self._inbox, await unit.inbox.counts())
        _fill(self._tickets, await unit.tickets.count_by_state())
        _fill(self._conversations, await unit.conversations.count_by_status())
        _fill(self._candidates, await unit.schedules.count_outcomes())
        self._customers.set(await unit.customers.count())

    def text(self) -> bytes:
        """Give everything in Prometheus's text format."""
        return generate_latest(self.registry)

    async def watch_loop(self, app: web.Application) -> AsyncIterator[None]:
        """Measure the loop's lag as long as the application runs."""
        task = asyncio.create_task(self._measure(), name="loop lag")
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _measure(self) -> None:
        while True:
            asked = time.monotonic() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self.lagged(time.monotonic() - asked)


def _fill(gauge: Gauge, values: Mapping[str, int]) -> None:
    """Replace all values, so that a state that nothing is in any more does not stay."""
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)


def metrics_route(metrics: Metrics, database: Database, services: Services) -> web.RouteDef:
    """Give the route `/metrics`."""
    one_at_a_time = asyncio.Lock()

    async def show(request: web.Request) -> web.Response:
        async with one_at_a_time:
            async with database.reading() as unit:
                await metrics.look(unit, services.clock.now())
            body = metrics.text()
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=body, headers={"Content-Type": kind})

    return web.get("/metrics", show)
