"""A group that refuses messages: admins are told of it elsewhere, and when it is over.

What was refused waits in the outbox, and its errors say what the group refuses. Here is only what
admins were told, and when a message passed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import structlog

from bot.core.admin_notices import notify_admins
from bot.core.delivery import ON_A_MESSAGE, Failure, FailureKind, media_in
from bot.core.names import display_safe
from bot.core.refusing import Refusing, groups_that_refuse
from bot.core.words import listed
from bot.core.work import Work
from bot.desk import topics
from flows.entities import Group, Outgoing, Ticket, Timer
from flows.entities.facts import REFUSED
from flows.entities.kinds import TimerKind

log = structlog.get_logger(__name__)

TOLD_AFTER = timedelta(minutes=1)
"""How long a group may refuse messages before admins are told."""
LOOK_EVERY = timedelta(minutes=1)
LOOK_SOON = timedelta(seconds=10)
"""How often it is looked whether it is over, while the group refuses and when it takes again."""
TOLD_AGAIN = timedelta(days=1)
NUMBERS_NAMED = 10
"""Tickets whose topics are closed that are named; the rest are counted."""
_MESSAGES, _MEDIA = "messages", "media"


@dataclass(frozen=True, slots=True)
class _Told:
    """What admins know of a group that refuses messages."""

    at: datetime
    """When they were told last."""
    freed_at: datetime
    """When the group took a message again; what waited then is shown before it is over."""


# -- what the sender hears -----------------------------------------------------------------------


async def noticed(work: Work, row: Outgoing, failure: Failure) -> None:
    """Have admins told soon that a group refuses messages; or at once, that it refuses media."""
    group = work.services.group_at(row.chat_id)
    if group is None:
        return
    if failure.kind is FailureKind.MEDIA_REFUSED:
        await _media(work, group, failure)
        return
    if failure.kind is FailureKind.TOPIC_CLOSED:
        await topics.closed(work, row)
    if await work.unit.timers.pending(TimerKind.REFUSED, str(row.chat_id)) is None:
        work.unit.set_timer(Timer(TimerKind.REFUSED, str(row.chat_id), work.now + TOLD_AFTER))


async def taken_again(work: Work, chat_id: int) -> None:
    """Let what waits for a group leave as if it were written now, and look whether it is over."""
    await work.unit.refusals.begin_anew(chat_id, work.now)
    told = await _told(work, chat_id)
    if told is not None:
        await _remember(work, chat_id, _Told(told.at, work.now))
        work.unit.set_timer(Timer(TimerKind.REFUSED, str(chat_id), work.now + LOOK_SOON))


async def _media(work: Work, group: Group, failure: Failure) -> None:
    """Tell admins, once a day, that a group lets the bot send words, and not this."""
    fact = REFUSED.of(group.chat_id, _MEDIA)
    last = await work.unit.facts.get(fact)
    if last is not None and work.now - datetime.fromisoformat(last) < TOLD_AGAIN:
        return
    await work.unit.facts.set(fact, work.now.isoformat())
    say, title = work.services.words.say, display_safe(group.title)

    def text(language: str) -> str:
        what = say(language, f"refused.media_{media_in(failure.detail)}")
        return say(language, "refused.media", title=title, what=what)

    await _tell(work, group, text)


# -- what comes of it --------------------------------------------------------------------------


async def due(work: Work, timer: Timer) -> None:
    """Tell admins of a group that still refuses messages, or that it is over."""
    chat_id = int(timer.subject)
    group, told = await work.unit.get(Group, chat_id), await _told(work, chat_id)
    if group is None or group.left_at is not None:
        await work.unit.facts.drop(REFUSED.of(chat_id, _MESSAGES))
        return
    refusing = await groups_that_refuse(work.unit, work.now, chat_id)
    if refusing:
        if told is None or work.now - told.at >= TOLD_AGAIN:
            await _tell_of(work, group, refusing[0])
            await _remember(work, chat_id, _Told(work.now, work.now))
        work.unit.set_timer(Timer(timer.kind, timer.subject, work.now + LOOK_EVERY))
    elif told is not None:
        if await work.unit.refusals.waiting([chat_id], told.freed_at, apart_from=ON_A_MESSAGE):
            work.unit.set_timer(Timer(timer.kind, timer.subject, work.now + LOOK_SOON))
            return
        await work.unit.facts.drop(REFUSED.of(chat_id, _MESSAGES))
        say, title = work.services.words.say, display_safe(group.title)
        await _tell(work, group, lambda language: say(language, "refused.over", title=title))


async def _tell_of(work: Work, group: Group, refusing: Refusing) -> None:
    """Say which group it is, what it refuses, how much waits, and what to do."""
    numbers = [f"#{ticket.number}" for ticket in await _tickets(work, refusing.tickets)]
    named = [*numbers[:NUMBERS_NAMED], *(["…"] if len(numbers) > NUMBERS_NAMED else [])]
    say, title = work.services.words.say, display_safe(group.title)

    def text(language: str) -> str:
        lines = [say(language, "refused.refuses", title=title)]
        if FailureKind.CANNOT_WRITE in refusing.reasons:
            lines.append(say(language, "refused.cannot_write"))
        if FailureKind.TOPIC_CLOSED in refusing.reasons:
            lines.append(say(language, "refused.topic_closed", numbers=listed(named, language)))
        lines.append(say(language, "refused.waiting", n=refusing.waiting))
        return "\n".join(lines)

    await _tell(work, group, text)


async def _tickets(work: Work, ids: Sequence[int]) -> list[Ticket]:
    found = [await work.unit.get(Ticket, each) for each in dict.fromkeys(ids)]
    return sorted((each for each in found if each is not None), key=lambda each: each.number)


async def _tell(work: Work, group: Group, text: Callable[[str], str]) -> None:
    if not work.services.admins:
        log.warning("nobody_to_tell", chat=group.chat_id)
    await notify_admins(work, text)


# -- what admins were told -----------------------------------------------------------------------


async def _told(work: Work, chat_id: int) -> _Told | None:
    value = await work.unit.facts.get(REFUSED.of(chat_id, _MESSAGES))
    if value is None:
        return None
    read = orjson.loads(value)
    moments = (datetime.fromisoformat(read[name]) for name in ("at", "freed_at"))
    return _Told(*moments)


async def _remember(work: Work, chat_id: int, told: _Told) -> None:
    value = {"at": told.at.isoformat(), "freed_at": told.freed_at.isoformat()}
    await work.unit.facts.set(REFUSED.of(chat_id, _MESSAGES), orjson.dumps(value).decode())


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.REFUSED: due}
