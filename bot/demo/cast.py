"""Who plays in the demo, as the page wants to know it."""

from __future__ import annotations

from typing import Any

from bot.demo import business
from bot.demo.business import Actor
from bot.demo.stage import Stage
from bot.sandbox.world.model import JSON


def cast_view(stage: Stage, jumps: list[JSON]) -> dict[str, Any]:
    """People, bot and group, what has been prepared so far, and the clock's jumps."""
    clock = stage.sandbox.server.world.clock
    return {
        "act": stage.act,
        "bot": {
            "id": stage.bot.id,
            "username": stage.bot.username,
            "name": business.NAME,
            "state": stage.process.state,
        },
        "group": {"id": stage.group.id, "title": business.GROUP_TITLE},
        "zone": str(business.ZONE),
        "now": clock.now().isoformat(),
        "offset": clock.offset,
        "down_until": stage.sandbox.server.world.down_until,
        "jumps": jumps[-50:],
        "people": [_person(stage, actor) for actor in business.CAST],
    }


def _person(stage: Stage, actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "key": actor.key,
        "role": actor.role,
        "name": actor.first_name,
        "username": actor.username,
        "language": actor.language,
        "zone": actor.zone,
        "ref": actor.ref,
        "about": actor.about,
        "receipt": actor.receipt,
        "shown": actor.shown,
        "link": stage.links.get(actor.ref, ""),
    }
