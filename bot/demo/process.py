"""The bot's process in the demo's hands: started, killed, started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

BOT = (sys.executable, "-m", "bot.demo.botprocess")
"""The real bot."""
STOP_SECONDS = 12.0
"""How long a bot may take to finish what is in hand; its own promise is ten."""


class BotProcess:
    """One bot, of which at most one process runs.

    `state` is `down`, `starting` or `running`; every change is told to `changed`.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self._command, self._env, self._log = command, env, log
        self.changed: Callable[[], None] = lambda: None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self.state = "down"
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The number of the process that runs, if one does."""
        return self._process.pid if self._process else None

    async def start(self, *arguments: str) -> None:
        """Start it with these further arguments, unless it runs."""
        if self._process is not None:
            return
        self._set("starting")
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                *arguments,
                env={**os.environ, **self._env},
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C is ours: the bot is told to stop in its turn
            )
        self.starts += 1
        self._watch = asyncio.create_task(self._until_gone(self._process))

    def ready(self) -> None:
        """Say that it has begun to work."""
        if self._process is not None and self.state == "starting":
            self._set("running")

    async def kill(self) -> None:
        """SIGKILL: it gets no chance to finish anything."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM: it finishes what is in hand; SIGKILL when that takes too long."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._end(signal.SIGTERM)
        except TimeoutError:
            await self.kill()

    def complaint(self) -> str:
        """The last line that the bot printed, for a page that has to say why it is down."""
        try:
            lines = self._log.read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return ""
        return next((line for line in reversed(lines) if line.strip()), "")[:300]

    async def _end(self, number: signal.Signals) -> None:
        process, watch = self._process, self._watch
        if process is None or watch is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        await asyncio.shield(watch)

    async def _until_gone(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self._process = None
        self._set("down")

    def _set(self, state: str) -> None:
        self.state = state
        self.changed()
