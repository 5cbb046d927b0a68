"""The buttons that look ahead and back: preview, sample, a test message, history and undo."""

from collections.abc import Sequence

from bot.callbacks import number
from bot.handlers.schedule_desk import Answer, Desk, Steps
from bot.usecases import previewing, reconfiguring, sampling, tuning
from bot.usecases.tuning import Refusal
from bot.views.outlook import TEST


async def _preview(desk: Desk, arguments: Sequence[str]) -> Answer:
    view = await desk.view()
    schedule = view.config.schedule(arguments[0])
    if schedule is None:
        return await desk.gone()
    found = await previewing.preview(desk.work, schedule)
    audience = await previewing.audience_size(desk.work, schedule)
    return Answer(view.preview(schedule, found, audience))


async def _sample(desk: Desk, arguments: Sequence[str]) -> Answer:
    view = await desk.view()
    schedule, language = view.config.schedule(arguments[0]), arguments[1]
    if schedule is None:
        return await desk.gone()
    spoken = view.config.brand.languages
    language = language if language in spoken else view.config.brand.default_language
    found = await sampling.sample(desk.work, schedule, language)
    return Answer(view.sample(schedule, found, language))


async def _send_me(desk: Desk, arguments: Sequence[str]) -> Answer:
    view = await desk.view()
    schedule = view.config.schedule(arguments[0])
    if schedule is None:
        return await desk.gone()
    spoken = view.config.brand.languages
    language = desk.language if desk.language in spoken else view.config.brand.default_language
    found = await sampling.for_admin(desk.work, schedule, desk.name, language)
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
    versions = await tuning.history(desk.work, schedule_id, older or None)
    return Answer(view.history(schedule_id, versions, await desk.names()))


async def _undo(desk: Desk, arguments: Sequence[str]) -> Answer:
    view, version = await desk.view(), number(arguments[0])
    if version is None or not 0 < version <= view.version:
        return await desk.unknown()
    found = await reconfiguring.undoing(desk.work, version)
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
    made = await tuning.undo(desk.work, version, desk.admin)
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
