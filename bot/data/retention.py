"""Housekeeping: what has been kept for as long as the configuration says is erased for good."""

from datetime import UTC, datetime, timedelta

import structlog

from bot.core.work import Work
from flows.entities import RemarkKind
from flows.time.durations import Period

log = structlog.get_logger(__name__)

KEEP_UPDATE_NUMBERS = timedelta(days=2)
"""Telegram repeats an update for at most 24 hours; its number is kept for twice as long."""
KEEP_MARKS = timedelta(days=90)
"""Other systems repeat a message for some days; marks say whether it is still news."""
KEEP_UPLOADS = timedelta(days=7)
"""How long a file that an admin sent waits for their word."""
KEEP_IMPORTS = timedelta(days=365)
"""How long it is known who took in what."""
KEEP_WEBHOOKS = timedelta(days=30)
"""How long the log says what other systems were told; what waits for its turn stays."""
KEEP_UNSURE = timedelta(days=90)
"""Words that could not be understood teach nothing new after that, whatever became of them."""
AT_MOST = 5000
"""Rows of one kind erased in one transaction, so that nothing waits for it for long."""
_LONGEST = timedelta(days=36525)


async def tidy(work: Work) -> None:
    """Erase what is older than `retention` says, and the numbers of updates handled long ago."""
    keep, unit = work.services.config.retention, work.unit
    erased = {
        "numbers": await unit.inbox.clear_before(work.now - KEEP_UPDATE_NUMBERS),
        "marks": await unit.hooks.clear_marks(work.now - KEEP_MARKS, AT_MOST),
        "uploads": await unit.uploads.clear_before(work.now - KEEP_UPLOADS, AT_MOST),
        "imports": await unit.imports.clear_before(work.now - KEEP_IMPORTS, AT_MOST),
        "webhooks": await unit.webhooks.clear_before(work.now - KEEP_WEBHOOKS, AT_MOST),
        "messages": await unit.retention.clear_messages(_ago(work.now, keep.updates), AT_MOST),
        "events": await unit.retention.clear_events(_ago(work.now, keep.events), AT_MOST),
        "occasions": await unit.retention.clear_occasions(_ago(work.now, keep.events), AT_MOST),
        "visits": await unit.visits.clear_before(_ago(work.now, keep.events), AT_MOST),
        "unsure": await unit.remarks.clear_before(
            work.now - KEEP_UNSURE, RemarkKind.UNSURE, AT_MOST
        ),
        "praise": await unit.remarks.clear_before(
            _ago(work.now, keep.tickets), RemarkKind.PRAISE, AT_MOST
        ),
        "tickets": await unit.retention.clear_tickets(_ago(work.now, keep.tickets), AT_MOST),
        "slots": await unit.retention.clear_slots(_ago(work.now, keep.tickets), AT_MOST),
    }
    if any(erased.values()):
        log.info("tidied", **erased)


def _ago(now: datetime, period: Period) -> datetime:
    """The moment one such period ago, rounded to be longer rather than shorter."""
    length = min(period.approximate() + timedelta(days=1), _LONGEST)
    return max(now - length, datetime(1970, 1, 1, tzinfo=UTC))
