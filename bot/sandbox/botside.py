"""HTTP for bots: /bot<TOKEN>/<method> and /file/bot<TOKEN>/<path>."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.api.dispatch import answer, refusal
from bot.sandbox.api.params import Params, Upload, read_request, typed
from bot.sandbox.api.spec import CALLED, METHODS
from bot.sandbox.errors import ApiError, bad_request, too_many_requests, worded
from bot.sandbox.world.faults import Fault
from bot.sandbox.world.model import BotAccount
from bot.sandbox.world.state import World

HANG_SECONDS = 600.0
"""How long a call that "times out" is held when the bot does not give up first."""
TOKEN_LIMIT = 80
"""Characters of a token (ClientManager.cpp:74)."""
BODY_LIMIT = 52 * 1024 * 1024
"""Bytes of a request: a file of 50 MB and what comes with it."""


@dataclass(slots=True)
class _Incoming:
    """A call as it came in, and what became of it."""

    raw: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    error: ApiError | None = None
    fault: Fault | None = None
    params: Params | None = None

    def logged(self) -> dict[str, Any]:
        """Parameters for the request log: typed when they could be read, files by size."""
        values = self.params.values if self.params is not None else self.raw
        return values | {k: f"<{f.name}, {len(f.data)} bytes>" for k, f in self.files.items()}


class BotSide:
    """The Bot API as an HTTP handler over a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = asyncio.Event()

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        bot, name = self._addressed(request)
        if bot is None:
            error = _unauthorized(request.match_info["token"])
            return _json(error.code, refusal(error))
        if self.world.down_until > self.world.clock.timestamp():
            return self._down(request)
        started = time.perf_counter()
        call = await self._read(request)
        faults = self.world.faults
        call.fault = faults.pick(name, call.raw.get("chat_id")) if faults.rules else None
        status, body, refused = await self._run(bot, name, call)
        self.world.log.add(
            bot_id=bot.id,
            method=name,
            params=call.logged(),
            outcome=(status, refused),
            at=self.world.clock.timestamp(),
            seconds=time.perf_counter() - started,
            fault=call.fault.kind if call.fault else None,
        )
        if call.fault is not None and call.fault.kind.startswith(("timeout", "cut")):
            return await self._vanish(request, call.fault)
        return _json(status, body)

    def _addressed(self, request: web.Request) -> tuple[BotAccount | None, str]:
        info = request.match_info
        known = CALLED.get(info["method"].lower(), info["method"])
        return self.world.tokens.get(info["token"]), known

    async def _read(self, request: web.Request) -> _Incoming:
        try:
            raw, files = await read_request(request)
        except ApiError as error:
            return _Incoming(error=error)
        except web.HTTPRequestEntityTooLarge:
            return _Incoming(error=ApiError(413, "Request Entity Too Large"))
        except ValueError:
            return _Incoming(error=bad_request("can't read the request body"))
        return _Incoming(raw, files)

    async def _run(
        self, bot: BotAccount, name: str, call: _Incoming
    ) -> tuple[int, bytes, str | None]:
        try:
            if call.error is not None:
                raise call.error
            if call.fault is not None:
                await self._before(bot, call.raw, call.fault)
                if call.fault.kind.endswith("_before"):
                    return 0, b"", None
            if name not in METHODS:
                raise _absent(name)
            call.params = typed(name, call.raw, call.files)
            body = await answer(self.world, bot, name, call.params)
        except ApiError as refused:
            return refused.code, refusal(refused), refused.description
        return 200, body, None

    async def _before(self, bot: BotAccount, raw: dict[str, Any], fault: Fault) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.ms / 1000)
        elif fault.kind == "5xx":
            reasons = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
            raise ApiError(fault.status, reasons.get(fault.status, "Server Error"))
        elif fault.kind == "429":
            scope = self._scope(bot, raw) if fault.scope == "chat" else ""
            self.world.pacers[bot.id].block(scope, fault.retry_after)
            raise too_many_requests(fault.retry_after)
        elif fault.kind == "refused":
            more = {"retry_after": fault.retry_after} if fault.status == 429 else {}
            raise worded(fault.status, fault.description, **more)

    def _scope(self, bot: BotAccount, raw: dict[str, Any]) -> str:
        chat_id = str(raw.get("chat_id", ""))
        return f"{bot.id}:{chat_id}" if chat_id.isdigit() else chat_id

    def _down(self, request: web.Request) -> web.Response:
        if self.world.down_how == "cut":
            _abort(request)
        return _json(502, refusal(ApiError(502, "Bad Gateway")))

    async def _vanish(self, request: web.Request, fault: Fault) -> web.Response:
        """Leave the caller without an answer: at once, or until it gives up."""
        if fault.kind.startswith("timeout"):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), HANG_SECONDS)
        _abort(request)
        return _json(502, b"")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes."""
        info = request.match_info
        if info["token"] not in self.world.tokens:
            return _json(401, refusal(ApiError(401, "Unauthorized")))
        stored = self.world.files.at(info["path"])
        if stored is None:
            return _json(404, refusal(ApiError(404, "Not Found")))
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _absent(name: str) -> ApiError:
    """A method of the Bot API is refused by name, anything else as Telegram does
    (Client.cpp:12664)."""
    if name in CALLED.values():
        return bad_request(f"sandbox does not imitate {name}")
    return ApiError(404, "Not Found: method not found")


def _unauthorized(token: str) -> ApiError:
    """What is no token at all is told (ClientManager.cpp:74); one of nobody's is not."""
    head, colon, _ = token.partition(":")
    if not colon or token.startswith("0") or len(token) > TOKEN_LIMIT:
        return ApiError(401, "Unauthorized: invalid token specified")
    if not (head.isascii() and head.isdigit()):
        return ApiError(421, "Misdirected Request: unallowed token specified")
    return ApiError(401, "Unauthorized")


def _json(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json")


def _abort(request: web.Request) -> None:
    transport = request.transport
    if transport is not None:
        transport.abort()
