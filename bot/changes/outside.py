"""Changes whose code is kept at GitHub: when that is done, staff hear that they can ship.

A change names an issue or a release, and an issue may be closed before anybody names it: both are
kept, and whichever comes second is told.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.changes.changes import show
from bot.changes.views import ChangeViews
from bot.core.admin_notices import notify_admins_of
from bot.core.work import Work
from bot.desk.speaking import NO_PREVIEW, staff_words
from flows.changes.changes import TOLD
from flows.changes.outside import Outside
from flows.entities import Change, ChangeId, Priority
from flows.entities.facts import OUTSIDE
from flows.entities.kinds import Purpose
from flows.entities.states import CHANGE_OPEN

_NAMED = 10
"""Changes that admins are reminded of by their names."""


async def follow(work: Work, change: Change, what: Outside) -> bool:
    """Have a change wait for an issue or a release; tell whether that is done already.

    Of several changes that name the same the last one waits for it.
    """
    kept: Mapping[str, Any] = {"change": change.id, "what": str(what)}
    await work.unit.facts.set(_fact(what), orjson.dumps(kept).decode())
    return bool(await work.unit.hooks.marks([_mark(what)]))


async def done(work: Work, what: Outside, at: datetime) -> bool:
    """Keep that an issue was closed or a release is out, and tell who waits for it.

    That is the group of the change that names it, or else, of a release, the admins, when any
    change is open. False: it was known already, of this moment or a later one. The unit is not
    committed.
    """
    known = (await work.unit.hooks.marks([_mark(what)])).get(_mark(what))
    if known is not None and known >= at:
        return False
    await work.unit.hooks.mark({_mark(what): at}, work.now)
    change = await _waiting(work, what)
    if change is not None and change.group_chat_id is not None:
        _tell_group(work, change, change.group_chat_id, what)
    elif what.is_release:
        await _tell_admins(work, what)
    return True


async def _waiting(work: Work, what: Outside) -> Change | None:
    value = await work.unit.facts.get(_fact(what))
    if value is None:
        return None
    change = await work.unit.get(Change, ChangeId(orjson.loads(value)["change"]))
    return change if change is not None and change.state not in TOLD else None


def _tell_group(work: Work, change: Change, chat_id: int, what: Outside) -> None:
    key = "changes.release_out" if what.is_release else "changes.issue_closed"
    text = staff_words(work, chat_id, key, what=what, link=what.link, change=f"C{change.number}")
    work.call(
        chat_id,
        "sendMessage",
        {"text": text, **NO_PREVIEW},
        purpose=Purpose.NOTE,
        priority=Priority.RELAY,
        lane=f"change:{change.id}",
    )
    show(work, change, new=True)


async def _tell_admins(work: Work, what: Outside) -> None:
    waiting = await work.unit.changes.in_states(CHANGE_OPEN, _NAMED)
    if not waiting:
        return
    views = ChangeViews(work.services.words, work.services.staff_language)
    names = "\n".join(views.name(each) for each in waiting)
    command = f"/change C{waiting[0].number}"
    await notify_admins_of(
        work, "changes.release_admins", what=what, link=what.link, names=names, command=command
    )


def _fact(what: Outside) -> str:
    """Names of facts are short, and those of repositories may be long."""
    return OUTSIDE.of(hashlib.sha256(str(what).encode()).hexdigest()[:40])


def _mark(what: Outside) -> str:
    return f"github:{what}"
