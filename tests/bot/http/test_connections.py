"""Connections of the running server: half requests end, broken ones are told, few are enough."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.http import connections
from bot.http.connections import Runner
from bot.http.server import create_http_app
from storage.database import Database
from tests.bot.making import services
from tests.bot.serving import StubProbes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ALIVE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[int]:
    app = create_http_app(database, services(), StubProbes())
    runner = Runner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def said(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """All that is answered until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await asyncio.sleep(pause)
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"GET /heal"],
        [b"GET /healthz HTTP/1.1\r\n", b"X-A: 1\r\n", b"X-B: 1\r\n", b"X-C: 1\r\n"],
        [ALIVE, b"GET /healthz HTTP/1.1\r\nX-"],
    ],
)
async def test_half_a_request_is_not_waited_for(
    database: Database, parts: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.15)
    async with listening(database) as port:
        found = await said(port, *parts, pause=0.03)
    assert found.endswith(b"Connection: close\r\n\r\n")
    assert b"HTTP/1.1 408" in found
    assert found.count(b"HTTP/1.1 200") == parts.count(ALIVE)


async def test_between_requests_there_is_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.05)
    async with listening(database) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(ALIVE)
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            await reader.readuntil(b"}")
            await asyncio.sleep(0.1)
        assert not reader.at_eof()
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\n"
        b"notgzip",
        b"POST /hooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_broken_takes_no_room_in_the_log(
    database: Database, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(database) as port:
        with caplog.at_level(logging.INFO):
            await said(port, sent + b"\r\n")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "Traceback" not in caplog.text


async def test_what_is_no_request_is_told_like_everything_else(database: Database) -> None:
    async with listening(database) as port:
        found = await said(port, b"NONSENSE\r\n\r\n")
    assert b" 400 " in found.splitlines()[0]
    assert b"application/problem+json" in found
    assert b"Server: verso" in found


async def test_one_connection_too_many_is_closed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 2)
    async with listening(database) as port:
        kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert await said(port) == b""
        for reader, writer in kept:
            writer.write(ALIVE)
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            writer.close()
