"""Recalls in an admin's private chat: `/recalls`, its buttons, and what is typed for them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.console import admins, prompts
from bot.console.prompts import Awaited
from bot.console.views.rules import RulesView
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.rich import Rich
from bot.core.screens import show
from bot.core.words import named_within
from bot.core.work import Keyboard, Work
from bot.handlers.admin.commands import for_admins
from bot.handlers.admin.screen import Answer, Desk
from bot.recalls import campaigns, picture, unreached
from bot.recalls.campaigns import Actor, Strangers, Unwritten
from bot.recalls.staff_views import StaffViews
from bot.recalls.views import AREA, RecallViews
from flows.entities import Recall
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.languages import codes
from flows.recalls import whom as rules
from flows.recalls import wording
from flows.recalls.whom import WhomError
from flows.recalls.wording import WordingError

LISTED = 20
AWAITED = "recall"
"""What a typed text is for (`Awaited.what`); `Awaited.name` says what of it."""
LIST, DAYS, TEXT = "list", "days", "text"

Shown = tuple[Rich, Keyboard]


def handlers() -> list[Handler]:
    """The handlers; all buttons of recalls that are nobody else's end here."""
    return [
        CommandHandler("recalls", for_admins(_command), filters.ChatType.PRIVATE),
        CallbackQueryHandler(_pressed, pattern=rf"^{AREA}:"),
    ]


async def _command(work: Work, view: RulesView, person: int, argument: str) -> None:
    await prompts.stop_waiting(work, person)
    views = StaffViews(work.services, view.language)
    at = At(work, views, Actor(f"admin:{person}", Person(person, "")))
    digits = argument.strip().upper().removeprefix("RC")
    named = digits.isascii() and digits.isdecimal() and len(digits) < 10
    recall = await _by_number(work, int(digits)) if named else None
    text, keyboard = await (_opened(at, recall) if recall else _listed(work, views))
    work.say(person, text, purpose=Purpose.ADMIN, keyboard=keyboard)


async def _by_number(work: Work, wanted: int) -> Recall | None:
    return await work.unit.recalls.by_number(wanted) if 0 < wanted < 1 << 31 else None


async def _listed(work: Work, views: StaffViews) -> Shown:
    return views.listing(await work.unit.recalls.latest(LISTED), may_make=True)


class At:
    """An admin at work on recalls."""

    def __init__(self, work: Work, views: StaffViews, by: Actor, message_id: int = 0) -> None:
        self.work, self.views, self.by, self.message_id = work, views, by, message_id

    @property
    def chat(self) -> int:
        """The admin's private chat."""
        return self.by.person.id or 0


async def _opened(at: At, recall: Recall, note: str = "") -> Shown:
    counts = await at.work.unit.recalls.counts(recall)
    return at.views.opened(recall, counts, await campaigns.readers(at.work, recall), note)


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


async def _done(at: At, action: str, rest: Sequence[str]) -> tuple[str, Shown | None]:
    """Do what a button says: a word over the chat, and the screen from now on."""
    making = _MAKING.get(action)
    if making is not None and len(rest) == 1:
        return await making(at, rest[0])
    press = _PRESSES.get(action)
    wanted = number(rest[0]) if rest else None
    recall = await _by_number(at.work, wanted) if wanted is not None else None
    if press is None or len(rest) > 2:
        return at.views.say("unknown_button"), None
    if recall is None:
        return at.views.say("gone"), await _listed(at.work, at.views)
    return await press(at, recall, rest[1] if len(rest) == 2 else "")


# -- making one ---------------------------------------------------------------------------------


async def _new(at: At, _: str) -> tuple[str, Shown | None]:
    return "", at.views.which()


async def _products(at: At, _: str) -> tuple[str, Shown | None]:
    return "", at.views.products()


async def _segments(at: At, _: str) -> tuple[str, Shown | None]:
    return "", at.views.segments()


async def _product(at: At, product: str) -> tuple[str, Shown | None]:
    await _wait(at, DAYS, product)
    return "", at.views.days(product)


async def _ever(at: At, product: str) -> tuple[str, Shown | None]:
    zone = ZoneInfo(at.work.services.config.brand.time_zone)
    days = rules.ever(at.work.now.astimezone(zone).date())
    return await _made(at, await campaigns.of_buyers(at.work, product, days, at.by))


async def _segment(at: At, segment: str) -> tuple[str, Shown | None]:
    return await _made(at, await campaigns.of_a_segment(at.work, segment, at.by))


async def _list(at: At, _: str) -> tuple[str, Shown | None]:
    await _wait(at, LIST, "")
    at.work.say(at.chat, at.views.say("type_list"), purpose=Purpose.ADMIN)
    return "", None


async def _made(at: At, made: Recall | Refusal | Strangers) -> tuple[str, Shown | None]:
    if isinstance(made, Strangers):
        return at.views.strangers(made.refs), None
    if isinstance(made, Refusal):
        return at.views.say(f"refused_{made.reason}"), None
    return "", await _opened(at, made)


async def _wait(at: At, name: str, subject: str, language: str = "") -> None:
    awaited = Awaited(AWAITED, subject, name, message_id=0, language=language)
    await prompts.wait_for(at.work, at.chat, awaited)


# -- what is typed ------------------------------------------------------------------------------


