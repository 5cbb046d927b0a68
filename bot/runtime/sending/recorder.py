"""Recording what became of tries, many in one commit, and telling those who want to know."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.core.clock import Clock
from bot.core.delivery import (
    GONE,
    GROUP_REFUSES,
    PASSING,
    Failure,
    FailureKind,
    Reach,
    failure_in,
)
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.subject import Subject
from bot.core.work import Work
from bot.runtime import expecting
from bot.runtime.group_commit import RETRY_SECONDS, GroupCommit
from bot.runtime.sending import addressing
from bot.runtime.sending.lanes import Lanes
from bot.runtime.sending.verdicts import Verdict
from flows.entities import OutboxId, Outgoing, Priority, SendResult, SendState
from flows.entities.making import made_at_once
from flows.entities.replaced import replaced

log = structlog.get_logger(__name__)

_REFUSED_BY_GROUP = GROUP_REFUSES | {FailureKind.MEDIA_REFUSED}
_GROUP_LOST = frozenset({FailureKind.KICKED, FailureKind.CHAT_NOT_FOUND})


@made_at_once
@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row that was tried, with all that a reporter may want to know."""

    row: Outgoing
    result: SendResult
    message: Mapping[str, Any] | None
    failure: Failure | None
    began: datetime
    """When the try began."""
    then: Sequence[Outgoing] = ()
    """Messages that follow it when it was sent."""
    frees: bool = False
    """Whether it shows that a group that refused messages takes them again."""


def _placed(outcome: Outcome, chat_id: int) -> SendResult:
    """What to write about a row whose chat is this one by now.

    A group that moved meanwhile numbers its messages anew: the old number would name another.
    """
    stayed = outcome.row.chat_id == chat_id
    return outcome.result if stayed else replaced(outcome.result, message_id=None)


def _was_missed(outcome: Outcome) -> bool:
    """Tell whether it is about a customer's ticket and failed because they are gone."""
    row, failure = outcome.row, outcome.failure
    is_theirs = row.ticket_id is not None and not addressing.needs_ticket(row)
    return is_theirs and failure is not None and failure.kind in GONE


def _error(row: Outgoing, verdict: Verdict) -> str:
    """What to write of a failure; one that passes hides no refusal by the group."""
    if verdict.failure is None:
        return ""
    known = failure_in(row.error)
    refused = known is not None and known.kind in GROUP_REFUSES
    if refused and verdict.state is SendState.WAITING and verdict.failure.kind in PASSING:
        return row.error
    return str(verdict.failure)


def outcome_of(
    row: Outgoing,
    verdict: Verdict,
    message: Mapping[str, Any] | None,
    began: datetime,
    now: datetime,
    then: Sequence[Outgoing] = (),
) -> Outcome:
    """What a try that began and ended then came to; `message` is what Telegram gave for it."""
    result = SendResult(
        id=row.id,
        state=verdict.state,
        at=now,
        attempts=row.attempts + verdict.counts_as_try,
        message_id=message.get("message_id") if message else None,
        error=_error(row, verdict),
        maybe_repeated=row.maybe_repeated or verdict.maybe_repeated,
    )
    return Outcome(row, result, message, verdict.failure, began, then)


