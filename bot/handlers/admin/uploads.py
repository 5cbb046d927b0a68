"""Tables that admins send in their private chat, and the buttons under what was found."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from telegram import Document, Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.ext.filters import MessageFilter

from bot.console.admins import is_admin
from bot.console.views.rules import RulesView
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext, current_work
from bot.core.rich import Rich, plain
from bot.core.work import Keyboard, Work, inline
from bot.data import history
from bot.data import uploads as use
from bot.data.views import UploadView
from bot.handlers.admin.commands import for_admins
from bot.handlers.customer.visitors import storable
from bot.identity.offices import admin_names
from flows.entities.kinds import Purpose

_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TYPES = (
    "text/csv",
    "text/comma-separated-values",
    "text/tab-separated-values",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
_OTHERS = {
    ".pdf": "pdf",
    ".zip": "packed",
    ".gz": "packed",
}
"""What is said of files that are no tables, by how their names end."""
SHOWN_IMPORTS = 10
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
    listed = CommandHandler("imports", for_admins(_imports), filters.ChatType.PRIVATE)
    return [listed, *answers, CallbackQueryHandler(_press, pattern="^i:")]


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


async def _imports(work: Work, view: RulesView, person: int, argument: str) -> None:
    shown = await _history(work, UploadView(work.services, view.language))
    work.say(person, shown[0], purpose=Purpose.ADMIN, keyboard=shown[1])


async def _history(work: Work, view: UploadView) -> tuple[Rich, Keyboard]:
    names = {f"admin:{each}": name for each, name in (await admin_names(work)).items()}
    latest = await history.latest(work.unit, work.now, SHOWN_IMPORTS)
    return view.history(latest, names, work.services.config.brand.time_zone)


async def _press(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    person = query.from_user
    view = UploadView(work.services, await admin_language(work, person.id, person.language_code))
    parts = unpack(query.data) or []
    upload_id = number(parts[2]) if len(parts) in (3, 5) else None
    message_id = query.message.message_id if query.message else None
    if not is_admin(work, person.id) or upload_id is None or message_id is None:
        work.answer(query.id, view.say("gone"))
        return
    press = _PRESSES.get(parts[1])
    if press is None:
        work.answer(query.id, view.say("gone"))
        return
    notice, shown = await press(work, view, Pressed(upload_id, person.id, message_id, parts[3:]))
    work.answer(query.id, notice)
    if shown is not None:
        _show(work, person.id, message_id, *shown)


class Pressed(NamedTuple):
    """A button about a file: whose press, in which message, and what else it carries."""

    upload_id: int
    person: int
    message_id: int
    rest: list[str]


Screen = tuple[Rich, Keyboard] | None
Press = Callable[[Work, UploadView, Pressed], Awaitable[tuple[str, Screen]]]
"""What a button does: gives a word over the chat, and what its message shows from now on."""


async def _yes(work: Work, view: UploadView, press: Pressed) -> tuple[str, Screen]:
    going = await use.confirm(work, press.upload_id, press.person, press.message_id)
    return (view.say("begun"), view.progress(going)) if going else (view.say("gone"), None)


async def _no(work: Work, view: UploadView, press: Pressed) -> tuple[str, Screen]:
    left = await use.dismiss(work, press.upload_id, press.person)
    return ("", (plain(view.say("left")), ())) if left else (view.say("gone"), None)


async def _map(work: Work, view: UploadView, press: Pressed) -> tuple[str, Screen]:
    asked = await use.map_anew(work, press.upload_id, press.person, press.message_id)
    return "" if asked else view.say("gone"), None


async def _answer(work: Work, view: UploadView, press: Pressed) -> tuple[str, Screen]:
    """Take an answer about the columns; the next question comes when the file has been read."""
    step = number(press.rest[0]) if len(press.rest) == 2 else None
    said = None
    if step is not None:
        said = await use.answer(
            work, press.upload_id, press.person, press.message_id, step, press.rest[1]
        )
    if said is not None:
        return "", None
    waits = await use.is_asked_about(work, press.upload_id, press.person)
    return view.say("answered_already" if waits else "gone"), None


async def _stop(work: Work, view: UploadView, press: Pressed) -> tuple[str, Screen]:
    stopped = await history.stop(work, press.upload_id, f"admin:{press.person}")
    return view.say("stopping" if stopped else "not_going"), None


_PRESSES: Mapping[str, Press] = {"yes": _yes, "no": _no, "map": _map, "m": _answer, "stop": _stop}


def _show(work: Work, chat_id: int, message_id: int, text: Rich, keyboard: Keyboard = ()) -> None:
    """Put a text in the place of the one with the buttons."""
    shown = text.params() | {"message_id": message_id}
    if keyboard:
        shown["reply_markup"] = inline(keyboard)
    work.call(chat_id, "editMessageText", shown, purpose=Purpose.ADMIN)
