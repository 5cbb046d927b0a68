"""When a webhook is tried again, and when it is given up."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from flows.entities import CustomerId, Webhook
from flows.entities.kinds import WebhookState

BACK_OFF: Sequence[timedelta] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed try the next one is (as Standard Webhooks suggests); after the last
of them it is given up, a little more than three days after it happened."""
JITTER = 0.2
"""By how much of its length a pause is longer at most, so that not all come back at once."""
LONGEST_ASKED = timedelta(days=1)
"""A receiver may ask for patience for as long as this."""
CLAIM = timedelta(seconds=60)
"""For how long what is being sent is sent by nobody else: longer than a call takes at most."""
WORRYING = 4
"""Failed tries of one webhook after which it is no passing trouble: half an hour."""
GONE, SLOW_DOWN = 410, (429, 503)

_SECONDS = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try."""

    status: int | None = None
    """What the receiver answered; None: nothing came."""
    error: str = ""
    """Why nothing came, in one word."""
    retry_after: timedelta | None = None
    """How long the receiver asks to be left alone."""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def turns(
    due: Sequence[Webhook],
    first_of: Mapping[CustomerId, Webhook],
    going: Collection[int],
    room: int,
    now: datetime,
) -> tuple[list[Webhook], list[Webhook]]:
    """What is to be sent now, claimed, and what waits with another one, as both are written.

    `first_of` has what waits longest about each customer: the only one of theirs that may be sent.
    `going` are the ids of those under way, `room` is how many more may be.
    """
    claimed: list[Webhook] = []
    behind: list[Webhook] = []
    for each in due:
        first = each if each.customer_id is None else first_of.get(each.customer_id, each)
        if first.id != each.id:
            if first.next_at > now:  # what is due right after it stays due
                behind.append(replace(each, next_at=first.next_at))
        elif len(claimed) < room and each.id not in going:
            claimed.append(replace(each, next_at=now + CLAIM))
    return claimed, behind


class Step(Enum):
    """What follows from a try."""

    DELIVERED = auto()
    AGAIN = auto()
    PARKED = auto()
    GONE = auto()
    """Parked, like all that the receiver would be sent: it wants nothing any more."""


def after_try(
    webhook: Webhook, answer: Answer, now: datetime, drawn: float
) -> tuple[Step, Webhook]:
    """What becomes of a webhook by a try. `drawn`: from 0 to 1, by chance."""
    tried = replace(
        webhook,
        tries=webhook.tries + 1,
        tried_at=now,
        status=answer.status,
        error=answer.error,
        next_at=now,
    )
    if answer.taken:
        return Step.DELIVERED, replace(tried, state=WebhookState.DELIVERED)
    tried = replace(tried, failed_at=webhook.failed_at or now)
    if answer.status == GONE:
        return Step.GONE, replace(tried, state=WebhookState.PARKED)
    if webhook.tries >= len(BACK_OFF):
        return Step.PARKED, replace(tried, state=WebhookState.PARKED)
    return Step.AGAIN, replace(tried, next_at=now + pause(webhook.tries, answer, drawn))


def pause(failures: int, answer: Answer, drawn: float) -> timedelta:
    """How long to wait after so many failed tries and one more; never less than was asked for."""
    usual = BACK_OFF[failures] * (1 + JITTER * drawn)
    asked = answer.retry_after if answer.status in SLOW_DOWN else None
    return usual if asked is None else max(usual, min(asked, LONGEST_ASKED))


def again(webhook: Webhook, now: datetime) -> Webhook:
    """A webhook as somebody has it tried again: at once, and with all its tries before it."""
    waits = replace(webhook, state=WebhookState.WAITING, next_at=now)
    return replace(waits, tries=0, failed_at=None, error="")


def retry_after(header: str, now: datetime) -> timedelta | None:
    """How long a receiver asks to be left alone (RFC 9110, 10.2.3); None: what it says is neither
    seconds nor a date."""
    text = header.strip()
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(until - now, timedelta())
