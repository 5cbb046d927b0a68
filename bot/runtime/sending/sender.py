"""Sends what is in the outbox: by priority, within the budgets, each outcome recorded.

What a message says is worked out in `composition`, whose turn it is in `turns`.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.core.delivery import Call, Failure, FailureKind, Later, Reach
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.subject import Subject
from bot.runtime.sending import addressing, digest
from bot.runtime.sending.claims import Claims
from bot.runtime.sending.composition import Composition
from bot.runtime.sending.failures import failure_of
from bot.runtime.sending.lanes import Lanes
from bot.runtime.sending.pacing import GROUP_WINDOW, Pacing
from bot.runtime.sending.recorder import Outcome, Recorder, outcome_of
from bot.runtime.sending.refusals import Refusals
from bot.runtime.sending.rights import Rights
from bot.runtime.sending.turns import Turns
from bot.runtime.sending.verdicts import Verdict, judge
from bot.runtime.transport import AiohttpRequest
from flows.entities import Outgoing, Priority, SendState
from flows.entities.replaced import replaced

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 200
"""Calls under way at a time, without those that wait for their turn."""
DATABASE_SECONDS = 0.5
"""Before a row is tried again for which the database was busy."""
ORPHAN_LOOKS = 20
"""Rows that this process holds and has lost sight of are looked for at every so many looks."""
LOOK_SECONDS = 0.5
"""How often the outbox is looked at for rows that became due, and for those of other processes,
which usually say so themselves."""


class Sender:
    """One per process; it sends while its process leads."""

    def __init__(
        self,
        database: Database,
        services: Services,
        transport: AiohttpRequest,
        base_url: str,
        pacing: Pacing,
        subjects: Subject,
        reach: Reach,
        *,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._services, self._clock = database, services, services.clock
        self._transport, self._base_url, self._pacing = transport, base_url, pacing
        self._reporters = subjects.reporters
        self._lanes = Lanes(lambda row: digest.haste(row, self._clock.now()))
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._draining = False
        self._ready = False
        """Whether what earlier processes left is in memory; until then nothing may overtake it."""
        self._recorder = Recorder(
            database,
            services,
            self._lanes,
            subjects,
            reach,
            committed=self.committed,
            changed=changed,
        )
        self._refusals, self._rights = Refusals(), Rights(transport, base_url, services)
        self._claims = Claims(
            database, self._clock, self._lanes, self._recorder, self._refusals, self.offer
        )
        self._composition = Composition(database, services, subjects)
        self._turns = Turns(database, services, transport, base_url, pacing, left=self._wake.set)
        self._digests = digest.Digests()
        self.counts: dict[str, int] = {}
        """Tries by what came of them, since the start; for the metrics."""

    # -- what comes in -------------------------------------------------------------------------

    def committed(self, unit: Unit) -> None:
        """Take over the messages that a unit has just written."""
        self.offer(unit.committed)

    def offer(self, rows: Sequence[Outgoing]) -> None:
        """Take rows that this process holds."""
        if not self._database.leads:
            return
        for row in rows:
            self._lanes.add(row)
        if rows:
            self._wake.set()

    @property
    def waiting(self) -> int:
        """How many rows wait in memory."""
        return len(self._lanes)

    @property
    def is_resting(self) -> bool:
        """Whether nothing is under way or still to be recorded; more may wait for its moment."""
        return not (self._tasks or self._recorder.underway)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits in memory, is under way or is still to be recorded."""
        return not len(self._lanes) and self.is_resting

    @property
    def seconds_of_asks(self) -> float:
        """For how many seconds the asks that wait here last, when nothing else is sent."""
        return self._lanes.count(Priority.ASK) / self._pacing.budgets.per_second

    # -- the life of the sender ----------------------------------------------------------------

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._recorder.run())
            group.create_task(self._turns.run())
            group.create_task(self._look())
            await self._dispatch()

    def forget(self) -> None:
        """Drop what waits in memory: another process may send now, and claims it from the outbox.

        What is being sent is finished. When this process leads again it reads what it still holds.
        """
        self._ready = False
        self._lanes.drop(lambda _row: True)

    async def drain(self) -> None:
        """Send nothing new, and wait until what is under way is finished and recorded."""
        self._draining = True
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        await self._recorder.drained()

    async def _look(self) -> None:
        """Claim what other processes wrote, what an earlier sender left, what became due."""
        looks = itertools.count(1)
        while True:
            try:
                if self._database.leads and not self._ready:
                    await self._remember_groups()
                    await self._claims.take_over()
                    self._refusals.begin(self._lanes.rows(), asyncio.get_running_loop().time())
                    self._ready = True
                    self._wake.set()
                elif self._database.leads:
                    await self._claims.claim()
                    if next(looks) % ORPHAN_LOOKS == 0:
                        await self._claims.find_orphans()
                await self._write_digests()
            except Exception as error:
                # A look that failed must not end sending: the next one finds what this one missed.
                log.warning("claim_failed", error=type(error).__name__)
            self._pacing.tidy(asyncio.get_running_loop().time())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._database.news.wait()
            self._database.news.clear()

    async def _write_digests(self) -> None:
        digests = list(self._digests.wanted(self._clock.now()))
        if digests:
            async with self._database.unit() as unit:
                for row in digests:
                    unit.send(row)
                await unit.commit()
            self.committed(unit)

    async def _remember_groups(self) -> None:
        """Go on pacing groups where an earlier process left off."""
        loop_now, now = asyncio.get_running_loop().time(), self._clock.now()
        async with self._database.reading() as unit:
            for chat_id, sent_at in await unit.outbox.sent_since(
                list(self._services.groups), addressing.before(now, GROUP_WINDOW)
            ):
                # A clock that was set back makes moments of the past look like the future.
                ago = max(0.0, (now - sent_at).total_seconds())
                self._pacing.remember_group(chat_id, loop_now - ago)

    async def _dispatch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            pause = self._start_what_may_leave(loop.time())
            timer = loop.call_later(max(pause, 0.0005), self._wake.set) if pause else None
            await self._wake.wait()
            if timer:
                timer.cancel()

    def _start_what_may_leave(self, now: float) -> float | None:
        """Start as many calls as may be made now; give the seconds until more may, if known."""
        self._lanes.wake(now)
        if not (self._ready and self._database.leads):
            return None
        while not self._draining and len(self._tasks) - self._turns.waiting < MOST_AT_ONCE:
            ready = self._pacing.all_ready_at(now)
            if ready > now:
                return ready - now
            last = self._turns.least_urgent()
            row = self._lanes.take(lambda row: self._ready_at(row, now), now, last)
            if row is None:
                moment = self._lanes.next_moment()
                return None if moment is None else moment - now
            self._turns.taken(row, now)
            self._refusals.taken(row, now)
            task = asyncio.create_task(self._send(row))
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        return None

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()

    def _ready_at(self, row: Outgoing, now: float) -> float:
        wait = self._seconds_too_early(row)
        if wait > 0:
            return now + wait
        ready = self._refusals.ready_at(row, now)
        if ready > now or not addressing.is_counted(row.method):
            return ready
        is_digest = row.method == digest.METHOD
        ready = self._pacing.chat_ready_at(row.chat_id, now, digest=is_digest)
        if ready > now and row.chat_id < 0 and not is_digest:
            self._digests.delayed(row, ready - now)
        return ready

    def _seconds_too_early(self, row: Outgoing) -> float:
        """How long a row has to wait yet for its moment.

        A clock that shows an earlier moment than that of the writing was set back: how long the
        row has waited is unknown then, and it goes rather than wait for an hour.
        """
        now = self._clock.now()
        if row.not_before is None or now < row.created_at:
            return 0.0
        return (row.not_before - now).total_seconds()

    # -- one message -----------------------------------------------------------------------------

    async def _send(self, row: Outgoing) -> None:
        try:
            await self._try(row)
        except Exception as error:
            # The last net under one message: whatever we did not expect of an answer, this row has
            # an end, and what waits behind it goes on.
            log.exception("send_not_concluded", outbox=row.id, method=row.method)
            self._end(row, error)
        finally:
            self._turns.done(row)

    def _end(self, row: Outgoing, error: Exception) -> None:
        """Have a row fail that could not be concluded, and free its lane, unless that was done."""
        if not self._lanes.is_busy(row):
            return
        now = self._clock.now()
        verdict = Verdict(SendState.FAILED, Failure(FailureKind.REFUSED, type(error).__name__))
        self._recorder.add(outcome_of(row, verdict, None, now, now))
        self._lanes.finish(row)

    async def _try(self, row: Outgoing) -> None:
        message: Mapping[str, Any] | None = None
        call: Call | Later | Failure | None = None
        began = self._clock.now()
        try:
            call = await self._composition.prepared(row)
            if isinstance(call, Later):
                await self._put_off(row, call.moment)
                return
            if isinstance(call, Failure):
                verdict = self._judge(call, row)
            elif call is None:
                verdict = Verdict(SendState.CANCELLED, None)
            else:
                message = await self._make(row, call)
                verdict = Verdict(SendState.SENT, None)
        except Exception as error:
            # Every row ends with an outcome: what a composer did not expect is a refusal with its
            # reason, or the row would block its lane for ever.
            if self._database.is_busy(error):
                self._wait_for_database(row, error)
                return
            verdict = self._judge(await self._rights.explained(row, _failure(row, error)), row)
            if verdict.state is SendState.SENT and isinstance(call, Call):
                message = addressing.already_edited(call)
        then = call.then if isinstance(call, Call) else ()
        outcome = outcome_of(row, verdict, message, began, self._clock.now(), then)
        await self._conclude(row, outcome, verdict)

    def _wait_for_database(self, row: Outgoing, error: Exception) -> None:
        """Try a row again soon that could not be prepared: nothing has been sent."""
        log.warning("send_postponed", outbox=row.id, error=type(error).__name__)
        self.counts["postponed"] = self.counts.get("postponed", 0) + 1
        if self._database.leads:
            self._lanes.put_back(row, asyncio.get_running_loop().time() + DATABASE_SECONDS)
        else:
            self._lanes.finish(row)  # whoever leads claims it, perhaps this process again

    async def _put_off(self, row: Outgoing, moment: datetime) -> None:
        """Let go of a row until its moment comes; it is claimed again then."""
        async with self._database.unit() as unit:
            await unit.outbox.put_off(self._database.token, row.id, moment)
            await unit.commit()
        self._lanes.finish(row)

    def _judge(self, failure: Failure, row: Outgoing) -> Verdict:
        bound, now = self._services.group_at(row.chat_id) is not None, self._clock.now()
        if self._refusals.holds(row):
            row = addressing.anew(row, row.chat_id, now)  # how long it was refused does not count
        return judge(failure, row, now, bound=bound)

    async def _make(self, row: Outgoing, call: Call) -> Mapping[str, Any]:
        await self._turns.come(row)
        url = f"{self._base_url}/{call.method}"
        try:
            if call.file is not None:
                result = await self._transport.upload(url, call.params, call.file)
            else:
                result = await self._transport.call(url, call.params)
            self._turns.answered(row)
        except (BadRequest, ChatMigrated) as error:
            result = await self._replace(row, call, error)
        return addressing.as_message(result, call)

    async def _replace(self, row: Outgoing, failed: Call, error: TelegramError) -> Any:
        """Make another call in place of one that failed with `error`, or raise it.

        A private chat is never another one: it is the group to be copied from that has moved.
        """
        kind = failure_of(error).kind
        if kind is FailureKind.QUOTATION_GONE:
            return await self._call_instead(addressing.without_quotation(failed), error)
        gone = kind is FailureKind.MESSAGE_GONE
        if not gone and not (kind is FailureKind.MIGRATED and row.chat_id > 0):
            raise error
        return await self._call_instead(await self._composition.instead(row, failed), error)

    async def _call_instead(self, call: Call | None, error: TelegramError) -> Any:
        if call is None:
            raise error
        return await self._transport.call(f"{self._base_url}/{call.method}", call.params)

    async def _conclude(self, row: Outgoing, outcome: Outcome, verdict: Verdict) -> None:
        """Record what came of a try, and let the lane go on when it may.

        A lane waits for the record when somebody is told of it: what comes next in the lane may
        need what the reporter writes (a topic's number).
        """
        self._turns.learn(verdict.failure)
        name = verdict.failure.kind.value if verdict.failure else verdict.state.value
        self.counts[name] = self.counts.get(name, 0) + 1
        frees = self._refusals.frees(row, verdict)
        told = verdict.state is SendState.WAITING or row.purpose in self._reporters
        if told or frees:
            await self._recorder.recorded(replaced(outcome, frees=frees))
        else:
            self._recorder.add(outcome)
        self._go_on(row, verdict)
        self._learn(row, verdict, frees=frees)

    def _learn(self, row: Outgoing, verdict: Verdict, *, frees: bool) -> None:
        """Let what waits for a group leave, or another of it be tried, as a try has shown."""
        now = asyncio.get_running_loop().time()
        if frees:
            log.info("group_takes_again", chat=row.chat_id)
            self._refusals.free(row)
            moment = self._clock.now()
            self._lanes.readdress(lambda each: addressing.anew(each, row.chat_id, moment))
            self._lanes.rouse(row.chat_id)
        elif self._refusals.ended(row, verdict.wait, now):
            self._lanes.rouse(row.chat_id)

    def _go_on(self, row: Outgoing, verdict: Verdict) -> None:
        now = asyncio.get_running_loop().time()
        failure = verdict.failure
        if verdict.state is not SendState.WAITING:
            self._digests.settled(row)
        if verdict.state is not SendState.WAITING or failure is None:
            self._lanes.finish(row)
            return
        if self._recorder.lost_claim(row) or not self._database.leads:
            self._lanes.finish(row)  # it is another's to send, or nobody's any more
            return
        changed = replaced(
            row,
            attempts=row.attempts + verdict.counts_as_try,
            maybe_repeated=row.maybe_repeated or verdict.maybe_repeated,
        )
        match failure.kind:
            case FailureKind.TOPIC_DELETED | FailureKind.TOPIC_MISSING:
                self._lanes.bring_forward(changed, addressing.rank, now + verdict.wait)
                return
            case FailureKind.CANNOT_WRITE | FailureKind.TOPIC_CLOSED:
                if not self._refusals.knows(row, failure.kind):
                    log.warning("group_refuses", chat=row.chat_id, why=failure.kind.value)
                until = self._refusals.refused(row, failure.kind, now)
                changed = replaced(changed, error=str(failure))
                self._lanes.bring_forward(changed, addressing.rank_to_open, until)
                return
            case FailureKind.MIGRATED if failure.new_chat_id is not None:
                self._move(row.chat_id, failure.new_chat_id)
                changed = addressing.moved(changed, row.chat_id, failure.new_chat_id)
            case FailureKind.TOO_MANY:
                self._pacing.halt(row.chat_id, now + failure.retry_after, now)
            case FailureKind.NOT_SENT | FailureKind.SERVER_TROUBLE | FailureKind.BAD_TOKEN:
                self._pacing.halt_all(now + min(verdict.wait, 5.0))
        self._lanes.put_back(row, now + verdict.wait, changed)

    def _move(self, old: int, new: int) -> None:
        self._lanes.readdress(lambda row: addressing.moved(row, old, new))


def _failure(row: Outgoing, error: Exception) -> Failure:
    """What went wrong with a row; what is not foreseen is logged."""
    failure = failure_of(error, in_group=row.chat_id < 0)
    if failure.kind is FailureKind.REFUSED:
        log.error(
            "send_refused",
            outbox=row.id,
            method=row.method,
            purpose=row.purpose,
            detail=failure.detail,
        )
    return failure
