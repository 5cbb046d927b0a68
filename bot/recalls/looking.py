"""Whom a recall concerns, found when it is made, when it begins, and every hour from then on.

Who gets a product within the days of a recall, or of whom that is told later, belongs to it by
themselves. A segment is what it was when the recall began, until somebody has it looked through
again; a list is what it was. Every hour it is also noted what became of messages whose reports were
lost (`bot.recalls.telling.catch_up`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from bot.asks.segments import everybody_of
from bot.core.ports import Whom
from bot.core.subject import TimerAction
from bot.core.work import Work
from bot.identity.erasure import ERASED
from bot.recalls import telling
from flows.entities import Recall, RecallId, Timer
from flows.entities.kinds import TimerKind
from flows.recalls.recalls import BEGUN
from flows.recalls.whom import LIST, PRODUCT, SEGMENT, days_of

LOOK_EVERY = timedelta(hours=1)
_AFTER = "after"
"""In the data of a timer: the greatest id of an event that was there at the look before."""
_LATE = 3_600_000 << 22
"""Ids are of the moment at which events were made; an hour later they are written at the latest."""


def begin(work: Work, recall: Recall) -> None:
    """Have it looked every hour from now on."""
    timer = Timer(TimerKind.RECALL_LOOK, str(recall.id), work.now + LOOK_EVERY)
    work.unit.set_timer(timer)


async def selected(work: Work, whom: Mapping[str, Any], after: int = 0) -> Whom | None:
    """Those whom it concerns, as the database finds them; None: by nothing.

    `after`: of a product, only by events whose ids are greater.
    """
    if whom["kind"] == SEGMENT:
        segment = work.services.config.segment_called(whom["segment"])
        return None if segment is None else await everybody_of(work, segment)
    names = work.services.config.product_names([whom["product"]])
    since, until = days_of(whom).within(work.services.config.brand.time_zone)
    return work.unit.recalls.having(names, since.astimezone(UTC), until.astimezone(UTC), after)


async def add_new(work: Work, recall: Recall, after: int = 0) -> int:
    """Add everybody whom it concerns by now and who is not there yet; give how many that were.

    They are told when it goes on. Of a list nobody is new.
    """
    if recall.whom["kind"] == LIST:
        return 0
    found = await selected(work, recall.whom, after)
    if found is None:
        return 0
    return await work.unit.recalls.add_those(recall.id, found, apart_from_refs=ERASED)


async def look_again(work: Work, recall: Recall) -> int:
    """Add everybody whom it concerns by now, and have them told; give how many those are."""
    added = await add_new(work, recall)
    if added and recall.state == "running":
        await telling.go_on_quietly(work, recall)
    return added


async def due(work: Work, timer: Timer) -> None:
    """Look at a recall: for those who are new, and for those of whom nothing was noted."""
    recall = await work.unit.get(Recall, RecallId(int(timer.subject)))
    if recall is None or recall.state not in BEGUN:
        return
    if await telling.catch_up(work, recall):
        work.unit.set_timer(replace(timer, due_at=work.now))
        return
    latest, added = 0, 0
    if recall.whom["kind"] == PRODUCT:
        latest = await work.unit.recalls.latest_event()
        added = await add_new(work, recall, max(0, timer.data.get(_AFTER, 0) - _LATE))
    if added and recall.state == "running":
        await telling.go_on_quietly(work, recall)
    due_at = work.now + LOOK_EVERY
    work.unit.set_timer(replace(timer, due_at=due_at, data={_AFTER: latest}))


TIMERS: dict[str, TimerAction] = {TimerKind.RECALL_LOOK: due}
