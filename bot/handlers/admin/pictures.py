"""The buttons of pictures, in the private chats of admins and in groups."""

from telegram import MaybeInaccessibleMessage, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.work import Work
from bot.handlers.staff import buttons
from bot.handlers.staff.parsing import beside
from bot.insight.pictures.showing import AREA, DRAWN, NOW, TEXT, Wanted, month_now, show
from flows.config.goals import PictureName
from flows.desk.rights import Deed
from flows.insight.overviews import MONTHS, Month

_EARLIEST, _LATEST = 1970 * MONTHS, 10_000 * MONTHS
"""Months of which there is a calendar."""


def handlers() -> list[Handler]:
    """The handlers."""
    return [CallbackQueryHandler(_pressed, pattern=f"^{AREA}:")]


async def _pressed(update: Update, context: VersoContext) -> None:
    """Show a picture, or its text, where the button is."""
    query, work = update.callback_query, context.work
    if query is None or query.message is None:
        return
    person = query.from_user
    if query.message.chat.id == person.id and person.id in work.services.admins:
        language = await admin_language(work, person.id, person.language_code)
        notice = _show(work, query.data, query.message, language)
        work.answer(query.id, work.services.words.say(language, notice))
        return
    press = await buttons.press_of(work, update)
    if press is None or not await buttons.may(press, Deed.READ):
        return
    language = work.services.language_at(press.group)
    notice = _show(work, query.data, query.message, language)
    work.answer(query.id, work.services.words.say(language, notice))


def _show(work: Work, data: str | None, message: MaybeInaccessibleMessage, language: str) -> str:
    """Have it shown; the key of what is said over the chat meanwhile.

    Of a message that is too old for Telegram to say what it was, nothing can stand below.
    """
    wanted = _wanted(work, data, language)
    if wanted is None:
        return "admin.unknown_button"
    if isinstance(message, Message):
        chat_id, place = beside(work, message)
        show(work, chat_id, wanted, place=place)
    else:
        show(work, work.services.chat_now(message.chat.id), wanted)
    return "admin.counting"


def _wanted(work: Work, data: str | None, language: str) -> Wanted | None:
    """What a button says; None for what no button does."""
    parts = unpack(data) or []
    if len(parts) != 4 or parts[1] not in (DRAWN, TEXT) or parts[2] not in list(PictureName):
        return None
    asked, now = number(parts[3]), month_now(work)
    if asked is None or not (asked == NOW or _EARLIEST <= asked <= min(_LATEST, now.number)):
        return None
    month = Month(asked) if asked else now
    return Wanted(PictureName(parts[2]), month, language, parts[1] == TEXT)
