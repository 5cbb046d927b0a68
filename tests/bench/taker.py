"""The HTTP API over one database, in a process of its own, so that its memory can be told.

    python -m tests.bench.taker FILE CONFIG

Prints the port.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

import bot.app
from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.core.health import Figures
from bot.http.server import create_http_app
from bot.settings import Settings
from storage.database import Database
from tests.bench.lean import TOKEN

KEY = "a-key-of-the-benchmark"


class _NoProbes:
    """Nothing else runs in this process."""

    def checks(self) -> dict[str, object]:
        return {}

    def figures(self) -> Figures:
        return Figures({}, {}, 0, None)


async def run(file: Path, config: Path) -> None:
    """Serve until stopped."""
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        database_url=f"sqlite+aiosqlite:///{file}",
        api_keys=KEY,
    )
    database = await Database.open(settings.database_url)
    await database.try_to_lead()
    services = await load_services(database, settings, SystemClock(), config)
    services.bot_username = "bench_bot"
    app = create_http_app(database, services, _NoProbes())  # type: ignore[arg-type]
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"port {runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=bot.app._loop_factory()) as loop:
        loop.run(run(Path(sys.argv[1]), Path(sys.argv[2])))
