"""What a process does: its commits, and where its time goes, by sections of the loop's thread.

A section counts only while its own code runs: not while it waits, and not while a section inside
it runs. The price of counting is measured by running the same load without it. Everything is
counted anew from SIGUSR1 on, and printed on SIGUSR2.
"""

import functools
import resource
import signal
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import orjson
from sqlalchemy import event

from storage.database import Database

_spent: dict[str, float] = {}
_running: list[str] = []
_switched = [0.0]
_before: dict[str, float] = {"process": 0.0, "thread": 0.0}
_commits = [0]


def _switch() -> None:
    """Put the time since the last switch down to the innermost section."""
    now = time.thread_time()
    if _running:
        _spent[_running[-1]] = _spent.get(_running[-1], 0.0) + now - _switched[0]
    _switched[0] = now


class _Steps:
    """Awaits something and counts each of its steps."""

    def __init__(self, name: str, inner: Awaitable[Any]) -> None:
        self._name, self._inner = name, inner

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._inner.__await__()
        step: Callable[[], Any] = functools.partial(next, steps)
        while True:
            _switch()
            _running.append(self._name)
            try:
                yielded = step()
            except StopIteration as end:
                return end.value
            finally:
                _switch()
                _running.pop()
            try:
                sent = yield yielded
            except BaseException as error:
                step = functools.partial(steps.throw, error)
            else:
                step = functools.partial(steps.send, sent)


def _count_async(owner: Any, method: str, name: str) -> None:
    plain = getattr(owner, method)

    @functools.wraps(plain)
    async def counted(*args: Any, **kwargs: Any) -> Any:
        return await _Steps(name, plain(*args, **kwargs))

    setattr(owner, method, counted)


def _count(owner: Any, method: str, name: str) -> None:
    plain = getattr(owner, method)

    @functools.wraps(plain)
    def counted(*args: Any, **kwargs: Any) -> Any:
        _switch()
        _running.append(name)
        try:
            return plain(*args, **kwargs)
        finally:
            _switch()
            _running.pop()

    setattr(owner, method, counted)


def listen(database: Database) -> None:
    """Count the commits of a database from now on, and obey the signals."""
    for engine in {database.engine, database.writer}:

        @event.listens_for(engine.sync_engine, "commit")
        def _(_connection: object) -> None:
            _commits[0] += 1

    signal.signal(signal.SIGUSR1, lambda *_: _anew())
    signal.signal(signal.SIGUSR2, lambda *_: _tell())


def begin() -> None:
    """Count the sections from now on."""
    from bot.runtime.intake.poller import Poller
    from bot.runtime.intake.store import Intake
    from bot.runtime.sending.recorder import Recorder
    from bot.runtime.sending.sender import Sender
    from bot.runtime.worker import Worker
    from storage.unit import Unit

    for owner, method, name in (
        (Poller, "_poll", "receive"),
        (Intake, "_write", "store"),
        (Worker, "_handle", "claim"),
        (Worker, "_load", "load"),
        (Worker, "_process", "decide"),
        (Unit, "flush", "write"),
        (Unit, "commit", "write"),
        (Sender, "_send", "send"),
        (Recorder, "_record", "record"),
    ):
        _count_async(owner, method, name)
    _count(Worker, "_parse", "parse")


def _used() -> dict[str, float]:
    process = resource.getrusage(resource.RUSAGE_SELF)
    return {"process": process.ru_utime + process.ru_stime, "thread": time.thread_time()}


def _anew() -> None:
    _spent.clear()
    _commits[0] = 0
    _before.update(_used())


def _tell() -> None:
    used = {name: value - _before[name] for name, value in _used().items()}
    found = used | {"sections": _spent, "commits": _commits[0]}
    print(f"counted {orjson.dumps(found).decode()}", flush=True)
