"""Who is in a group of staff: seen there, told of by Telegram, and asked for when in doubt.

Nothing here calls Telegram: the question is a row of the outbox like any other call, and its
answer comes as that row's report. What somebody wants to do who is not known yet waits for it, and
is handled then as if it had just come.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bot.core.delivery import Failure, FailureKind, Reporter
from bot.core.services import Services
from bot.core.work import Work
from bot.identity.offices import is_owner
from flows.desk.rights import Known, Standing, standing, status_in
from flows.entities import (
    Group,
    Member,
    Outgoing,
    Priority,
    RawUpdate,
    SendResult,
    SendState,
    Timer,
)
from flows.entities.facts import PEOPLE
from flows.entities.kinds import MemberStatus, Purpose, TimerKind
from flows.entities.refs import Ref, RefKind

SETTLING = timedelta(days=7)
"""Whoever is met within this time after a group was bound was in it already."""
SETTING_UP = timedelta(minutes=10)
"""Whoever comes within this time after a group was bound belongs to those who set it up."""
ASKED_AGAIN = timedelta(days=1)
"""How old what Telegram said may be before it is asked again, while it goes on counting."""
ANSWER_WITHIN = timedelta(minutes=1)
"""How long a question may take before what waits for its answer is handled without one."""
LOOKED_AGAIN = timedelta(seconds=3)
"""How often it is looked whether the answer came where another process took it, unseen by what
began to wait at the same moment."""
WAITING_MOST = 20
"""Things that one person may have waiting for the answer; what comes on top is refused."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC).isoformat()
_NO_SUCH = ("user not found", "participant_id_invalid", "member not found", "user_id_invalid")
"""What Telegram says of somebody who never was in a group (Bot API: getChatMember)."""


def standing_of(work: Work, group: Group, telegram_id: int, username: str = "") -> Standing:
    """What somebody is in a group, by what is known in memory."""
    services = work.services
    roles = services.config.roles
    known = Known(
        owner=telegram_id in services.admins and is_owner(services, telegram_id),
        admin=telegram_id in services.admins,
        named=roles.of(telegram_id, username),
        member=services.members.get((group.chat_id, telegram_id)),
    )
    return standing(known, work.now, roles.newcomer)


async def met(work: Work, group: Group, telegram_id: int) -> None:
    """Note that somebody wrote or pressed something in a group; ask what they are when in doubt."""
    if group.chat_id > 0 or telegram_id in work.services.admins:
        return
    known = work.services.members.get((group.chat_id, telegram_id))
    if known is None or known.status is MemberStatus.UNKNOWN:
        known = await _known_elsewhere(work, group, telegram_id) or known
    if known is None:
        known = Member(group.chat_id, telegram_id, since=_since(work, group))
    elif known.asked_at is not None and work.now - known.asked_at < _pause(known):
        return
    await _keep(work, replace(known, asked_at=work.now))
    ask(work, group.chat_id, telegram_id)


async def _known_elsewhere(work: Work, group: Group, telegram_id: int) -> Member | None:
    """What another process has learned of somebody since this one last read who is known."""
    stored = await work.unit.get(Member, group.chat_id, telegram_id)
    if stored is not None:
        work.learn(lambda services: _know(services, stored))
    return stored


def _since(work: Work, group: Group) -> datetime | None:
    """From when on somebody is taken to be in a group who was not seen coming."""
    return None if work.now - group.bound_at < SETTLING else work.now


def _pause(known: Member) -> timedelta:
    """How long Telegram's last word counts before it is asked again."""
    settled = known.status in (MemberStatus.MEMBER, MemberStatus.ADMIN)
    return ASKED_AGAIN if settled else ANSWER_WITHIN


def ask(work: Work, chat_id: int, telegram_id: int) -> None:
    """Have Telegram asked what somebody is in a group."""
    work.call(
        chat_id,
        "getChatMember",
        {"user_id": telegram_id},
        purpose=Purpose.MEMBER,
        priority=Priority.REPLY,
        lane=f"member:{chat_id}:{telegram_id}",
        subject=str(Ref(RefKind.MEMBER, telegram_id)),
    )


async def came(work: Work, group: Group, telegram_id: int, at: datetime) -> None:
    """Note that somebody has come to a group at a moment: they are new there.

    Who came before it was bound, or while it was being set up, is not. Telegram is asked what they
    are, for whoever made the group comes to it as well.
    """
    since = at if at > group.bound_at + SETTING_UP else None
    await _keep(work, Member(group.chat_id, telegram_id, MemberStatus.MEMBER, since, work.now))
    ask(work, group.chat_id, telegram_id)


