"""Reading a request's body: as large, as slow and as many at a time as there is room for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.http.problems import ProblemError, no_room

log = structlog.get_logger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes of a request's body, after decompression (docs/http-api.md)."""
BODY_SECONDS = 30.0
"""How long a body may take to arrive."""
SILENT_SECONDS = 5.0
"""How long it may pause meanwhile."""
ROOM_SECONDS = 5.0
"""How long a request waits for others' bodies to have arrived."""
AT_A_TIME = 16
"""Bodies of one door that arrive at a time; with their limit, the memory that they can take."""


class Bodies:
    """Reads the bodies that come to one door."""

    def __init__(self, most: int = AT_A_TIME) -> None:
        self._room = asyncio.Semaphore(most)

    async def json(self, request: web.Request) -> Any:
        """The body as plain data. Raises ProblemError when it is not JSON."""
        kind = request.content_type
        if request.headers.get("Content-Type") and not (
            kind == "application/json" or kind.endswith("+json")
        ):
            raise ProblemError(415, "media-type", "Send Content-Type: application/json.")
        body = await self.read(request)
        if not body:
            raise ProblemError(400, "malformed", "The body is empty; send JSON.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            detail = f"The body is not valid JSON at {where}."
            raise ProblemError(400, "malformed", detail) from None

    async def read(self, request: web.Request) -> bytes:
        """The body as it came.

        Raises ProblemError when it is too large, too slow, broken or cut off, and when too many
        others are arriving.
        """
        if (request.content_length or 0) > BODY_LIMIT:
            raise _too_large()
        async with self._place():
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    return await _arrived(request)
            except TimeoutError:
                raise ProblemError(408, "too-slow", "Send the body in one go.") from None
            except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
                # What breaks a body has nothing to do with us, however it is called.
                log.info("body_broken", error=type(error).__name__)
                detail = "The body is cut off, or not encoded as its headers say."
                raise ProblemError(400, "malformed", detail) from None

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                await self._room.acquire()
        except TimeoutError:
            raise no_room("Too many bodies are arriving. Send it again in a moment.") from None
        try:
            yield
        finally:
            self._room.release()


async def _arrived(request: web.Request) -> bytes:
    body = bytearray()
    while True:
        async with asyncio.timeout(SILENT_SECONDS):
            part = await request.content.readany()
        if not part:
            return bytes(body)
        body += part
        if len(body) > BODY_LIMIT:
            raise _too_large()


def _too_large() -> ProblemError:
    return ProblemError(413, "too-large", "A body has at most 1 MiB; send it in several requests.")
