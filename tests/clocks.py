"""Clocks that a test moves: one that stands still, and the two by which messages are paced."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass
class StillClock:
    """Tells the same moment until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Leaps:
    """The running loop's own time, by which Verso paces, and a sandbox's, by which it refuses:
    both go on by themselves, and leap ahead together."""

    def __init__(self, sandbox: Any) -> None:
        self._clock = sandbox.server.room._world.clock
        self._ahead = 0.0
        loop = asyncio.get_running_loop()
        real = loop.time
        loop.time = lambda: real() + self._ahead  # type: ignore[method-assign]

    def leap(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._ahead += seconds
        self._clock.advance(timedelta(seconds=seconds))

    def now(self) -> datetime:
        """The sandbox's time."""
        found: datetime = self._clock.now()
        return found
