"""What staff press below messages that could not be understood."""

from telegram import Chat, Update

from bot.core.admin_notices import reader_language
from bot.core.callbacks import number, unpack
from bot.core.context import VersoContext
from bot.core.work import Work
from bot.desk.views import TicketViews
from bot.dialogue import not_sure
from bot.dialogue.not_sure import Found
from bot.handlers.staff import buttons
from flows.desk.rights import Deed


async def pressed(update: Update, context: VersoContext) -> None:
    """Make a ticket of somebody's words, or say what became of them."""
    query, work = update.callback_query, context.work
    if query is None:
        return
    private = query.message is not None and query.message.chat.type == Chat.PRIVATE
    is_admin = private and query.from_user.id in work.services.admins
    press = None if is_admin else await buttons.press_of(work, update)
    if not is_admin and (press is None or not await buttons.may(press, Deed.WORK)):
        return
    chat_id = query.message.chat.id if query.message is not None else query.from_user.id
    language = await reader_language(work, chat_id)
    _, action, *rest = unpack(query.data) or ("", "")
    remark_id = number(rest[0]) if action == "answer" and len(rest) == 1 else None
    if remark_id is None:
        work.answer(query.id, work.services.words.say(language, "desk.unclear"), alert=True)
        return
    told = _told(work, await not_sure.answer(work, remark_id), language)
    work.answer(query.id, told, alert=True)


def _told(work: Work, found: Found, language: str) -> str:
    ticket, state = found.ticket, ""
    if ticket is not None:
        state = TicketViews(work.services.words, language).state(ticket)
    number_ = ticket.number if ticket is not None else 0
    key = f"not_sure.{found.became}"
    return work.services.words.say(language, key, number=number_, state=state, name=found.name)
