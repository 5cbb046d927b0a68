"""Pools of codes: filling them, and a word to admins before one runs dry."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.admin_notices import notify_admins_of
from bot.core.ports import Unit
from bot.core.work import Work
from flows.entities.facts import POOL_TOLD
from flows.recovery.pools import WARN_AT, warning


async def look_after(work: Work, pool: str) -> None:
    """Tell admins that a pool has few codes left, or none: of each threshold once."""
    left = await work.unit.ledger.left(pool, max(WARN_AT) + 1)
    told = await work.unit.facts.get(POOL_TOLD.of(pool))
    reached = warning(left, None if told is None else int(told))
    if reached is None:
        return
    await work.unit.facts.set(POOL_TOLD.of(pool), str(reached))
    key = "remedies.pool_low" if left else "remedies.pool_dry"
    await notify_admins_of(work, key, pool=pool, n=left)


async def fill(unit: Unit, pool: str, new: Sequence[str], now: datetime) -> set[str]:
    """Add codes to a pool; gives those that were new. Admins are told anew when they run low."""
    added = await unit.ledger.add_codes(pool, new, now)
    if added:
        await unit.facts.drop(POOL_TOLD.of(pool))
    return added
