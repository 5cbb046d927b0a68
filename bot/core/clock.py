"""Where `now` comes from."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; the demo's clock can be moved."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        return datetime.now(UTC)
