"""Runs the demo until it is told to stop, or plays its script."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

from bot.demo.launch import PORT, running_demo
from bot.demo.script import play
from bot.demo.stage import StageError
from bot.sandbox import SandboxError


def main(port: int = PORT, script: bool = False, everything: bool = False) -> int:
    """Run the demo until Ctrl+C, or play its script without a page; the exit status.

    The script is told as a story, or with `everything` as the protocol of every message.

    It is 1, after a sentence on standard error, when the port is taken or the bot does not start.
    """
    if script:
        return play(everything=everything)
    try:
        with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_serve(port))
    except (SandboxError, StageError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _serve(port: int) -> None:
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    _say("Starting the demo: the bot, and a week of a tea shop's past. About ten seconds.")
    while True:
        async with running_demo(port, opened=_greet, doing=_prepare) as stage:
            _say("Ready. Stop with Ctrl+C.")
            await stage.again.wait()
            _say("Starting over.")


def _greet(url: str) -> None:
    _say(f"The demo of Verso is at {url}")


def _prepare(act: str) -> None:
    _say(f"  {act} ...")


def _say(line: str) -> None:
    print(line, flush=True)
