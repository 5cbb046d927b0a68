"""A Telegram that refuses, in its own words, what a group does not allow."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from telegram.error import BadRequest, Forbidden

from bot.demo.ports import free_port

Why = Callable[[str, Mapping[str, Any]], str | None]
"""Tells, by a call's method and parameters, why it is refused; None: it is not."""
NO_TEXTS = "not enough rights to send text messages to the chat"
NO_PHOTOS = "not enough rights to send photos to the chat"
NO_TOPICS = "not enough rights to create a topic"
NOT_OPENED = "not enough rights to close or open the topic"
MESSAGES = frozenset({"sendMessage", "copyMessage", "copyMessages"})


def no_messages(chat: int, words: str = NO_TEXTS) -> Why:
    """Refuse every message into a group."""
    return lambda method, params: words if method in MESSAGES and _to(params, chat) else None


def closed_topics(chat: int) -> Why:
    """Refuse every message into a topic, and to open one."""

    def why(method: str, params: Mapping[str, Any]) -> str | None:
        if not _to(params, chat):
            return None
        if method == "reopenForumTopic":
            return NOT_OPENED
        inside = method in MESSAGES and params.get("message_thread_id")
        return "TOPIC_CLOSED" if inside else None

    return why


def refused_methods(chat: int, words: Mapping[str, str]) -> Why:
    """Refuse these methods in a group, each in its words."""
    return lambda method, params: words.get(method) if _to(params, chat) else None


def _to(params: Mapping[str, Any], chat: int) -> bool:
    return str(params.get("chat_id")) == str(chat)


@dataclass
class Gate:
    """Stands between a running Verso and Telegram; `why` decides, `answers` are given instead."""

    app: Any
    why: Why | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    forbids: bool = False
    """Whether it refuses with 403 and not with 400."""
    refused: int = 0

    def __post_init__(self) -> None:
        self._call = self.app.transport.call
        self.app.transport.call = self.call

    async def call(self, url: str, params: Mapping[str, Any], **more: Any) -> Any:
        method = url.rsplit("/", 1)[-1]
        words = self.why(method, params) if self.why is not None else None
        if words is not None:
            self.refused += 1
            await asyncio.sleep(0)
            raise (Forbidden if self.forbids else BadRequest)(words)
        if method in self.answers:
            return self.answers[method]
        return await self._call(url, params, **more)


@dataclass
class Proxy:
    """The same before the sandbox, for a Verso in a process of its own."""

    url: str
    why: Why | None = None
    refused: int = 0


@contextlib.asynccontextmanager
async def proxy(sandbox_url: str) -> AsyncIterator[Proxy]:
    port = free_port()
    made = Proxy(f"http://127.0.0.1:{port}")

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        is_json = request.content_type == "application/json"
        params = await request.json() if body and is_json else {}
        words = made.why(request.path.rsplit("/", 1)[-1], params) if made.why else None
        if words is not None:
            made.refused += 1
            told = {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
            return web.json_response(told, status=400)
        kind = {"Content-Type": request.headers["Content-Type"]} if body else {}
        target = sandbox_url + request.path_qs
        async with session.request(request.method, target, data=body, headers=kind) as answer:
            given = await answer.read()
            return web.Response(status=answer.status, body=given, content_type=answer.content_type)

    app = web.Application(client_max_size=2**27)
    app.router.add_route("*", "/{rest:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    async with ClientSession() as session:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield made
        finally:
            await runner.cleanup()
