"""Admins in their private chat with the bot: reasons, figures, parked updates.

Schedules have handlers of their own (`bot.handlers.admin.schedules`).
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from telegram import Message, Update, User
from telegram.ext import CallbackQueryHandler, CommandHandler, filters
from telegram.ext.filters import MessageFilter

from bot.asks.explanation import explain
from bot.console import admins as use
from bot.console import phrases
from bot.console.deferred_answers import Asked, Question, ask
from bot.console.views.rules import RulesView
from bot.console.views.schedules import Shown
from bot.core.admin_notices import admin_language
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext, current_work
from bot.core.rich import Rich, clipped, plain
from bot.core.work import Keyboard, Work, inline
from bot.desk.why import routes_of
from bot.handlers import command_names
from bot.insight import table, value
from bot.insight.experiments import compare, compare_all
from bot.insight.pictures import showing
from bot.insight.pictures.picture import Artist
from bot.insight.statistics import measure
from bot.insight.views import comparison
from bot.insight.views.statistics import StatisticsView
from bot.insight.views.value import ValueView
from bot.lost import showing as lost
from bot.praise import reading
from bot.recalls.why import recalls_of
from flows.entities import Customer
from flows.entities.kinds import Purpose

COMMANDS = command_names.ADMINS

STATS_DAYS = 90
_MOST_DAYS = 3650
_CLAIM = "claim-"
_REF_LIMIT = 200


class FromAdmin(MessageFilter):
    """Messages of admins, by who is one while the update is handled."""

    def filter(self, message: Message) -> bool:
        """Tell whether an admin wrote this."""
        work = current_work.get()
        return message.from_user is not None and use.is_admin(work, message.from_user.id)


def handlers() -> list[Handler]:
    """The handlers; they belong before the customers', who have /start and /help too."""
    private = filters.ChatType.PRIVATE
    claiming = private & filters.Regex(rf"^/start(@\w+)? {_CLAIM}")
    return [
        CommandHandler("start", _claim, claiming),
        CommandHandler("why", for_admins(_why), private),
        CommandHandler("stats", for_admins(_stats), private),
        CommandHandler("praise", for_admins(_praise), private),
        CommandHandler("parked", for_admins(_parked), private),
        CommandHandler("help", for_admins(_help), private & FromAdmin()),
        CallbackQueryHandler(_press, pattern="^a:"),
    ]


Step = Callable[[Work, RulesView, int, str], Awaitable[None]]
"""What a command does: the work, the admin's view, their id, and what they wrote after it."""


def for_admins(step: Step) -> Callable[[Update, VersoContext], Coroutine[Any, Any, None]]:
    """Let only admins through; anybody else gets a kind refusal."""

    async def handle(update: Update, context: VersoContext) -> None:
        message, person = update.effective_message, update.effective_user
        if message is None or person is None:
            return
        view = await _view(context.work, person)
        if not use.is_admin(context.work, person.id):
            _say(context.work, person.id, view.say("admin.only_admins"))
            return
        _, _, argument = (message.text or "").partition(" ")
        await step(context.work, view, person.id, argument.strip())

    return handle


async def _view(work: Work, person: User) -> RulesView:
    language = await admin_language(work, person.id, person.language_code)
    return RulesView(work.services, language, work.now)


def _say(
    work: Work,
    chat_id: int,
    text: Rich | str,
    keyboard: Keyboard = (),
    *,
    about: Customer | None = None,
) -> None:
    """Answer an admin; what is about a customer goes when they are erased."""
    whose = about.id if about else None
    work.say(chat_id, text, purpose=Purpose.ADMIN, keyboard=keyboard, customer_id=whose)


async def _claim(update: Update, context: VersoContext) -> None:
    message, person = update.effective_message, update.effective_user
    if message is None or person is None:
        return
    token = (message.text or "").partition(_CLAIM)[2].strip()
    view = await _view(context.work, person)
    claimed = await use.claim(context.work, person.id, person.full_name, token)
    key = "admin.claimed" if claimed else "admin.claim_refused"
    _say(context.work, person.id, view.say(key))


