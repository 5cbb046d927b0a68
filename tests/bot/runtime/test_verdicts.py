"""What becomes of a message after a failed try: nothing that passes ends it too early."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery import Failure, FailureKind
from bot.runtime.sending.verdicts import GIVE_UP_AFTER, QUICK_TRIES, judge
from flows.entities import Outgoing, Priority, SendState, TicketId

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
GROUP, NEW_GROUP = -100, -200
CARD = Outgoing(
    chat_id=GROUP,
    method="@card",
    params={},
    purpose="card",
    priority=Priority.RELAY,
    lane="ticket:1",
    created_at=NOON,
    ticket_id=TicketId(1),
)
DELETED = Failure(FailureKind.TOPIC_DELETED, "Message thread not found")
MOVED = Failure(FailureKind.MIGRATED, "moved", new_chat_id=NEW_GROUP)


@pytest.mark.parametrize("failure", [DELETED, MOVED])
def test_a_message_that_had_much_other_trouble_still_follows_its_topic_or_group(
    failure: Failure,
) -> None:
    troubled = replace(CARD, attempts=3 * QUICK_TRIES)
    verdict = judge(failure, troubled, NOON + timedelta(hours=1))
    assert verdict.state is SendState.WAITING
    assert verdict.wait > 0


@pytest.mark.parametrize("failure", [DELETED, MOVED])
def test_the_first_tries_follow_at_once_and_none_is_endless(failure: Failure) -> None:
    assert judge(failure, CARD, NOON).wait == 0
    over = judge(failure, CARD, NOON + GIVE_UP_AFTER + timedelta(seconds=1))
    assert over.state is SendState.FAILED


PASSING = [
    Failure(FailureKind.TOO_MANY, "Too Many Requests", retry_after=5.0),
    Failure(FailureKind.NOT_SENT, "no connection"),
    Failure(FailureKind.SERVER_TROUBLE, "status 500"),
    Failure(FailureKind.UNKNOWN_OUTCOME, "no answer"),
    Failure(FailureKind.BAD_TOKEN, "the token"),
]


@pytest.mark.parametrize("failure", PASSING, ids=lambda failure: failure.kind.value)
def test_nothing_is_tried_for_longer_than_a_day(failure: Failure) -> None:
    assert judge(failure, CARD, NOON + GIVE_UP_AFTER).state is SendState.WAITING
    over = judge(failure, CARD, NOON + GIVE_UP_AFTER + timedelta(seconds=1))
    assert over.state is SendState.FAILED
    assert over.failure is not None
    assert over.failure.kind is FailureKind.GAVE_UP


@pytest.mark.parametrize("failure", [*PASSING, DELETED, MOVED], ids=lambda f: f.kind.value)
def test_the_day_begins_when_a_message_might_leave(failure: Failure) -> None:
    """One that waited over the holidays is not given up at the first trouble."""
    later = NOON + timedelta(days=3)
    waited = replace(CARD, not_before=later)
    assert judge(failure, waited, later + timedelta(minutes=1)).state is SendState.WAITING


def test_what_refers_to_the_old_group_ends_when_it_met_the_new_one() -> None:
    there = replace(CARD, chat_id=NEW_GROUP, method="copyMessage")
    verdict = judge(MOVED, there, NOON)
    assert verdict.state is SendState.FAILED
    assert verdict.failure is not None
    assert verdict.failure.kind is FailureKind.MESSAGE_GONE
