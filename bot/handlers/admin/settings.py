"""The buttons of the list, of one schedule and of its settings, and values that admins type."""

from collections.abc import Awaitable, Callable, Sequence

from bot.asks.capacity import ask_capacity
from bot.console import admins, prompts, schedules
from bot.console.prompts import Awaited
from bot.console.schedules import Refusal, Tuned
from bot.console.views.schedules import GROUPS
from bot.core.callbacks import number
from bot.core.work import Work
from bot.handlers.admin.screen import Answer, Desk, Step, Steps, under


async def listed(desk: Desk, arguments: Sequence[str], *, put_away: bool = False) -> Answer:
    """The list, or the archived ones."""
    view = await desk.view()
    states = await admins.schedule_states(desk.work, view.config)
    page = max(0, number(arguments[0]) or 0)
    now = await ask_capacity(desk.work.unit, view.config, desk.work.now)
    return Answer(view.listed(states, now, page, put_away=put_away))


async def _archived(desk: Desk, arguments: Sequence[str]) -> Answer:
    return await listed(desk, arguments, put_away=True)


async def _open(desk: Desk, arguments: Sequence[str]) -> Answer:
    screen = await desk.opened(arguments[0])
    return Answer(screen) if screen else await desk.gone()


def _whole(act: Callable[[Work, str, int], Awaitable[Tuned | Refusal]], done: str) -> Step:
    """A button that does something with the whole of a schedule."""

    async def step(desk: Desk, arguments: Sequence[str]) -> Answer:
        found = await act(desk.work, arguments[0], desk.admin)
        return await after(desk, found, arguments[0], done)

    return step


async def after(desk: Desk, found: Tuned | Refusal, schedule_id: str, done: str) -> Answer:
    """The schedule's screen after something was done with the whole of it."""
    note = (await desk.view()).tell(done)
    if isinstance(found, Tuned):
        screen = await desk.opened(found.after.id, note, found.version.version)
        return Answer(screen, note)
    if found.reason == "gone":
        return await desk.gone()
    if found.reason == "made":
        return Answer(await desk.opened(found.detail, note), note)
    screen = await desk.opened(schedule_id)
    return Answer(screen, note) if found.reason == "same" else await desk.refused(found, screen)


async def _duplicate(desk: Desk, arguments: Sequence[str]) -> Answer:
    version = number(arguments[1])
    if version is None:
        return await desk.unknown()
    found = await schedules.duplicate(desk.work, arguments[0], version, desk.admin)
    return await after(desk, found, arguments[0], "duplicated")


async def _on(work: Work, schedule_id: str, admin: int) -> Tuned | Refusal:
    return await schedules.switch(work, schedule_id, True, admin)


async def _off(work: Work, schedule_id: str, admin: int) -> Tuned | Refusal:
    return await schedules.switch(work, schedule_id, False, admin)


async def _group(desk: Desk, arguments: Sequence[str]) -> Answer:
    view = await desk.view()
    schedule = view.config.schedule(arguments[0])
    if schedule is None or arguments[1] not in GROUPS:
        return await desk.gone()
    size = await desk.audience(schedule) if arguments[1] == "aud" else None
    return Answer(view.group(schedule, arguments[1], size))


async def _setting(desk: Desk, arguments: Sequence[str]) -> Answer:
    screen = await desk.setting(arguments[0], arguments[1])
    return Answer(screen) if screen else await desk.gone()


async def _value(desk: Desk, arguments: Sequence[str]) -> Answer:
    schedule_id, name, text, shown = arguments
    version = number(shown)
    if version is None:
        return await desk.unknown()
    found = await schedules.set_value(desk.work, schedule_id, name, text, version, desk.admin)
    if isinstance(found, Tuned):
        return Answer(await desk.setting(schedule_id, name, found))
    if found.reason == "gone":
        return await desk.gone()
    return await desk.refused(found, await desk.setting(schedule_id, name))


async def _type(desk: Desk, arguments: Sequence[str]) -> Answer:
    schedule_id, name, shown = arguments
    found, version = await schedules.find(desk.work, schedule_id, name), number(shown)
    if isinstance(found, Refusal) or version is None:
        return await desk.gone()
    awaited = Awaited("setting", schedule_id, name, version, desk.message_id)
    await prompts.wait_for(desk.work, desk.admin, awaited)
    return Answer((await desk.view()).typing(found[1], found[2]))


async def take_setting(desk: Desk, awaited: Awaited, text: str) -> Answer:
    """A value was typed: it is set, or what is expected is said and it is waited for again."""
    schedule_id, name = awaited.subject, awaited.name
    asked = await schedules.find(desk.work, schedule_id, name)
    if not isinstance(asked, Refusal):
        text = (await desk.view()).words.typed(asked[2], text)
    found = await schedules.set_value(
        desk.work, schedule_id, name, text, awaited.shown, desk.admin, typed=True
    )
    if isinstance(found, Refusal) and found.reason in ("wrong", "choice", "invalid"):
        known = await schedules.find(desk.work, schedule_id, name)
        if not isinstance(known, Refusal):
            view = await desk.view()
            wrong = view.tell("wrong_value") if found.reason == "wrong" else await desk.why(found)
            return Answer(view.typing(known[1], known[2], wrong))
    await prompts.stop_waiting(desk.work, desk.admin)
    if isinstance(found, Refusal):
        why = await desk.why(found)
        return Answer(under(why, await desk.setting(schedule_id, name)), why)
    return Answer(await desk.setting(schedule_id, name, found))


STEPS: Steps = {
    "l": (listed, 1),
    "la": (_archived, 1),
    "o": (_open, 1),
    "on": (_whole(_on, "switched_on"), 1),
    "off": (_whole(_off, "switched_off"), 1),
    "a": (_whole(schedules.put_away, "put_away"), 1),
    "r": (_whole(schedules.bring_back, "brought_back"), 1),
    "d": (_duplicate, 2),
    "g": (_group, 2),
    "e": (_setting, 2),
    "v": (_value, 4),
    "t": (_type, 3),
}
