"""Whose turn it is: what nobody waits for leaves evenly, and an ask is written down before.

Such messages are made ready in lots before it is their turn, so that the budget of a second is
not lost while they are composed.
"""

import asyncio
from collections.abc import Callable, Sequence

from telegram.error import TelegramError

from bot.core.delivery import Failure, FailureKind
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.runtime.group_commit import GroupCommit
from bot.runtime.sending import addressing
from bot.runtime.sending.pacing import Pacing
from bot.runtime.transport import AiohttpRequest, NotSent
from flows.entities import OutboxId, Outgoing, Priority

TURN_SLACK = 0.0005
"""Seconds by which a turn may come late, so that it never comes early."""
AHEAD, FEW_AHEAD = 16, 4
"""Messages in no hurry that are made ready before it is their turn; and how few call for more."""
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
        self._ahead: set[OutboxId] = set()
        """Messages in no hurry that are being made ready or wait for their turn."""
        self._filling = True
        self._spent: dict[OutboxId, float] = {}
        """When what is under way was counted, by the loop's clock."""
        self._troubles = 0
        """Tries in a row that Telegram gave no answer to."""
        self._turn = asyncio.Lock()
        self._begun: set[OutboxId] = set()
        """Asks that are written down as about to leave, and may."""
        self._begins = GroupCommit[OutboxId](database, self._begin, name="asks about to be sent")

    async def run(self) -> None:
        """Write down which asks are about to leave, until cancelled."""
        await self._begins.run()

    def least_urgent(self) -> Priority:
        """The least urgent messages that are to be made ready: in lots, not one by one."""
        if len(self._ahead) <= FEW_AHEAD:
            self._filling = True
        elif len(self._ahead) >= AHEAD:
            self._filling = False
        return Priority.ASK if self._filling else Priority.RELAY

    def taken(self, row: Outgoing, now: float) -> None:
        """Note that a row is to leave: at once and counted, or when its turn comes."""
        if is_unhurried(row):
            self._ahead.add(row.id)
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
        self._spent.pop(row.id, None)
        self._begun.discard(row.id)

    def learn(self, failure: Failure | None) -> None:
        """Learn from a try whether Telegram answers at all."""
        silent = failure is not None and failure.kind in _SILENT
        self._troubles = self._troubles + 1 if silent else 0

    async def _wait_for_turn(self, row: Outgoing) -> None:
        """Wait until a message in no hurry may leave; one after the other, evenly."""
        async with self._turn:
            await self._until_even()
            if row.priority is Priority.ASK:
                if self._troubles:
                    await self._see_whether_telegram_answers()
                await self._begins.written(row.id)
                if row.id not in self._begun:
                    raise NotSent("another process sends it")
                await self._until_even()  # replies may have used the budget meanwhile
            self._spend(row, asyncio.get_running_loop().time())
        self._ahead.discard(row.id)
        self._left()

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
            raise NotSent(f"Telegram does not answer ({type(error).__name__})") from error

    async def _begin(self, unit: Unit, ids: Sequence[OutboxId]) -> None:
        self._begun |= await unit.outbox.begin(self._database.token, ids, self._clock.now())


def is_unhurried(row: Outgoing) -> bool:
    """Tell whether nobody waits for a message at this moment: closure notices and asks."""
    return row.priority >= Priority.CLOSURE
