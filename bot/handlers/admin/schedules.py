"""Admins tune schedules in their private chat: the command, the buttons, and what they type."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.ext.filters import MessageFilter

from bot.console import admins, prompts
from bot.console.deferred_answers import Asked, Question, ask
from bot.console.prompts import Awaited
from bot.console.views.preview import TEST
from bot.console.views.rules import RulesView
from bot.console.views.schedules import Shown
from bot.core.admin_notices import admin_language
from bot.core.callbacks import unpack
from bot.core.context import Handler, VersoContext
from bot.core.work import Work, inline
from bot.dialogue import understanding
from bot.handlers import command_names
from bot.handlers.admin import (
    create,
    hypothesis_drafts,
    preview,
    recall_drafts,
    settings,
    texts,
)
from bot.handlers.admin.commands import FromAdmin, for_admins
from bot.handlers.admin.screen import Answer, Desk
from bot.handlers.customer import messages
from flows.entities.kinds import Purpose

PRIVATE = filters.ChatType.PRIVATE
_KNOWN = frozenset({"start", "cancel", *command_names.ADMINS, *command_names.CUSTOMERS})
LONG_NOTICE = 60
"""Characters from which a word over the chat has to be closed by hand, so that it can be read."""

_STEPS = settings.STEPS | preview.STEPS | texts.STEPS | create.STEPS
_TAKERS: Mapping[str, Callable[[Desk, Awaited, str], Awaitable[Answer]]] = {
    "setting": settings.take_setting,
    "text": texts.take_text,
    "delay": create.take_delay,
    recall_drafts.AWAITED: recall_drafts.take,
    hypothesis_drafts.AWAITED: hypothesis_drafts.take,
}
QUESTIONS: Mapping[str, Question] = {**preview.QUESTIONS, **create.QUESTIONS}
"""What is worked out outside of the worker."""


def frequent_handlers() -> list[Handler]:
    """The handler of what admins type; it comes before the customers', who type too.

    Whether an admin wrote is asked first: nearly always the answer is no, and quick.
    """
    written = PRIVATE & filters.UpdateType.MESSAGE & filters.TEXT
    return [MessageHandler(FromAdmin() & written & _NoKnownCommand(), _typed)]


async def written(update: Update, context: VersoContext) -> None:
    """Whatever an admin writes or sends, if it is not for somebody else."""
    message = update.effective_message
    typed = message is not None and message.text is not None
    await (_typed if typed else messages.said)(update, context)


class _NoKnownCommand(MessageFilter):
    """Texts that are no command that an admin can give."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        command = command_names.typed(message.text or "")
        return command is None or command.name not in _KNOWN


def handlers() -> list[Handler]:
    """The handlers of the command and the buttons."""
    return [
        CommandHandler("schedules", for_admins(_schedules), PRIVATE),
        CommandHandler("cancel", _cancel, PRIVATE & FromAdmin()),
        CallbackQueryHandler(_pressed, pattern="^s:"),
    ]


async def _schedules(work: Work, view: RulesView, person: int, argument: str) -> None:
    desk = Desk(work, person, "", view.language)
    await prompts.stop_waiting(work, person)
    found = await settings.listed(desk, ["0"])
    if found.screen is not None:
        _show(desk, found.screen)


async def _cancel(update: Update, context: VersoContext) -> None:
    """Nothing is waited for any more; without anything that was, it is a customer's word."""
    user, work = update.effective_user, context.work
    if user is None or await prompts.awaited_from(work, user.id) is None:
        await messages.said(update, context)
        return
    await prompts.stop_waiting(work, user.id)
    view = await (await _desk(work, user)).view()
    work.say(user.id, view.tell("cancelled"), purpose=Purpose.ADMIN)


async def _desk(work: Work, user: Any, message_id: int = 0) -> Desk:
    language = await admin_language(work, user.id, user.language_code)
    return Desk(work, user.id, user.first_name, language, message_id)


async def _pressed(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    desk = await _desk(work, query.from_user, query.message.message_id if query.message else 0)
    if not admins.is_admin(work, desk.admin):
        work.answer(query.id, (await desk.view()).say("admin.only_admins"))
        return
    _, action, *arguments = unpack(query.data) or ["s", ""]
    if action != TEST:
        await prompts.stop_waiting(work, desk.admin)
    step, count = _STEPS.get(action, (_unknown, 0))
    found = await (step if len(arguments) == count else _unknown)(desk, arguments)
    await _signed(desk)
    if found.notice:
        work.answer(query.id, found.notice, alert=len(found.notice) > LONG_NOTICE)
    if found.screen is not None:
        _show(desk, found.screen)
    _work_out(desk, found)
    for text, keyboard in found.messages:
        work.say(desk.admin, text, purpose=Purpose.ADMIN, keyboard=keyboard)


async def _unknown(desk: Desk, arguments: Any) -> Answer:
    return await desk.unknown()


async def _typed(update: Update, context: VersoContext) -> None:
    """A value that was asked for, else what any customer might write."""
    message, user, work = update.effective_message, update.effective_user, context.work
    if message is None or user is None:
        return
    command = command_names.typed(message.text or "")
    if command is not None:
        taken_back = understanding.takes_back(work, command.in_words)
        await (_cancel if taken_back else messages.said)(update, context)
        return
    awaited = await prompts.awaited_from(work, user.id)
    reply = message.reply_to_message
    if awaited is None or (reply is not None and reply.message_id != awaited.message_id):
        await messages.said(update, context)
        return
    desk = await _desk(work, user)
    found = await _TAKERS[awaited.what](desk, awaited, message.text or "")
    await _signed(desk)
    _work_out(desk, found)
    if found.screen is not None:
        _show(desk, found.screen)
    elif found.notice and not found.question:
        work.say(desk.admin, found.notice, purpose=Purpose.ADMIN)


async def _signed(desk: Desk) -> None:
    """Keep the name of an admin who has changed the configuration, for the history."""
    if desk.work.config_changed:
        await admins.remember_name(desk.work, desk.admin, desk.name)


def _work_out(desk: Desk, found: Answer) -> None:
    """Have a question answered, if there is one, in the place of the screen."""
    if found.question:
        over, arguments = desk.message_id, found.arguments
        ask(desk.work, Asked(found.question, desk.admin, desk.language, arguments, over))


def _show(desk: Desk, screen: Shown) -> None:
    """Show a screen in place of the pressed one; a long one, or without the old, as a new one."""
    text, keyboard = screen
    if not desk.message_id or len(text.pages()) > 1:
        desk.work.say(desk.admin, text, purpose=Purpose.ADMIN, keyboard=keyboard)
        return
    params: Mapping[str, Any] = text.params() | {
        "message_id": desk.message_id,
        "reply_markup": inline(keyboard),
    }
    desk.work.call(desk.admin, "editMessageText", params, purpose=Purpose.ADMIN)
