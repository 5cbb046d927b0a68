"""Whether a group has topics, and what a ticket's shows: its state, and whether it is shut."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.core.admin_notices import notify_admins_of
from bot.core.delivery import Call, Composer, Failure, FailureKind, Reporter
from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.services import Services
from bot.core.work import Work, lane_beside, lane_of
from bot.desk.speaking import into_ticket, staff_words, ticket_there
from flows.desk.topics import Look, Shown, look_of, look_with, shown
from flows.entities import Group, Outgoing, Priority, SendResult, SendState, Ticket
from flows.entities.facts import REFUSED
from flows.entities.kinds import Purpose
from flows.entities.replaced import replaced
from flows.entities.states import ENDED

OPEN, SHUT, LOOK = "@reopen_topic", "@close_topic", "@topic_name"
SETTLED = timedelta(seconds=5)
"""What changes within this time is one change of a topic: each is a line in it that everybody
reads, and counts against what a group takes."""
_TOPICS = "topics"
REFUSALS = frozenset(
    {
        FailureKind.NO_TOPIC_RIGHTS,
        FailureKind.NO_RIGHTS,
        FailureKind.NOT_A_FORUM,
        FailureKind.REFUSED,
    }
)
"""Failures of a topic's making after which its group is used without topics."""


# -- a ticket's topic ---------------------------------------------------------------------------


def open_again(work: Work, ticket: Ticket, **more: Any) -> None:
    """Open a ticket's topic, if it may be shut, before what follows is shown in it.

    Who may not manage topics could not answer there.
    """
    known = _in_forum(work, ticket)
    if known is not None and known.shut is not False:
        into_ticket(work, ticket, OPEN, {}, purpose=Purpose.REOPENING, **more)


async def compose_reopening(work: Work, row: Outgoing) -> Call | None:
    """Open the topic that a ticket has now."""
    ticket = await ticket_there(work, row)
    if ticket is None or _in_forum(work, ticket) is None:
        return None
    return Call("reopenForumTopic", {"message_thread_id": ticket.topic_id})


async def closed(work: Work, row: Outgoing) -> None:
    """Try to open a topic that is closed to the bot: it may, as the one who made it.

    At most once a day in a ticket; where that is refused, somebody else has to.
    """
    ticket = await ticket_there(work, row)
    if ticket is not None:
        ticket = _knowing(work, ticket, shut=True)
        open_again(work, ticket, dedupe=f"open_topic:{ticket.id}:{work.now:%Y-%m-%d}")


async def follow(work: Work, ticket: Ticket) -> None:
    """Have a ticket's topic show its state soon, and be shut when it is done.

    What it shows already is not set again; what changes back before that leaves nothing.
    """
    known = _in_forum(work, ticket)
    if known is None:
        return
    look = look_of(ticket)
    if known.look is not look:
        await _set_soon(work, ticket, LOOK, look.value, Purpose.RENAME)
    if ticket.state in ENDED and not known.shut:
        await _set_soon(work, ticket, SHUT, "", Purpose.CLOSING)


async def _set_soon(
    work: Work, ticket: Ticket, method: str, subject: str, purpose: Purpose
) -> None:
    waiting = await work.unit.outbox.waiting_of(ticket.id, method)
    if any(row.subject == subject for row in waiting):
        return
    soon = work.now + SETTLED
    into_ticket(
        work,
        ticket,
        method,
        {},
        purpose=purpose,
        subject=subject,
        lane=beside(ticket),
        not_before=soon,
    )


def beside(ticket: Ticket) -> str:
    """The lane of what a topic shows of itself, for which no word has to wait."""
    return lane_beside(lane_of(ticket.group_chat_id or 0, ticket), "topic")


async def compose_closing(work: Work, row: Outgoing) -> Call | None:
    """Shut the topic of a ticket that is still done."""
    ticket = await ticket_there(work, row)
    known = _in_forum(work, ticket) if ticket is not None else None
    if ticket is None or known is None:
        return None
    if ticket.state not in ENDED or known.shut:
        return None
    return Call("closeForumTopic", {"message_thread_id": ticket.topic_id})


