"""The buttons that look ahead and back: preview, sample, a test message, history and undo."""

from collections.abc import Mapping, Sequence

from bot.asks import preview, sample
from bot.configuration import changes
from bot.console import schedules
from bot.console.deferred_answers import Asked, Question
from bot.console.schedules import Refusal
from bot.console.views.preview import TEST
from bot.console.views.schedules import Shown
from bot.core.callbacks import number
from bot.core.work import Work
from bot.handlers.admin.screen import Answer, Desk, Steps, asked_at, not_there


async def _preview(desk: Desk, arguments: Sequence[str]) -> Answer:
    if (await desk.view()).config.schedule(arguments[0]) is None:
        return await desk.gone()
    return await desk.counting("preview", arguments[0])


async def _count_preview(work: Work, asked: Asked) -> Shown:
    desk = asked_at(work, asked)
    view = await desk.view()
    schedule = view.config.schedule(asked.arguments[0])
    if schedule is None:
        return await not_there(desk)
    found = await preview.preview(work, schedule)
    return view.preview(schedule, found, await preview.audience_size(work, schedule))


async def _sample(desk: Desk, arguments: Sequence[str]) -> Answer:
    view = await desk.view()
    language = arguments[1]
    if view.config.schedule(arguments[0]) is None:
        return await desk.gone()
    spoken = view.config.brand.languages
    language = language if language in spoken else view.config.brand.default_language
    return await desk.counting("sample", arguments[0], language)


async def _find_sample(work: Work, asked: Asked) -> Shown:
    desk = asked_at(work, asked)
    view = await desk.view()
    schedule, language = view.config.schedule(asked.arguments[0]), asked.arguments[1]
    if schedule is None:
        return await not_there(desk)
    return view.sample(schedule, await sample.sample(work, schedule, language), language)


async def _send_me(desk: Desk, arguments: Sequence[str]) -> Answer:
    view = await desk.view()
    schedule = view.config.schedule(arguments[0])
    if schedule is None:
        return await desk.gone()
    spoken = view.config.brand.languages
    language = desk.language if desk.language in spoken else view.config.brand.default_language
    found = await sample.for_admin(desk.work, schedule, desk.name, language)
    return Answer(None, view.tell("sent_to_you"), view.test_messages(found))


async def _test(desk: Desk, arguments: Sequence[str]) -> Answer:
    return Answer(None, (await desk.view()).tell("test_pressed"))


async def _history(desk: Desk, arguments: Sequence[str]) -> Answer:
    return await _versions(desk, arguments[0], arguments[1])


async def _all_history(desk: Desk, arguments: Sequence[str]) -> Answer:
    return await _versions(desk, "", arguments[0])


async def _versions(desk: Desk, schedule_id: str, before: str) -> Answer:
    view = await desk.view()
    if schedule_id and view.config.schedule(schedule_id) is None:
        return await desk.gone()
    older = number(before)
    if older is None or not 0 <= older <= view.version:
        older = 0
    versions = await schedules.history(desk.work, schedule_id, older or None)
    return Answer(view.history(schedule_id, versions, await desk.names()))


async def _undo(desk: Desk, arguments: Sequence[str]) -> Answer:
    view, version = await desk.view(), number(arguments[0])
    if version is None or not 0 < version <= view.version:
        return await desk.unknown()
    found = await changes.undoing(desk.work, version)
    if found is None:
        return Answer(None, view.tell("undo_unknown"))
    return Answer(view.undoing(found, await desk.names()))


async def _undo_it(desk: Desk, arguments: Sequence[str]) -> Answer:
    version, shown = number(arguments[0]), number(arguments[1])
    if version is None:
        return await desk.unknown()
    if shown != (await desk.view()).version:
        screen = (await _undo(desk, arguments[:1])).screen
        return await desk.refused(Refusal("changed"), screen)
    made = await schedules.undo(desk.work, version, desk.admin)
    if isinstance(made, Refusal):
        return await desk.refused(made)
    view = await desk.view()
    return Answer(view.undone(made), view.tell("undone"))


STEPS: Steps = {
    "p": (_preview, 1),
    "sm": (_sample, 2),
    "me": (_send_me, 1),
    TEST: (_test, 0),
    "h": (_history, 2),
    "ha": (_all_history, 1),
    "u": (_undo, 1),
    "uy": (_undo_it, 2),
}
QUESTIONS: Mapping[str, Question] = {"preview": _count_preview, "sample": _find_sample}
