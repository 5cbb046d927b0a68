"""`/audit`: who did what; seniors in their group, admins in private and everywhere."""

from telegram import Chat, Message, Update
from telegram.ext import CommandHandler, filters

from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, pack, unpack
from bot.core.context import Handler, VersoContext
from bot.core.names import display_safe
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work, inline
from bot.desk import audit
from bot.handlers.staff import buttons
from bot.handlers.staff.parsing import after_command, heard, may, reply, say, say_to_strangers
from flows.desk.audit import Typed, Wanted, typed
from flows.desk.rights import Deed
from flows.entities.kinds import Purpose

_MINUTE = 60
"""Days are packed into buttons by the minute at which they begin."""


def handlers() -> list[Handler]:
    """The handlers in private chats; those of groups, and of the buttons, are staff's."""
    return [
        CommandHandler("audit", _private, filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE)
    ]


async def command(update: Update, context: VersoContext) -> None:
    """`/audit` in a group: what was done in it."""
    at = await heard(context.work, update)
    if at is None:
        if update.effective_message is not None:
            say_to_strangers(context.work, update.effective_message, "desk.unbound")
        return
    if not await may(at, Deed.AUDIT):
        return
    asked = typed(at.text.split())
    if asked.csv:
        say(at.work, at.message, "audit.table_in_private")
        return
    wanted = await audit.wanted(at.work, asked, at.group.chat_id)
    if wanted is None:
        say(at.work, at.message, "audit.nobody", who=display_safe(asked.who))
        return
    language = at.work.services.language_at(at.group)
    text, keyboard = await _screen(at.work, wanted, language)
    reply(at.work, at.message, text, keyboard=keyboard)


async def _private(update: Update, context: VersoContext) -> None:
    message, person, work = update.effective_message, update.effective_user, context.work
    if message is None or person is None:
        return
    language = await admin_language(work, person.id, person.language_code)
    words = work.services.words
    if person.id not in work.services.admins:
        work.say(person.id, words.say(language, "admin.only_admins"), purpose=Purpose.ADMIN)
        return
    asked: Typed = typed(after_command(message).split())
    wanted = await audit.wanted(work, asked, None)
    if wanted is None:
        text = words.say(language, "audit.nobody", who=display_safe(asked.who))
        work.say(person.id, text, purpose=Purpose.ADMIN)
    elif asked.csv:
        audit.send_table(work, person.id, wanted, language)
    else:
        shown, keyboard = await _screen(work, wanted, language)
        work.say(person.id, shown, purpose=Purpose.ADMIN, keyboard=keyboard)


async def pressed(update: Update, context: VersoContext) -> None:
    """Go on to what was done before."""
    query, work = update.callback_query, context.work
    message = query.message if query is not None else None
    if query is None or not isinstance(message, Message):
        return
    private = message.chat.type == Chat.PRIVATE
    if private and query.from_user.id in work.services.admins:
        group = None
        language = await admin_language(work, query.from_user.id, query.from_user.language_code)
    else:
        press = await buttons.press_of(work, update)
        if press is None or not await buttons.may(press, Deed.AUDIT):
            return
        group, language = press.group.chat_id, work.services.language_at(press.group)
    wanted = _wanted(unpack(query.data) or [], group)
    if wanted is None:
        work.answer(query.id, work.services.words.say(language, "desk.unclear"), alert=True)
        return
    text, keyboard = await _screen(work, wanted, language)
    params = {**text.params(), "message_id": message.id, "reply_markup": inline(keyboard)}
    work.call(message.chat.id, "editMessageText", params, purpose=Purpose.NOTE)


async def _screen(work: Work, wanted: Wanted, language: str) -> tuple[Rich, Keyboard]:
    text, before = await audit.page(work, wanted, language)
    if before is None:
        return text, ()
    since = int(wanted.since.timestamp()) // _MINUTE if wanted.since is not None else 0
    data = pack("l", "p", before, wanted.person or 0, wanted.ticket or 0, since)
    return text, [[(work.services.words.say(language, "audit.b_earlier"), data)]]


def _wanted(parts: list[str], group: int | None) -> Wanted | None:
    """What a button asks for; whoever may not see other groups gets nothing of them."""
    read = [number(part) for part in parts[2:]]
    if len(read) != 4 or any(each is None or each < 0 for each in read):
        return None
    before, person, ticket, since = (each or 0 for each in read)
    wanted = Wanted(person or None, ticket or None, None, None, group, before)
    return audit.on_the_day(wanted, since * _MINUTE) if since else wanted
