"""Who looks after the bot, in their private chat: listed, invited, added and removed."""

from collections.abc import Mapping
from typing import Any

from telegram import Update, User
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.console import invitations
from bot.console.admins import is_admin, remember_name
from bot.console.views.offices import OfficesView
from bot.core.admin_notices import admin_language, notify_admins
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.names import display_safe
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work, inline
from bot.desk import rights
from bot.identity import offices
from bot.identity.offices import NotDone, Office
from flows.desk.rights import Deed, Standing, Why, why_not
from flows.entities.kinds import Purpose, Role


def handlers() -> list[Handler]:
    """The handlers; they belong before the customers', who have /start too."""
    private = filters.ChatType.PRIVATE
    invited = private & filters.Regex(rf"^/start(@\w+)? {invitations.PREFIX}")
    return [
        CommandHandler("start", _accept, invited),
        CommandHandler("admins", _command, private),
        CallbackQueryHandler(_pressed, pattern="^o:"),
    ]


async def _view(work: Work, person: User) -> OfficesView:
    language = await admin_language(work, person.id, person.language_code)
    return OfficesView(work.services, language, work.now)


def _may_choose(work: Work, telegram_id: int) -> bool:
    role = Role.OWNER if offices.is_owner(work.services, telegram_id) else Role.ADMIN
    return why_not(Deed.APPOINT, Standing(role)) is None


async def _refusal(work: Work, view: OfficesView) -> str:
    return await rights.refusal(work, None, Deed.APPOINT, Why.ROLE, view.language)


# -- commands ---------------------------------------------------------------------------------


async def _command(update: Update, context: VersoContext) -> None:
    """`/admins`, `/admins add WHO`, `/admins remove WHO`."""
    message, person, work = update.effective_message, update.effective_user, context.work
    if message is None or person is None:
        return
    view = await _view(work, person)
    if not is_admin(work, person.id):
        _say(work, person.id, view.say("admin.only_admins"))
        return
    await remember_name(work, person.id, person.first_name)
    words = (message.text or "").split()[1:]
    if not words:
        _say(work, person.id, *await _listed(work, view, person.id))
        return
    if not _may_choose(work, person.id):
        _say(work, person.id, await _refusal(work, view))
        return
    action, who = words[0].lower(), " ".join(words[1:])
    if action not in ("add", "remove") or not who:
        _say(work, person.id, view.say("offices.usage"))
        return
    found = await offices.called(work, who)
    if found is None:
        _say(work, person.id, view.say("offices.unknown", who=display_safe(who)))
        return
    do = _add if action == "add" else _remove
    _say(work, person.id, *await do(work, view, person.id, found))


async def _accept(update: Update, context: VersoContext) -> None:
    """Somebody has opened an invitation."""
    message, person, work = update.effective_message, update.effective_user, context.work
    if message is None or person is None:
        return
    token = (message.text or "").partition(invitations.PREFIX)[2].strip()
    accepted = await invitations.accept(work, person.id, person.full_name, token)
    view = await _view(work, person)
    _say(work, person.id, view.say("admin.claimed" if accepted else "offices.invitation_over"))
    if accepted:
        await _tell_others(work, "offices.told_added", person.full_name, person.id)


# -- buttons ----------------------------------------------------------------------------------


async def _pressed(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    person = query.from_user
    view = await _view(work, person)
    if not is_admin(work, person.id):
        work.answer(query.id, view.say("admin.only_admins"), alert=True)
        return
    if not _may_choose(work, person.id):
        work.answer(query.id, await _refusal(work, view), alert=True)
        return
    _, action, *rest = unpack(query.data) or ["o", ""]
    whom = number(rest[0]) if len(rest) == 1 else None
    if whom is None:
        work.answer(query.id, view.say("admin.unknown_button"), alert=True)
        return
    screen = await _screen(work, view, person.id, action, whom)
    if screen is None:
        work.answer(query.id, view.say("admin.unknown_button"), alert=True)
    elif query.message is not None:
        _show(work, person.id, query.message.message_id, *screen)


async def _screen(
    work: Work, view: OfficesView, owner: int, action: str, whom: int
) -> tuple[Rich, Keyboard] | None:
    if action == "list":
        return await _listed(work, view, owner)
    if action == "invite":
        link = await invitations.invite(work, owner)
        return await _listed(work, view, owner, view.say("offices.invitation", link=link))
    if action == "remove":
        return await _remove(work, view, owner, (whom, ""))
    known = next((each for each in await offices.offices(work) if each.telegram_id == whom), None)
    return view.sure(known) if action == "ask" and known is not None else None


# -- what is done -----------------------------------------------------------------------------


async def _add(
    work: Work, view: OfficesView, owner: int, whom: tuple[int, str]
) -> tuple[Rich, Keyboard]:
    done = await offices.appoint(work, *whom, Role.ADMIN, f"admin:{owner}")
    if isinstance(done, NotDone):
        return await _listed(work, view, owner, view.not_done(done))
    work.say(
        done.telegram_id,
        work.services.words.say(work.services.staff_language, "admin.claimed"),
        purpose=Purpose.ADMIN,
    )
    told = view.say("offices.added", name=view.name(done))
    await _tell_others(work, "offices.told_added", view.name(done), owner, done.telegram_id)
    return await _listed(work, view, owner, told)


async def _remove(
    work: Work, view: OfficesView, owner: int, whom: tuple[int, str]
) -> tuple[Rich, Keyboard]:
    done = await offices.remove(work, whom[0], f"admin:{owner}")
    if isinstance(done, NotDone):
        return await _listed(work, view, owner, view.not_done(done))
    told = view.say("offices.removed", name=view.name(done))
    await _tell_others(work, "offices.told_removed", view.name(done), owner)
    return await _listed(work, view, owner, told)


async def _listed(
    work: Work, view: OfficesView, reader: int, told: str = ""
) -> tuple[Rich, Keyboard]:
    everybody: list[Office] = await offices.offices(work)
    return view.listed(everybody, may_choose=_may_choose(work, reader), told=told)


async def _tell_others(work: Work, key: str, name: str, *apart_from: int) -> None:
    """Tell all other admins who is one now, or no longer."""
    say = work.services.words.say

    def text(language: str) -> str:
        return say(language, key, name=display_safe(name))

    await notify_admins(work, text, apart_from=apart_from)


def _say(work: Work, chat_id: int, text: Rich | str, keyboard: Keyboard = ()) -> None:
    work.say(chat_id, text, purpose=Purpose.ADMIN, keyboard=keyboard)


def _show(work: Work, chat_id: int, message_id: int, text: Rich, keyboard: Keyboard) -> None:
    params: Mapping[str, Any] = text.params() | {
        "message_id": message_id,
        "reply_markup": inline(keyboard),
        "link_preview_options": {"is_disabled": True},
    }
    work.call(chat_id, "editMessageText", params, purpose=Purpose.ADMIN)
