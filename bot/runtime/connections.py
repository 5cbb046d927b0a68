"""Kept connections to the Bot API server, for what nearly every call is: JSON there and back.

A general HTTP client spends more time on one such call than all of the rest of sending it. This
one knows HTTP/1.1, one kind of request, and exactly whether a request has left: nothing that was
`NotSent` can have reached the server. Files and everything rare go by the general client.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import httptools

from bot.core.tunnels import connect, why_not
from flows.config.proxies import Proxy

IDLE_SECONDS = 15.0
"""A connection unused for longer may be closed by the other side at any moment: it is not used."""
LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of an answer that are kept; a Bot API server's answers are far smaller."""


class NoConnectionError(Exception):
    """No connection came about; not a byte of the request has left."""


class CutError(Exception):
    """The connection ended, or what came was no HTTP, after the request had left."""


class SilenceError(Exception):
    """The whole answer did not come in time after the request had left."""


class _Target(NamedTuple):
    """Where a request goes."""

    host: str
    port: int
    secure: bool
    head: bytes
    """The request line and the headers up to the length's value."""


class Connections:
    """A pool of connections, to as many servers as are asked for, all of them the same way."""

    def __init__(self, most: int, proxy: Proxy | None = None) -> None:
        self._proxy = proxy
        self._room = asyncio.Semaphore(most)
        self._idle: dict[tuple[str, int, bool], deque[tuple[float, _Connection]]] = {}
        self._all: set[_Connection] = set()
        self._trusted: ssl.SSLContext | None = None

    async def post(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Send a JSON body and give the answer's status and body.

        `seconds` is for the whole answer, from when the request has left. Raises
        NoConnectionError, CutError or SilenceError. A call that is cancelled ends its connection.
        """
        target = _target(url)
        async with self._room:
            connection = self._kept(target) or await self._connect(target)
            try:
                answer = await connection.exchange(target.head, body, seconds)
            except BaseException:
                connection.abort()
                raise
            if connection.usable:
                kept = self._idle.setdefault(target[:3], deque())
                kept.append((asyncio.get_running_loop().time(), connection))
        return answer

    def _kept(self, target: _Target) -> "_Connection | None":
        """Take the connection that was used last; those unused for long are closed."""
        kept = self._idle.get(target[:3])
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while kept and kept[0][0] < oldest:
            kept.popleft()[1].abort()
        while kept:
            connection = kept.pop()[1]
            if connection.usable:
                return connection
        return None

    async def _connect(self, target: _Target) -> "_Connection":
        try:
            _, connection = await connect(
                lambda: _Connection(self._all.discard),
                self._proxy,
                target.host,
                target.port,
                ssl=self._trust() if target.secure else None,
                server_hostname=target.host if target.secure else None,
            )
        except (OSError, TimeoutError) as error:
            raise NoConnectionError(why_not(error)) from error
        self._all.add(connection)
        return connection

    def _trust(self) -> ssl.SSLContext:
        """Trust whom the machine trusts (or what SSL_CERT_FILE names); read when first needed."""
        if self._trusted is None:
            self._trusted = ssl.create_default_context()
        return self._trusted

    def close(self) -> None:
        """End all connections, also those on which an answer is waited for."""
        for connection in list(self._all):
            connection.abort()
        self._idle.clear()


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, ended: Callable[["_Connection"], None]) -> None:
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def usable(self) -> bool:
        """Whether a request may be sent on it."""
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, head: bytes, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Send a request and wait for its answer."""
        if self._transport is None or self._transport.is_closing():
            raise NoConnectionError("it was closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[int, bytes]] = loop.create_future()
        self._answer = answer
        self._transport.write(b"%b%d\r\n\r\n%b" % (head, len(body), body))
        patience = loop.call_later(seconds, self._fail, SilenceError("no answer in time"))
        try:
            return await answer
        finally:
            patience.cancel()
            self._answer = None

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.abort()

    # -- what asyncio tells ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if self._answer is None or self._answer.done():
            self.abort()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(CutError("what came is no HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        """End; an answer that is still waited for does not come any more."""
        self._fail(CutError("it was cut" if exc else "it was closed"))
        self._transport = None
        self._ended(self)

    # -- what the parser tells ---------------------------------------------------------------------

    def on_body(self, part: bytes) -> None:
        """Keep a part of the answer's body."""
        self._size += len(part)
        if self._size > LARGEST_ANSWER:
            self._fail(CutError("the answer is too large"))
        else:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """The answer to whoever waits for it; an early word of the server is none yet."""
        status, body = self._parser.get_status_code(), b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        if status < 200:
            return
        asked = self._answer is not None and not self._answer.done()
        if self._answer is not None and asked:
            self._answer.set_result((status, body))
        if not asked or not self._parser.should_keep_alive():
            self.abort()


@lru_cache(maxsize=256)
def _target(url: str) -> _Target:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
        "User-Agent: verso\r\nAccept: application/json\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    )
    return _Target(host, parts.port or (443 if secure else 80), secure, head.encode("ascii"))
