"""The HTTP API served for a test, and what is said to what makes no sense."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.core.health import Check, Figures, Status
from bot.core.services import Services
from bot.http.problems import TITLES
from bot.http.server import create_http_app
from storage.database import Database
from tests.bot.making import KEY, NOW, services

AUTH = {"Authorization": f"Bearer {KEY}"}

EVENT = {"id": "e-1", "customer": "c-1", "type": "purchase", "at": NOW.isoformat()}


class StubProbes:
    """A process whose parts can be made to fail."""

    def __init__(self) -> None:
        self.found: dict[str, Check] = {"poller": self.fine}

    async def fine(self) -> Status:
        return Status(ok=True, detail="polled 1 second ago")

    def checks(self) -> Mapping[str, Check]:
        return self.found

    def figures(self) -> Figures:
        return Figures({"handled": 7}, {"sent": 5}, too_many=2, tick_age=1.5)


@asynccontextmanager
async def serving(
    database: Database, given: Services | None = None, probes: StubProbes | None = None
) -> AsyncIterator[TestClient[Any, Any]]:
    app = create_http_app(database, given or services(), probes or StubProbes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def problem(response: ClientResponse, status: int, kind: str) -> dict[str, Any]:
    assert response.status == status
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = await response.json(content_type=None)
    assert body["type"] == f"urn:verso:problem:{kind}"
    assert (body["title"], body["status"]) == (TITLES[kind], status)
    assert body["detail"]
    return body
