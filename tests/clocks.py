"""Clocks that a test moves: one that stands still, and the two by which messages are paced."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass
class StillClock:
    """Tells the same moment until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


class LeapingClock:
    """The machine's clock and the running loop's own time, by which Verso paces: both go on by
    themselves, and leap ahead together."""

    def __init__(self) -> None:
        self._ahead = 0.0
        loop = asyncio.get_running_loop()
        real = loop.time
        loop.time = lambda: real() + self._ahead  # type: ignore[method-assign]

    def leap(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._ahead += seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)


class Leaps(LeapingClock):
    """The loop's time and a sandbox's, by which it refuses."""

    def __init__(self, sandbox: Any) -> None:
        super().__init__()
        self._clock = sandbox.server.room._world.clock

    def leap(self, seconds: float) -> None:
        """Let so much time have passed."""
        super().leap(seconds)
        self._clock.advance(timedelta(seconds=seconds))

    def now(self) -> datetime:
        """The sandbox's time."""
        found: datetime = self._clock.now()
        return found
