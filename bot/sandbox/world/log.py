"""What bots called, and what came of it."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from bot.sandbox.world.hub import Hub
from bot.sandbox.world.model import JSON

KEPT = 20_000
"""Calls remembered; the counters count all."""


class RequestLog:
    """The latest calls with their parameters and results, and counts of all."""

    def __init__(self) -> None:
        self.calls: deque[JSON] = deque(maxlen=KEPT)
        self.counts: Counter[tuple[str, int]] = Counter()
        self.hub = Hub()

    def add(
        self,
        *,
        bot_id: int,
        method: str,
        params: dict[str, Any],
        outcome: tuple[int, str | None],
        at: float,
        seconds: float,
        fault: str | None,
    ) -> None:
        """Remember a call. `outcome` is the HTTP status (0: no answer) and the refusal."""
        status, error = outcome
        self.counts[method, status] += 1
        self.calls.append(
            {
                "number": self.hub.seq + 1,
                "bot": bot_id,
                "method": method,
                "params": params,
                "status": status,
                "error": error,
                "at": at,
                "ms": round(seconds * 1000, 3),
                "fault": fault,
            }
        )
        self.hub.publish("request", dict)

    def counters(self) -> dict[str, dict[str, int]]:
        """Calls per method and HTTP status."""
        table: dict[str, dict[str, int]] = {}
        for (method, status), count in self.counts.items():
            table.setdefault(method, {})[str(status)] = count
        return table
