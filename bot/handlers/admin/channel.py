"""Where stories are posted: chosen by admins, in their private chat."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.book import channel as use
from bot.book import withdrawing
from bot.book.channel_views import ChannelViews
from bot.console.admins import is_admin
from bot.console.views.rules import RulesView
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.rich import Rich
from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.handlers.admin.commands import for_admins
from flows.entities.kinds import Purpose

SHOWN = 10
"""Posts that are named which still stand in a channel."""


def handlers() -> list[Handler]:
    """The handlers."""
    return [
        CommandHandler("channel", for_admins(_command), filters.ChatType.PRIVATE),
        CallbackQueryHandler(_pressed, pattern="^k:"),
    ]


async def _command(work: Work, view: RulesView, person: int, _argument: str) -> None:
    text, keyboard = await _choice(work, view.language)
    show(work, person, text, keyboard, purpose=Purpose.ADMIN)


async def _choice(work: Work, language: str) -> tuple[Rich, Keyboard]:
    return ChannelViews(work.services, language).choice(
        await use.chosen(work.unit),
        await use.all_known(work.unit),
        await work.unit.stories.posts_in_state("stuck", SHOWN),
    )


async def _pressed(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    person, say = query.from_user, work.services.words.say
    language = await admin_language(work, person.id, person.language_code)
    if not is_admin(work, person.id):
        work.answer(query.id, say(language, "admin.only_admins"), alert=True)
        return
    _, action, *rest = unpack(query.data) or ["k", ""]
    chat_id = number(rest[0]) if len(rest) == 1 else None
    key = "admin.unknown_button" if chat_id is None else await _do(work, action, chat_id, person.id)
    work.answer(query.id, say(language, key), alert=key not in _DONE)
    if key in _DONE and query.message is not None:
        text, keyboard = await _choice(work, language)
        over = query.message.message_id
        show(work, person.id, text, keyboard, over=over, purpose=Purpose.ADMIN)


_DONE = ("channel.ok_use", "channel.ok_none", "channel.ok_not", "channel.ok_again")


async def _do(work: Work, action: str, chat_id: int, admin: int) -> str:
    """Do what a button says; give the sentence that answers it."""
    match action:
        case "use":
            found = await use.choose(work, chat_id, admin)
            return "channel.ok_use" if found is not None else "channel.gone"
        case "none":
            await use.choose_none(work, admin)
        case "again":
            await withdrawing.try_again(work)
        case "not":
            pass
        case _:
            return "admin.unknown_button"
    return f"channel.ok_{action}"
