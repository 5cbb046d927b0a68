"""CSV files that admins send in their private chat, and the buttons under what was found."""

from telegram import Document, Message, Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters
from telegram.ext.filters import MessageFilter

from bot.console.admins import is_admin
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext, current_work
from bot.core.work import Work
from bot.data import uploads as use
from bot.data.views import UploadView
from bot.handlers.customer.visitors import storable
from flows.entities.kinds import Purpose

_ENDINGS = (".csv", ".tsv", ".txt")
_TYPES = ("text/csv", "text/comma-separated-values", "text/tab-separated-values")
_OTHERS = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".ods": "workbook",
    ".pdf": "pdf",
    ".zip": "packed",
    ".gz": "packed",
}
"""What is said of files that are no tables, by how their names end."""
_SEEN_OR_HEARD = ("image/", "video/", "audio/")
_MEGABYTE = 1024 * 1024


class _TableOfAdmin(MessageFilter):
    """Tables that admins send; anybody else's files are a customer's."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        document, person = message.document, message.from_user
        if document is None or person is None or not _is_table(document):
            return False
        return is_admin(current_work.get(), person.id)


class _OtherOfAdmin(MessageFilter):
    """Other documents that admins send by themselves: nearly a table, and no complaint.

    Where the private chat is a desk, documents belong to its tickets.
    """

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        document, person = message.document, message.from_user
        if document is None or person is None or message.reply_to_message is not None:
            return False
        work = current_work.get()
        if (document.mime_type or "").lower().startswith(_SEEN_OR_HEARD):
            return False
        return is_admin(work, person.id) and message.chat.id not in work.services.groups


def _is_table(document: Document) -> bool:
    name = (document.file_name or "").lower()
    return name.endswith(_ENDINGS) or (document.mime_type or "").lower() in _TYPES


def handlers() -> list[Handler]:
    """The handlers; they belong before the customers', who may send any file."""
    table = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & _TableOfAdmin()
    other = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & _OtherOfAdmin()
    answers = [MessageHandler(table, _sent), MessageHandler(other, _sent_other)]
    return [*answers, CallbackQueryHandler(_press, pattern="^i:")]


async def _sent(update: Update, context: VersoContext) -> None:
    message, person = update.effective_message, update.effective_user
    if message is None or person is None or message.document is None:
        return
    work, document = context.work, message.document
    language = await admin_language(work, person.id, person.language_code)
    view = UploadView(work.services, language)
    name = storable(document.file_name or "CSV")[:200]
    size = document.file_size or 0
    if size > use.LARGEST:
        megabytes = f"{size / _MEGABYTE:.0f}"
        text = view.say("too_big", name=name, size=megabytes)
    else:
        await use.accept(work, person.id, document.file_id, name, language)
        text = view.say("reading", name=name)
    work.say(person.id, text, purpose=Purpose.ADMIN, reply_to=message.message_id)


async def _sent_other(update: Update, context: VersoContext) -> None:
    message, person = update.effective_message, update.effective_user
    if message is None or person is None or message.document is None:
        return
    work, name = context.work, storable(message.document.file_name or "?")[:200]
    language = await admin_language(work, person.id, person.language_code)
    ending = f".{name.lower().rpartition('.')[2]}"
    text = UploadView(work.services, language).say(_OTHERS.get(ending, "not_a_table"), name=name)
    work.say(person.id, text, purpose=Purpose.ADMIN, reply_to=message.message_id)


async def _press(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    person = query.from_user
    view = UploadView(work.services, await admin_language(work, person.id, person.language_code))
    parts = unpack(query.data) or []
    upload_id = number(parts[2]) if len(parts) == 3 else None
    message_id = query.message.message_id if query.message else None
    if not is_admin(work, person.id) or upload_id is None or message_id is None:
        work.answer(query.id, view.say("gone"))
        return
    match parts[1]:
        case "yes":
            going = await use.confirm(work, upload_id, person.id, message_id)
            work.answer(query.id, view.say("begun" if going else "gone"))
            if going:
                _show(work, person.id, message_id, view.progress(going).params())
        case "no":
            left = await use.dismiss(work, upload_id, person.id)
            work.answer(query.id, "" if left else view.say("gone"))
            if left:
                _show(work, person.id, message_id, {"text": view.say("left")})
        case _:
            work.answer(query.id, view.say("gone"))


def _show(work: Work, chat_id: int, message_id: int, params: dict[str, object]) -> None:
    """Put a text in the place of the one with the buttons."""
    shown = params | {"message_id": message_id}
    work.call(chat_id, "editMessageText", shown, purpose=Purpose.ADMIN)
