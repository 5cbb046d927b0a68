"""Reading a request's JSON."""

import asyncio
from typing import Any

import orjson
from aiohttp import web

from bot.http.problems import ProblemError

BODY_LIMIT = 1024 * 1024
"""Bytes of a request's body, after decompression (docs/http-api.md)."""
BODY_SECONDS = 30.0
"""How long a body may take to arrive."""


async def read_json(request: web.Request) -> Any:
    """The body as plain data. Raises ProblemError when it is not JSON."""
    kind = request.content_type
    if request.headers.get("Content-Type") and not (
        kind == "application/json" or kind.endswith("+json")
    ):
        raise ProblemError(415, "media-type", "Send Content-Type: application/json.")
    body = await read_body(request)
    if not body:
        raise ProblemError(400, "malformed", "The body is empty; send JSON.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ProblemError(400, "malformed", f"The body is not valid JSON at {where}.") from None


async def read_body(request: web.Request) -> bytes:
    """The body as it came. Raises ProblemError when it does not come in time."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise ProblemError(408, "too-slow", "Send the body in one go.") from None
