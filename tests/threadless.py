"""SQLite on the event loop's own thread.

Verso hands every statement to a thread, so that a slow one holds nothing else up. Going there and
back takes several times as long as a statement of a test. What awaits a statement awaits it here,
too, and others go on meanwhile: only the thread is missing. What asks SQLite nothing (a cursor,
rows that were found) is there at once.
"""

from collections.abc import Callable
from typing import Any

import aiosqlite.core
import pytest


_ASKED = {"execute", "executemany", "commit", "rollback"}
"""What others go on beside."""


class _Here:
    """Stands for the queue to a connection's thread, and for the thread."""

    daemon = True

    def __init__(self, **_: Any) -> None: ...

    def start(self) -> None:
        """There is nothing to start."""

    def put_nowait(self, asked: tuple[Any, Callable[[], Any]]) -> None:
        future, function = asked
        at_once = getattr(getattr(function, "func", function), "__name__", "") not in _ASKED
        tell: Callable[[Any, Any], None] = aiosqlite.core.set_result
        try:
            result = function()
        except BaseException as error:
            result, tell = error, aiosqlite.core.set_exception
        if future is None or future.get_loop().is_closed():
            return
        if at_once:
            tell(future, result)
        else:
            future.get_loop().call_soon(tell, future, result)


def without_threads(patch: pytest.MonkeyPatch) -> None:
    """Have connections that are opened while `patch` holds run their statements at once."""
    patch.setattr(aiosqlite.core, "SimpleQueue", _Here)
    patch.setattr(aiosqlite.core, "Thread", _Here)
