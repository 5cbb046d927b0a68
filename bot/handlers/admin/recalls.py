"""Recalls in an admin's private chat: `/recalls`, its buttons, and what is typed for them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.console import admins, prompts
from bot.console.views.rules import RulesView
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.screens import show
from bot.core.words import named_within
from bot.core.work import Work
from bot.handlers.admin.commands import for_admins
from bot.handlers.admin.recall_drafts import (
    MAKING,
    SLOTS,
    TEXT,
    At,
    Done,
    Making,
    Shown,
    by_number,
    opened,
    wait,
)
from bot.recalls import campaigns, lists, picture, unreached
from bot.recalls.campaigns import Actor, Unwritten
from bot.recalls.group_views import GroupViews
from bot.recalls.staff_views import StaffViews
from bot.recalls.views import AREA, RecallViews
from flows.entities import Recall
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.languages import codes

LISTED = 20


def handlers() -> list[Handler]:
    """The handlers; customers have buttons of the same area, with other actions."""
    actions = "|".join((*_OF_NONE, *_PRESSES))
    return [
        CommandHandler("recalls", for_admins(_command), filters.ChatType.PRIVATE),
        CallbackQueryHandler(_pressed, pattern=rf"^{AREA}:({actions}):"),
    ]


async def _command(work: Work, view: RulesView, person: int, argument: str) -> None:
    await prompts.stop_waiting(work, person)
    views = StaffViews(work.services, view.language)
    at = At(work, views, Actor(f"admin:{person}", Person(person, "")))
    digits = argument.strip().upper().removeprefix("RC")
    named = digits.isascii() and digits.isdecimal() and len(digits) < 10
    recall = await by_number(work, int(digits)) if named else None
    text, keyboard = await (opened(at, recall) if recall else _listed(work, views))
    work.say(person, text, purpose=Purpose.ADMIN, keyboard=keyboard)


async def _listed(work: Work, views: StaffViews) -> Shown:
    return views.listing(await work.unit.recalls.latest(LISTED), may_make=True)


async def _pressed(update: Update, context: VersoContext) -> None:
    query, work = update.callback_query, context.work
    if query is None:
        return
    person = query.from_user
    language = await admin_language(work, person.id, person.language_code)
    views = StaffViews(work.services, language)
    if not admins.is_admin(work, person.id):
        work.answer(query.id, views.say("only_admins"), alert=True)
        return
    by = Actor(f"admin:{person.id}", Person(person.id, person.first_name))
    at = At(work, views, by, query.message.message_id if query.message else 0)
    await prompts.stop_waiting(work, person.id)
    _, action, *rest = unpack(query.data) or [AREA, ""]
    notice, shown = await _done(at, action, rest)
    work.answer(query.id, notice[:200], alert=len(notice) > 60)
    if len(notice) > 200:
        work.say(at.chat, notice, purpose=Purpose.ADMIN)
    if shown is not None:
        show(work, at.chat, *shown, over=at.message_id or None, purpose=Purpose.ADMIN)


async def _all(at: At, _: str) -> Done:
    return "", await _listed(at.work, at.views)


async def _done(at: At, action: str, rest: Sequence[str]) -> Done:
    """Do what a button says: a word over the chat, and the screen from now on."""
    of_none = _OF_NONE.get(action)
    if of_none is not None and len(rest) == 1:
        return await of_none(at, rest[0])
    press = _PRESSES.get(action)
    wanted = number(rest[0]) if rest else None
    recall = await by_number(at.work, wanted) if wanted is not None else None
    if press is None or len(rest) > 2:
        return at.views.say("unknown_button"), None
    if recall is None:
        return at.views.say("gone"), await _listed(at.work, at.views)
    return await press(at, recall, rest[1] if len(rest) == 2 else "")


# -- one recall ---------------------------------------------------------------------------------


async def _open(at: At, recall: Recall, _: str) -> Done:
    return "", await opened(at, recall)


async def _write(at: At, recall: Recall, language: str) -> Done:
    if language not in codes():
        return at.views.say("unknown_button"), None
    await wait(at, TEXT, str(recall.number), language)
    tongue = named_within(language, at.views.language)
    key = "type_text" if recall.state == "draft" else "type_correction"
    at.work.say(at.chat, at.views.say(key, tongue=tongue), purpose=Purpose.ADMIN)
    return "", None


async def _preview(at: At, recall: Recall, _: str) -> Done:
    """Show what people will read, in each language, as messages of their own."""
    for language, parts in recall.texts.items():
        views = RecallViews(at.work.services, language)
        at.work.say(at.chat, views.told(parts, corrected=False), purpose=Purpose.ADMIN)
    return "", None


async def _team(at: At, recall: Recall, _: str) -> Done:
    """Give it to the next team of the configuration."""
    teams = [each.id for each in at.work.services.config.teams]
    place = teams.index(recall.team_id) + 1 if recall.team_id in teams else 0
    given = campaigns.give_to(at.work, recall, teams[place % len(teams)])
    return await _after(at, recall, given)


async def _places(at: At, recall: Recall, _: str) -> Done:
    return "", at.views.places(recall)


async def _place(at: At, recall: Recall, place: str) -> Done:
    """Take a place of the configuration in, or out."""
    changed = campaigns.with_place(at.work, recall, place)
    if isinstance(changed, Refusal):
        return at.views.say(f"refused_{changed.reason}"), await opened(at, recall)
    return "", at.views.places(changed)


async def _slots(at: At, recall: Recall, _: str) -> Done:
    await wait(at, SLOTS, str(recall.number))
    at.work.say(at.chat, at.views.say("type_slots"), purpose=Purpose.ADMIN)
    return "", None


async def _start(at: At, recall: Recall, _: str) -> Done:
    people = sum((await campaigns.readers(at.work, recall)).values())
    return "", at.views.sure(recall, "start", people)


async def _really_start(at: At, recall: Recall, _: str) -> Done:
    return await _after(at, recall, await campaigns.start(at.work, recall, at.by))


async def _pause(at: At, recall: Recall, _: str) -> Done:
    return await _after(at, recall, await campaigns.pause(at.work, recall, at.by))


async def _resume(at: At, recall: Recall, _: str) -> Done:
    return await _after(at, recall, await campaigns.resume(at.work, recall, at.by))


async def _correction(at: At, recall: Recall, _: str) -> Done:
    return "", at.views.correction(recall, await campaigns.readers(at.work, recall))


async def _correct(at: At, recall: Recall, _: str) -> Done:
    reached = (await campaigns.counts(at.work, recall)).reached
    return "", at.views.sure(recall, "correct", reached)


async def _really_correct(at: At, recall: Recall, _: str) -> Done:
    return await _after(at, recall, await campaigns.correct(at.work, recall, at.by))


async def _end(at: At, recall: Recall, _: str) -> Done:
    waiting = (await campaigns.counts(at.work, recall)).waiting
    return "", at.views.sure(recall, "end", waiting)


async def _really_end(at: At, recall: Recall, _: str) -> Done:
    return await _after(at, recall, await campaigns.end(at.work, recall, at.by))


async def _throw(at: At, recall: Recall, _: str) -> Done:
    refused = await campaigns.throw_away(at.work, recall, at.by)
    if refused is not None:
        return at.views.say(f"refused_{refused.reason}"), await opened(at, recall)
    return at.views.say("thrown_away"), await _listed(at.work, at.views)


async def _after(at: At, before: Recall, done: Recall | Refusal | Unwritten) -> Done:
    """The recall as it is now, or as it was, with why nothing was done."""
    if isinstance(done, Unwritten):
        return at.views.unwritten(done.readers), await opened(at, before)
    if isinstance(done, Refusal):
        return at.views.say(f"refused_{done.reason}"), await opened(at, before)
    return "", await opened(at, done)


async def _agenda(at: At, recall: Recall, _: str) -> Done:
    """Show what staff have to do for a recall; they mark it where they see to it."""
    views = GroupViews(at.work.services, at.views.language)
    text, _keyboard = await lists.to_do(at.work, views, [recall])
    return "", (text, [at.views.back_to(recall)])


async def _renew(at: At, recall: Recall, _: str) -> Done:
    """Add those whom it concerns by now."""
    added = await campaigns.renew(at.work, recall, at.by)
    if isinstance(added, Refusal):
        return at.views.say(f"refused_{added.reason}"), await opened(at, recall)
    notice = at.views.say("renewed", n=added) if added else at.views.say("renewed_none")
    return notice, await opened(at, recall)


async def _picture(at: At, recall: Recall, _: str) -> Done:
    picture.send(at.work, recall, at.chat, at.views.language)
    return at.views.say("drawing"), None


async def _unreached(at: At, recall: Recall, _: str) -> Done:
    unreached.send(at.work, recall, at.chat, at.views.language)
    return at.views.say("writing_table"), None


_OF_NONE: Mapping[str, Making] = {**MAKING, "all": _all}
"""Buttons that are about no recall that is there."""

OnOne = Callable[[At, Recall, str], Awaitable[Done]]

_PRESSES: Mapping[str, OnOne] = {
    "open": _open,
    "write": _write,
    "preview": _preview,
    "team": _team,
    "places": _places,
    "place": _place,
    "slots": _slots,
    "start": _start,
    "start!": _really_start,
    "pause": _pause,
    "resume": _resume,
    "correction": _correction,
    "correct": _correct,
    "correct!": _really_correct,
    "agenda": _agenda,
    "renew": _renew,
    "end": _end,
    "end!": _really_end,
    "throw": _throw,
    "picture": _picture,
    "unreached": _unreached,
}
