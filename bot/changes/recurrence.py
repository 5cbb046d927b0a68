"""How often it happened before a change was shipped, and since."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.changes.progress_views import Measured
from bot.core.work import Work
from flows.entities import Change
from flows.entities.states import CHANGE_WORKS
from flows.insight.recurrence import recurrence

LONGEST = 180
"""Days since, and as many before, that are compared."""
DAY = timedelta(days=1)


async def measure(work: Work, change: Change) -> Measured | None:
    """Compare the days since a change was shipped with those before; None: not a day is over."""
    if change.shipped_at is None or change.state == "declined":
        return None
    days = min((_until(work, change) - change.shipped_at) // DAY, LONGEST)
    if days < 1:
        return None
    product, names = await _product(work, change)
    pairs = await work.unit.recurring.pairs(change.id, change.shipped_at, days, names)
    return Measured(await asyncio.to_thread(recurrence, pairs), days, product)


def _until(work: Work, change: Change) -> datetime:
    """What happens while a change that did not help is worked at again says nothing of it."""
    has_failed = change.state not in CHANGE_WORKS and change.judged_at is not None
    return change.judged_at if has_failed and change.judged_at else work.now


async def _product(work: Work, change: Change) -> tuple[str, Sequence[str]]:
    """The product that all of those who said which had complained about, with all its names."""
    config = work.services.config
    told = await work.unit.changes.products_of(change.id)
    products = {config.product_called(name) or name for name in told}
    if len(products) != 1:
        return "", ()
    [product] = products
    known = next((each for each in config.products if each.id == product), None)
    return product, known.names if known is not None else (product,)
