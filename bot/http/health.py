"""Is it alive, is it ready: what load balancers and people on call ask."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from bot.http.metrics import Metrics
from bot.http.problems import json_response
from bot.ports import Database

log = structlog.get_logger(__name__)

PROBE_SECONDS = 5.0
"""How long one probe may take before it counts as a problem."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a probe found; `detail` is a sentence without secrets."""

    ok: bool
    detail: str = ""


Probe = Callable[[], Awaitable[Status]]
"""Looks at one part of the process, such as the poller, the leader or the sender."""


class Health:
    """The addresses `/healthz` and `/readyz`."""

    def __init__(self, database: Database, probes: Mapping[str, Probe], metrics: Metrics) -> None:
        self._probes = {"database": lambda: _writable(database), **probes}
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        """Give the routes."""
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready)]

    async def alive(self, request: web.Request) -> web.Response:
        """Say that the process runs and its loop turns."""
        return json_response({"status": "ok", "loop_lag_seconds": self._metrics.lag_seconds})

    async def ready(self, request: web.Request) -> web.Response:
        """Say of each part whether it works; 503 when one does not."""
        names = list(self._probes)
        found = await asyncio.gather(*(_look(name, self._probes[name]) for name in names))
        fine = all(status.ok for status in found)
        checks = {name: _shown(status) for name, status in zip(names, found, strict=True)}
        body = {"status": "ok" if fine else "problem", "checks": checks}
        return json_response(body, status=200 if fine else 503)


def _shown(status: Status) -> dict[str, Any]:
    return {"status": "ok" if status.ok else "problem", "detail": status.detail}


async def _look(name: str, probe: Probe) -> Status:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return Status(ok=False, detail=f"no answer within {PROBE_SECONDS:g} seconds")
    except Exception as error:
        log.warning("probe_failed", probe=name, error=type(error).__name__)
        return Status(ok=False, detail="the check failed; the log says more")


async def _writable(database: Database) -> Status:
    """Write a row and take it back: a full disk or a read-only file shows here."""
    async with database.unit() as unit:
        await unit.facts.set("probe", "")
    return Status(ok=True, detail="can be written")
