"""Taking over what was changed: groups, admins, the configuration.

Updates are handled by what `Services` holds in memory. None is handled between a change and its
being taken over: what staff write in a group that has just moved would be nobody's.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

Action = Callable[[], Awaitable[None]]
RETRY_SECONDS = 1.0


class RetryingTask:
    """Does something in the background: again if it is wanted meanwhile, and until it works."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self._wanted = False
        self._task: asyncio.Task[None] | None = None
        self._done = asyncio.Event()
        self._done.set()

    def soon(self) -> None:
        """Want it done."""
        self._wanted = True
        self._done.clear()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def done(self) -> None:
        """Wait until all that was wanted is done."""
        await self._done.wait()

    async def _run(self) -> None:
        while self._wanted:
            self._wanted = False
            try:
                await self._action()
            except Exception as error:
                # Nobody awaits this task: whatever went wrong (the database, Telegram, a mistake
                # of ours), the change would be lost with it. It is tried until it is taken over.
                log.warning("change_not_taken_over", error=type(error).__name__)
                self._wanted = True
                await asyncio.sleep(RETRY_SECONDS)
        self._done.set()


class Reloader:
    """Keeps `Services` as the database says.

    `read` reads it again; `follow` does what follows at Telegram.
    """

    def __init__(self, read: Action, follow: Action) -> None:
        self._read_services, self._follow = read, follow
        self._one_at_a_time = asyncio.Lock()
        """A reading that began before a change must not end after the one that knows of it."""
        self._reading, self._following = RetryingTask(self._take), RetryingTask(follow)

    def soon(self) -> None:
        """Take over what was changed, in the background."""
        self._reading.soon()

    async def done(self) -> None:
        """Wait until what was changed here is known; not for what follows at Telegram."""
        await self._reading.done()

    async def now(self) -> None:
        """Take over what was changed here or elsewhere, with what follows at Telegram.

        Raises what goes wrong.
        """
        await self._read()
        await self._follow()

    async def _take(self) -> None:
        await self._read()
        self._following.soon()

    async def _read(self) -> None:
        async with self._one_at_a_time:
            await self._read_services()
