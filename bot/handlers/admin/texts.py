"""The buttons around the words of an ask, and the words that admins type."""

from collections.abc import Sequence

from bot.console import ask_texts, prompts
from bot.console.ask_texts import NextLanguage, Unfit
from bot.console.prompts import Awaited
from bot.console.schedules import Refusal, Tuned
from bot.console.views.schedules import Shown
from bot.core.callbacks import number
from bot.handlers.admin.screen import Answer, Desk, Steps, under


async def _texts(desk: Desk, arguments: Sequence[str]) -> Answer:
    screen = await _screen(desk, arguments[0])
    return Answer(screen) if screen else await desk.gone()


async def _screen(desk: Desk, schedule_id: str, tuned: Tuned | None = None) -> Shown | None:
    view = await desk.view()
    schedule = view.config.schedule(schedule_id)
    if schedule is None:
        return None
    if tuned is None:
        return view.texts(schedule)
    return view.texts(schedule, view.tell("in_force"), tuned.version.version)


async def _type_text(desk: Desk, arguments: Sequence[str]) -> Answer:
    schedule_id, place, language, shown = arguments
    version = number(shown)
    if version is None:
        return await desk.unknown()
    found = await ask_texts.begin(desk.work, schedule_id, place, language, version)
    if isinstance(found, Refusal):
        return await desk.refused(found, await _screen(desk, schedule_id))
    awaited = prompts.on_message(found, desk.message_id)
    await prompts.wait_for(desk.work, desk.admin, awaited)
    return Answer((await desk.view()).typing_text(awaited))


async def take_text(desk: Desk, awaited: Awaited, text: str) -> Answer:
    """The words in one language were typed: they are kept, or the next language is asked for."""
    found = await ask_texts.take_text(desk.work, awaited, text, desk.admin, desk.language)
    view = await desk.view()
    if isinstance(found, Unfit):
        return Answer(view.typing_text(awaited, found.problems))
    if isinstance(found, NextLanguage):
        await prompts.wait_for(desk.work, desk.admin, found.awaited)
        return Answer(view.typing_text(found.awaited))
    await prompts.stop_waiting(desk.work, desk.admin)
    return await _done(desk, awaited.subject, found)


async def _done(desk: Desk, schedule_id: str, found: Tuned | Refusal) -> Answer:
    if isinstance(found, Tuned):
        return Answer(await _screen(desk, schedule_id, found))
    why = await desk.why(found)
    return Answer(under(why, await _screen(desk, schedule_id)), why)


async def _drop_variant(desk: Desk, arguments: Sequence[str]) -> Answer:
    schedule_id, place, shown = arguments
    version = number(shown)
    if version is None:
        return await desk.unknown()
    found = await ask_texts.drop_variant(desk.work, schedule_id, place, version, desk.admin)
    return await _done(desk, schedule_id, found)


async def _flow_words(desk: Desk, arguments: Sequence[str]) -> Answer:
    version = number(arguments[1])
    if version is None:
        return await desk.unknown()
    found = await ask_texts.own_words_of_flow(desk.work, arguments[0], version, desk.admin)
    return await _done(desk, arguments[0], found)


STEPS: Steps = {
    "x": (_texts, 1),
    "xt": (_type_text, 4),
    "xd": (_drop_variant, 3),
    "xf": (_flow_words, 2),
}
