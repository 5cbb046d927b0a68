"""Who can be reached: people who left or came back, groups that moved or are gone."""

from dataclasses import replace
from datetime import datetime

from bot.asks import requeue
from bot.changes import changes as desk_changes
from bot.configuration import changes as config_changes
from bot.configuration.current import MOVED
from bot.core.delivery import GONE, FailureKind
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk import cards, members, tickets
from bot.desk.speaking import customer_name, staff_words, ticket_of, to_ticket
from bot.runtime.sending.addressing import ON_A_MESSAGE
from flows.entities import Account, Group

_TOLD_OF = frozenset({"answer", "told", "closure"})
"""Purposes of what staff are told of when it does not arrive."""


async def chat_gone(work: Work, telegram_id: int, why: str) -> None:
    """Note that a private chat cannot be written to, until the person writes again."""
    account = await work.unit.get(Account, telegram_id)
    if account is None:
        return
    if why in (FailureKind.DEACTIVATED, FailureKind.CHAT_NOT_FOUND):
        gone = replace(account, gone_at=account.gone_at or work.now)
    else:
        gone = replace(account, blocked_at=account.blocked_at or work.now)
    # A return counts until the next block, or a clock that was set back would make it count later.
    work.unit.put(replace(gone, back_at=None))


async def chat_back(work: Work, telegram_id: int) -> None:
    """Note that a person who had left is back; what they missed of their tickets follows."""
    account = await work.unit.get(Account, telegram_id)
    if account is not None and (account.blocked_at or account.gone_at):
        work.unit.put(replace(account, blocked_at=None, gone_at=None, back_at=work.now))
        await catch_up(work, telegram_id)


async def has_returned(work: Work, telegram_id: int, *, since: datetime) -> bool:
    """Tell whether a person has come back since then: what refused a call made before is past."""
    account = await work.unit.get(Account, telegram_id)
    return account is not None and account.back_at is not None and account.back_at >= since


async def catch_up(work: Work, telegram_id: int) -> None:
    """Send a person who is back what they missed, and look again at whether to ask them."""
    account = await work.unit.get(Account, telegram_id)
    if account is not None:
        await requeue.revive(work, account.customer_id)
        await _send_what_was_missed(work, account)


async def _send_what_was_missed(work: Work, account: Account) -> None:
    """Send it again, and say so in the tickets whose staff have read that it did not arrive."""
    missed = await work.unit.outbox.retry_missed(
        account.telegram_id, account.customer_id, GONE, work.now
    )
    for ticket_id in dict.fromkeys(row.ticket_id for row in missed if row.purpose in _TOLD_OF):
        ticket = await ticket_of(work, ticket_id)
        if ticket is not None:
            name = await customer_name(work, ticket)
            to_ticket(work, ticket, plain(staff_words(work, "desk.back_again", name=name)))


async def group_moved(work: Work, old: int, new: int) -> None:
    """Follow a group that became a supergroup: its binding, its tickets, what waits for it.

    The old group's messages stay behind, where nobody can answer them: what is unresolved gets a
    card in the new one. Heard more than once: from the message about it, and from every call that
    Telegram refuses because of it.
    """
    # Locked before anything else: whoever handles what staff wrote in it holds it until they are
    # done, and sees either the old place of everything or the new one.
    group = await work.unit.get(Group, old)
    await work.unit.outbox.move_chat(old, new, apart_from=ON_A_MESSAGE)
    await work.unit.facts.set(f"{MOVED}{old}", str(new))
    for ticket in await work.unit.tickets.in_group(old):
        moved = replace(ticket, group_chat_id=new, topic_id=None, card_message_id=None)
        work.unit.put(moved)
        await cards.post_anew(work, moved)
    for change in await work.unit.changes.in_group(old):
        followed_change = replace(change, group_chat_id=new, card_message_id=None)
        work.unit.put(followed_change)
        desk_changes.post_anew(work, followed_change)
    await members.follow(work, old, new)
    await config_changes.name_chat(work, f"group:{new}", new, instead_of=old)
    # What staff wrote in either may be the next update: both have to be known.
    work.services.moved[old] = new
    if group is None:
        return
    work.unit.delete(group)
    followed = replace(group, chat_id=new, left_at=None)
    if await work.unit.get(Group, new) is None:
        work.unit.add(followed)
    work.services.groups.pop(old, None)
    work.services.groups.setdefault(new, followed)
    work.config_changed = True


async def was_bound(work: Work, chat_id: int, *, since: datetime) -> bool:
    """Tell whether a group was bound since then: what refused a call made before is past."""
    group = await work.unit.get(Group, chat_id)
    return group is not None and group.left_at is None and group.bound_at >= since


async def group_lost(work: Work, chat_id: int) -> None:
    """Note that the bot is no longer in a group; its unresolved tickets look for another.

    Admins are told of them when none is found soon.
    """
    group = await work.unit.get(Group, chat_id)
    if group is None or group.left_at is not None:
        return
    work.unit.put(replace(group, left_at=work.now))
    homeless = await work.unit.tickets.unresolved(chat_id, limit=100_000)
    for ticket in homeless:
        work.unit.put(replace(ticket, group_chat_id=None, topic_id=None, card_message_id=None))
    if homeless:
        await tickets.watch_homeless(work, str(chat_id))
    work.config_changed = True
