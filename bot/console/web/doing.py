"""What is pressed in the console: the same use cases, rights and audit as in the chat."""

from collections.abc import Awaitable, Callable, Mapping

from bot.asks.sample import for_admin
from bot.book import stories
from bot.console import admins, schedules
from bot.console.web.asks import asks_view
from bot.console.web.said import Done, unknown
from bot.console.web.trial_deeds import END, TRIALS, end
from bot.console.web.wording import WORDS
from bot.core.admin_notices import admin_language
from bot.core.journal import note
from bot.core.work import Work
from bot.desk import tickets
from flows.book.consent import fingerprint
from flows.desk.rights import Deed, Known, standing, why_not
from flows.entities import ConsolePass, Story, StoryId, Ticket, TicketId
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind

_LARGEST = 1 << 63


Doing = Callable[[Work, ConsolePass, str], Awaitable[Done]]


async def do(work: Work, who: ConsolePass, form: Mapping[str, str]) -> Done:
    """Do what a form says. What does not exist, or is not theirs to do, is said and not done."""
    name, about = form.get("deed", ""), form.get("about", "")
    doing = DEEDS.get(name)
    if name == END:
        done = await end(work, who, about, form.get("words", ""))
    else:
        done = await doing(work, who, about) if doing is not None else unknown()
    if work.config_changed:
        await admins.remember_name(work, who.telegram_id, who.name)
    return done


async def _take(work: Work, who: ConsolePass, about: str) -> Done:
    return await _taken(work, who, about, over=False)


async def _over(work: Work, who: ConsolePass, about: str) -> Done:
    return await _taken(work, who, about, over=True)


async def _taken(work: Work, who: ConsolePass, about: str, *, over: bool) -> Done:
    """Take a complaint; without `over` not from a colleague who was quicker."""
    number = _number(about)
    ticket = await work.unit.get(Ticket, TicketId(number)) if number is not None else None
    if ticket is None:
        return unknown()
    if not _may(work, who, Deed.WORK):
        return Done("not_allowed", ok=False)
    by = Person(who.telegram_id, who.name)
    taken = await tickets.take(work, ticket, by, over=over)
    if isinstance(taken, Refusal):
        return Done(f"refused_{taken.reason}", ticket.number, ok=False)
    return Done("taken", ticket.number)


async def _story(work: Work, who: ConsolePass, about: str) -> Done:
    """Begin to tell a complaint's story."""
    number = _number(about)
    ticket = await work.unit.get(Ticket, TicketId(number)) if number is not None else None
    if ticket is None or not _may(work, who, Deed.WORK):
        return unknown() if ticket is None else Done("not_allowed", ok=False)
    begun = await stories.of_ticket(work, ticket, Person(who.telegram_id, who.name))
    return _of_story(begun, "story_begun", ticket.number)


async def _story_ask(work: Work, who: ConsolePass, about: str) -> Done:
    """Ask an author for a yes to exactly the words that were on the screen."""
    named, _, seen = about.partition("/")
    number = _number(named)
    story = await work.unit.get(Story, StoryId(number)) if number is not None else None
    if story is None or not _may(work, who, Deed.SHIP):
        return unknown() if story is None else Done("not_allowed", ok=False)
    if seen != fingerprint(story):
        return Done("story_changed", ok=False)
    ticket = await work.unit.get(Ticket, story.ticket_id)
    asked = await stories.ask(work, story)
    if not isinstance(asked, Refusal):
        note(work, f"staff:{who.telegram_id}", "story_ask", Ref(RefKind.STORY, story.id))
    return _of_story(asked, "story_asked", ticket.number if ticket is not None else 0)


def _of_story(outcome: Story | Refusal, done: str, number: int) -> Done:
    if isinstance(outcome, Refusal):
        reason = "asked_already" if outcome.reason == "asked" else outcome.reason
        return Done(f"story_{reason}", number, ok=False)
    return Done(done, number)


def _may(work: Work, who: ConsolePass, deed: Deed) -> bool:
    office = Known(admin=who.telegram_id in work.services.admins)
    here = standing(office, work.now, work.services.config.roles.newcomer)
    return why_not(deed, here) is None


async def _go_on(work: Work, who: ConsolePass, about: str) -> Done:
    """Let a schedule go on that has paused itself."""
    if about not in await work.unit.pauses.going_on():
        return Done("not_paused", ok=False)
    outcome = await schedules.switch(work, about, True, who.telegram_id)
    refused = isinstance(outcome, schedules.Refusal) and outcome.reason != "same"
    return unknown() if refused else Done("goes_on")


async def _on(work: Work, who: ConsolePass, about: str) -> Done:
    return await _switched(work, who, about, on=True)


async def _off(work: Work, who: ConsolePass, about: str) -> Done:
    return await _switched(work, who, about, on=False)


async def _switched(work: Work, who: ConsolePass, about: str, *, on: bool) -> Done:
    """Have a schedule ask, or not; pressed twice it is as it was to be."""
    outcome = await schedules.switch(work, about, on, who.telegram_id)
    if isinstance(outcome, schedules.Refusal) and outcome.reason != "same":
        return unknown()
    return Done("on" if on else "off")


async def _undo(work: Work, who: ConsolePass, about: str) -> Done:
    """Take a change of the configuration back, unless it was changed again since."""
    outcome = await schedules.undo(work, _number(about) or 0, who.telegram_id)
    if isinstance(outcome, schedules.Refusal):
        conflict = outcome.reason in ("changed", "invalid")
        return Done("undo_conflict" if conflict else "gone", ok=False)
    return Done("undone")


async def _send_me(work: Work, who: ConsolePass, about: str) -> Done:
    """Send an ask to whoever presses, as a test."""
    language = await admin_language(work, who.telegram_id, who.language_code)
    view = await asks_view(work, language)
    schedule = view.config.schedule(about)
    if schedule is None:
        return unknown()
    spoken = view.config.brand.languages
    language = language if language in spoken else view.config.brand.default_language
    for text, keyboard in view.test_messages(await for_admin(work, schedule, who.name, language)):
        work.say(who.telegram_id, text, purpose=Purpose.ADMIN, keyboard=keyboard)
    return Done("sent")


async def _retry(work: Work, who: ConsolePass, about: str) -> Done:
    """Handle an update again that was set aside."""
    number = _number(about)
    done = number is not None and await admins.try_again(work, number, who.telegram_id)
    return Done("retried") if done else Done("not_parked", ok=False)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return int(text) if int(text) < _LARGEST else None


DEEDS: Mapping[str, Doing] = {
    "take": _take,
    "over": _over,
    "go_on": _go_on,
    "retry": _retry,
    "on": _on,
    "off": _off,
    "undo": _undo,
    "send_me": _send_me,
    "story": _story,
    "story_ask": _story_ask,
    **TRIALS,
    **WORDS,
}
"""By the names that forms send."""
