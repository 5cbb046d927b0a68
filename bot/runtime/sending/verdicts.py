"""What to do about a failed try: pure, from the failure and the row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery import GROUP_REFUSES, ON_A_MESSAGE, Failure, FailureKind
from flows.entities import Outgoing, SendState
from flows.entities.making import made_at_once

LONGEST_WAIT = 60.0
"""Seconds between two tries at most."""
GIVE_UP_AFTER = timedelta(hours=24)
"""A message that could not leave for this long would only confuse."""

_PASSING = frozenset({FailureKind.NOT_SENT, FailureKind.SERVER_TROUBLE, FailureKind.BAD_TOKEN})
_MAYBE_SENT = frozenset({FailureKind.UNKNOWN_OUTCOME, FailureKind.IN_DOUBT})
QUICK_TRIES = 10
"""A message whose topic or group is gone is tried again at once so often, then with pauses."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row: its state, and for one that waits, how long (seconds)."""

    state: SendState
    failure: Failure | None
    wait: float = 0.0
    maybe_repeated: bool = False
    counts_as_try: bool = True


def judge(failure: Failure, row: Outgoing, now: datetime, *, bound: bool = True) -> Verdict:
    """Decide about a row whose try failed; `bound`: its chat, if a group, is one of staff's.

    What staff's group refuses for what it allows waits for as long as it refuses it: another try
    is free, and whoever wrote it believes to have said it.
    A try whose outcome is unknown is repeated, apart from asks and notices of changes: a second
    one would annoy, while a lost answer would hurt more than a repeated one.
    """
    waiting = SendState.WAITING
    if failure.kind is FailureKind.TOO_MANY:
        if _is_over(row, now):
            return _given_up(failure)
        return Verdict(waiting, failure, failure.retry_after, counts_as_try=False)
    if failure.kind is FailureKind.NOT_MODIFIED:
        return Verdict(SendState.SENT, None)
    if failure.kind is FailureKind.MIGRATED:
        return _judge_migrated(failure, row, now)
    if _is_no_fault_of_its_own(failure, row, bound=bound):
        return Verdict(waiting, failure, 0.0, counts_as_try=False)
    if failure.kind is FailureKind.TOPIC_DELETED and row.ticket_id is not None:
        return _elsewhere(failure, row, now)
    if failure.kind in _MAYBE_SENT and row.at_most_once:
        return Verdict(SendState.DOUBT, Failure(FailureKind.IN_DOUBT, failure.detail))
    if failure.kind in _PASSING or failure.kind is FailureKind.UNKNOWN_OUTCOME:
        if _is_over(row, now):
            return _given_up(failure)
        unknown = failure.kind is FailureKind.UNKNOWN_OUTCOME
        return Verdict(waiting, failure, backoff(row.attempts + 1), maybe_repeated=unknown)
    return Verdict(SendState.FAILED, failure)


def _is_no_fault_of_its_own(failure: Failure, row: Outgoing, *, bound: bool) -> bool:
    """Tell whether a row waits for its place: a topic that is made, a group that refuses it now.

    What is about a message that is there already waits for neither.
    """
    if failure.kind is FailureKind.TOPIC_MISSING:
        return row.ticket_id is not None
    is_message = row.chat_id < 0 and row.method not in ON_A_MESSAGE
    return failure.kind in GROUP_REFUSES and bound and is_message


def _judge_migrated(failure: Failure, row: Outgoing, now: datetime) -> Verdict:
    """Decide about a row that met a group which is another one now.

    It need not be the chat that the row goes to: what staff wrote in the old group may not be
    copied from it any more.
    """
    if row.chat_id > 0 or row.chat_id == failure.new_chat_id:
        return Verdict(SendState.FAILED, Failure(FailureKind.MESSAGE_GONE, failure.detail))
    if row.method in ON_A_MESSAGE:
        return Verdict(SendState.CANCELLED, failure)
    return _elsewhere(failure, row, now)


def _elsewhere(failure: Failure, row: Outgoing, now: datetime) -> Verdict:
    """Try again in the place that is made for it; with pauses when that goes on for long."""
    if _is_over(row, now):
        return _given_up(failure)
    late = row.attempts >= QUICK_TRIES
    return Verdict(SendState.WAITING, failure, backoff(row.attempts + 1) if late else 0.0)


def _is_over(row: Outgoing, now: datetime) -> bool:
    """Tell whether a row has been tried for long enough.

    Counted is from when it might leave: one that waited for the morning after a holiday, or that
    somebody sends again days later, is not given up at the first trouble.
    """
    since = max(row.created_at, row.not_before or row.created_at)
    return now - since > GIVE_UP_AFTER


def _given_up(failure: Failure) -> Verdict:
    return Verdict(SendState.FAILED, Failure(FailureKind.GAVE_UP, failure.detail))


def backoff(tries: int) -> float:
    """The seconds to wait after so many failed tries: 1, 2, 4 and so on up to a minute."""
    return float(min(LONGEST_WAIT, 2 ** min(tries - 1, 6)))
