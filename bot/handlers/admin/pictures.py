"""Figures as pictures and as a letter: commands of admins, and buttons there and in groups."""

from datetime import UTC, datetime

from telegram import MaybeInaccessibleMessage, Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.console.views.rules import RulesView
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.work import Work
from bot.handlers.admin.commands import for_admins
from bot.handlers.staff import buttons
from bot.handlers.staff.parsing import beside
from bot.insight import asked
from bot.insight.letter.sending import WHOLE, send
from bot.insight.pictures.showing import (
    AREA,
    DRAWN,
    NOW,
    TEXT,
    Wanted,
    code_of,
    month_now,
    show,
)
from flows.config.goals import PictureName
from flows.desk.rights import Deed
from flows.entities.kinds import Purpose
from flows.insight.overviews import MONTHS, Month

_EARLIEST, _LATEST = 1970 * MONTHS, 10_000 * MONTHS
"""Months of which there is a calendar."""
_KEPT = 366 * 24 * 3600
"""Seconds for which a letter's button shows all of it."""


def handlers() -> list[Handler]:
    """The handlers."""
    private = filters.ChatType.PRIVATE
    return [
        CommandHandler("letter", for_admins(_letter), private),
        CommandHandler("map", for_admins(_map), private),
        CallbackQueryHandler(_pressed, pattern=f"^{AREA}:"),
    ]


async def _letter(work: Work, view: RulesView, person: int, _argument: str) -> None:
    asked.letter(work, person, view.language, {})


async def _map(work: Work, view: RulesView, person: int, argument: str) -> None:
    if refusal := asked.map_(work, person, view.language, argument, {}):
        work.say(person, refusal, purpose=Purpose.ADMIN)


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
    wanted, until = _wanted(work, data, language), _whole_letter(work, data)
    if isinstance(message, Message):
        chat_id, place = beside(work, message)
    else:
        chat_id, place = work.services.chat_now(message.chat.id), {}
    if until is not None:
        send(work, chat_id, language, until=until, whole=True, place=place)
    elif wanted is not None:
        show(work, chat_id, wanted, place=place)
    else:
        return "admin.unknown_button"
    return "admin.counting"


def _whole_letter(work: Work, data: str | None) -> datetime | None:
    """Of which letter a button shows all; None for what no button does."""
    parts = unpack(data) or []
    seconds = number(parts[2]) if len(parts) == 3 and parts[1] == WHOLE else None
    newest = int(work.now.timestamp())
    if seconds is None or not newest - _KEPT <= seconds <= newest:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _wanted(work: Work, data: str | None, language: str) -> Wanted | None:
    """What a button says; None for what no button does."""
    parts = unpack(data) or []
    if not 4 <= len(parts) <= 6 or parts[1] not in (DRAWN, TEXT):
        return None
    if parts[2] not in list(PictureName):
        return None
    known = {code_of(each.id): each.id for each in work.services.config.segments}
    if any(code not in known for code in parts[4:]):
        return None
    chosen, now = number(parts[3]), month_now(work)
    if chosen is None or not (chosen == NOW or _EARLIEST <= chosen <= min(_LATEST, now.number)):
        return None
    month = Month(chosen) if chosen else now
    segments = tuple(known[code] for code in parts[4:])
    return Wanted(PictureName(parts[2]), month, language, parts[1] == TEXT, segments)
