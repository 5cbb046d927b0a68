"""Ways to start a sandbox: inside a test, or as a process of its own."""

from __future__ import annotations

import asyncio
import inspect
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.sandbox.api.webhook import FIRST_RETRY_SECONDS
from bot.sandbox.control.readings import OPERATIONS
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.facade import Sandbox
from bot.sandbox.server import Routes, Server
from bot.sandbox.world.pacing import Budgets

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8081
"""Where `verso sandbox` listens: the port of Telegram's own local Bot API server."""


class LocalLink:
    """The way to the control room of a server in this process."""

    def __init__(self, server: Server) -> None:
        self._room = server.room

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Run an operation; raises SandboxError when it is refused."""
        if operation not in OPERATIONS:
            raise SandboxError(f"There is no operation {operation!r}.")
        try:
            result = getattr(self._room, operation)(**arguments)
            return await result if inspect.isawaitable(result) else result
        except ApiError as error:
            raise SandboxError(error.description) from error


class RunningSandbox(Sandbox):
    """A sandbox in this process; `server` gives the routes' owner what it needs."""

    def __init__(self, server: Server, host: str) -> None:
        super().__init__(LocalLink(server), f"http://{host}:{server.port}")
        self.server = server


@asynccontextmanager
async def running_sandbox(
    *,
    host: str = LOOPBACK,
    port: int = 0,
    budgets: Budgets | None = None,
    seed: int = 0,
    webhook_retry: float = FIRST_RETRY_SECONDS,
    extra: Routes | None = None,
) -> AsyncIterator[RunningSandbox]:
    """A sandbox for as long as the block runs, on a free port unless one is given.

    Budgets are Telegram's documented ones unless given. `webhook_retry` is the first wait
    between webhook attempts in seconds. `extra` may add routes. Raises SandboxError when the
    port is taken.
    """
    server = Server(budgets or Budgets.documented(), seed=seed, webhook_retry=webhook_retry)
    async with server.running(host, port, extra) as started:
        yield RunningSandbox(started, host)


def _print(text: str) -> None:
    """Print at once, into a file or a pipe too: the server goes on for long."""
    print(text, flush=True)


def run(
    host: str = LOOPBACK,
    port: int = DEFAULT_PORT,
    *,
    budgets: Budgets | None = None,
    extra: Routes | None = None,
    say: Callable[[str], None] = _print,
) -> None:
    """Serve until SIGINT or SIGTERM, with one bot made ready; says where and how.

    Raises SandboxError when the port is taken.
    """
    try:
        import uvloop  # noqa: PLC0415  # not there on Windows
    except ImportError:
        asyncio.run(_serve(host, port, budgets, extra, say))
    else:
        uvloop.run(_serve(host, port, budgets, extra, say))


async def _serve(
    host: str,
    port: int,
    budgets: Budgets | None,
    extra: Routes | None,
    say: Callable[[str], None],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_sandbox(host=host, port=port, budgets=budgets, extra=extra) as sandbox:
        bot = await sandbox.create_bot(username="demo_bot", first_name="Demo bot", privacy=False)
        say(welcome(sandbox, bot.token))
        await stop.wait()


def welcome(sandbox: Sandbox, token: str) -> str:
    """What to do with a sandbox that has just started."""
    return "\n".join(
        [
            f"Open {sandbox.url} in a browser: phones for as many people as you like.",
            f"A bot is ready, its token is {token}",
            "",
            "Point a bot at it, in another terminal:",
            f"  Verso:               VERSO_BOT_API_URL={sandbox.url} verso init",
            f"  python-telegram-bot: base_url={sandbox.bot_url} base_file_url={sandbox.file_url}",
            f"  anything else:       {sandbox.bot_url}<TOKEN>/<method>",
            "",
            f"Act as a person:       from bot.sandbox.client import SandboxClient  # {sandbox.url}",
            "Stop with Ctrl+C.",
        ]
    )
