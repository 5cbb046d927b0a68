"""The buttons with which customers choose when and where they come."""

from telegram import Chat, Update

from bot.core.callbacks import unpack
from bot.core.context import VersoContext
from bot.handlers.customer import menu
from bot.handlers.customer.visitors import visitor_of
from bot.identity import turned_away
from bot.slots import asking, screens


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what such a button says, or say that it means nothing any more."""
    query, work = update.callback_query, context.work
    if query is None:
        return
    visitor, message, parts = visitor_of(query.from_user), query.message, unpack(query.data)
    if await turned_away.is_turned_away(work, visitor):
        work.answer(query.id)
        return
    step = screens.read(parts[1:]) if parts else None
    done = False
    if message is not None and message.chat.type == Chat.PRIVATE and step is not None:
        done = await asking.pressed(work, visitor, step, message.message_id)
    work.answer(query.id, "" if done else menu.sentence(work, visitor, "unclear"))
