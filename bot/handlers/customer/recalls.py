"""What customers press below messages about recalls."""

from telegram import Chat, Update

from bot.core.callbacks import number, unpack
from bot.core.context import VersoContext
from bot.handlers.customer.menu import sentence
from bot.handlers.customer.visitors import visitor_of
from bot.recalls import answers


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button says, or say kindly that it means nothing any more."""
    query, work = update.callback_query, context.work
    if query is None:
        return
    visitor, message, parts = visitor_of(query.from_user), query.message, unpack(query.data) or []
    private = message is not None and message.chat.type == Chat.PRIVATE
    whose = number(parts[2]) if private and len(parts) == 3 else None
    said = None if whose is None else await answers.act_on(work, visitor, parts[1], whose)
    work.answer(
        query.id, sentence(work, visitor, "unclear") if said is None else said, alert=bool(said)
    )