async def _why(work: Work, view: RulesView, person: int, argument: str) -> None:
    if not argument:
        _say(work, person, view.say("why.which"))
        return
    digits = argument.removeprefix("#")
    if digits != argument and digits.isascii() and digits.isdecimal() and len(digits) < 10:
        await _why_here(work, view, person, int(digits))
        return
    ref = argument[:_REF_LIMIT]
    about = await work.unit.customers.by_ref(ref)
    text = await explain(work, ref, view.language)
    if about is not None:
        text += await recalls_of(work, about, view.language)
    _say(work, person, text, about=about)


async def _why_here(work: Work, view: RulesView, person: int, number: int) -> None:
    """Say by which routes a ticket came to its team."""
    ticket = await work.unit.tickets.by_number(number)
    if ticket is None:
        _say(work, person, view.say("routes.no_ticket", number=number))
    else:
        _say(work, person, routes_of(work, ticket, view.language))


async def _stats(work: Work, view: RulesView, person: int, argument: str) -> None:
    """Show the figures, of all customers or of a segment, a schedule's comparison, or a table."""
    if argument.casefold() == "csv":
        table.send(work, person)
        return
    name, days = _name_and_days(argument)
    config = work.services.config
    schedule, segment = config.schedule(argument), config.segment_called(name)
    if schedule is not None:
        ask(work, Asked("comparison", person, view.language, (schedule.id,)))
    elif name and segment is None:
        _say(work, person, view.say("compare.unknown", name=clipped(argument, _REF_LIMIT)))
    else:
        whom = (segment.id,) if segment is not None else ()
        ask(work, Asked("statistics", person, view.language, (str(days), *whom)))


def _name_and_days(argument: str) -> tuple[str, int]:
    """What was written before a number of days, if there is one, and that number."""
    *before, last = argument.split() or [""]
    if not (last.isascii() and last.isdecimal()):
        return argument, STATS_DAYS
    return " ".join(before), max(1, min(int(last), _MOST_DAYS))


async def _praise(work: Work, view: RulesView, person: int, argument: str) -> None:
    """Show how often each person of staff was praised; nobody else sees that."""
    _say(work, person, await reading.figures(work, view.language))


async def _parked(work: Work, view: RulesView, person: int, argument: str) -> None:
    text, keyboard = view.parked(await use.parked(work))
    _say(work, person, text, keyboard)


async def _help(work: Work, view: RulesView, person: int, argument: str) -> None:
    _say(work, person, view.say("admin.help"))


# -- buttons ------------------------------------------------------------------------------------


async def _press(update: Update, context: VersoContext) -> None:
    query = update.callback_query
    if query is None:
        return
    work, view = context.work, await _view(context.work, query.from_user)
    if not use.is_admin(work, query.from_user.id):
        work.answer(query.id, view.say("admin.only_admins"))
        return
    _, action, *rest = unpack(query.data) or ["a", ""]
    press = _PRESSES.get(action)
    if press is None or len(rest) != 1:
        work.answer(query.id, view.say("admin.unknown_button"))
        return
    screen, notice = await press(work, view, query.from_user.id, "".join(rest))
    if work.config_changed:
        await use.remember_name(work, query.from_user.id, query.from_user.first_name)
    if notice:
        work.answer(query.id, notice)
    message_id = query.message.message_id if query.message else None
    if screen is not None:
        _show(work, query.from_user.id, message_id, *screen)


Screen = tuple[Rich, Keyboard] | None
Press = Callable[[Work, RulesView, int, str], Awaitable[tuple[Screen, str]]]
"""What a button does: gives what its message shows from now on, and a word over the chat."""


def _show(work: Work, chat_id: int, message_id: int | None, text: Rich, keyboard: Keyboard) -> None:
    """Show a screen in place of the pressed one; a long one, or without the old, as a new one."""
    if message_id is None or len(text.pages()) > 1:
        _say(work, chat_id, text, keyboard)
        return
    params: Mapping[str, Any] = text.params() | {
        "message_id": message_id,
        "reply_markup": inline(keyboard),
    }
    work.call(chat_id, "editMessageText", params, purpose=Purpose.ADMIN)


def _with_parked(change: Callable[[Work, int, int], Awaitable[bool]], done: str) -> Press:
    async def press(work: Work, view: RulesView, person: int, row: str) -> tuple[Screen, str]:
        row_id = number(row)
        changed = row_id is not None and await change(work, row_id, person)
        notice = view.say(done if changed else "admin.not_parked_any_more")
        return view.parked(await use.parked(work)), notice

    return press


