"""SQLite on the event loop's own thread.

Verso hands every statement to a thread, so that a slow one holds nothing else up. Going there and
back takes several times as long as a statement of a test. What awaits a statement awaits it here,
too, and others go on where a transaction begins or ends: only the thread is missing. Inside one
nobody else could change what it reads or writes, so what it asks is there at once.
"""

from collections.abc import Callable
from typing import Any

import aiosqlite.core
import pytest


def _begins_or_ends(function: Any) -> bool:
    name = getattr(getattr(function, "func", None), "__name__", "")
    begins = name == "execute" and str(function.args[0]).startswith("BEGIN")
    return begins or name in ("commit", "rollback")


class _Here:
    """Stands for the queue to a connection's thread, and for the thread."""

    daemon = True

    def __init__(self, **_: Any) -> None: ...

    def start(self) -> None:
        """There is nothing to start."""

    def put_nowait(self, asked: tuple[Any, Callable[[], Any]]) -> None:
        future, function = asked
        tell: Callable[[Any, Any], None] = aiosqlite.core.set_result
        try:
            result = function()
        except BaseException as error:
            result, tell = error, aiosqlite.core.set_exception
        if future is None or future.get_loop().is_closed():
            return
        if _begins_or_ends(function):
            future.get_loop().call_soon(tell, future, result)
        else:
            tell(future, result)


def without_threads(patch: pytest.MonkeyPatch) -> None:
    """Have connections that are opened while `patch` holds run their statements at once."""
    patch.setattr(aiosqlite.core, "SimpleQueue", _Here)
    patch.setattr(aiosqlite.core, "Thread", _Here)
