"""Connections to the HTTP server: how many, and how long one may take to say what it wants.

aiohttp limits neither: whoever sends half a request would hold a connection for an hour.
"""

import asyncio
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.http.problems import ProblemError

log = structlog.get_logger(__name__)

HEAD_SECONDS = 10.0
"""For the first line and the headers of a request, from its first byte on; for a new connection
from its beginning on."""
IDLE_SECONDS = 180.0
"""For which a connection without a request is kept: longer than proxies keep theirs, so that it
is they who close it."""
MOST = 1000
"""Connections at a time."""
_LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_BROKEN = (web.RequestPayloadError, HttpProcessingError, ConnectionError)


class Connection(web.RequestHandler):  # type: ignore[misc,unused-ignore]
    """One connection, whose requests have to come in time."""

    __slots__ = ("_head_timer",)

    def __init__(self, manager: web.Server, **given: Any) -> None:
        super().__init__(manager, **given)
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request; one connection too many is closed."""
        super().connection_made(transport)
        if self._manager is not None and len(self._manager.connections) > MOST:
            log.warning("too_many_connections", most=MOST)
            self.force_close()
            return
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that has begun has to be whole soon."""
        super().data_received(data)
        if self._is_waiting():
            self._await_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def log_exception(self, *args: Any, **given: Any) -> None:
        """Log what went wrong; of what a client sends broken one short line is enough."""
        error = given.get("exc_info")
        if isinstance(error, _BROKEN):
            log.info("request_broken", error=type(error).__name__)
            return
        super().log_exception(*args, **given)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no request with problem details, like everything else."""
        response = super().handle_error(request, status, exc, message)
        if status != 400:
            return response
        told = ProblemError(400, "malformed", "This is no HTTP request that can be read.")
        answer = told.response()
        answer.headers["Server"] = SERVER
        answer.force_close()
        return answer

    def _is_waiting(self) -> bool:
        """Whether no request has come whole since the last one was answered."""
        if self._messages:
            return False
        return not self._request_count or (self._waiter is not None and not self._waiter.done())

    def _await_head(self) -> None:
        if self._head_timer is None:
            loop = asyncio.get_running_loop()
            self._head_timer = loop.call_later(HEAD_SECONDS, self._late)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _late(self) -> None:
        self._head_timer = None
        if not self._is_waiting():
            return
        if self.transport is not None:
            self.transport.write(_LATE)  # uvloop's is of no class of asyncio's: not to be asked
        self.force_close()


SERVER = "verso"
"""What the server calls itself: no names and versions of what it is made of."""


class _Server(web.Server):
    def __call__(self) -> Connection:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application with connections that are limited."""

    def __init__(self, app: web.Application, **given: Any) -> None:
        super().__init__(app, keepalive_timeout=IDLE_SECONDS, **given)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **self._kwargs)


async def name_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Say who answers; for an application's `on_response_prepare`."""
    response.headers["Server"] = SERVER