async def _press_stats(work: Work, view: RulesView, person: int, name: str) -> tuple[Screen, str]:
    """Show a schedule's comparison as a message of its own: the figures above it stay."""
    schedule = work.services.config.schedule(name)
    if schedule is None:
        return None, view.say("admin.schedule_gone")
    ask(work, Asked("comparison", person, view.language, (schedule.id,)))
    return None, view.say("admin.counting")


async def _press_all(work: Work, view: RulesView, person: int, _: str) -> tuple[Screen, str]:
    """Show what asking at all is good for, as a message of its own."""
    ask(work, Asked("comparison_of_all", person, view.language, ()))
    return None, view.say("admin.counting")


async def _press_segment(work: Work, view: RulesView, person: int, name: str) -> tuple[Screen, str]:
    """Show the figures of a segment as a message of its own."""
    if work.services.config.segment_called(name) is None:
        return None, view.say("stats.segment_gone")
    ask(work, Asked("statistics", person, view.language, (str(STATS_DAYS), name)))
    return None, view.say("admin.counting")


async def _press_value(work: Work, view: RulesView, person: int, name: str) -> tuple[Screen, str]:
    """Show what listening is worth, of all customers or of a segment, as a message of its own."""
    if name and work.services.config.segment_called(name) is None:
        return None, view.say("stats.segment_gone")
    ask(work, Asked("value", person, view.language, (name,)))
    return None, view.say("admin.counting")


async def _press_phrase(work: Work, view: RulesView, person: int, name: str) -> tuple[Screen, str]:
    """Understand a text from now on; the offer becomes what was done, with a way back."""
    learned = await phrases.accept(work, name, person)
    told = view.phrase(learned)
    if learned.became in ("learned", "same"):
        return told, ""
    return None, told[0].text


_PRESSES: Mapping[str, Press] = {
    "phrase": _press_phrase,
    "stats": _press_stats,
    "stats_all": _press_all,
    "value": _press_value,
    "segment": _press_segment,
    "again": _with_parked(use.try_again, "admin.trying_again"),
    "drop": _with_parked(use.dismiss, "admin.dismissed"),
}


# -- what takes long ----------------------------------------------------------------------------


async def _statistics(work: Work, asked: Asked) -> Shown:
    view, config = StatisticsView(work.services, asked.language, work.now), work.services.config
    days, *names = asked.arguments
    segment = config.segment_called(names[0]) if names else None
    if names and segment is None:
        return plain(view.say("stats.segment_gone")), ()
    text = view.statistics(await measure(work, int(days), segment), int(days), segment)
    worth = ValueView(work.services, asked.language, work.now).button(segment)
    if segment is not None:
        return text, worth
    text += await lost.section(work, asked.language)
    artist = Artist(work.services, asked.language, work.now)
    of_all = comparison.button_of_all(view, config)
    named = comparison.buttons(config, asked.language)
    return text, [*showing.buttons(artist), *worth, *of_all, *named]


async def _comparison(work: Work, asked: Asked) -> Shown:
    view = RulesView(work.services, asked.language, work.now)
    schedule = work.services.config.schedule(asked.arguments[0])
    if schedule is None:
        return plain(view.say("admin.schedule_gone")), ()
    found = await compare(work, schedule)
    return comparison.comparison(view, found, work.services.config), ()


async def _comparison_of_all(work: Work, asked: Asked) -> Shown:
    view = RulesView(work.services, asked.language, work.now)
    return comparison.comparison_of_all(view, await compare_all(work), work.services.config), ()


async def _value(work: Work, asked: Asked) -> Shown:
    view, config = ValueView(work.services, asked.language, work.now), work.services.config
    name = asked.arguments[0]
    segment = config.segment_called(name) if name else None
    if name and segment is None:
        return plain(view.say("stats.segment_gone")), ()
    return view.value(await value.measure(work, segment), segment), ()


QUESTIONS: Mapping[str, Question] = {
    "value": _value,
    "statistics": _statistics,
    "comparison": _comparison,
    "comparison_of_all": _comparison_of_all,
}
