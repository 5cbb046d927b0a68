"""Who took in what: written along with the rows, shown as a list, stopped by a button."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.journal import note
from bot.core.ports import Unit
from bot.core.work import Work
from flows.entities import Import
from flows.entities.refs import Ref, RefKind

GOING, DONE, STOPPED, FAILED = "going", "done", "stopped", "failed"
SILENT = timedelta(minutes=5)
"""An import by the command line that has not gone on for so long was broken off."""


def begin(work: Work, import_id: int, name: str, actor: str, kind: str, rows: int) -> None:
    """Note that an import begins."""
    new = Import(import_id, name, actor, work.now, work.now, kind, rows=rows)
    work.unit.add(new)


async def goes_on(
    unit: Unit, import_id: int, now: datetime, counts: Mapping[str, int], *, row: int, kind: str
) -> bool:
    """Note what became of further rows; tell whether they may be taken, or it was stopped."""
    found = await unit.imports.get(import_id)
    if found is None:
        return True
    if found.stopped_by:
        return False
    total = dict(Counter(found.counts) + Counter(counts))
    unit.put(replace(found, seen_at=now, counts=total, row=found.row + row, kind=kind))
    return True


async def end(
    unit: Unit,
    import_id: int,
    now: datetime,
    state: str,
    counts: Mapping[str, int] | None = None,
) -> Import | None:
    """Note how an import ended, and what became of all of its rows where that is known now."""
    found = await unit.imports.get(import_id)
    if found is None or found.state != GOING:
        return found
    known = found.counts if counts is None else {name: n for name, n in counts.items() if n}
    after = replace(found, state=state, seen_at=now, counts=known)
    unit.put(after)
    return after


async def stop(work: Work, import_id: int, actor: str) -> Import | None:
    """Have an import stop before its next batch; None: it is not going (any more)."""
    found = await work.unit.imports.get(import_id)
    if found is None or found.state != GOING:
        return None
    if not found.stopped_by:
        work.unit.put(replace(found, stopped_by=actor))
        note(work, actor, "import_stopped", Ref(RefKind.UPLOAD, import_id))
    return found


async def latest(unit: Unit, now: datetime, limit: int) -> Sequence[Import]:
    """The newest imports, the newest first; what was broken off has failed."""
    return [
        replace(each, state=FAILED) if _is_silent(each, now) else each
        for each in await unit.imports.latest(limit)
    ]


def _is_silent(each: Import, now: datetime) -> bool:
    by_command = not each.actor.startswith("admin:")
    return each.state == GOING and by_command and now - each.seen_at > SILENT
