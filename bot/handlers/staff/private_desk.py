"""An owner's private chat that is the desk: what of their words is staff's, and what is not.

The same person tunes schedules there by typing, and may be a customer of their own. What replies
to something of the desk is staff's; words that reply to nothing are asked about while complaints
wait there; everything else goes where it would go without a desk.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Chat, Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters
from telegram.ext.filters import MessageFilter

from bot.console import prompts
from bot.core.context import Handler, VersoContext, current_work
from bot.core.work import OF_A_TICKET
from bot.desk import groups, plain_words
from bot.desk.speaking import staff_words
from bot.dialogue import conversations
from bot.handlers.customer import messages
from bot.handlers.staff import commands
from bot.handlers.staff.parsing import Heard, heard, replied_row, reply, say
from flows.entities import Side
from flows.entities.kinds import EntryKind, Purpose

OFFERED = 3
"""Complaints, the most urgent first, to which words that reply to nothing can be sent."""
Otherwise = Callable[[Update, VersoContext], Coroutine[Any, Any, None]]


class AtPrivateDesk(MessageFilter):
    """Messages in a private chat that is a desk."""

    def filter(self, message: Message) -> bool:
        """Tell whether it is one."""
        services = current_work.get().services
        return message.chat.type == Chat.PRIVATE and message.chat.id in services.groups


class _OfAdmin(MessageFilter):
    """Messages of admins in their private chats."""

    def filter(self, message: Message) -> bool:
        """Tell whether it is one."""
        user = message.from_user
        private = message.chat.type == Chat.PRIVATE
        return private and user is not None and user.id in current_work.get().services.admins


def handlers(otherwise: Otherwise) -> list[Handler]:
    """The handlers; they belong before those of admins and customers.

    `otherwise` takes what is not the desk's.
    """
    desk = AtPrivateDesk()
    new = filters.UpdateType.MESSAGE
    words = new & ~filters.COMMAND & ~filters.StatusUpdate.ALL

    async def written(update: Update, context: VersoContext) -> None:
        await _written(update, context, otherwise)

    return [
        CommandHandler("setup", _setup, _OfAdmin() & new),
        *(
            CommandHandler(name, action, desk & new)
            for name, action in commands.at_any_desk().items()
        ),
        MessageHandler(desk & words, written),
        MessageHandler(desk & filters.UpdateType.EDITED_MESSAGE, _edited),
    ]


async def _setup(update: Update, context: VersoContext) -> None:
    """`/setup` in private: answer complaints here; `/setup off`: no longer."""
    message, work = update.effective_message, context.work
    if message is None:
        return
    at_work = message.chat.id in work.services.groups
    if (message.text or "").split()[1:] == ["off"]:
        if at_work:
            await groups.unbind(work, message.chat.id)
        say(work, message, "desk.private_off" if at_work else "desk.setup_off_none")
    elif not at_work:
        await groups.bind_privately(work, message.chat.id)
    else:
        say(work, message, "desk.private_open")


async def _written(update: Update, context: VersoContext, otherwise: Otherwise) -> None:
    at = await heard(context.work, update)
    if at is not None and await _is_the_desks(at):
        await commands.said(update, context)
    elif at is not None and await _may_be_an_answer(at):
        await _ask(at)
    else:
        await otherwise(update, context)


async def _is_the_desks(at: Heard) -> bool:
    """Tell whether a message replies to something of the desk, or goes on with an album."""
    replied = at.message.reply_to_message
    if replied is None:
        return False
    row = await replied_row(at)
    if row is not None:
        return row.lane.startswith(OF_A_TICKET) or row.purpose in {Purpose.PROMPT, Purpose.CHANGE}
    entry = await at.work.unit.tickets.entry_at(at.message.chat.id, replied.id)
    return entry is not None and (entry.side is Side.STAFF or entry.kind == EntryKind.SHOWN)


async def _may_be_an_answer(at: Heard) -> bool:
    """Tell whether words that reply to nothing might be meant for a customer."""
    chat_id = at.message.chat.id
    if at.message.reply_to_message is not None:
        return False
    if await conversations.current(at.work, chat_id) is not None:
        return False
    if await prompts.awaited_from(at.work, chat_id) is not None:
        return False
    return bool(await at.work.unit.tickets.unresolved(chat_id, limit=1))


async def _ask(at: Heard) -> None:
    """Say that nobody else reads it, and name those to whom it can be sent."""
    waiting = await at.work.unit.tickets.unresolved(at.message.chat.id, limit=OFFERED)
    keyboard = [
        (await plain_words.buttons(at.work, ticket, numbered=True, choices=False))[0]
        for ticket in waiting
    ]
    text = staff_words(at.work, at.group, "desk.only_you_here")
    album = at.message.media_group_id
    key = f"only_you:{at.message.chat.id}:{album or at.message.id}"
    reply(at.work, at.message, text, keyboard=keyboard, quiet=True, dedupe=key)


async def _edited(update: Update, context: VersoContext) -> None:
    at = await heard(context.work, update)
    entry = None
    if at is not None:
        entry = await at.work.unit.tickets.entry_at(at.message.chat.id, at.message.id)
    is_staffs = entry is not None and (entry.side is Side.STAFF or entry.kind == EntryKind.NOTE)
    await (commands.edited if is_staffs else messages.edited)(update, context)
