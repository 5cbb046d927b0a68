"""The bot of the demo as a process of its own: ``python -m bot.demo.botprocess``.

It is the real bot, wired by its own composition root, with settings from the environment. Only its
clock differs: it follows the sandbox's, which people can move. It ends when its standard input
does, so that it never outlives the demo that started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

from bot.app import App, StartError, running_app
from bot.demo.stage import HASTY
from bot.runtime.logs import secrets_of, set_up_logging
from bot.runtime.sending.pacing import Budgets
from bot.sandbox.clock import FollowingClock
from bot.sandbox.errors import SandboxError
from bot.settings import Settings, load_settings

UNPACED = Budgets(per_second=1000, group_per_minute=600, chat_per_second=0.0)
"""For the minute in which the past is played. The sandbox minds no budgets then either."""


async def serve(settings: Settings, budgets: Budgets | None) -> None:
    """Run the bot until SIGTERM, or until the demo that started it has gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await _watch_parent(stop)
    async with contextlib.aclosing(FollowingClock(settings.bot_api_url)) as clock:
        await clock.refresh()
        async with running_app(settings, clock=clock, budgets=budgets) as app:
            following = asyncio.create_task(clock.follow(lambda: _settle(app)))
            await stop.wait()
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


async def _settle(app: App) -> None:
    await app.settle()


async def _watch_parent(stop: asyncio.Event) -> None:
    """Set `stop` at the end of standard input: the demo holds the other end."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def wait() -> None:
        await reader.read()
        stop.set()

    _KEPT.add(loop.create_task(wait()))


_KEPT: set[asyncio.Task[None]] = set()


def main() -> int:
    """Run with the settings in the environment; 1 when it cannot start."""
    settings = load_settings(env_file=None)
    set_up_logging(settings.log_level, settings.log_format, secrets_of(settings))
    budgets = UNPACED if HASTY in sys.argv[1:] else None
    try:
        asyncio.run(serve(settings, budgets))
    except (StartError, SandboxError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
