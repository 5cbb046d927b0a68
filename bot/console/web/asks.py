"""Who is asked: schedules, the next seven days of one, what is read, its rule, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date

from bot.asks.preview import Preview
from bot.configuration import changes
from bot.console import schedules
from bot.console.schedules import HISTORY_PAGE
from bot.console.views.preview import OutlookView
from bot.console.views.schedules import Standing
from bot.console.web.ahead import Ahead
from bot.console.web.today import Act
from bot.core.words import listed
from bot.core.work import Work
from bot.identity.offices import admin_names
from flows.config import Schedule
from flows.entities import Configuration
from flows.languages import tongue

TALLEST = 10
"""Steps in which the bars of days are drawn."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the brand's calendar."""

    name: str
    count: int
    height: int
    """0 to TALLEST."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message as somebody reads it, in one language."""

    language: str
    tongue: str
    texts: Sequence[str]
    buttons: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Version:
    """Something that was changed in the schedule."""

    title: str
    lines: Sequence[str]
    act: Act


@dataclass(frozen=True, slots=True)
class Opened:
    """One schedule."""

    name: str
    is_on: bool
    state: str
    rule: Sequence[str]
    switch: Act
    send: Act
    days: Sequence[Day]
    notes: Sequence[str]
    """What is said of the days, besides their counts."""
    bubbles: Sequence[Bubble]
    counted: bool
    """Whether days and bubbles are known yet."""
    versions: Sequence[Version]
    place: str
    """Where its words begin: the only ones, or the first of several."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A schedule among the others."""

    id: str
    name: str
    state: str


class AsksView(OutlookView):
    """Schedules as a page shows them, for one admin."""

    def state_of(self, schedule: Schedule, *, paused: bool) -> str:
        """Whether a schedule asks now."""
        if not schedule.enabled:
            return self.say("admin.is_off")
        return self.say("admin.is_paused" if paused else "admin.is_on")

    def overview(self, paused: Sequence[str]) -> list[Listed]:
        """Those that are not put away."""
        return [
            Listed(each.id, self.words.name(each), self.state_of(each, paused=each.id in paused))
            for each in self.config.schedules
            if not each.archived
        ]

    def rule(self, schedule: Schedule) -> list[str]:
        """When it asks, whom, and within which limits."""
        return self._rule(schedule)

    def days_of(self, found: Preview) -> list[Day]:
        """A bar for each day."""
        most, locale = max((n for _, n in found.days), default=0), tongue(self.language).locale
        return [
            Day(format_date(day, "EEE d", locale=locale), n, -(-n * TALLEST // most) if most else 0)
            for day, n in found.days
        ]

    def notes(self, found: Preview, schedule: Schedule) -> list[str]:
        """The sum, why others are not asked, and how sure it is."""
        if not found.total and not found.reasons:
            lines = [self.tell("preview_nobody")]
        else:
            lines = [self.tell("preview_total", n=found.total)]
        if found.reasons:
            counted = [f"{self._outcome(name)} {n}" for name, n in found.reasons.items()]
            lines.append(self.tell("preview_not", reasons=listed(counted, self.language)))
        if found.estimated:
            lines.append(self.tell("preview_estimate"))
        return [*lines, *([] if schedule.enabled else [self.tell("preview_if_on")])]

    def version_of(self, made: Configuration, schedule_id: str, names: dict[int, str]) -> Version:
        """One change, with the way back."""
        lines = [self.words.change(line, one=True) for line in self._of(made, schedule_id)]
        label = self.tell("btn_undo_version", version=made.version)
        title = f"{self._at(made)} · {self.who(made.actor, names)}"
        return Version(title, lines, Act(label, "undo", str(made.version)))


async def asks_view(work: Work, language: str) -> AsksView:
    """The view on what is stored now."""
    standing = Standing(await changes.stored(work), await changes.current_version(work))
    return AsksView(work.services, language, work.now, standing)


async def listed_schedules(work: Work, view: AsksView) -> list[Listed]:
    """All schedules that are not put away."""
    return view.overview(list(await work.unit.pauses.going_on()))


async def opened(work: Work, view: AsksView, schedule: Schedule, ahead: Ahead | None) -> Opened:
    """One schedule as it is now."""
    paused = schedule.id in await work.unit.pauses.going_on()
    names = await admin_names(work)
    versions = (await schedules.history(work, schedule.id))[:HISTORY_PAGE]
    runs = schedule.enabled and not paused
    label = view.say("admin.switch_off" if runs else "admin.switch_on")
    return Opened(
        view.words.name(schedule),
        runs,
        view.state_of(schedule, paused=paused),
        view.rule(schedule),
        Act(label, "off" if runs else "on", schedule.id),
        Act(view.say("console.send_me"), "send_me", schedule.id),
        view.days_of(ahead.days) if ahead is not None else (),
        view.notes(ahead.days, schedule) if ahead is not None else (),
        _bubbles(ahead) if ahead is not None else (),
        ahead is not None,
        [view.version_of(each, schedule.id, dict(names)) for each in versions],
        first_place(schedule),
    )


def first_place(schedule: Schedule) -> str:
    """Where a schedule's words begin: the only ones, or the first of several."""
    if schedule.variants:
        return schedule.variants[0].id
    return "0" if schedule.steps else ""


def _bubbles(ahead: Ahead) -> list[Bubble]:
    return [
        Bubble(code, tongue(code).name, [each.text.text for each in found], found[0].buttons)
        for code, found in ahead.samples
        if found
    ]
