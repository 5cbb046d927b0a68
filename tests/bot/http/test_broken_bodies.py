"""Whatever arrives broken, late or in crowds: a 4xx or "come again", and one line in the log."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from bot.http import bodies, crowd
from storage.database import Database
from tests.bot.data.hooks.calling import AUTH, calling
from tests.bot.serving import problem
from tests.journeys.world import until

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""None of this gets as far as the database."""

GZIP = {"Content-Encoding": "gzip"}
PLACES = ["/hooks/stripe", "/hooks/shopify", "/hooks/woocommerce", "/api/v1/events"]


@pytest.fixture
async def client(database: Database) -> AsyncIterator[TestClient[Any, Any]]:
    async with calling(database) as caller:
        caller.client.session.headers.update(AUTH)
        yield caller.client


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_encoded_as_it_says(
    client: TestClient[Any, Any], path: str, encoding: str
) -> None:
    with capture_logs() as said:
        sent = {"Content-Encoding": encoding, "Content-Type": "application/json"}
        answer = await client.post(path, data=b"notgzip", headers=sent)
        await problem(answer, 400, "malformed")
    assert not [line for line in said if line["log_level"] == "error"]


async def slow(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    await asyncio.Event().wait()


@pytest.mark.parametrize("path", PLACES)
async def test_a_body_that_stops_is_not_waited_for(
    client: TestClient[Any, Any], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SILENT_SECONDS", 0.02)
    sent = {"Content-Type": "application/json"}
    await problem(await client.post(path, data=slow(b"[{"), headers=sent), 408, "too-slow")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the bodies that have begun to arrive; each may pause for as long as it likes."""
    arrived, paths = bodies._arrived, list[str]()

    async def noted(request: web.Request) -> bytes:
        paths.append(request.path)
        return await arrived(request)

    monkeypatch.setattr(bodies, "_arrived", noted)
    monkeypatch.setattr(bodies, "SILENT_SECONDS", 60.0)
    return paths


async def test_only_so_many_bodies_arrive_at_a_time(
    client: TestClient[Any, Any], begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "ROOM_SECONDS", 0.02)
    stalling = [
        asyncio.create_task(client.post("/hooks/stripe", data=slow(b"{")))
        for _ in range(bodies.AT_A_TIME)
    ]
    await until_begun(begun, bodies.AT_A_TIME)
    answer = await client.post("/hooks/stripe", data=slow(b"{"))
    await problem(answer, 503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert (await client.post("/api/v1/events", json=[])).status == 200
    assert (await client.post("/hooks/shopify", json={})).status == 401
    for task in stalling:
        task.cancel()
    await asyncio.gather(*stalling, return_exceptions=True)


async def test_a_crowd_at_one_door_leaves_the_others_open(
    client: TestClient[Any, Any], begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "AT_A_TIME", 1)
    first = asyncio.create_task(client.post("/hooks/stripe", data=slow(b"{")))
    await until_begun(begun, 1)
    await problem(await client.post("/hooks/stripe", json={}), 503, "busy")
    assert (await client.post("/api/v1/events", json=[])).status == 200
    assert (await client.get("/healthz")).status == 200
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def until_begun(begun: list[str], number: int) -> None:
    async def so_many() -> bool:
        return len(begun) >= number

    await until(so_many)


async def test_the_server_does_not_say_what_it_is_made_of(client: TestClient[Any, Any]) -> None:
    for path in ("/healthz", "/api/v1/nothing", "/nothing"):
        assert (await client.get(path)).headers["Server"] == "verso"