async def report_open_or_shut(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember whether a topic is shut; one whose ticket was opened meanwhile is opened again."""
    ticket = await ticket_there(work, row)
    if ticket is None:
        return
    if result.state is not SendState.SENT:
        return
    ticket = _knowing(work, ticket, shut=row.purpose == Purpose.CLOSING)
    if ticket.state not in ENDED:
        open_again(work, ticket)


async def report_look(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember what a topic shows."""
    ticket = await ticket_there(work, row)
    if ticket is None or not row.subject:
        return
    if result.state is SendState.SENT:
        _knowing(work, ticket, look=Look(row.subject))


async def made(work: Work, ticket: Ticket, message: Mapping[str, Any]) -> None:
    """Remember what a topic shows that was made just now; the ticket may have changed since."""
    look = look_with(str(message.get("icon_custom_emoji_id", "")), work.services.topic_icons)
    await follow(work, _knowing(work, ticket, look=look, shut=False))


async def touched(work: Work, group: Group, topic_id: int, *, shut: bool) -> None:
    """Note that somebody of the group has shut or opened a topic by hand; it stays as they want."""
    ticket = await work.unit.tickets.in_topic(group.chat_id, topic_id)
    if ticket is not None:
        _knowing(work, ticket, shut=shut)


def _in_forum(work: Work, ticket: Ticket) -> Shown | None:
    """What is known of a ticket's topic; None: it has none where it is."""
    group = work.services.groups.get(ticket.group_chat_id or 0)
    return shown(ticket) if group is not None and group.forum else None


def _knowing(work: Work, ticket: Ticket, **fields: Any) -> Ticket:
    known = shown(ticket)
    if known is None or (after := str(replaced(known, **fields))) == ticket.topic_shows:
        return ticket
    changed = replaced(ticket, topic_shows=after)
    work.unit.put(changed)
    return changed


# -- a group's ----------------------------------------------------------------------------------


async def without(work: Work, chat_id: int, kind: FailureKind) -> None:
    """Use a group without topics from now on.

    Where the bot may not make any, staff and admins are told; where topics were switched off, staff
    have done it themselves.
    """
    group = await _has_topics(work, chat_id, forum=False)
    if group is None or kind is FailureKind.NOT_A_FORUM:
        return
    work.say(
        chat_id,
        plain(staff_words(work, chat_id, "desk.no_topics")),
        purpose=Purpose.NOTE,
        priority=Priority.RELAY,
        dedupe=f"no_topics:{chat_id}:{work.now:%Y-%m-%d}",
    )
    if await work.unit.facts.get(REFUSED.of(chat_id, _TOPICS)) is None:
        await work.unit.facts.set(REFUSED.of(chat_id, _TOPICS), work.now.isoformat())
        await notify_admins_of(work, "refused.no_topics", title=display_safe(group.title))


async def bound(work: Work, group: Group) -> None:
    """Forget what was refused before a group was bound anew: it is found out again."""
    await work.unit.facts.drop(REFUSED.of(group.chat_id, _TOPICS))


async def allowed(work: Work, chat_id: int) -> None:
    """Use a group with topics again: the bot was given the right to make them.

    Tickets without a topic get theirs with what is shown of them next.
    """
    await work.unit.facts.drop(REFUSED.of(chat_id, _TOPICS))
    await _has_topics(work, chat_id, forum=True)


async def seen(work: Work, group: Group, *, forum: bool) -> Group:
    """Follow topics that were switched on or off, as a message of the group tells.

    One that has topics of which the bot may make none stays without; so it is told again.
    """
    if group.forum == forum:
        return group
    if forum and await work.unit.facts.get(REFUSED.of(group.chat_id, _TOPICS)) is not None:
        return group
    return await _has_topics(work, group.chat_id, forum=forum) or group


async def _has_topics(work: Work, chat_id: int, *, forum: bool) -> Group | None:
    """Note whether a group has topics. None: that is known, or it is none of staff's."""
    group = await work.unit.get(Group, chat_id)
    if group is None or group.forum == forum or group.left_at is not None:
        return None
    changed = replaced(group, forum=forum)
    work.unit.put(changed)
    # A ticket's next message must know at once, or it would ask for a topic again.
    work.learn(lambda services: _replace_bound(services, changed))
    work.config_changed = True
    return changed


def _replace_bound(services: Services, group: Group) -> None:
    if group.chat_id in services.groups:
        services.groups[group.chat_id] = group


COMPOSERS: dict[str, Composer] = {OPEN: compose_reopening, SHUT: compose_closing}
REPORTERS: dict[str, Reporter] = {
    Purpose.REOPENING: report_open_or_shut,
    Purpose.CLOSING: report_open_or_shut,
    Purpose.RENAME: report_look,
}
