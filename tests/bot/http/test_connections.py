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


class Heard(asyncio.Protocol):
    """What the server says until it ends the connection, however it ends it."""

    def __init__(self) -> None:
        self.said = b""
        self.spoken, self.over = asyncio.Event(), asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.said += data
        self.spoken.set()

    def connection_lost(self, _error: BaseException | None) -> None:
        self.over.set()


async def connected(port: int) -> tuple[asyncio.Transport, Heard]:
    loop = asyncio.get_running_loop()
    return await loop.create_connection(Heard, "127.0.0.1", port)


async def said(port: int, sent: bytes = b"") -> bytes:
    """All that is answered until the server ends the connection."""
    transport, heard = await connected(port)
    transport.write(sent)
    async with asyncio.timeout(60):
        await heard.over.wait()
    return heard.said


@pytest.mark.parametrize(
    ("whole", "half", "more"),
    [
        (b"", b"", b""),
        (b"", b"GET /heal", b""),
        (b"", b"GET /healthz HTTP/1.1\r\n", b"X-A: 1\r\n"),
        (ALIVE, b"GET /healthz HTTP/1.1\r\nX-", b""),
    ],
    ids=["nothing", "half a line", "more and more lines", "half a second one"],
)
async def test_half_a_request_is_not_waited_for(
    database: Database, whole: bytes, half: bytes, more: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 60.0 if whole else 0.1)
    async with listening(database) as port:
        transport, heard = await connected(port)
        if whole:
            transport.write(whole)
            await heard.spoken.wait()
            monkeypatch.setattr(connections, "HEAD_SECONDS", 0.1)
        transport.write(half)
        while not heard.over.is_set():
            transport.write(more)
            await asyncio.sleep(0.01)
    assert heard.said.endswith(b"Connection: close\r\n\r\n")
    assert b"HTTP/1.1 408" in heard.said
    assert heard.said.count(b"HTTP/1.1 200") == (1 if whole else 0)


async def test_between_requests_there_is_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(database) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(ALIVE)
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            await reader.readuntil(b"}")
            # From here on whatever is waited for as a request's head is late at once.
            monkeypatch.setattr(connections, "HEAD_SECONDS", 0.0)
            for _ in range(10):
                await asyncio.sleep(0)
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
        kept = [await connected(port) for _ in range(2)]
        assert await said(port) == b""
        for transport, heard in kept:
            transport.write(ALIVE)
            await heard.spoken.wait()
            assert heard.said.startswith(b"HTTP/1.1 200 OK\r\n")
            transport.close()
