"""Who comes to a group of staff, leaves it, or becomes an administrator of it."""

from telegram import Update

from bot.core.context import VersoContext
from bot.desk import membership, owners
from bot.praise import reading
from flows.desk.rights import status_in
from flows.entities.kinds import MemberStatus


async def came(update: Update, context: VersoContext) -> None:
    """Note who was added, or has joined."""
    message, work = update.effective_message, context.work
    group = work.services.group_at(message.chat.id) if message is not None else None
    if message is None or group is None:
        return
    for user in message.new_chat_members:
        if not user.is_bot:
            await membership.came(work, group, user.id, message.date)
            await reading.welcome(work, group, user.id)


async def left(update: Update, context: VersoContext) -> None:
    """Note who has left, or was taken out; what they had is offered to others."""
    message, work = update.effective_message, context.work
    group = work.services.group_at(message.chat.id) if message is not None else None
    user = message.left_chat_member if message is not None else None
    if group is not None and user is not None and not user.is_bot:
        there, gone = MemberStatus.MEMBER, MemberStatus.GONE
        await membership.changed(work, group, user.id, there, gone)
        await owners.gone(work, group, user.id)


async def changed(update: Update, context: VersoContext) -> None:
    """Follow what Telegram tells of somebody's standing, where the bot is an administrator."""
    change, work = update.chat_member, context.work
    group = work.services.group_at(change.chat.id) if change is not None else None
    if change is None or group is None or change.new_chat_member.user.is_bot:
        return
    before, now = (
        status_in(each.to_dict()) for each in (change.old_chat_member, change.new_chat_member)
    )
    number = change.new_chat_member.user.id
    await membership.changed(work, group, number, before, now)
    if before is MemberStatus.GONE:
        await reading.welcome(work, group, number)
    if now is MemberStatus.GONE:
        await owners.gone(work, group, number)
