"""A server that answers as a test says, whatever it is asked, in the place of Telegram's."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web

Answer = Callable[[str, dict[str, Any]], tuple[int, bytes]]
"""Gives status and body to a method and its parameters."""


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """Serve such answers; gives what stands before the method in an address."""

    async def handle(request: web.Request) -> web.Response:
        status, body = answer(request.match_info["method"], orjson.loads(await request.read()))
        return web.Response(status=status, body=body, content_type="application/json")

    app = web.Application()
    app.add_routes([web.post("/bot/{method}", handle)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    finally:
        await runner.cleanup()


def ok(result: Any) -> tuple[int, bytes]:
    return 200, orjson.dumps({"ok": True, "result": result})