async def take(desk: Desk, awaited: Awaited, text: str) -> Answer:
    """Take a list of references, days, or a text in a language."""
    views = StaffViews(desk.work.services, desk.language)
    by = Actor(f"admin:{desk.admin}", Person(desk.admin, desk.name))
    at = At(desk.work, views, by)
    try:
        notice, shown = await _TAKEN[awaited.name](at, awaited, text)
    except WhomError as error:
        notice, shown = views.say(f"wrong_{error}"), None
    except WordingError as error:
        limit = {"limit": wording.LIMIT, "title": wording.TITLE_LIMIT}
        notice, shown = views.say(f"wrong_text_{error}", **limit), None
    if shown is not None:
        await prompts.stop_waiting(desk.work, desk.admin)
    return Answer(shown, notice)


async def _take_list(at: At, awaited: Awaited, text: str) -> tuple[str, Shown | None]:
    return await _made(at, await campaigns.of_list(at.work, rules.refs_in(text), at.by))


async def _take_days(at: At, awaited: Awaited, text: str) -> tuple[str, Shown | None]:
    days = rules.period(text)
    return await _made(at, await campaigns.of_buyers(at.work, awaited.subject, days, at.by))


async def _take_text(at: At, awaited: Awaited, text: str) -> tuple[str, Shown | None]:
    recall = await _by_number(at.work, int(awaited.subject))
    if recall is None:
        return at.views.say("gone"), None
    parts = wording.parsed(text)
    written = campaigns.write(at.work, recall, awaited.language, parts, at.by)
    if isinstance(written, Refusal):
        return at.views.say(f"refused_{written.reason}"), None
    tongue = named_within(awaited.language, at.views.language)
    return "", await _opened(at, written, at.views.say("written", tongue=tongue))


_TAKEN: Mapping[str, Callable[[At, Awaited, str], Awaitable[tuple[str, Shown | None]]]] = {
    LIST: _take_list,
    DAYS: _take_days,
    TEXT: _take_text,
}


# -- one recall ---------------------------------------------------------------------------------


async def _open(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return "", await _opened(at, recall)


async def _write(at: At, recall: Recall, language: str) -> tuple[str, Shown | None]:
    if language not in codes():
        return at.views.say("unknown_button"), None
    await _wait(at, TEXT, str(recall.number), language)
    tongue = named_within(language, at.views.language)
    key = "type_text" if recall.state == "draft" else "type_correction"
    at.work.say(at.chat, at.views.say(key, tongue=tongue), purpose=Purpose.ADMIN)
    return "", None


async def _preview(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    """Show what people will read, in each language, as messages of their own."""
    for language, parts in recall.texts.items():
        views = RecallViews(at.work.services, language)
        at.work.say(at.chat, views.told(parts, corrected=False), purpose=Purpose.ADMIN)
    return "", None


async def _team(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    """Give it to the next team of the configuration."""
    teams = [each.id for each in at.work.services.config.teams]
    place = teams.index(recall.team_id) + 1 if recall.team_id in teams else 0
    given = campaigns.give_to(at.work, recall, teams[place % len(teams)])
    return await _after(at, recall, given)


async def _start(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    people = sum((await campaigns.readers(at.work, recall)).values())
    return "", at.views.sure(recall, "start", people)


async def _really_start(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return await _after(at, recall, await campaigns.start(at.work, recall, at.by))


async def _pause(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return await _after(at, recall, await campaigns.pause(at.work, recall, at.by))


async def _resume(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return await _after(at, recall, await campaigns.resume(at.work, recall, at.by))


async def _correction(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return "", at.views.correction(recall, await campaigns.readers(at.work, recall))


async def _correct(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    reached = (await campaigns.counts(at.work, recall)).reached
    return "", at.views.sure(recall, "correct", reached)


async def _really_correct(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return await _after(at, recall, await campaigns.correct(at.work, recall, at.by))


async def _end(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    waiting = (await campaigns.counts(at.work, recall)).waiting
    return "", at.views.sure(recall, "end", waiting)


async def _really_end(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    return await _after(at, recall, await campaigns.end(at.work, recall, at.by))


async def _throw(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    refused = await campaigns.throw_away(at.work, recall, at.by)
    if refused is not None:
        return at.views.say(f"refused_{refused.reason}"), await _opened(at, recall)
    return at.views.say("thrown_away"), await _listed(at.work, at.views)


async def _after(
    at: At, before: Recall, done: Recall | Refusal | Unwritten
) -> tuple[str, Shown | None]:
    """The recall as it is now, or as it was, with why nothing was done."""
    if isinstance(done, Unwritten):
        return at.views.unwritten(done.readers), await _opened(at, before)
    if isinstance(done, Refusal):
        return at.views.say(f"refused_{done.reason}"), await _opened(at, before)
    return "", await _opened(at, done)


async def _picture(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    picture.send(at.work, recall, at.chat, at.views.language)
    return at.views.say("drawing"), None


async def _unreached(at: At, recall: Recall, _: str) -> tuple[str, Shown | None]:
    unreached.send(at.work, recall, at.chat, at.views.language)
    return at.views.say("writing_table"), None


Making = Callable[[At, str], Awaitable[tuple[str, Shown | None]]]
OnOne = Callable[[At, Recall, str], Awaitable[tuple[str, Shown | None]]]

_MAKING: Mapping[str, Making] = {
    "new": _new,
    "products": _products,
    "product": _product,
    "ever": _ever,
    "segments": _segments,
    "segment": _segment,
    "list": _list,
}
_PRESSES: Mapping[str, OnOne] = {
    "open": _open,
    "write": _write,
    "preview": _preview,
    "team": _team,
    "start": _start,
    "start!": _really_start,
    "pause": _pause,
    "resume": _resume,
    "correction": _correction,
    "correct": _correct,
    "correct!": _really_correct,
    "end": _end,
    "end!": _really_end,
    "throw": _throw,
    "picture": _picture,
    "unreached": _unreached,
}
