"""About which endings a person is asked together whether they helped.

Pure. A notice is one ending that one person was told of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flows.entities import Notice

TOGETHER = timedelta(days=1)
"""What would be asked this soon after is asked at once."""


def superseded(notice: Notice, written: Iterable[Notice]) -> bool:
    """Tell whether the same ticket's person was told of another ending later."""
    return any(
        other.ticket_id == notice.ticket_id and other.queued_at > notice.queued_at
        for other in written
    )


def due_together(
    waiting: Iterable[Notice], notice: Notice, now: datetime, after: timedelta
) -> list[Notice]:
    """The endings to ask about with one question, `notice` being one of them.

    `waiting`: those about which the person can be asked at all; `after`: how long after they were
    told of one.
    """
    return [
        each
        for each in waiting
        if each.id == notice.id
        or (each.delivered_at is not None and each.delivered_at + after <= now + TOGETHER)
    ]
