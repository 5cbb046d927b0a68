"""A clock for a bot's process that follows the sandbox's virtual clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.sandbox.client import HttpLink
from bot.sandbox.errors import SandboxError

RECONNECT_SECONDS = 0.5
"""Pause before asking again while the sandbox does not answer."""


class FollowingClock:
    """System time plus the sandbox's offset. `follow` keeps the offset current."""

    def __init__(self, url: str) -> None:
        self._link = HttpLink(url.rstrip("/"))
        self._offset = 0.0

    def now(self) -> datetime:
        """The virtual time, aware, in UTC."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    async def refresh(self) -> None:
        """Read the offset once; raises SandboxError when no sandbox answers."""
        self._offset = float((await self._link.call("clock"))["offset"])

    async def follow(self, on_jump: Callable[[], Awaitable[None]]) -> None:
        """Follow until cancelled, calling `on_jump` after every change of the offset."""
        while True:
            try:
                seen = await self._link.call("wait_clock", offset=self._offset, seconds=30.0)
            except SandboxError:
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            if seen["offset"] != self._offset:
                self._offset = float(seen["offset"])
                await on_jump()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._link.close()
