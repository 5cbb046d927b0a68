"""A real Verso process that can be killed and started again."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.ports import free_port
from tests.crash.serving import serve
from tests.journeys.world import KEY, PATIENCE, SECRET, TOKEN

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 10.0
"""So soon a process has stopped that is asked to: docs/guarantees.md promises it."""


def _forking() -> ForkServerContext:
    """Processes that begin where Verso has been imported: importing takes longer than serving."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.serving"])
    return context


FORKING = _forking()


class Executed:
    """`verso run` from the first byte of the interpreter, as an operator starts it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        command = [sys.executable, "-c", "from bot.cli import main; main()", "run"]
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        self.pid, self.kill, self.join = self._child.pid, self._child.kill, self._child.wait

    @property
    def exitcode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._child.poll()


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
    constants: Mapping[str, Any] = field(default_factory=dict)
    """Names in modules of Verso, such as "bot.runtime.worker.LOOK_SECONDS", and other values."""
    forked: bool = True
    """Whether it begins where Verso has been imported, or from nothing."""
    child: ForkServerProcess | Executed | None = None

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
        log = self.folder / "verso.log"
        if self.forked:
            # A daemon: one that a failed test has left behind ends with the tests.
            what = (self.environment(), ROOT, log, self.constants)
            self.child = FORKING.Process(target=serve, args=what, daemon=True)
            await asyncio.to_thread(self.child.start)
        else:
            self.child = Executed(self.environment(), log)
        await self.ready()

    async def ready(self) -> None:
        """Wait until /readyz says so."""
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while True:
                assert self.child is not None
                assert self.child.exitcode is None, self.log()
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
        await asyncio.to_thread(self.child.join)

    async def stop(self) -> int:
        """Ask the process to stop, and give its exit status."""
        assert self.child is not None
        assert self.child.pid is not None
        if self.child.exitcode is None:
            os.kill(self.child.pid, signal.SIGTERM)
        await asyncio.to_thread(self.child.join, STOP_SECONDS)
        assert self.child.exitcode is not None, "it does not stop"
        return self.child.exitcode

    def is_running(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self.child is not None and self.child.exitcode is None

    def log(self) -> str:
        """What the process has logged."""
        return (self.folder / "verso.log").read_text("utf-8")
