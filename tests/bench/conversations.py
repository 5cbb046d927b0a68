"""200 virtual customers, 20 steps each, closed loop: Verso beside python-telegram-bot alone."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass

import aiohttp

CUSTOMERS, STEPS = 200, 20
PORT = 9117


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contender reached."""

    name: str
    replies_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_update: float
    memory_mb: float

    def row(self) -> str:
        """Give the row of the table."""
        return (
            f"| {self.name} | {self.replies_per_second:,.0f} | {self.p50_ms:.0f} | "
            f"{self.p99_ms:.0f} | {self.cpu_ms_per_update:.2f} | {self.memory_mb:.0f} |"
        )


HEAD = (
    "| | replies/s | p50 ms | p99 ms | CPU ms per update | memory MB |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


async def measure(title: str, name: str, database_url: str) -> Figures:
    """Run one contender against a fresh server."""
    server = await _start("tests.bench.lean", str(PORT), str(CUSTOMERS), str(STEPS))
    url = f"http://127.0.0.1:{PORT}"
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as session:
            await _reachable(session, url)
            bot = await _start("tests.bench.contender", name, url, database_url)
            assert bot.stdout is not None
            await bot.stdout.readuntil(b"ready")
            await asyncio.sleep(1)
            await session.post(f"{url}/control/begin")
            async with session.get(f"{url}/control/end") as answer:
                found = await answer.json()
            bot.terminate()
            last = (await bot.stdout.read()).split()
            await bot.wait()
    finally:
        server.kill()
        await server.wait()
    return Figures(
        title,
        found["replies"] / found["seconds"],
        found["p50_ms"],
        found["p99_ms"],
        1000 * float(last[-2]) / found["replies"],
        float(last[-1]),
    )


async def _start(module: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )


async def _reachable(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(100):
        try:
            async with session.get(f"{url}/botX/getMe"):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise RuntimeError("the server did not start")


async def compare(postgres_url: str | None) -> list[Figures]:
    """Measure all contenders, one after the other."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        sqlite = f"sqlite+aiosqlite:///{folder}/verso.db"
        figures.append(await measure("Verso, SQLite (durable)", "verso", sqlite))
    if postgres_url:
        figures.append(await measure("Verso, PostgreSQL (durable)", "verso", postgres_url))
    figures.append(
        await measure("PTB ConversationHandler + PicklePersistence", "conversation-handler", "-")
    )
    figures.append(await measure("PTB echo, in memory", "echo", "-"))
    return figures
