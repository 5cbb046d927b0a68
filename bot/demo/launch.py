"""The demo while it runs: sandbox and page in this process, the bot in one of its own."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.history import play_history
from bot.demo.panel import Panel
from bot.demo.process import BOT
from bot.demo.routes import Site
from bot.demo.stage import Stage, set_stage
from bot.sandbox import running_sandbox

HOST = "127.0.0.1"
PORT = 8765


@asynccontextmanager
async def running_demo(
    port: int = PORT,
    *,
    command: Sequence[str] = BOT,
    history: bool = True,
    paced: bool = True,
    opened: Callable[[str], None] = lambda _url: None,
    doing: Callable[[str], None] = lambda _act: None,
) -> AsyncIterator[Stage]:
    """Run the demo for as long as the block runs.

    The page is served before the bot is ready, and `opened` is told where; `doing` is told what is
    being prepared; the block begins when all is. `command` starts the bot; without `history` the
    business has neither customers nor a past; unpaced, neither the sandbox nor the bot minds
    Telegram's limits. Raises SandboxError when the port is taken and StageError when the bot does
    not start.
    """
    site = Site()
    with tempfile.TemporaryDirectory(prefix="verso-demo-", ignore_cleanup_errors=True) as folder:
        async with running_sandbox(host=HOST, port=port, extra=site.add_to) as sandbox:
            stage = await set_stage(sandbox, Path(folder), command)
            panel = Panel(stage.database_url)
            stage.doing = doing
            site.open(stage, panel)
            try:
                opened(sandbox.url)
                await _prepare(stage, history=history, paced=paced)
                yield stage
            finally:
                await site.close()
                await stage.process.stop()
                await panel.close()


async def _prepare(stage: Stage, *, history: bool, paced: bool) -> None:
    stage.tell("Starting the bot")
    if history or not paced:
        await stage.set_hasty(True)
        await stage.start_bot()
        if history:
            await play_history(stage)
    if paced:
        stage.tell("Starting the bot again, with Telegram's limits on")
        await stage.process.stop()
        await stage.set_hasty(False)
        await stage.start_bot()
    stage.tell("")
