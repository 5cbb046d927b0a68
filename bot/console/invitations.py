"""Links by which somebody becomes an admin: each works once, and for a day."""

import secrets
from datetime import datetime, timedelta

import orjson

from bot.core.work import Work
from bot.identity.offices import appoint, is_owner
from flows.entities.facts import INVITATION
from flows.entities.kinds import Role

VALID = timedelta(days=1)
PREFIX = "admin-"
"""What the parameter of such a link begins with."""


async def invite(work: Work, owner: int) -> str:
    """Make a link that makes whoever opens it first an admin."""
    token = secrets.token_urlsafe(24)
    known = {"by": owner, "until": (work.now + VALID).isoformat()}
    await work.unit.facts.set(INVITATION.of(token), orjson.dumps(known).decode())
    return f"https://t.me/{work.services.bot_username}?start={PREFIX}{token}"


async def accept(work: Work, telegram_id: int, name: str, token: str) -> bool:
    """Make somebody an admin who has opened such a link; tell whether it was still valid.

    It is no longer when whoever made it does not decide about admins any more. The name of a fact
    is found by an index, so how long it takes tells nothing of the token.
    """
    kept = await work.unit.facts.get(INVITATION.of(token)) if token else None
    if kept is None:
        return False
    await work.unit.facts.drop(INVITATION.of(token))
    known = orjson.loads(kept)
    by = int(known["by"])
    if datetime.fromisoformat(known["until"]) < work.now:
        return False
    if by not in work.services.admins or not is_owner(work.services, by):
        return False
    await appoint(work, telegram_id, name, Role.ADMIN, f"admin:{by}")
    return True
