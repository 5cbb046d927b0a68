"""Whether a group has topics, and whether a ticket's is open."""

from dataclasses import replace
from typing import Any

from bot.core.admin_notices import notify_admins_of
from bot.core.delivery import Call, Composer, FailureKind
from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.services import Services
from bot.core.work import Work
from bot.desk.speaking import into_ticket, staff_words, ticket_of
from flows.entities import Group, Outgoing, Priority, Ticket
from flows.entities.facts import REFUSED
from flows.entities.kinds import Purpose

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
    """Open a ticket's topic, if it is closed, before what follows is shown in it.

    Who may not manage topics could not answer there.
    """
    group = work.services.groups.get(ticket.group_chat_id or 0)
    if group is not None and group.forum and ticket.topic_id is not None:
        into_ticket(work, ticket, "@reopen_topic", {}, purpose=Purpose.REOPENING, **more)


async def compose_reopening(work: Work, row: Outgoing) -> Call | None:
    """Open the topic that a ticket has now."""
    ticket = await ticket_of(work, row.ticket_id)
    group = work.services.groups.get(row.chat_id)
    if ticket is None or ticket.topic_id is None or group is None or not group.forum:
        return None
    return Call("reopenForumTopic", {"message_thread_id": ticket.topic_id})


async def closed(work: Work, row: Outgoing) -> None:
    """Try to open a topic that is closed to the bot: it may, as the one who made it.

    At most once a day in a ticket; where that is refused, somebody else has to.
    """
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is not None and ticket.group_chat_id == row.chat_id:
        open_again(work, ticket, dedupe=f"open_topic:{ticket.id}:{work.now:%Y-%m-%d}")


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
    changed = replace(group, forum=forum)
    work.unit.put(changed)
    # A ticket's next message must know at once, or it would ask for a topic again.
    work.learn(lambda services: _replace_bound(services, changed))
    work.config_changed = True
    return changed


def _replace_bound(services: Services, group: Group) -> None:
    if group.chat_id in services.groups:
        services.groups[group.chat_id] = group


COMPOSERS: dict[str, Composer] = {"@reopen_topic": compose_reopening}
