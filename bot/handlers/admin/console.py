"""The way into the console on the web: a button where Telegram opens it, and a link."""

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.console import admins
from bot.console.web.passes import console_address, is_in_telegram, make_link
from bot.core.admin_notices import admin_language
from bot.core.context import Handler, VersoContext
from bot.core.rich import plain
from bot.core.work import Work
from flows.console.signed import Signed
from flows.entities.kinds import Purpose


def handlers() -> list[Handler]:
    """The handler of the command."""
    return [CommandHandler("console", _console, filters.ChatType.PRIVATE)]


async def _console(update: Update, context: VersoContext) -> None:
    """Give an admin a way in; a link is somebody's own, so it is given in private alone."""
    person, work = update.effective_user, context.work
    if person is None:
        return
    language = await admin_language(work, person.id, person.language_code)
    if not admins.is_admin(work, person.id):
        text = work.services.words.say(language, "admin.only_admins")
        work.say(person.id, text, purpose=Purpose.ADMIN)
        return
    link = make_link(work, Signed(person.id, person.full_name, person.language_code or ""))
    if is_in_telegram(work.services):
        _with_buttons(work, person.id, language, link)
        return
    # Telegram refuses buttons without https, as on a machine of one's own.
    text = work.services.words.say(language, "console.open")
    work.say(person.id, f"{text}\n{link}", purpose=Purpose.ADMIN)


def _with_buttons(work: Work, person: int, language: str, link: str) -> None:
    say = work.services.words.say
    app = {"url": console_address(work.services)}
    keyboard = [
        [{"text": say(language, "console.button"), "web_app": app}],
        [{"text": say(language, "console.browser"), "url": link}],
    ]
    params = plain(say(language, "console.open_here")).params()
    params |= {"reply_markup": {"inline_keyboard": keyboard}}
    work.call(person, "sendMessage", params, purpose=Purpose.ADMIN)
