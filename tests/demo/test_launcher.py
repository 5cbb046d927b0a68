"""The demo starts, stops, and says clearly why it cannot."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.demo import main
from bot.demo.launch import running_demo
from bot.demo.stage import Stage, StageError
from tests.demo.idle import FAILING_BOT, IDLE_BOT


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with running_demo(0, command=IDLE_BOT, history=False) as running:
        yield running


async def _gone(pid: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.02)


async def test_the_bot_ends_with_the_demo() -> None:
    async with running_demo(0, command=IDLE_BOT, history=False) as running:
        pid = running.process.pid
        assert running.process.state == "running"
        assert running.act == ""
    assert pid is not None
    await _gone(pid)


async def test_killed_and_started_again(stage: Stage) -> None:
    before = stage.process.pid
    await stage.process.kill()
    assert stage.process.state == "down"
    await stage.process.kill()
    await stage.start_bot()
    assert stage.process.state == "running"
    assert stage.process.pid not in {None, before}
    await stage.start_bot()
    assert stage.process.starts == 2


async def test_pages_hear_of_the_bots_state(stage: Stage) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{stage.sandbox.url}/control/events") as events,
    ):
        assert (await events.receive_json())["event"] == "hello"
        await stage.process.kill()
        told = await events.receive_json(timeout=60)
    assert (told["event"], told["bot"]) == ("demo", "down")


async def test_a_bot_that_cannot_start_says_why() -> None:
    with pytest.raises(StageError, match="The token is wrong"):
        async with running_demo(0, command=FAILING_BOT, history=False):
            pass


async def test_a_bot_whose_port_is_taken_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing after it: what is left of connections must not bury the reason."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        monkeypatch.setattr("bot.demo.stage.free_port", lambda: holder.getsockname()[1])
        with pytest.raises(StageError, match="The HTTP server cannot listen"):
            async with running_demo(0, history=False):
                pass


def test_a_taken_port_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert main(port) == 1
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0
    assert f"Port {port}" in said


@pytest.mark.crash
async def test_the_bot_does_not_outlive_a_demo_that_was_killed() -> None:
    """SIGKILL for the demo itself: the bot sees its standard input end, and goes."""
    program = (
        "import asyncio\nfrom bot.demo.launch import running_demo\n"
        "from tests.demo.idle import IDLE_BOT\n"
        "async def live():\n"
        "    async with running_demo(0, command=IDLE_BOT, history=False) as stage:\n"
        "        print(stage.process.pid, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(live())\n"
    )
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    assert demo.stdout is not None
    pid = int(await demo.stdout.readline())
    demo.send_signal(signal.SIGKILL)
    await demo.communicate()
    await _gone(pid)
