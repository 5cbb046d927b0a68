"""What the console's pages count over many rows, each kind beside the pages.

Nothing of it is in anybody's language: it is counted once for all who look.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.asks.preview import Preview, preview
from bot.asks.sample import Sample, sample
from bot.console import admins
from bot.console.web.beside import Beside
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work
from bot.hypotheses import running, standing
from bot.hypotheses.running import TooFew
from bot.hypotheses.standing import Figures, Standing
from bot.insight import experiments
from bot.insight.experiments import Report
from bot.insight.pictures import goals
from bot.insight.pictures.goals import Reached
from flows.config import Schedule
from flows.config.goals import Goal
from flows.insight.overviews import Funnel, Month

TODAY_GOOD_FOR = 30.0
"""Seconds for which what became of asking today is told again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking today, over all schedules."""

    asked: int
    delivered: int
    answered: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """Who would be asked on the next days, and what they would read."""

    days: Preview
    samples: Sequence[tuple[str, Sequence[Sample]]]
    """By the language of the brand."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a hypothesis."""

    figures: Figures | None = None
    """None: it has not begun."""
    few: TooFew | None = None
    """Before it begins: how far it is from enough people; None: there are."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """A month so far, and how far the goals are."""

    people: Funnel
    goals: Sequence[Reached]


class Counting:
    """All that is worked out beside the pages, one thing at a time."""

    def __init__(self, database: Database, services: Services) -> None:
        turn = asyncio.Semaphore(1)
        self.days = Beside("days", database, services, _look_ahead, turn)
        self.hypotheses = Beside("hypothesis", database, services, _counted, turn)
        self.reports = Beside("report", database, services, _report, turn)
        self.month = Beside("month", database, services, _so_far, turn)
        self.today = Beside("today", database, services, _today, turn, TODAY_GOOD_FOR)

    async def close(self) -> None:
        """Leave what is under way."""
        await self.days.close()
        await self.hypotheses.close()
        await self.reports.close()
        await self.month.close()
        await self.today.close()


async def _look_ahead(work: Work, schedule: Schedule) -> Ahead:
    languages = work.services.config.brand.languages
    days = await preview(work, schedule)
    return Ahead(days, [(code, await sample(work, schedule, code)) for code in languages])


async def _counted(work: Work, of: Standing) -> Counted:
    if of.begun is None:
        return Counted(few=await running.too_few(work, of.plan))
    return Counted(figures=await standing.figures(work, of.begun))


async def _report(work: Work, schedule: Schedule) -> Report:
    return await experiments.compare(work, schedule)


async def _so_far(work: Work, of: tuple[Month, tuple[Goal, ...]]) -> SoFar:
    span = of[0].span(work.services.config.brand.time_zone)
    return SoFar(await work.unit.overviews.funnel(*span), await goals.count(work))


async def _today(work: Work, _: date) -> Asked:
    states = await admins.schedule_states(work, work.services.config)
    asked, delivered, answered = (
        sum(each.today.get(name, 0) for each in states)
        for name in ("asked", "delivered", "answered")
    )
    return Asked(asked, delivered, answered, sum(each.waiting for each in states))
