"""The sandbox's HTTP server: bots on one side, testers on the other."""

from __future__ import annotations

import asyncio
import errno
import inspect
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.api.webhook import FIRST_RETRY_SECONDS, WebhookPusher
from bot.sandbox.botside import BODY_LIMIT, BotSide
from bot.sandbox.control.readings import OPERATIONS, ControlRoom
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.pages import add_page, add_phones
from bot.sandbox.world.pacing import Budgets
from bot.sandbox.world.state import World
from bot.sandbox.world.updates import UpdateQueue

Routes = Callable[[web.Application], None]
_DEAF = {
    errno.EADDRINUSE: "is taken: stop what listens there",
    errno.EACCES: "is too low for this user",
}
"""Why nobody can listen at a port, and what to do about it."""


async def _name_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Name the server, and not what it is made of."""
    response.headers["Server"] = "sandbox"


class Server:
    """A world with its HTTP server. Start it with `running`."""

    def __init__(
        self, budgets: Budgets, *, seed: int = 0, webhook_retry: float = FIRST_RETRY_SECONDS
    ) -> None:
        self.world = World(budgets, seed)
        self.room = ControlRoom(self.world)
        self.bots = BotSide(self.world)
        self._webhook_retry = webhook_retry
        self._pushers: dict[int, tuple[UpdateQueue, asyncio.Task[None]]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._sockets: set[web.WebSocketResponse] = set()
        self.port = 0

    @asynccontextmanager
    async def running(
        self, host: str, port: int, extra: Routes | None = None
    ) -> AsyncIterator[Server]:
        """Listen on host and port (0: any free one); `extra` may add routes of its own.

        Raises SandboxError when the port is taken or too low.
        """
        runner = web.AppRunner(self._app(extra), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._session = aiohttp.ClientSession()
        self.world.webhook_set = self._push
        try:
            await self._listen(runner, host, port)
            yield self
        finally:
            await self._stop()
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner, host: str, port: int) -> None:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            if (why := _DEAF.get(error.errno or 0)) is None:
                raise
            raise SandboxError(
                f"Port {port} on {host} {why}, or choose another port with --port."
            ) from None
        self.port = runner.addresses[0][1]

    async def _stop(self) -> None:
        self.bots.closing.set()
        for queue in self.world.queues.values():
            if queue.poll is not None:
                queue.poll.terminated = True
            queue.arrived.set()
        for socket in list(self._sockets):
            await socket.close()
        tasks = [task for _, task in self._pushers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _push(self, bot_id: int) -> None:
        """Start delivering to a bot's webhook, unless that is going on already."""
        queue = self.world.queues[bot_id]
        known, task = self._pushers.get(bot_id, (None, None))
        if known is queue or self._session is None:
            return
        if task is not None:
            task.cancel()  # of a bot that went with a reset
        pusher = WebhookPusher(self.world, queue, self._session, self._webhook_retry)
        self._pushers[bot_id] = (queue, asyncio.create_task(pusher.run()))

    def _app(self, extra: Routes | None) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[own_pages_only])
        app.on_response_prepare.append(_name_server)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.bots.call)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.bots.download)
        app.router.add_get("/control/events", self._events)
        app.router.add_get("/control/files/{file_id}", self._file)
        app.router.add_post("/control/{operation}", self._control)
        add_phones(app)
        if extra is not None:
            extra(app)
        if not any(r.resource and r.resource.canonical == "/" for r in app.router.routes()):
            add_page(app)
        return app

    async def _control(self, request: web.Request) -> web.Response:
        name = request.match_info["operation"]
        if name not in OPERATIONS:
            return _answer(404, error=f"There is no operation {name!r}.")
        try:
            arguments = orjson.loads(await request.read() or b"{}")
            bound = inspect.signature(getattr(self.room, name)).bind(**arguments)
        except (orjson.JSONDecodeError, TypeError) as error:
            return _answer(400, error=f"{name}: {error}.")
        try:
            result = getattr(self.room, name)(*bound.args, **bound.kwargs)
            if inspect.isawaitable(result):
                result = await result
        except SandboxError as error:
            return _answer(400, error=str(error))
        except ApiError as error:
            return _answer(400, error=error.description)
        return _answer(200, result=result)

    async def _file(self, request: web.Request) -> web.Response:
        stored = self.world.files.get(request.match_info["file_id"])
        if stored is None:
            return _answer(404, error="There is no such file.")
        kind = stored.mime_type if "/" in stored.mime_type else "application/octet-stream"
        return web.Response(
            body=stored.data,
            content_type=kind,
            headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"},
        )

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        """Every change as a JSON text message, from the moment of connecting.

        Fields of all: seq, event. Further ones by event:
        message, message_edited, message_deleted, message_reaction, message_pinned,
        message_unpinned: chat, message_id, message (see `message_view`).
        topic_created, topic_edited, topic_closed, topic_reopened, topic_deleted: chat, topic
        (see `topic_view`).
        chat_action: chat, from, action. button_pressed: chat, user, message_id, query, data.
        callback_answered: chat, user, query, text, show_alert.
        member: chat, user, status. migrated: chat, to. forum: chat.
        user_created, user_changed: user. bot_created: bot, username. user_deactivated: user.
        clock: now, offset. reset. overrun: too much was missed, read everything again.
        hello comes first and tells the current seq.
        """
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        queue = self.world.hub.listen()
        self._sockets.add(socket)
        sender = asyncio.create_task(self._send_events(socket, queue))
        try:
            async for _message in socket:
                pass
        finally:
            sender.cancel()
            self._sockets.discard(socket)
            self.world.hub.forget(queue)
        return socket

    async def _send_events(
        self, socket: web.WebSocketResponse, queue: asyncio.Queue[dict[str, object]]
    ) -> None:
        hello = {"seq": self.world.hub.seq, "event": "hello"}
        with suppress(ConnectionError):
            await socket.send_str(orjson.dumps(hello).decode())
            while True:
                await socket.send_str(orjson.dumps(await queue.get()).decode())


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a page of another site asks for: anybody's page may try ports of this machine.

    Browsers say whose page asks (`Origin`), and programs do not. A page whose name was made to
    lead here says the same name in both headers, so names other than this machine's are refused.
    """
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin, request.host):
        return _answer(403, error="Only this sandbox's own page may ask for that.")
    return await handler(request)


def _is_own(origin: str, host: str) -> bool:
    try:
        asking = urlsplit(origin)
        name = asking.hostname or ""
    except ValueError:
        return False
    return asking.netloc == host and (name == "localhost" or _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _answer(status: int, *, result: object = None, error: str | None = None) -> web.Response:
    body = {"ok": True, "result": result} if error is None else {"ok": False, "error": error}
    return web.Response(
        status=status,
        body=orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS),
        content_type="application/json",
    )
