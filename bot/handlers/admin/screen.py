"""An admin at work on schedules: what a press leads to, and the screens that many presses show."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.asks.preview import audience_size
from bot.configuration import changes
from bot.console import admins, warnings
from bot.console.deferred_answers import Asked
from bot.console.schedules import Refusal, Tuned
from bot.console.views.preview import OutlookView
from bot.console.views.schedules import Shown, Standing
from bot.core.rich import Rich, plain
from bot.core.work import Work
from bot.identity import offices
from flows.asks.tuning import AUDIENCE, event_types_at, settings_of
from flows.config import Schedule


@dataclass(frozen=True, slots=True)
class Answer:
    """What a press or a typed value leads to."""

    screen: Shown | None
    """Takes the place of the screen that was pressed on; None: it stays."""
    notice: str = ""
    """A word over the chat."""
    messages: Sequence[Shown] = ()
    """Further messages."""
    question: str = ""
    """What is worked out outside of the worker (`bot.console.deferred_answers`); its answer takes
    the place of the screen."""
    arguments: Sequence[str] = ()
    """What the question is about."""


@dataclass(slots=True)
class Desk:
    """An admin at work: who, in which language, on which screen."""

    work: Work
    admin: int
    name: str
    language: str
    message_id: int = 0
    """The message of the screen; 0: there is none to be edited."""

    async def view(self) -> OutlookView:
        """The view on what is stored now."""
        config = await changes.stored(self.work)
        version = await changes.current_version(self.work)
        standing = Standing(config, version)
        return OutlookView(self.work.services, self.language, self.work.now, standing)

    async def counting(self, question: str, *arguments: str) -> Answer:
        """Have something worked out that may take seconds, and say so."""
        notice = (await self.view()).say("admin.counting")
        return Answer(None, notice, question=question, arguments=arguments)

    async def gone(self) -> Answer:
        """Say that there is no such schedule any more."""
        return Answer(None, (await self.view()).say("admin.schedule_gone"))

    async def unknown(self) -> Answer:
        """Say that a button is out of date."""
        return Answer(None, (await self.view()).say("admin.unknown_button"))

    async def refused(self, refusal: Refusal, screen: Shown | None = None) -> Answer:
        """Say why nothing was changed, over the screen as it is now."""
        return Answer(screen, await self.why(refusal))

    async def why(self, refusal: Refusal) -> str:
        """Why nothing was changed, in words."""
        view = await self.view()
        if refusal.reason == "wrong":
            return view.tell(f"expected_{refusal.detail}")
        if refusal.setting is not None:
            return view.tell("refused_choice", detail=view.words.choices(refusal.setting))
        return view.tell(f"refused_{refusal.reason}", detail=refusal.detail)

    async def opened(
        self, schedule_id: str, note: str = "", undo: int | None = None
    ) -> Shown | None:
        """One schedule's screen; None when it is gone."""
        view = await self.view()
        schedule = view.config.schedule(schedule_id)
        if schedule is None:
            return None
        only = view.config.model_copy(update={"schedules": (schedule,)})
        [state] = await admins.schedule_states(self.work, only)
        return view.opened(state, note, undo)

    async def setting(
        self, schedule_id: str, name: str, tuned: Tuned | None = None
    ) -> Shown | None:
        """The screen of one setting; None when it is gone."""
        view = await self.view()
        schedule = view.config.schedule(schedule_id)
        setting = settings_of(schedule).get(name) if schedule else None
        if schedule is None or setting is None:
            return None
        size = await self.audience(schedule) if name in AUDIENCE else None
        types = event_types_at(schedule, setting)
        return view.setting(
            schedule, setting, tuned, size, await warnings.unheard(self.work.unit, types)
        )

    async def audience(self, schedule: Schedule) -> int:
        """How many customers who can be reached a schedule means."""
        return await audience_size(self.work, schedule)

    async def names(self) -> dict[int, str]:
        """The names of the admins, by their Telegram ids."""
        known = await offices.admin_names(self.work)
        return known | ({self.admin: self.name} if self.name else {})


Step = Callable[[Desk, Sequence[str]], Awaitable[Answer]]
"""What a button does, given its arguments."""
Steps = dict[str, tuple[Step, int]]
"""Steps by the button's action, each with how many arguments it takes."""


def asked_at(work: Work, asked: Asked) -> Desk:
    """The desk at which a question was asked."""
    return Desk(work, asked.admin, "", asked.language, asked.over)


async def not_there(desk: Desk) -> Shown:
    """What is shown when a schedule is gone by the time that a question about it is answered."""
    view = await desk.view()
    return plain(view.say("admin.schedule_gone")), [[view.to_list()]]


def under(note: str, screen: Shown | None) -> Shown | None:
    """A screen below a sentence."""
    return (Rich() + f"{note}\n\n" + screen[0], screen[1]) if screen else None
