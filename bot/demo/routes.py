"""The demo's page and what it asks for beyond the sandbox's own control side."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import segno
from aiohttp import web

from bot.demo import business
from bot.demo.cast import cast_view
from bot.demo.diagrams import diagram
from bot.demo.panel import Panel
from bot.demo.stage import Stage, StageError
from bot.sandbox.pages import HEADERS, Answer, files_of, page_of, refused
from bot.sandbox.world.model import JSON
from flows.conversations import FlowLibrary

WEB = Path(__file__).parent / "web"
JUMPS: dict[str, Callable[[datetime], timedelta]] = {
    "hour": lambda _now: timedelta(hours=1),
    "morning": lambda now: business.next_morning(now) - now,
    "day": lambda _now: timedelta(days=1),
    "three_days": lambda _now: timedelta(days=3),
}


class Site:
    """Routes of the page. Until `open` is called there is nothing to show but the page itself."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._panel: Panel | None = None
        self._jumps: list[JSON] = []
        self._listening: asyncio.Task[None] | None = None
        self._flows = FlowLibrary.shipped()

    def add_to(self, app: web.Application) -> None:
        """Add the routes to the sandbox's application."""
        app.router.add_get("/", page_of(WEB))
        app.router.add_get("/web/{path:.+}", files_of(WEB))
        app.router.add_get("/demo/cast", self._guarded(self._cast))
        app.router.add_get("/demo/qr/{ref}.svg", self._guarded(self._qr))
        app.router.add_get("/demo/panel", self._guarded(self._underneath))
        app.router.add_get("/demo/flows/{name}", self._guarded(self._flow))
        app.router.add_post("/demo/bot/{action}", self._guarded(self._bot))
        app.router.add_post("/demo/time/{to}", self._guarded(self._time))
        app.router.add_post("/demo/start_over", self._guarded(self._start_over))

    def open(self, stage: Stage, panel: Panel) -> None:
        """Show this stage from now on."""
        self._stage, self._panel = stage, panel
        self._listening = asyncio.create_task(self._keep_jumps(stage))

    async def close(self) -> None:
        """Stop listening to the stage."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    async def _keep_jumps(self, stage: Stage) -> None:
        """Remember every jump of the clock, for pages that are opened later."""
        hub = stage.sandbox.server.world.hub
        queue = hub.listen()
        offset = stage.sandbox.server.world.clock.offset
        try:
            while True:
                event = await queue.get()
                if event["event"] == "clock":
                    self._jumps.append(_jump(event, offset))
                    offset = float(event["offset"])
        finally:
            hub.forget(queue)

    def _guarded(self, answer: Callable[[web.Request, Stage], Awaitable[web.Response]]) -> Answer:
        async def serve(request: web.Request) -> web.Response:
            if self._stage is None:
                return refused(503, "The demo is being set up: try again in a moment.")
            try:
                return await answer(request, self._stage)
            except StageError as error:
                return refused(502, str(error))

        return serve

    async def _cast(self, _request: web.Request, stage: Stage) -> web.Response:
        return _json(cast_view(stage, self._jumps))

    async def _qr(self, request: web.Request, stage: Stage) -> web.Response:
        link = stage.links.get(request.match_info["ref"])
        if link is None:
            return refused(404, "This customer has no link yet.")
        drawn = io.BytesIO()
        segno.make(link, error="m").save(drawn, kind="svg", scale=4, border=2)
        return web.Response(body=drawn.getvalue(), content_type="image/svg+xml", headers=HEADERS)

    async def _underneath(self, request: web.Request, _stage: Stage) -> web.Response:
        if self._panel is None:
            return refused(503, "The bot's database is not there yet.")
        return _json(await self._panel.view(request.query.get("customer", "")))

    async def _flow(self, request: web.Request, _stage: Stage) -> web.Response:
        name = request.match_info["name"]
        if name not in self._flows.names():
            return refused(404, "There is no such flow.")
        return _json(diagram(self._flows.latest(name)))

    async def _bot(self, request: web.Request, stage: Stage) -> web.Response:
        action = request.match_info["action"]
        if action == "kill":
            await stage.process.kill()
        elif action == "start":
            await stage.start_bot()
        else:
            return refused(404, "The bot can be killed and started.")
        return _json({"bot": stage.process.state})

    async def _time(self, request: web.Request, stage: Stage) -> web.Response:
        step = JUMPS.get(request.match_info["to"])
        if step is None:
            return refused(404, f"Time goes by {', '.join(JUMPS)}.")
        await stage.pass_time(step(await stage.sandbox.now()))
        return _json({"now": (await stage.sandbox.now()).isoformat()})

    async def _start_over(self, _request: web.Request, stage: Stage) -> web.Response:
        if stage.act:
            return refused(409, "The demo is still being prepared: try again in a moment.")
        stage.again.set()
        return _json({"again": True})


def _jump(event: JSON, offset: float) -> JSON:
    return {"now": event["now"], "seconds": event["offset"] - offset}


def _json(value: Any) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json", headers=HEADERS)
