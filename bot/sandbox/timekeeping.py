"""The sandbox's own time: the system clock plus an offset that tests may move forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from bot.sandbox.errors import SandboxError


class VirtualClock:
    """System time plus an offset in seconds; every date and expiry of the sandbox uses it."""

    def __init__(self) -> None:
        self.offset = 0.0

    def timestamp(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset

    def unix(self) -> int:
        """Whole seconds since the epoch, as messages carry them."""
        return int(time.time() + self.offset)

    def now(self) -> datetime:
        """The time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def advance(self, by: timedelta) -> None:
        """Jump forward by `by`; raises SandboxError when it would go back."""
        seconds = by.total_seconds()
        if seconds < 0:
            raise SandboxError("Time only moves forward: give advance() a positive duration.")
        self.offset += seconds
