"""Hypotheses in an admin's private chat: `/hypotheses`, and its buttons."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.console import admins, prompts
from bot.console.deferred_answers import Asked, Question
from bot.console.views.rules import RulesView
from bot.core.admin_notices import admin_language
from bot.core.callbacks import unpack
from bot.core.context import Handler, VersoContext
from bot.core.screens import show
from bot.core.work import Work
from bot.handlers.admin.commands import for_admins
from bot.handlers.admin.hypothesis_drafts import COUNTED, At, Done, answer, ask_learned, begin
from bot.hypotheses import ledger, running, standing
from bot.hypotheses.standing import Standing
from bot.hypotheses.views import AREA, HypothesisViews, Shown
from flows.entities import Hypothesis
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal

LONG_NOTICE = 60
"""Characters from which a word over the chat has to be closed by hand."""
LONGEST_NOTICE = 200
"""Characters that Telegram shows over the chat."""


def handlers() -> list[Handler]:
    """The handlers of the command and the buttons."""
    return [
        CommandHandler("hypotheses", for_admins(_command), filters.ChatType.PRIVATE),
        CallbackQueryHandler(_pressed, pattern=f"^{AREA}:"),
    ]


async def _command(work: Work, view: RulesView, person: int, argument: str) -> None:
    await prompts.stop_waiting(work, person)
    at = At(work, view.language, Person(person, ""))
    found = await standing.one(work, argument.strip().lower()) if argument.strip() else None
    _, shown = at.open(found) if found is not None else ("", await _listed(at))
    if shown is not None:
        work.say(person, shown[0], purpose=Purpose.ADMIN, keyboard=shown[1])


async def _counted(work: Work, asked: Asked) -> Shown:
    """A hypothesis with its figures; the list, when it is gone by now."""
    views = HypothesisViews(work.services, asked.language)
    found = await standing.counted(work, asked.arguments[0])
    return views.listing(await standing.every(work)) if found is None else views.opened(found)


async def _listed(at: At) -> Shown:
    return at.views.listing(await standing.every(at.work))


async def _pressed(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    person = query.from_user
    language = await admin_language(work, person.id, person.language_code)
    over = query.message.message_id if query.message else 0
    at = At(work, language, Person(person.id, person.first_name), over)
    if not admins.is_admin(work, person.id):
        work.answer(query.id, at.views.say("only_admins"), alert=True)
        return
    _, action, *rest = unpack(query.data) or [AREA, ""]
    notice, shown = await _done(at, action, rest)
    if work.config_changed:
        await admins.remember_name(work, person.id, person.first_name)
    work.answer(query.id, notice[:LONGEST_NOTICE], alert=len(notice) > LONG_NOTICE)
    if len(notice) > LONGEST_NOTICE:
        work.say(at.chat, notice, purpose=Purpose.ADMIN)
    if shown is not None:
        show(work, at.chat, *shown, over=over or None, purpose=Purpose.ADMIN)


async def _done(at: At, action: str, rest: Sequence[str]) -> Done:
    """Do what a button says: a word over the chat, and the screen from now on."""
    awaited = await prompts.awaited_from(at.work, at.chat)
    if action == "a" and len(rest) == 2:
        return await answer(at, rest[0], rest[1], awaited)
    await prompts.stop_waiting(at.work, at.chat)
    press = _PRESSES.get(action)
    if press is None or len(rest) != 1:
        return at.views.say("unknown_button"), None
    return await press(at, rest[0])


async def _new(at: At, _: str) -> Done:
    return await begin(at)


async def _list(at: At, _: str) -> Done:
    return "", await _listed(at)


async def _csv(at: At, _: str) -> Done:
    ledger.send(at.work, at.chat, at.views.language)
    return at.views.say("writing_table"), None


async def _open(at: At, name: str) -> Done:
    return await _shown(at, name)


async def _shown(at: At, name: str, notice: str = "") -> Done:
    found = await standing.one(at.work, name)
    if found is None:
        return notice or at.views.say("refused_gone"), await _listed(at)
    return at.open(found, notice)


async def _begin(at: At, name: str) -> Done:
    found = await standing.one(at.work, name)
    if found is None or found.begun is not None:
        return await _shown(at, name, at.views.say("refused_begun") if found else "")
    few = await running.too_few(at.work, found.plan)
    note = "" if few is None else at.views.too_few(few.people, few.needed, few.months)
    return "", at.views.sure(found, "begin", note)


async def _really_begin(at: At, name: str) -> Done:
    return await _after(at, name, await running.begin(at.work, name, at.person))


async def _stop(at: At, name: str) -> Done:
    return await _if_there(at, name, lambda found: at.views.sure(found, "stop"))


async def _really_stop(at: At, name: str) -> Done:
    return await _after(at, name, await running.stop(at.work, name, at.person))


async def _drop(at: At, name: str) -> Done:
    return await _if_there(at, name, lambda found: at.views.sure(found, "drop"))


async def _really_drop(at: At, name: str) -> Done:
    refused = await running.drop(at.work, name, at.chat)
    if refused is not None:
        return await _shown(at, name, at.views.say(f"refused_{refused.reason}"))
    return at.views.say("dropped"), await _listed(at)


async def _end(at: At, name: str) -> Done:
    found = await standing.one(at.work, name)
    if found is None or found.begun is None or found.begun.state == "ended":
        return await _shown(at, name, at.views.say("refused_is_ended") if found else "")
    return await ask_learned(at, name)


async def _if_there(at: At, name: str, screen: Callable[[Standing], Shown]) -> Done:
    found = await standing.one(at.work, name)
    return await _shown(at, name) if found is None else ("", screen(found))


async def _after(at: At, name: str, done: Hypothesis | Refusal) -> Done:
    """The hypothesis as it is now, with why nothing was done."""
    notice = at.views.say(f"refused_{done.reason}") if isinstance(done, Refusal) else ""
    return await _shown(at, name, notice)


_PRESSES: Mapping[str, Callable[[At, str], Awaitable[Done]]] = {
    "new": _new,
    "list": _list,
    "csv": _csv,
    "open": _open,
    "begin": _begin,
    "begin!": _really_begin,
    "stop": _stop,
    "stop!": _really_stop,
    "drop": _drop,
    "drop!": _really_drop,
    "end": _end,
}
QUESTIONS: Mapping[str, Question] = {COUNTED: _counted}
"""What is worked out outside of the worker."""
