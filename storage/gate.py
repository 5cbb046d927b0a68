"""Who may write to SQLite, which has one writer: those for whom somebody waits go first.

A batch of asks that are decided holds the writer for some hundredths of a second. What a customer
says passes it twice, once to be stored and once to be answered; in one line with everything else
it waited for all of them.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

MOST_OVERTAKEN = 3
"""So many may overtake whoever has waited longest of those in no hurry."""


class Gate:
    """Lets in one at a time."""

    def __init__(self) -> None:
        self._is_taken = False
        self._hurried: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._overtaken = 0

    @contextlib.asynccontextmanager
    async def passed(self, *, hurry: bool) -> AsyncIterator[None]:
        """Be let in for as long as the block runs; in a hurry before those who are not."""
        await self._come_in(self._hurried if hurry else self._others)
        try:
            yield
        finally:
            self._leave()

    async def _come_in(self, line: deque[asyncio.Future[None]]) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was let in at that very moment
                self._leave()
            elif turn in line:
                line.remove(turn)
            raise

    def _leave(self) -> None:
        """Let the next one in, if anybody waits."""
        turn = self._next()
        while turn is not None and turn.done():  # cancelled, and not gone yet
            turn = self._next()
        self._is_taken = turn is not None
        if turn is not None:
            turn.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        if self._hurried and (not self._others or self._overtaken < MOST_OVERTAKEN):
            self._overtaken += bool(self._others)
            return self._hurried.popleft()
        self._overtaken = 0
        return self._others.popleft() if self._others else None
