"""What people and the configuration decide about webhooks; what a receiver is at present."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from bot.core.journal import note
from bot.core.ports import Unit
from bot.core.work import Work
from flows.config import Config, Receiver
from flows.data.webhooks import again
from flows.entities import Webhook
from flows.entities.facts import WEBHOOKS_GONE, WEBHOOKS_TOLD
from flows.entities.kinds import WebhookState
from flows.entities.refs import Ref, RefKind

NO_RECEIVER, GONE = "no_receiver", "gone"
"""Why webhooks were given up without being tried."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A receiver has answered that it wants nothing any more."""

    url: str
    since: datetime


async def gone(unit: Unit, receiver: Receiver) -> Gone | None:
    """Whether a receiver has said that it wants nothing; at another address it is asked anew."""
    found = await unit.facts.get(WEBHOOKS_GONE.of(receiver.id))
    if found is None:
        return None
    said = orjson.loads(found)
    if said["url"] != receiver.url:
        return None
    return Gone(said["url"], datetime.fromisoformat(said["at"]))


async def note_gone(unit: Unit, receiver: Receiver, now: datetime) -> None:
    """Keep that a receiver wants nothing any more, and give up what waits for it."""
    said = {"url": receiver.url, "at": now.isoformat()}
    await unit.facts.set(WEBHOOKS_GONE.of(receiver.id), orjson.dumps(said).decode())
    await unit.webhooks.park(receiver.id, GONE)


async def park_for_nobody(work: Work) -> None:
    """Give up what waits for receivers that the configuration does not name any more."""
    named = {each.id for each in work.services.config.webhooks if each.enabled}
    for receiver in set(await work.unit.webhooks.receivers_waiting()) - named:
        await work.unit.webhooks.park(receiver, NO_RECEIVER)


async def retry_one(work: Work, webhook_id: int, actor: str) -> Webhook | None:
    """Have one webhook tried again at once; None: there is none that is not delivered."""
    found = await work.unit.get(Webhook, webhook_id)
    if found is None or found.state is WebhookState.DELIVERED:
        return None
    put_back = again(found, work.now)
    work.unit.put(put_back)
    await work.unit.webhooks.follow(put_back)
    await _noted(work, found.receiver, actor, 1)
    return put_back


async def retry_all(work: Work, receiver: str, actor: str) -> int:
    """Have all that failed at a receiver tried again at once; give how many that were.

    One that wanted nothing any more is sent what happens from now on, too.
    """
    count = await work.unit.webhooks.put_back(receiver, work.now)
    await _noted(work, receiver, actor, count)
    return count


async def _noted(work: Work, receiver: str, actor: str, count: int) -> None:
    for family in (WEBHOOKS_GONE, WEBHOOKS_TOLD):
        await work.unit.facts.drop(family.of(receiver))
    note(work, actor, "webhooks_retried", Ref(RefKind.RECEIVER, receiver), n=count)


async def troubles(unit: Unit, config: Config) -> Mapping[str, str]:
    """What is wrong with receivers, for operators, by their ids; those that take all are left
    out."""
    failing, parked = await unit.webhooks.failing(), await unit.webhooks.parked()
    found: dict[str, str] = {}
    for each in config.webhooks:
        wants_nothing = await gone(unit, each)
        said = []
        if wants_nothing is not None:
            said.append(f"wants nothing any more (410) since {_moment(wants_nothing.since)}")
        if each.id in failing:
            of_it = failing[each.id]
            said.append(f"fails since {_moment(of_it.since)}, {of_it.waiting} are tried again")
        if each.id in parked:
            said.append(f"{parked[each.id]} were given up")
        if said:
            found[each.id] = "; ".join(said)
    return found


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
