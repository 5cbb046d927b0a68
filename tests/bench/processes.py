"""Processes of a benchmark: started, watched, measured, and always ended."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 15.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A process ended or did not answer in time; the text holds the end of what it said."""


class Child:
    """A process of a benchmark."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, started_at: float) -> None:
        self._process, self._log = process, log
        self.started_at = started_at
        """By the machine's monotonic clock."""

    async def says(self, beginning: str, seconds: float) -> str:
        """Wait for a line that begins so on its output; give the rest of that line."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                while line := (await self._process.stdout.readline()).decode():
                    if line.startswith(beginning):
                        return line.removeprefix(beginning).strip()
        except TimeoutError:
            raise Failed(f"nothing heard for {seconds:.0f} s{self._last_words()}") from None
        raise Failed(f"ended too early{self._last_words()}")

    async def tells(self, beginning: str, seconds: float) -> Any:
        """Wait for a line with JSON after this beginning, and give what it says."""
        return orjson.loads(await self.says(beginning, seconds))

    def cpu_seconds(self) -> float:
        """Give the processor time that it has used so far, in all its threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak_mb(self) -> float:
        """Give the most memory that it has held so far (resident set)."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        raise Failed(f"ended too early{self._last_words()}")

    def count_anew(self) -> None:
        """Have it count anew (`tests.bench.sections`)."""
        self._process.send_signal(signal.SIGUSR1)

    async def counted(self) -> Any:
        """Have it tell what it has counted."""
        self._process.send_signal(signal.SIGUSR2)
        return await self.tells("counted", STOP_SECONDS)

    async def stop(self) -> None:
        """Ask it to stop, and make it if it does not."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return ": " + " / ".join(lines[-3:]) if lines else ""


@contextlib.asynccontextmanager
async def command(
    folder: Path, name: str, *words: object, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """Run a command as a process for as long as the block runs; what it logs is in NAME.log."""
    log, started_at = folder / f"{name}.log", time.monotonic()
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *map(str, words),
            cwd=ROOT,
            env=os.environ | dict(environment or {}),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    started = Child(process, log, started_at)
    try:
        yield started
    finally:
        await started.stop()


def child(
    folder: Path, module: str, *arguments: object, environment: Mapping[str, str] | None = None
) -> contextlib.AbstractAsyncContextManager[Child]:
    """Run a module of this project as a process for as long as the block runs."""
    words = (sys.executable, "-m", module, *arguments)
    return command(folder, module, *words, environment=environment)
