"""What the console's addresses show to whoever is in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.console.web.ahead import Counting
from bot.console.web.asks import asks_view, first_place, listed_schedules, opened
from bot.console.web.board import board
from bot.console.web.hypothesis_form import empty_form
from bot.console.web.rendering import Pages, Said
from bot.console.web.stories import shelf
from bot.console.web.today import month_so_far, today
from bot.console.web.trials import trials
from bot.console.web.why import why
from bot.console.web.wording import wording
from bot.core.names import moment
from bot.core.work import Work
from bot.hypotheses import standing
from flows.entities import ConsolePass

_LONGEST_NUMBER = 10

Query = Mapping[str, str]
Screen = Callable[[Work, ConsolePass, Pages, Query], Awaitable[str]]


class Screens:
    """The screens of the console."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting

    async def today(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """What needs whoever looks after the bot."""
        when = moment(work.now, work.services.config.brand.time_zone, pages.language)
        shown = await today(work, pages.language, who.telegram_id)
        day = standing.today_of(work)
        asked, month = await asyncio.gather(
            self._counting.today.find("today", day),
            month_so_far(work, pages.language, self._counting),
        )
        return pages.today(shown, asked, month, when, _said(pages, query))

    async def asks(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """The schedules; one of them with its next days, its words and its history."""
        view, said = await asks_view(work, pages.language), _said(pages, query)
        schedule = view.config.schedule(query.get("of", ""))
        if schedule is None or schedule.archived:
            return pages.asks(await listed_schedules(work, view), "", None, said)
        ahead = await self._counting.days.find(schedule.id, schedule)
        return pages.asks((), schedule.id, await opened(work, view, schedule, ahead), said)

    async def words(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """The words of an ask, to be changed."""
        view = await asks_view(work, pages.language)
        schedule = view.config.schedule(query.get("of", ""))
        if schedule is not None and not schedule.archived:
            place = query.get("place", first_place(schedule))
            shown = await wording(work, view, schedule, place, who.name)
            if shown is not None:
                return pages.words(shown, _said(pages, query))
        listed = await listed_schedules(work, view)
        return pages.asks(listed, "", None, pages.said("gone", 0))

    async def board(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """Complaints and changes as they stand."""
        shown = await board(work, pages.language, who.telegram_id)
        return pages.board(shown, _said(pages, query))

    async def trials(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """Hypotheses, and texts compared."""
        shown = await trials(work, pages.language, self._counting)
        return pages.trials(shown, _said(pages, query))

    async def hypothesis(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """A hypothesis to be written down."""
        return pages.hypothesis(await empty_form(work, pages.language), None)

    async def book(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """Stories that could be told, and those that wait."""
        return pages.book(await shelf(work, pages.language), _said(pages, query))

    async def why(self, work: Work, who: ConsolePass, pages: Pages, query: Query) -> str:
        """One customer as a time line, and what would be decided about them."""
        ref = query.get("ref", "").strip()
        return pages.why(ref, await why(work, ref, pages.language))


def _said(pages: Pages, query: Query) -> Said | None:
    """What was just done, as the address says it: a key, and a number."""
    number = query.get("n", "")
    known = number.isascii() and number.isdecimal() and len(number) < _LONGEST_NUMBER
    return pages.said(query.get("said", ""), int(number) if known else 0)