async def changed(
    work: Work, group: Group, telegram_id: int, before: MemberStatus, now: MemberStatus
) -> None:
    """Take note of what Telegram says that somebody has become in a group."""
    known = work.services.members.get((group.chat_id, telegram_id))
    if before is MemberStatus.GONE:
        since: datetime | None = work.now
    else:
        since = known.since if known is not None else _since(work, group)
    await _keep(work, Member(group.chat_id, telegram_id, now, since, work.now))


async def _keep(work: Work, member: Member) -> None:
    key = (member.chat_id, member.telegram_id)
    stored = await work.unit.get(Member, *key)
    if stored is None:
        work.unit.add(member)
    else:
        work.unit.put(member)
    before = stored or work.services.members.get(key)
    if before is not None and before.status not in (member.status, MemberStatus.UNKNOWN):
        # Whoever could do more, or less, until now: other processes learn it within a second.
        await work.unit.facts.set(PEOPLE, str(work.unit.new_id()))
    work.learn(lambda services: _know(services, member))


def _know(services: Services, member: Member) -> None:
    services.members[member.chat_id, member.telegram_id] = member


async def follow(work: Work, old: int, new: int) -> None:
    """Take the people of a group along to the group that it has become."""
    for (chat_id, _), member in list(work.services.members.items()):
        if chat_id == old:
            await _keep(work, replace(member, chat_id=new))


# -- what waits for the answer --------------------------------------------------------------------


async def put_off(work: Work, group: Group, telegram_id: int, update: Mapping[str, Any]) -> bool:
    """Let an update wait for Telegram's word about its author; False: it has waited already.

    It is handled anew under the negative of its number, by which it is known.
    """
    name = f"{group.chat_id}:{telegram_id}"
    known = await work.unit.timers.pending(TimerKind.MEMBER, name)
    waiting = list(known.data["updates"]) if known else []
    if int(update["update_id"]) <= 0 or len(waiting) >= WAITING_MOST:
        return False
    data = {
        "updates": [*waiting, {**update, "update_id": -int(update["update_id"])}],
        "until": known.data["until"] if known else (work.now + ANSWER_WITHIN).isoformat(),
    }
    work.unit.set_timer(Timer(TimerKind.MEMBER, name, work.now + LOOKED_AGAIN, data))
    return True


async def report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Take Telegram's answer, and go on with what waited for it."""
    telegram_id = Ref.number(row.subject, RefKind.MEMBER)
    chat_id = work.services.chat_now(row.chat_id)
    if telegram_id is None:
        return
    known = await work.unit.get(Member, chat_id, telegram_id)
    status = _answered(result, message or {}, failure)
    if known is not None and status is not MemberStatus.UNKNOWN:
        await _keep(work, replace(known, status=status, asked_at=work.now))
    waiting = await work.unit.timers.pending(TimerKind.MEMBER, f"{chat_id}:{telegram_id}")
    if waiting is not None:
        work.unit.delete(waiting)
        await go_on(work, waiting)


def _answered(
    result: SendResult, message: Mapping[str, Any], failure: Failure | None
) -> MemberStatus:
    if result.state is SendState.SENT:
        return status_in(message)
    is_nobody = failure is not None and failure.kind is FailureKind.REFUSED
    said = failure.detail.lower() if failure is not None and is_nobody else ""
    return MemberStatus.GONE if any(each in said for each in _NO_SUCH) else MemberStatus.UNKNOWN


async def look_again(work: Work, waiting: Timer) -> None:
    """Go on with what waited when the answer is there, or has taken too long."""
    chat_id, _, telegram_id = waiting.subject.partition(":")
    known = await work.unit.get(Member, int(chat_id), int(telegram_id))
    answered = known is not None and known.status is not MemberStatus.UNKNOWN
    # Those that wait since a version before say no moment.
    if answered or work.now >= datetime.fromisoformat(waiting.data.get("until", _LONG_AGO)):
        await go_on(work, waiting)
    else:
        work.unit.set_timer(replace(waiting, due_at=work.now + LOOKED_AGAIN))


async def go_on(work: Work, waiting: Timer) -> None:
    """Have what waited handled now; by then it is known who its author is, or that it is not."""
    chat_id = int(waiting.subject.partition(":")[0])
    raws = [
        RawUpdate(int(each["update_id"]), chat_id, orjson.dumps(each).decode())
        for each in waiting.data["updates"]
    ]
    await work.unit.inbox.store(raws, work.now)


REPORTERS: dict[str, Reporter] = {Purpose.MEMBER: report}
TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.MEMBER: look_again}
