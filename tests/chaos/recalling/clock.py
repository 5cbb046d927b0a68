"""A virtual clock of several processes: the machine's, and a file that says how far ahead."""

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_AHEAD = struct.Struct("d")


class SharedClock:
    """Tells the virtual time; whoever leaps takes all others along."""

    def __init__(self, file: Path) -> None:
        """Follow the clock of a file, which is made when it is not there."""
        if not file.exists():
            file.write_bytes(_AHEAD.pack(0.0))
        with file.open("r+b") as opened:
            self._ahead = mmap.mmap(opened.fileno(), _AHEAD.size)

    def now(self) -> datetime:
        """The virtual moment, aware and in UTC."""
        return datetime.fromtimestamp(time.time() + self._seconds(), UTC)

    def leap(self, by: timedelta) -> None:
        """Let so much time have passed."""
        self._ahead[:] = _AHEAD.pack(self._seconds() + by.total_seconds())

    def _seconds(self) -> float:
        return float(_AHEAD.unpack(self._ahead)[0])
