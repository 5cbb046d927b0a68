"""A real Verso process that can be killed and started again."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.ports import free_port
from tests.journeys.world import KEY, SECRET, TOKEN


@dataclass
class Process:
    """`verso run` against a sandbox."""

    sandbox: Any
    database_url: str
    folder: Path
    mode: str
    config: Path
    owners: tuple[int, ...] = ()
    port: int = field(default_factory=free_port)
    child: asyncio.subprocess.Process | None = None

    def environment(self) -> dict[str, str]:
        """All settings, by environment variables."""
        return os.environ | {
            "VERSO_BOT_TOKEN": TOKEN,
            "VERSO_BOT_API_URL": self.sandbox.url,
            "VERSO_DATABASE_URL": self.database_url,
            "VERSO_OWNER_IDS": ",".join(map(str, self.owners)),
            "VERSO_CONFIG": str(self.config),
            "VERSO_MODE": self.mode,
            "VERSO_PUBLIC_URL": f"http://127.0.0.1:{self.port}" if self.mode == "webhook" else "",
            "VERSO_WEBHOOK_SECRET": SECRET,
            "VERSO_HTTP_LISTEN": f"127.0.0.1:{self.port}",
            "VERSO_API_KEYS": KEY,
            "VERSO_GROUP_RATE": "600",
            "VERSO_LOG_LEVEL": "warning",
        }

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        with (self.folder / "verso.log").open("ab") as log:
            self.child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                "from bot.cli import main; main()",
                "run",
                cwd=Path(__file__).parents[2],
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        await self.ready()

    async def ready(self) -> None:
        """Wait until /readyz says so."""
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                assert self.child is not None
                assert self.child.returncode is None, self.log()
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End the process as a power cut would."""
        assert self.child is not None
        self.child.kill()
        await self.child.wait()

    async def stop(self) -> int:
        """Ask the process to stop, and give its exit status."""
        assert self.child is not None
        if self.child.returncode is None:
            self.child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            return await self.child.wait()

    def log(self) -> str:
        """What the process has logged."""
        return (self.folder / "verso.log").read_text("utf-8")
