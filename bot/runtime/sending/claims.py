"""Finding rows to send: what others wrote, what an earlier sender left, what became due."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.core.clock import Clock
from bot.core.delivery import Failure, FailureKind
from bot.core.ports import Database
from bot.runtime.sending.lanes import Lanes
from bot.runtime.sending.recorder import Recorder, outcome_of
from bot.runtime.sending.refusals import Refusals
from bot.runtime.sending.verdicts import Verdict
from flows.entities import Outgoing, Priority, SendState

CLAIM = 1000
"""Rows claimed in one go, and kept in memory before more are claimed that are in no hurry."""
MOST_HELD = 100_000
ORPHANED_AFTER = timedelta(seconds=5)


class Claims:
    """Brings rows of the outbox into memory; `offer` is given those that may be sent."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lanes: Lanes,
        recorder: Recorder,
        refusals: Refusals,
        offer: Callable[[Sequence[Outgoing]], None],
    ) -> None:
        self._database, self._clock = database, clock
        self._lanes, self._recorder, self._offer = lanes, recorder, offer
        self._refusals = refusals

    async def claim(self) -> list[Outgoing]:
        """Claim rows that nobody holds, or somebody who is no more; give them.

        While enough is here that may leave, what nobody waits for is left where it is. An ask or a
        notice that was begun before may have arrived: it is in doubt, and not repeated.
        """
        last = Priority.ASK if self._few_may_leave() else Priority.RELAY
        token, now = self._database.token, self._clock.now()
        async with self._database.reading() as unit:
            if not await unit.outbox.unclaimed(token, now, last):
                return []
        async with self._database.unit() as unit:
            if not await self._database.leads_still(unit):
                return []
            rows = await unit.outbox.claim(token, now, CLAIM, last)
            await unit.commit()
        doubtful = [row for row in rows if _may_have_left(row)]
        for row in doubtful:
            failure = Failure(FailureKind.IN_DOUBT, "the process ended while it was being sent")
            verdict = Verdict(SendState.DOUBT, failure)
            self._recorder.add(outcome_of(row, verdict, None, now, now))
        self._offer([row for row in rows if row not in doubtful])
        return rows

    def _few_may_leave(self) -> bool:
        """Tell whether few rows are here, apart from those whose group takes no messages."""
        here = len(self._lanes)
        if here < CLAIM:
            return True
        return here - sum(map(self._refusals.holds, self._lanes.rows())) < CLAIM

    async def take_over(self) -> None:
        """Bring all that waits into memory, in its order, before anything is sent.

        Asks are many and in no hurry: those that are too many for now are claimed later.
        """
        claimed = await self.claim()
        while len(claimed) == CLAIM and claimed[-1].priority is not Priority.ASK:
            claimed = await self.claim()
        # Known before they are read: they may be recorded meanwhile.
        decided = set(self._recorder.underway)
        async with self._database.reading() as unit:
            rows = await unit.outbox.held(self._database.token, MOST_HELD)
        self._offer([row for row in rows if row.id not in decided | self._recorder.underway])

    async def find_orphans(self) -> None:
        """Pick up rows that this process holds and does not know of.

        A unit that was committed and could not say so (its task was cancelled in that moment)
        leaves such rows; without this they would wait for the next start.
        """
        known = self._lanes.ids() | self._recorder.underway
        before = self._clock.now() - ORPHANED_AFTER
        async with self._database.reading() as unit:
            # What was known before they were read may have been sent and recorded since.
            rows = await unit.outbox.orphans(self._database.token, known, CLAIM, before=before)
        self._offer(rows)


def _may_have_left(row: Outgoing) -> bool:
    """Tell whether it was being tried when its sender ended, and is not to be repeated in doubt."""
    return row.at_most_once and row.attempts > 0 and not row.error
