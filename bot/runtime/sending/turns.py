"""Whose turn it is: what nobody waits for leaves evenly, and an ask is written down before.

Such messages are made ready before it is their turn, so that the budget of a second is not lost
while they are composed. Asks, and notices of changes, are written down as about to leave in lots,
each in one commit: a lot is what leaves within a twentieth of a second, so many are in doubt after
a kill at most, and at Telegram's usual rate it is one.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from telegram.error import TelegramError

from bot.core.delivery import Failure, FailureKind
from bot.core.ports import Database
from bot.core.services import Services
from bot.runtime.sending import addressing
from bot.runtime.sending.pacing import Pacing
from bot.runtime.transport import AiohttpRequest, NotSent
from flows.entities import OutboxId, Outgoing, Priority

TURN_SLACK = 0.0005
"""Seconds by which a turn may come late, so that it never comes early."""
LOT_SECONDS = 0.05
"""The asks that leave within this time are written down together before."""
AHEAD = 16
"""Messages in no hurry that are made ready before it is their turn, at the least."""
LOTS_AHEAD = 3
"""At high rates so many lots are made ready."""
MOST_UNDERWAY = 100
"""Messages in no hurry that have left and are not answered yet; replies have a way beside them."""
_SILENT = frozenset(
    {
        FailureKind.UNKNOWN_OUTCOME,
        FailureKind.IN_DOUBT,
        FailureKind.SERVER_TROUBLE,
        FailureKind.NOT_SENT,
    }
)
"""Failures in which Telegram has not said anything."""


class Turns:
    """Counts what leaves against the budgets, and lets what is in no hurry wait for its turn."""

    def __init__(
        self,
        database: Database,
        services: Services,
        transport: AiohttpRequest,
        base_url: str,
        pacing: Pacing,
        *,
        left: Callable[[], None],
    ) -> None:
        self._database, self._clock = database, services.clock
        self._transport, self._base_url = transport, base_url
        self._pacing, self._left = pacing, left
        self._lot = max(1, int(LOT_SECONDS * pacing.budgets.per_second))
        """Asks that are written down together."""
        self._most_ahead = max(AHEAD, LOTS_AHEAD * self._lot)
        self._ahead: set[OutboxId] = set()
        """Messages in no hurry that are being made ready or wait for their turn."""
        self._underway: set[OutboxId] = set()
        """Messages in no hurry that have left, and those ahead."""
        self._filling = True
        self._spent: dict[OutboxId, float] = {}
        """When what is under way was counted, by the loop's clock."""
        self._troubles = 0
        """Tries in a row that Telegram gave no answer to."""
        self._turn = asyncio.Lock()
        self._asks: deque[tuple[OutboxId, asyncio.Future[bool]]] = deque()
        """Asks that wait to be written down; each is told whether it may leave."""
        self._begun: set[OutboxId] = set()
        """Asks that are written down and have not left."""
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """Write down which asks are about to leave, lot by lot, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            # The next lot is written while the last asks of this one leave.
            while self._asks and len(self._begun) <= self._lot // 2:
                count = min(self._lot, len(self._asks))
                await self._write_down([self._asks.popleft() for _ in range(count)])

    def least_urgent(self) -> Priority:
        """The least urgent messages that are to be made ready: in lots, not one by one."""
        if len(self._ahead) <= self._most_ahead // 4:
            self._filling = True
        elif len(self._ahead) >= self._most_ahead:
            self._filling = False
        crowded = len(self._underway) - len(self._ahead) >= MOST_UNDERWAY
        return Priority.ASK if self._filling and not crowded else Priority.RELAY

    @property
    def waiting(self) -> int:
        """How many messages in no hurry are being made ready or wait for their turn."""
        return len(self._ahead)

    def taken(self, row: Outgoing, now: float) -> None:
        """Note that a row is to leave: at once and counted, or when its turn comes."""
        if is_unhurried(row):
            self._ahead.add(row.id)
            self._underway.add(row.id)
        elif addressing.is_counted(row.method):
            self._spend(row, now)

    async def come(self, row: Outgoing) -> None:
        """Wait until a row may leave. Raises NotSent when an ask had better not be tried."""
        if is_unhurried(row):
            await self._wait_for_turn(row)

    def answered(self, row: Outgoing) -> None:
        """Learn that Telegram has answered a row's call."""
        spent_at = self._spent.get(row.id)
        if spent_at is not None:
            self._pacing.answered(spent_at, asyncio.get_running_loop().time())

    def done(self, row: Outgoing) -> None:
        """Forget a row: its try has ended, whatever came of it."""
        self._ahead.discard(row.id)
        self._underway.discard(row.id)
        self._spent.pop(row.id, None)

    def learn(self, failure: Failure | None) -> None:
        """Learn from a try whether Telegram answers at all."""
        silent = failure is not None and failure.kind in _SILENT
        self._troubles = self._troubles + 1 if silent else 0

    async def _wait_for_turn(self, row: Outgoing) -> None:
        """Wait until a message in no hurry may leave; one after the other, evenly."""
        try:
            if row.at_most_once and not await self._written_down(row.id):
                raise NotSent("another process sends it")
            async with self._turn:
                await self._until_even()
                if row.at_most_once and self._troubles:
                    await self._see_whether_telegram_answers()  # it may have ended since the lot
                    await self._until_even()
                self._spend(row, asyncio.get_running_loop().time())
        finally:
            self._begun.discard(row.id)
            self._wanted.set()
        self._ahead.discard(row.id)
        self._left()

    async def _written_down(self, outbox_id: OutboxId) -> bool:
        """Have an ask written down as about to leave; gives whether it is this process's to send.

        Raises NotSent when Telegram does not answer, and what the database raises.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asks.append((outbox_id, done))
        self._wanted.set()
        return await done

    async def _write_down(self, lot: Sequence[tuple[OutboxId, asyncio.Future[bool]]]) -> None:
        """Write down a lot in one commit, and tell each of it what came of it."""
        waiting = [(each, done) for each, done in lot if not done.done()]
        try:
            if self._troubles:
                await self._see_whether_telegram_answers()
            async with self._database.unit() as unit:
                ids = [each for each, _ in waiting]
                begun = await unit.outbox.begin(self._database.token, ids, self._clock.now())
                await unit.commit()
        except Exception as error:  # each of those who wait is told, and decides
            for _, done in waiting:
                if not done.done():
                    done.set_exception(error)
            return
        for each, done in waiting:
            if not done.done():
                if each in begun:
                    self._begun.add(each)
                done.set_result(each in begun)

    def _spend(self, row: Outgoing, now: float) -> None:
        self._pacing.spend(row.chat_id, now)
        self._spent[row.id] = now

    async def _until_even(self) -> None:
        loop = asyncio.get_running_loop()
        wait = self._pacing.even_at(loop.time()) - loop.time()
        while wait > 0:
            await asyncio.sleep(wait + TURN_SLACK)
            wait = self._pacing.even_at(loop.time()) - loop.time()

    async def _see_whether_telegram_answers(self) -> None:
        """Find out by a call that nobody sees, before an ask is put at risk.

        An ask whose outcome stays unknown is never repeated. Raises NotSent.
        """
        try:
            await self._transport.call(f"{self._base_url}/getMe", {})
        except TelegramError as error:
            raise NotSent("Telegram does not answer") from error


def is_unhurried(row: Outgoing) -> bool:
    """Tell whether nobody waits for a message at this moment: closure notices and asks."""
    return row.priority >= Priority.CLOSURE