class Recorder:
    """Writes outcomes, does what failures ask for, and tells the reporters."""

    def __init__(
        self,
        database: Database,
        services: Services,
        lanes: Lanes,
        subjects: Subject,
        reach: Reach,
        *,
        committed: Callable[[Unit], None],
        changed: Callable[[], None],
    ) -> None:
        self._database, self._services, self._lanes = database, services, lanes
        self._clock: Clock = services.clock
        self._reporters, self._before_reports = subjects.reporters, subjects.before_reports
        self._reach, self._loaders = reach, subjects.loaders
        self._committed, self._changed = committed, changed
        self.underway: set[OutboxId] = set()
        """Rows whose outcome is known and not yet recorded."""
        self._unreported: set[OutboxId] = set()
        self._lost_claims: set[OutboxId] = set()
        self._recording: list[OutboxId] = []
        self._moved = False
        self._commits = GroupCommit[Outcome](
            database,
            self._record,
            after=self._recorded,
            park=self._park,
            name="outcomes",
            hurry=True,  # what was sent is known before what is said to it
        )

    async def run(self) -> None:
        """Record until cancelled."""
        await self._commits.run()

    async def drained(self) -> None:
        """Wait until all that was added is recorded."""
        await self._commits.drained()

    def add(self, outcome: Outcome) -> None:
        """Have an outcome recorded soon."""
        self.underway.add(outcome.row.id)
        self._commits.add(outcome)

    async def recorded(self, outcome: Outcome) -> None:
        """Have an outcome recorded, and return when it is; asks and notices wait for one another.

        One of these whose outcome was not recorded before a kill is never repeated, only in doubt;
        anything else would be sent twice.
        """
        self.underway.add(outcome.row.id)
        hurry = not outcome.row.at_most_once
        await self._commits.written(outcome, hurry=hurry)

    def lost_claim(self, row: Outgoing) -> bool:
        """Tell, once, whether a row that was to be tried again turned out not to be held here.

        Another process has taken it over, or what it was about has been erased.
        """
        lost = row.id in self._lost_claims
        self._lost_claims.discard(row.id)
        return lost

    async def _record(self, unit: Unit, outcomes: Sequence[Outcome]) -> None:
        work = Work(unit, self._clock.now(), self._services)
        self._recording = [outcome.row.id for outcome in outcomes]
        self._moved = False
        ours = await unit.outbox.unrecorded(self._database.token, self._recording)
        self._lost_claims |= {
            each.row.id
            for each in outcomes
            if each.row.id not in ours and each.result.state is SendState.WAITING
        }
        outcomes = [outcome for outcome in outcomes if outcome.row.id in ours]
        await unit.outbox.record(
            self._database.token, [_placed(each, ours[each.row.id]) for each in outcomes]
        )
        await self._prepare(work, [outcome.row for outcome in outcomes])
        returned: dict[int, None] = {}
        for outcome in outcomes:
            if outcome.failure is not None and await self._is_over(work, outcome):
                returned[outcome.row.chat_id] = None
            elif outcome.failure is not None:
                await self._react(work, outcome.row, outcome.failure, outcome.began)
            if outcome.frees:
                await self._reach.group_takes(work, outcome.row.chat_id)
            if outcome.result.state is SendState.SENT:
                for message in outcome.then:
                    unit.send(message)
            if outcome.result.state is not SendState.WAITING:
                await self._report(work, outcome)
            if _was_missed(outcome):
                await self._fail_behind(work, outcome)
        for chat_id in returned:
            await self._reach.catch_up(work, chat_id)
        self._moved = work.config_changed

    async def _park(self, outcome: Outcome, error: Exception) -> None:
        """Keep the bare state of an outcome that cannot be stored as it is, and nothing after it.

        What is to be tried again is given up instead: it would fail like this each time. When
        nothing at all can be stored, the row counts as under way until the process ends, so that
        what has been sent is not sent again.
        """
        row, result = outcome.row, outcome.result
        log.error("outcome_parked", outbox=row.id, purpose=row.purpose, error=type(error).__name__)
        waits = result.state is SendState.WAITING
        bare = replaced(
            result,
            state=SendState.FAILED if waits else result.state,
            message_id=None,
            error=str(Failure(FailureKind.REFUSED, "what came of it could not be stored")),
        )
        trouble = await self._stored(bare)
        while trouble is not None and self._database.is_busy(trouble):
            await asyncio.sleep(RETRY_SECONDS)
            trouble = await self._stored(bare)
        if waits:
            self._lost_claims.add(row.id)
        self._unreported.discard(row.id)
        if trouble is None:
            self.underway.discard(row.id)
        else:
            log.error("outcome_lost", outbox=row.id, error=type(trouble).__name__)

    async def _stored(self, result: SendResult) -> Exception | None:
        """Store a state alone; give what went wrong."""
        try:
            async with self._database.unit() as unit:
                await unit.outbox.record(self._database.token, [result])
                await unit.commit()
        except Exception as error:
            # Whatever it is, the others' outcomes must not wait for this one.
            return error
        return None

    async def _is_over(self, work: Work, outcome: Outcome) -> bool:
        """Tell whether a person who could not be written to has come back since the try began."""
        if outcome.failure is None or outcome.failure.kind not in GONE or outcome.row.chat_id < 0:
            return False
        return await self._reach.has_returned(work, outcome.row.chat_id, since=outcome.began)

    async def _prepare(self, work: Work, rows: Sequence[Outgoing]) -> None:
        """Read what the reports will look for, for all rows at once."""
        told = [row for row in rows if row.purpose in self._reporters]
        if told:
            expected = expecting.of_reports(told)
            for load in self._loaders:
                await load(work, expected)
        for purpose, prepare in self._before_reports.items():
            concerned = [row for row in rows if row.purpose == purpose]
            if len(concerned) > 1:
                await prepare(work, concerned)

    def _recorded(self, unit: Unit) -> None:
        if self._moved:
            self._changed()
        self.underway.difference_update(self._recording)
        self._unreported.difference_update(self._recording)
        self._committed(unit)

    async def _react(self, work: Work, row: Outgoing, failure: Failure, began: datetime) -> None:
        """Do what a failure asks for, whatever the message was about."""
        if failure.new_chat_id is not None and row.chat_id < 0:
            await self._reach.group_moved(work, row.chat_id, failure.new_chat_id)
        elif failure.kind in (FailureKind.TOPIC_DELETED, FailureKind.TOPIC_MISSING):
            await addressing.make_topic_again(work, row, self._lanes.rows())
        elif failure.kind in GONE and row.chat_id > 0:
            await self._reach.chat_gone(work, row.chat_id, failure.kind.value)
            await self._cancel_asks(work, row.chat_id, failure)
        elif failure.kind in _REFUSED_BY_GROUP and row.chat_id < 0:
            await self._reach.group_refuses(work, row, failure)
        elif failure.kind in _GROUP_LOST and not await self._reach.was_bound(
            work, row.chat_id, since=began
        ):
            await self._reach.group_lost(work, row.chat_id)

    async def _fail_behind(self, work: Work, outcome: Outcome) -> None:
        """Have what waits behind a message that was missed fail as it did: its reader is gone.

        Tried later it might arrive, when they are back, before what they missed. What has failed
        follows together, in its order.
        """
        first = outcome.row
        behind = [
            replaced(
                outcome,
                row=row,
                result=replaced(
                    outcome.result,
                    id=row.id,
                    attempts=row.attempts,
                    maybe_repeated=row.maybe_repeated,
                ),
            )
            for row in self._lanes.drop(
                lambda row: (
                    row.lane == first.lane
                    and row.priority is first.priority
                    and row.ticket_id is not None
                )
            )
        ]
        await work.unit.outbox.record(self._database.token, [each.result for each in behind])
        for each in behind:
            await self._report(work, each)

    async def _cancel_asks(self, work: Work, chat_id: int, failure: Failure) -> None:
        await work.unit.outbox.cancel_waiting(chat_id, Priority.ASK, failure.kind.value)
        for row in self._lanes.drop(
            lambda row: row.chat_id == chat_id and row.priority is Priority.ASK
        ):
            result = SendResult(row.id, SendState.CANCELLED, work.now, row.attempts)
            await self._report(work, Outcome(row, result, None, failure, began=work.now))

    async def _report(self, work: Work, outcome: Outcome) -> None:
        """Tell the reporter; one that fails loses its report and never the record.

        A busy database is no failure of the report: all of it is tried again. Raises that.
        """
        reporter = self._reporters.get(outcome.row.purpose)
        if reporter is None or outcome.row.id in self._unreported:
            return
        mark, services = work.unit.mark(), work.services
        try:
            await reporter(work, outcome.row, outcome.result, outcome.message, outcome.failure)
        except Exception as error:
            if self._database.is_busy(error):
                raise
            log.exception("report_failed", outbox=outcome.row.id, purpose=outcome.row.purpose)
            self._unreported.add(outcome.row.id)
            work.unit.rollback_to(mark)  # or the whole commit is tried again, without this report
            work.services = services
