"""Figures for Prometheus: what waits in the database, and what this process has counted."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.asks.capacity import AskCapacity, ask_capacity
from bot.core.health import Figures
from bot.core.ports import Unit
from bot.core.refusing import groups_that_refuse
from flows.config import Config

LAG_EVERY = 1.0
"""Seconds between two measurements of the loop's lag."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class LoopLag:
    """Measures how late the event loop wakes up."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """How much later than asked the loop woke up, last time."""

    async def watch(self, app: web.Application) -> AsyncIterator[None]:
        """Measure as long as the application runs."""
        task = asyncio.create_task(self._measure(), name="loop lag")
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _measure(self) -> None:
        while True:
            asked = time.monotonic() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self.seconds = round(max(time.monotonic() - asked, 0.0), 4)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the database holds at one moment, by state."""

    inbox: Mapping[str, int]
    oldest_seconds: float
    outbox: Mapping[str, int]
    maybe_repeated: int
    tickets: Mapping[str, int]
    conversations: Mapping[str, int]
    candidates: Mapping[str, int]
    customers: int
    hunting: AskCapacity
    refused: int = 0
    """Messages that wait because their groups do not take them."""
    webhooks: Mapping[str, int] = field(default_factory=dict)
    webhooks_oldest_seconds: float = 0.0


async def look(unit: Unit, config: Config, now: datetime) -> Waiting:
    """Read from the database what waits."""
    oldest = await unit.inbox.oldest_waiting()
    untold = await unit.webhooks.oldest_waiting()
    outbox = {"waiting": 0, "failed": 0, "doubt": 0} | await unit.outbox.counts()
    return Waiting(
        inbox=await unit.inbox.counts(),
        oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        maybe_repeated=outbox.pop("maybe_repeated", 0),
        outbox=outbox,
        tickets=await unit.tickets.count_by_state(),
        conversations=await unit.conversations.count_by_status(),
        candidates=await unit.schedules.count_outcomes(),
        customers=await unit.customers.count(),
        hunting=await ask_capacity(unit, config, now),
        refused=sum(each.waiting for each in await groups_that_refuse(unit, now)),
        webhooks=await unit.webhooks.counts(),
        webhooks_oldest_seconds=(now - untold).total_seconds() if untold else 0.0,
    )


def render(waiting: Waiting, figures: Figures, lag: float, age: float) -> bytes:
    """Everything in Prometheus's text format; `age`: seconds since the database was read."""
    registry = CollectorRegistry()
    seen = _one("read_age_seconds", "Seconds since the database was read for this", age)
    registry.register(_Snapshot([*_stored(waiting), seen, *_counted(figures, lag)]))
    return generate_latest(registry)


class _Snapshot(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _stored(waiting: Waiting) -> Iterator[Metric]:
    yield _by("inbox", "Updates that wait or are parked", "state", waiting.inbox)
    yield _one("inbox_oldest_seconds", "Age of the longest waiting update", waiting.oldest_seconds)
    yield _by("outbox", "Messages by state", "state", waiting.outbox)
    yield _one("outbox_maybe_repeated", "Sent after an unknown outcome", waiting.maybe_repeated)
    refused = "Messages that wait because their group does not take them"
    yield _one("outbox_refused", refused, waiting.refused)
    yield _by("webhooks", "Webhooks by state, those of the log", "state", waiting.webhooks)
    untold = "Age of what receivers were not told yet for longest"
    yield _one("webhooks_oldest_seconds", untold, waiting.webhooks_oldest_seconds)
    yield _by("tickets", "Tickets by state", "state", waiting.tickets)
    yield _by("conversations", "Conversations by status", "status", waiting.conversations)
    yield _by("candidates", "Candidates by outcome", "outcome", waiting.candidates)
    yield _one("customers", "Customers", waiting.customers)
    yield _one("asks_today", "Asks decided today by the brand's clock", waiting.hunting.asked)
    unanswered = waiting.hunting.unanswered
    yield _one("tickets_unanswered", "Tickets that wait for their first answer", unanswered)
    yield _one(
        "asks_pace",
        "Share of the usual pace of asks, below 1 while staff are behind",
        waiting.hunting.share,
    )


def _counted(figures: Figures, lag: float) -> Iterator[Metric]:
    yield _counter("updates", "Updates by this process", figures.updates)
    yield _counter("sends", "Tries to send by this process", figures.sends)
    limited = "Answers 429 from Telegram to this process"
    yield CounterMetricFamily("verso_too_many_requests", limited, figures.too_many)
    yield _one("loop_lag_seconds", "How late the event loop woke up", lag)
    if figures.tick_age is not None:
        yield _one("tick_age_seconds", "Seconds since this process ticked", figures.tick_age)


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"verso_{name}", text, value)


def _by(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"verso_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counter(name: str, text: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"verso_{name}", text, labels=["outcome"])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
