"""The lean server and a bot before it, for the benchmarks that need both."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.processes import Child, child

READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """A running lean server, seen from the benchmark."""

    url: str
    session: aiohttp.ClientSession

    async def begin(self) -> None:
        """Let the customers begin to write."""
        await self._control("begin")

    async def stop(self) -> dict[str, Any]:
        """Let the customers write no more; gives the figures."""
        return await self._control("stop")

    async def until(self, *, replies: int = 0, asks: int = 0) -> dict[str, Any]:
        """Wait until customers have had so many replies and asks; gives the figures."""
        return await self._control(f"until?replies={replies}&asks={asks}")

    async def pictures(self) -> dict[str, Any]:
        """Have an admin ask for pictures, and wait for them (`tests.bench.picturing`)."""
        return await self._control("pictures")

    async def quiet(self) -> dict[str, Any]:
        """Wait until the bot makes no call any more; gives the figures."""
        return await self._control("quiet")

    async def _control(self, what: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/control/{what}") as answer:
            found: dict[str, Any] = await answer.json()
            return found


def crowd(
    folder: Path,
    customers: int,
    steps: int = 0,
    think: float = 0.0,
    budget: int = 0,
    way_ms: int = 0,
) -> contextlib.AbstractAsyncContextManager[Crowd]:
    """Run a lean server, whose customers write texts, for as long as the block runs."""
    return served(folder, "tests.bench.lean", customers, steps, think, budget, way_ms)


def mixed_crowd(
    folder: Path, complaints: int, at_once: int, *, staff: bool
) -> contextlib.AbstractAsyncContextManager[Crowd]:
    """Run a lean server that plays the mix for as long as the block runs."""
    return served(folder, "tests.bench.mixed", complaints, at_once, int(staff))


@contextlib.asynccontextmanager
async def served(folder: Path, module: str, *arguments: object) -> AsyncIterator[Crowd]:
    """Run a lean server, which is a module of this project, for as long as the block runs."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        child(folder, module, *arguments) as server,
        aiohttp.ClientSession(timeout=timeout) as session,
    ):
        port = await server.says("port", READY_SECONDS)
        yield Crowd(f"http://127.0.0.1:{port}", session)


@contextlib.asynccontextmanager
async def ready(bot: contextlib.AbstractAsyncContextManager[Child]) -> AsyncIterator[Child]:
    """Run a bot for as long as the block runs, from when it says that it is ready."""
    async with bot as started:
        await started.says("ready", READY_SECONDS)
        yield started


def verso(
    folder: Path, url: str, database_url: str, config: Path, budget: int = 0, *how: str
) -> contextlib.AbstractAsyncContextManager[Child]:
    """Run Verso as `tests.bench.contender` says; BUDGET in messages per second, 0 for none."""
    words = (url, database_url, config, budget, *how)
    return ready(child(folder, "tests.bench.contender", *words))


def percentile(sorted_values: list[float], share: float) -> float:
    """Give the value below which this share of the sorted values lies."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]
