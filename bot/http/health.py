"""Is it alive, is it ready, what has it counted: what monitors and people on call ask."""

import asyncio
import time
from typing import Any

import structlog
from aiohttp import web

from bot.core.health import Check, Probes, Status
from bot.core.ports import Database
from bot.core.services import Services
from bot.http.metrics import CONTENT_TYPE, LoopLag, Waiting, look, render
from bot.http.problems import json_response

log = structlog.get_logger(__name__)

CHECK_SECONDS = 5.0
"""How long one check may take before it counts as a problem."""

LOOK_EVERY = 15.0
"""Seconds for which what was read from the database is shown again.

It is counted over whole tables, which takes half a second at a million candidates; and anybody
who reaches the address may ask as often as they like.
"""

WRITE_EVERY = 1.0
"""Seconds for which what a write showed is told again."""


class Health:
    """The addresses `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, database: Database, services: Services, probes: Probes) -> None:
        self._database, self._services, self._probes = database, services, probes
        self._one_at_a_time = asyncio.Lock()
        self._seen: Waiting | None = None
        self._looked_at = 0.0
        self._one_write = asyncio.Lock()
        self._trouble, self._wrote_at = "", -WRITE_EVERY
        self.lag = LoopLag()

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def alive(self, request: web.Request) -> web.Response:
        """Say that the process runs and its loop turns."""
        return json_response({"status": "ok", "loop_lag_seconds": self.lag.seconds})

    async def ready(self, request: web.Request) -> web.Response:
        """Say of each part whether it works; 503 when one does not.

        What a new start would not mend is a warning, and no 503.
        """
        checks = {"database": self._writable, **self._probes.checks()}
        found = await asyncio.gather(*(_look(name, check) for name, check in checks.items()))
        fine = all(status.ok for status in found)
        shown = {name: _shown(status) for name, status in zip(checks, found, strict=True)}
        body = {"status": "ok" if fine else "problem", "checks": shown}
        return json_response(body, status=200 if fine else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """Figures for Prometheus; several who ask at once wait for one another."""
        async with self._one_at_a_time:
            waiting = await self._waiting()
        age = time.monotonic() - self._looked_at
        body = render(waiting, self._probes.figures(), self.lag.seconds, age)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def _waiting(self) -> Waiting:
        """What the database held when it was looked at last, not long ago."""
        began = time.monotonic()
        if self._seen is None or began - self._looked_at >= LOOK_EVERY:
            async with self._database.reading() as unit:
                self._seen = await look(unit, self._services.config, self._services.clock.now())
            self._looked_at = began
        return self._seen

    async def _writable(self) -> Status:
        """Whether what is written is kept: a row is, and committed, for all who ask just now."""
        async with self._one_write:
            if time.monotonic() - self._wrote_at >= WRITE_EVERY:
                self._trouble = await self._database.trouble()
                self._wrote_at = time.monotonic()
        return Status(ok=not self._trouble, detail=self._trouble or "can be written")


def _shown(status: Status) -> dict[str, Any]:
    fine = "warning" if status.warning else "ok"
    return {"status": fine if status.ok else "problem", "detail": status.detail}


async def _look(name: str, check: Check) -> Status:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return Status(ok=False, detail=f"no answer within {CHECK_SECONDS:g} seconds")
    except Exception as error:
        log.warning("check_failed", check=name, error=type(error).__name__)
        return Status(ok=False, detail="the check failed; the log says more")
