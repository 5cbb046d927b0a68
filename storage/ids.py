"""Ids that a process gives out by itself, without asking the database.

41 bits of milliseconds, 10 bits of the process, 12 bits of a counter (Snowflake's layout). Within
a process they always grow, also when the clock is set back. They are not ordered between
processes, but as far as their clocks agree; what other systems are told of a customer relies on no
more than that.
"""

import secrets
import time

_EPOCH_MS = 1_700_000_000_000


class Ids:
    """A source of ids for one process."""

    def __init__(self) -> None:
        self._node = secrets.randbelow(1 << 10)
        self._last = 0

    def next(self) -> int:
        """An id that this process has not given before."""
        millis = int(time.time() * 1000) - _EPOCH_MS
        candidate = (millis << 22) | (self._node << 12)
        self._last = candidate if candidate > self._last else self._last + 1
        return self._last


new_id = Ids().next
